"""The owner's answers as people read them: the summary before sending, and single values in either language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flows import checklist_words, medicines, worth
from flows.case import Case
from flows.days import MONTHS, WEEKDAYS
from flows.problems import PROBLEMS
from flows.route import branch_question, editable
from flows.steps import STEPS
from flows.wording import listed, mark, say

SHOWN = 400  # characters of one answer in a summary: the whole text is kept, and the doctors see more of it

LABELS = {
    "records": mark("Records"), "phone": mark("Phone"), "place": mark("Place"), "problem": mark("Main problem"),
    "medicines": mark("Medicines"), "checklist": mark("Needed records"), "discipline": mark("Discipline"),
}  # fmt: skip
VOICE = "voice"  # the value of an answer that was spoken


def cat_name(case: Case, language: str) -> str:
    """The cat's name, or "your cat" before it is known; a vet's patient has none."""
    return case.answers.get("cat_name") or say(language, mark("the patient") if case.vet else mark("your cat"))


def answer_words(case: Case, step: str, language: str) -> str:
    """A stored answer in words: a button's words in this language, or what was typed; "" where there is none."""
    value = case.answers.get(step, "")
    match step:
        case "records":
            return records_words(case, language)
        case "phone":
            return phone_words(case, language)
        case "checklist":
            return listed(checklist_words.words(case, language), language)
        case "place":
            return zone_words(value, language) if value else ""
        case "cat_age":
            return _age_words(value, language)
        case "problem":
            return PROBLEMS[value].words(language) if value in PROBLEMS else value
        case "discipline":
            return say(language, "whoever fits best") if value == "any" else value
        case "medicines":
            return _medicines(case, value, language)
        case "question":
            return "\n".join(_value_words("question", one, case, language) for one in value.split("\n"))
    if step.startswith("ask:"):
        found = next((a for a in branch_question(case, step).choices if a.value == value), None)
        return found.words(language) if found else value
    return _value_words(step, value, case, language)


def _value_words(step: str, value: str, case: Case, language: str) -> str:
    if value == VOICE:
        return say(language, "(a voice note, among the records)")
    words = dict(STEPS[step].choices).get(value) if step in STEPS else None
    return say(language, words, cat=cat_name(case, language)) if words else value


def _medicines(case: Case, value: str, language: str) -> str:
    if value in ("none", "unknown"):
        return say(language, {"none": mark("None"), "unknown": mark("I don't know")}[value])
    return listed(medicines.words(case, language), language)


def _age_words(value: str, language: str) -> str:
    number, _, unit = value.partition(" ")
    sentence = {"y": mark("{n} years"), "m": mark("{n} months"), "w": mark("{n} weeks")}.get(unit)
    if sentence and number.replace(".", "").isdigit():
        return say(language, sentence, n=number)
    words = dict(STEPS["cat_age"].choices).get(value)
    return say(language, words) if words else value


def label(case: Case, step: str, language: str) -> str:
    """What an answer is called in summaries; a question about the illness is its own label."""
    if step.startswith("ask:"):
        return short(branch_question(case, step).words(language).format(cat=cat_name(case, language)).rstrip("?？"), 60)
    return say(language, STEPS[step].label if step in STEPS else LABELS[step])


def short(text: str, limit: int = SHOWN) -> str:
    """The text, cut at a blank where it is longer than ``limit`` characters."""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip() + " …"


def line(name: str, value: str, language: str) -> str:
    """One line of a summary."""
    return say(language, "{name}: {value}", name=name, value=value)


def records_words(case: Case, language: str) -> str:
    """How many files there are, for example "3 files"."""
    kept = [r for r in case.records if r.state == "arriving" or worth.counts(r)]
    if not kept:
        return say(language, "none yet")
    return say(language, "1 file") if len(kept) == 1 else say(language, "{n} files", n=len(kept))


def phone_words(case: Case, language: str) -> str:
    """The number, and whether texts may go there."""
    if not case.phone:
        return say(language, "none, we write here only")
    return say(language, "{phone}, with text messages", phone=case.phone) if case.sms else case.phone


def summary_lines(case: Case, language: str, limit: int = SHOWN) -> list[str]:
    """One line an answer, in the order of the questions."""
    lines = []
    for step in editable(case):
        words = answer_words(case, step, language)
        if words:
            lines.append(line(label(case, step, language), short(words.replace("\n", " / "), limit), language))
    return lines


def instant(at: datetime, zone: str, language: str) -> str:
    """A point in time as people say it, for example "Wed 25 Nov, 14:30"; the zone is said by the caller."""
    local = at.astimezone(ZoneInfo(zone))
    return say(
        language,
        "{weekday} {day} {month}, {clock}",
        weekday=say(language, WEEKDAYS[local.weekday()]),
        day=local.day,
        month=say(language, MONTHS[local.month - 1]),
        clock=local.strftime("%H:%M") + _which_of_two(local),
    )


def _which_of_two(local: datetime) -> str:
    """When the clocks go back an hour is shown twice: then the distance from UTC is said with it."""
    now, other = local.utcoffset(), local.replace(fold=1 - local.fold).utcoffset()
    if now == other or now is None:
        return ""
    minutes = int(now.total_seconds()) // 60
    return f" (UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60}:{abs(minutes) % 60:02})"


def zone_words(zone: str, language: str) -> str:
    """A zone's city: "Taipei" is said before "time". Cities that are no button are said as they are called."""
    return say(language, CITIES[zone]) if zone in CITIES else zone.rsplit("/", 1)[-1].replace("_", " ")


CITIES = {
    "Asia/Taipei": mark("Taipei"), "Asia/Hong_Kong": mark("Hong Kong"), "Asia/Tokyo": mark("Tokyo"), "Asia/Singapore": mark("Singapore"),
    "Asia/Kuala_Lumpur": mark("Kuala Lumpur"), "Asia/Shanghai": mark("Shanghai"), "Australia/Sydney": mark("Sydney"),
    "Europe/London": mark("London"), "America/Los_Angeles": mark("Los Angeles"), "America/New_York": mark("New York"),
    "America/Toronto": mark("Toronto"),
}  # fmt: skip
