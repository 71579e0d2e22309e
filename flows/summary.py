"""The owner's answers as people read them: the summary before sending, and single values in either language."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flows.case import Case
from flows.steps import EDITABLE, STEPS
from flows.wording import mark, say

SHOWN = 400  # characters of one answer in a summary: the whole text is kept, and the doctors see more of it

WEEKDAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))
MONTHS = (
    mark("Jan"), mark("Feb"), mark("Mar"), mark("Apr"), mark("May"), mark("Jun"),
    mark("Jul"), mark("Aug"), mark("Sep"), mark("Oct"), mark("Nov"), mark("Dec"),
)  # fmt: skip
LABELS = {"records": mark("Records"), "phone": mark("Phone")}


def cat_name(case: Case, language: str) -> str:
    """The cat's name, or "your cat" before it is known."""
    return case.answers.get("cat_name") or say(language, "your cat")


def answer_words(step: str, value: str, language: str) -> str:
    """A stored value in words: a button's words in this language, or what was typed."""
    words = dict(STEPS[step].choices).get(value) if step in STEPS else None
    if words:
        return say(language, words)
    if step == "place":
        return zone_words(value, language)
    return _age_words(value, language) if step == "cat_age" else value


def _age_words(value: str, language: str) -> str:
    number, _, unit = value.partition(" ")
    sentence = {"y": mark("{n} years"), "m": mark("{n} months"), "w": mark("{n} weeks")}.get(unit)
    return say(language, sentence, n=number) if sentence else value


def label(step: str, language: str) -> str:
    """What an answer is called in summaries."""
    return say(language, STEPS[step].label if step in STEPS else LABELS[step])


def short(text: str, limit: int = SHOWN) -> str:
    """The text, cut at a blank where it is longer than ``limit`` characters."""
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip() + " …"


def line(name: str, value: str, language: str) -> str:
    """One line of a summary."""
    return say(language, "{name}: {value}", name=name, value=value)


def records_words(case: Case, language: str) -> str:
    """How many files there are, for example "3 files"."""
    kept = [r for r in case.records if r.state != "refused"]
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
    special = {"records": records_words(case, language), "phone": phone_words(case, language)}
    lines = []
    for step in EDITABLE:
        value = special.get(step) or case.answers.get(step, "")
        if value:
            words = value if step in special else answer_words(step, value, language)
            lines.append(line(label(step, language), short(words, limit), language))
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
        clock=local.strftime("%H:%M"),
    )


# The cities of the places that the intake offers; other zones are said as they are called.
CITIES = {
    "Asia/Taipei": mark("Taipei"), "Asia/Hong_Kong": mark("Hong Kong"), "Asia/Tokyo": mark("Tokyo"), "Asia/Singapore": mark("Singapore"),
    "Europe/London": mark("London"), "America/Los_Angeles": mark("Los Angeles"), "America/New_York": mark("New York"),
}  # fmt: skip


def zone_words(zone: str, language: str) -> str:
    """A zone's city: "Taipei" is said before "time"."""
    return say(language, CITIES[zone]) if zone in CITIES else zone.rsplit("/", 1)[-1].replace("_", " ")
