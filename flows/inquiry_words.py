"""What is said about inquiries: to the colleague in her language and zone, to the group in the clinic's, and views side by side."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flows import case_page, first_read, inquiries
from flows.brief import brief
from flows.case import Case
from flows.case_page import language_of
from flows.clinic import Clinic, Doctor
from flows.effects import Button, Buttons
from flows.inquiries import READS
from flows.summary import instant, line, short, zone_words
from flows.team import Inquiry
from flows.wording import mark, say

LONGEST = 4000  # UTF-16 units of a message: Telegram's 4096 and room for a name before it
CERTAINTIES = {"sure": mark("sure"), "likely": mark("likely"), "unsure": mark("unsure")}
OFFER = mark("Case {code}: {doctor} asks you as a colleague ({discipline}).")
QUESTION = mark("The question: {question}")
BLIND = mark("You read it first without the earlier diagnosis, reports and colleagues' views; everything is shown once your own view is noted.")  # fmt: skip
ACCEPT = mark("Can you read it? Please say so by {at} ({zone} time). Your answer is then due within {n} hours.")
ANSWER_BY = mark("Case {code}: please reply to this message with your answer by {at} ({zone} time).")
SURE = mark("Case {code}: your view is noted. How sure are you?")
TEST = mark("Case {code}: which test would settle it? Please reply to this message, or press “None”.")


def name(clinic: Clinic, key: str, language: str) -> str:
    """Also of somebody who is no longer in clinic.toml."""
    found = clinic.doctor(key)
    return found.name if found else say(language, "a colleague")


def when(at: datetime | None, doctor: Doctor, language: str) -> dict[str, str]:
    """The values ``at`` and ``zone`` of a sentence, on this doctor's own clock."""
    return {"at": instant(at, doctor.zone, language) if at else "–", "zone": zone_words(doctor.zone, language)}


def fitting(make: Callable[[float], str]) -> str:
    """The text with as much of its long parts as one message holds; ``make`` is given their share."""
    text = ""
    for share in (1.0, 0.6, 0.35, 0.2, 0.1):
        text = make(share)
        if len(text.encode("utf-16-le")) // 2 <= LONGEST:
            break
    return text


# --- to the colleague -------------------------------------------------------------------------------------------------
def offer(case: Case, clinic: Clinic, one: Inquiry, doctor: Doctor) -> str:
    """What is asked, about whom, and until when: enough to say yes or no."""
    language = language_of(clinic, doctor)
    seen = case if one.shown else first_read.blinded(case)
    head = say(language, OFFER, code=case.code, doctor=name(clinic, one.by, language), discipline=one.discipline)
    ends = [say(language, QUESTION, question=one.question), *([] if one.shown else [say(language, BLIND)])]
    ends.append(say(language, ACCEPT, n=one.hours, **when(one.until, doctor, language)))
    return fitting(lambda share: "\n\n".join([head, "\n".join(brief(seen, language, share)), *ends]))


def answer_by(case: Case, clinic: Clinic, one: Inquiry, doctor: Doctor) -> str:
    """The prompt for her view."""
    language = language_of(clinic, doctor)
    parts = [say(language, ANSWER_BY, code=case.code, **when(one.until, doctor, language))]
    parts.append(say(language, QUESTION, question=one.question))
    if first_read.blind(case, doctor.key):
        parts.append(say(language, BLIND))
    return "\n\n".join(parts)


def everything(case: Case, clinic: Clinic, doctor: Doctor, others: Sequence[Inquiry]) -> str:
    """What was held back from her."""
    language = language_of(clinic, doctor)
    head = say(language, "Case {code}: here is what you have not seen yet.", code=case.code)

    def make(share: float) -> str:
        told = first_read.earlier(case, clinic, language, int(900 * share))
        views = [block(one, clinic, language, int(1200 * share)) for one in others]
        return "\n\n".join([head, *(["\n".join(told)] if told else []), *views])

    return fitting(make)


def offered_buttons(case: Case, one: Inquiry, language: str) -> Buttons:
    """Yes and no, and the way to the records."""
    yes, no = say(language, "I will read it"), say(language, "I cannot")
    return ((button(case, one, "adv_yes", yes), button(case, one, "adv_no", no)), (case_page.button(case, language),))


def sure_buttons(case: Case, one: Inquiry, language: str) -> Buttons:
    """Certainty in one tap."""
    return (tuple(button(case, one, f"adv_{key}", say(language, words)) for key, words in CERTAINTIES.items()),)


def none_button(case: Case, one: Inquiry, language: str) -> Buttons:
    """No test would settle it, or none comes to mind."""
    return ((button(case, one, "adv_none", say(language, "None")),),)


def button(case: Case, one: Inquiry, action: str, words: str) -> Button:
    """A button of whoever is asked now: its opaque part is hers alone."""
    return Button(words, data=f"{case.code}.{one.key}.{action}")


# --- to the group -----------------------------------------------------------------------------------------------------
def lines(case: Case, clinic: Clinic, language: str) -> list[str]:
    """On the card: one line for each inquiry; none of them says what a colleague thinks."""
    return [words for one in case.team.inquiries if (words := _line(one, clinic, language))]


def _line(one: Inquiry, clinic: Clinic, language: str) -> str:
    values = {
        "discipline": one.discipline,
        "doctor": name(clinic, one.doctor, language),
        "at": clock(one, clinic, language),
    }
    if one.state == "offered":
        return say(language, "Asked: {doctor} ({discipline}), to accept by {at}", **values)
    if one.state in READS:
        return say(language, "Reading: {doctor} ({discipline}), answer due {at}", **values)
    if one.state == "nobody":
        return say(language, "Asked: {discipline}, nobody could take it", **values)
    return say(language, "View given: {doctor} ({discipline})", **values) if one.state == "done" else ""


def clock(one: Inquiry, clinic: Clinic, language: str) -> str:
    """Until when it is due, as the group reads it."""
    return instant(one.until, clinic.zone, language) if one.until else "–"


def block(one: Inquiry, clinic: Clinic, language: str, limit: int = 100_000) -> str:
    """One view: who, how sure, the question, the answer, the test that would settle it. ``limit``: characters of the answer."""
    certainty = say(language, CERTAINTIES[one.certainty]) if one.certainty else say(language, "certainty not given")
    parts = [f"{name(clinic, one.doctor, language)} ({one.discipline}) · {certainty}"]
    parts.append(say(language, QUESTION, question=short(one.question, limit)))
    parts.append(say(language, "Answer: {answer}", answer=short(one.view, limit)))
    parts.append(
        say(language, "Would settle it: {test}", test=short(one.test, limit) or say(language, "no test named"))
    )
    if one.added:
        parts.append(say(language, "Added later: {words}", words=short(one.added, limit)))
    return "\n".join(parts)


def side_by_side(case: Case, clinic: Clinic, language: str, views: Sequence[Inquiry], limit: int = 3000) -> str:
    """All views in one message, each shortened where they do not fit; every word stands on the case page."""
    head = say(language, "Case {code}: colleagues' views side by side", code=case.code)
    return fitting(
        lambda share: "\n\n".join([head, *(block(one, clinic, language, int(limit * share)) for one in views)])
    )


def notes(case: Case, clinic: Clinic, language: str) -> str:
    """The views as notes above the request for the opinion; "" where there are none."""
    views = inquiries.answered(case)
    if not views:
        return ""
    limit = 900 // len(views)
    rows = [_note(one, clinic, language, limit) for one in views]
    return "\n".join([say(language, "Your colleagues' views, for you to combine:"), *rows]) + "\n\n"


def _note(one: Inquiry, clinic: Clinic, language: str, limit: int) -> str:
    certainty = say(language, CERTAINTIES[one.certainty])
    who = f"· {name(clinic, one.doctor, language)} ({one.discipline}, {certainty})"
    test = f" → {short(one.test, 120)}" if one.test else ""
    return line(who, short(" / ".join(one.view.split("\n")), limit), language) + test
