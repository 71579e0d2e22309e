"""The case in one minute, as a doctor reads it: how urgent, what is asked, who the patient is, what happened, what is there."""

from flows import checklist_words, records_list
from flows.case import Case
from flows.emergency import sign_words
from flows.places import country_of, promise
from flows.records_by_date import in_order, marks, number
from flows.route import branch
from flows.summary import answer_words, label, line, records_words, short
from flows.troubles import together
from flows.wording import listed, mark, say

LONG = 450  # characters of a told answer
BRIEF = 160  # of the others
PROMISED = {
    "advice": mark("advice to the owner"),
    "with_vet": mark("advice together with the home vet"),
    "general": mark("general information only"),
}


def brief(case: Case, language: str, share: float = 1.0) -> list[str]:
    """The lines, most pressing first. No owner's name, phone or address (pitfall 33). ``share``: of the usual length of an answer."""
    parts = [
        _urgency(case, language, int(300 * share)),
        [_patient(case, language)],
        *(_answers(case, language, steps, int(limit * share)) for steps, limit in _asked(case)),
        _records(case, language, int(400 * share)),
    ]
    return [text for part in parts for text in part]


def in_short(case: Case, language: str) -> list[str]:
    """A few lines for somebody who has read the case and is about to speak with its owner."""
    return [
        *_urgency(case, language, 200),
        _patient(case, language),
        *_answers(case, language, ("problem", "question", "medicines"), BRIEF),
    ]


def cut_short(case: Case, language: str) -> list[tuple[str, str]]:
    """The answers that are too long for the brief: the question's name, and every word of the answer."""
    found = ((step, limit, answer_words(case, step, language)) for steps, limit in _asked(case) for step in steps)
    return [(label(case, step, language), words) for step, limit, words in found if len(words) > limit]


def _asked(case: Case) -> tuple[tuple[tuple[str, ...], int], ...]:
    """The questions in the order of the brief, and how many characters of their answers stand there."""
    return (
        (("reason",), BRIEF),
        (("question",), LONG),
        (("problem", "since"), BRIEF),
        (branch(case) if not case.vet else (), BRIEF),
        (("story", "findings", "medicines"), LONG),
        (("advised", "due", "quality"), BRIEF),
        (("vet_clinic", "vet_registration", "discipline"), BRIEF),
    )


def _urgency(case: Case, language: str, limit: int) -> list[str]:
    found = []
    safe = tuple(sign for sign in case.red if sign not in case.alarm)
    if case.alarm:
        found.append(say(language, "🔴 Emergency sign reported: {signs}", signs=_signs(case.alarm, language, limit)))
    if safe:
        sentence = mark("🔴 Emergency sign reported, then called safe or a misunderstanding: {signs}")
        found.append(say(language, sentence, signs=_signs(safe, language, limit)))
    if case.amber:
        found.append(say(language, "🟠 Should see a vet today: {signs}", signs=_signs(case.amber, language, limit)))
    if case.answers.get("due") in ("day", "week"):
        found.append(say(language, "⏳ Decision due: {when}", when=answer_words(case, "due", language)))
    return found


def _signs(signs: tuple[str, ...], language: str, limit: int) -> str:
    return short(listed((sign_words(sign, language) for sign in signs), language), limit)


def _patient(case: Case, language: str) -> str:
    words = [case.answers.get("cat_name", ""), *(answer_words(case, step, language) for step in ("cat_age", "cat_sex"))]
    country = country_of(case.zone) if case.zone else ""
    where = f"{country} ({say(language, PROMISED[promise(country).id])})" if country and not case.vet else country
    return say(language, "Patient: {words}", words=" · ".join(word for word in (*words, where) if word) or "–")


def _answers(case: Case, language: str, steps: tuple[str, ...], limit: int) -> list[str]:
    found = [(step, answer_words(case, step, language)) for step in steps]
    return [
        line(label(case, step, language), short(words.replace("\n", " / "), limit), language)
        for step, words in found
        if words
    ]


def _records(case: Case, language: str, limit: int) -> list[str]:
    verdict = say(language, records_list.VERDICTS[records_list.verdict(case)])
    head = say(language, "{records}, {verdict}", records=records_words(case, language), verdict=verdict)
    return [
        line(say(language, "Records"), head, language),
        *(short(words, limit) for words in (*checklist_words.words(case, language), *_minded(case, language))),
    ]


def _minded(case: Case, language: str) -> list[str]:
    """The files that are to be read with care, by their numbers on the sheet, and those that the owner took away."""
    found: dict[str, list[str]] = {}
    for record in in_order(case):
        if words := marks(record, language):
            found.setdefault(together(words, language), []).append(str(number(case, record)))
    named = [line(together(numbers, language), words, language) for words, numbers in found.items()]
    away = sum(record.whose == "not" for record in case.records)
    lines = [say(language, "⚠ Mind these: {what}", what=listed(named, language))] if named else []
    return [*lines, *([say(language, "Taken away by the owner as another cat's: {n}", n=away)] if away else [])]
