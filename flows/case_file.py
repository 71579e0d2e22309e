"""The case file: everything about a case on paper, as values; ``records.case_file`` prints it. No owner's name, phone or address.

Names of files are left out too: people call a file what they are called themselves. The number, the day and the mark of its bytes say which it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows import checklist_words, consultations, records_list
from flows.brief import brief, cut_short
from flows.case import Case, Record
from flows.clinic import Clinic
from flows.days import day_words
from flows.records_by_date import both, day_of, in_order, kind_words, marks, number
from flows.summary import instant
from flows.wording import mark, say

ALIKE = 40  # characters: a line of the checklist is shorter in the summary
MARK_CHARS = 12  # of a SHA-256: enough to tell two files apart by eye
AGO = {"days": 3, "weeks": 21, "months": 90, "year": 365}  # days before the case was begun, as roughly as it was said
AHEAD = {"day": 1, "week": 7, "month": 30}
TONES = {"🔴": "red", "🟠": "amber", "⏳": "due"}
HEADINGS = {
    "summary": mark("In one minute"), "timeline": mark("In order of time"), "checklist": mark("What is there and what is not"), "index": mark("The records"), "full": mark("In full"),
    "pictures": mark("The records in pictures"), "number": mark("No."), "day": mark("Date"), "kind": mark("What it is"), "size": mark("Size"), "mark": mark("SHA-256"),
    "minded": mark("To be minded"), "confidential": mark("Confidential: for the doctors of this case"), "about": mark("roughly"), "none": mark("No records yet."),
    "left_out": mark("Left out here, because they are missing or this file would grow too large: previews of {numbers}."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """A point on the line of time. ``day`` is YYYY-MM-DD; ``about``: as roughly as the owner said it."""

    day: str
    shown: str
    words: str
    about: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A record in the index. ``picture``: SHA-256 of its preview, "" where there is none."""

    number: int
    day: str
    kind: str
    size: str
    mark: str
    minded: str
    picture: str
    label: str


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the summary. ``tone``: "red", "amber", "due" for what presses, else ""."""

    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What is printed, in words of one language. ``headings``: the sentences of HEADINGS in it. ``light``: the colour of the verdict.

    ``full``: answers that the summary cuts short, as label and lines. ``pictures``: the SHA-256 of the previews, the newest first: they are kept when there is no room for all.
    """

    language: str
    code: str
    title: str
    clinic: str
    made: str
    headings: dict[str, str]
    summary: tuple[Told, ...]
    events: tuple[Event, ...]
    light: str
    verdict: str
    checklist: tuple[str, ...]
    full: tuple[tuple[str, tuple[str, ...]], ...]
    index: tuple[Entry, ...]
    pictures: tuple[str, ...]


def case_file(case: Case, clinic: Clinic, language: str, now: datetime) -> CaseFile:
    """The case as it stands ``now``, which is told in the clinic's zone."""
    checklist = tuple(checklist_words.words(case, language))
    told_below = {line[:ALIKE] for line in checklist}
    light = records_list.verdict(case)
    return CaseFile(
        language=language,
        code=case.code,
        title=say(language, "Case {code}", code=case.code),
        clinic=clinic.name,
        made=say(language, "As of {at}", at=instant(now, clinic.zone, language)),
        headings={name: say(language, words) for name, words in HEADINGS.items()},
        summary=tuple(_told(line) for line in _summary(case, language) if line[:ALIKE] not in told_below),
        events=tuple(_events(case, clinic, language)),
        light=light,
        verdict=say(language, records_list.VERDICTS[light]),
        checklist=checklist,
        full=tuple((name, tuple(told.splitlines())) for name, told in cut_short(case, language)),
        index=tuple(_entry(case, record, language) for record in in_order(case)),
        pictures=tuple(_newest_first(case)),
    )


def _summary(case: Case, language: str) -> list[str]:
    """The brief, and below it the kind of consultation once one was chosen."""
    chosen = consultations.told(case, language)
    return [*brief(case, language), *([chosen] if chosen else [])]


def _newest_first(case: Case) -> dict[str, None]:
    """The previews; what has no day comes after what has one, the latest to arrive first."""
    records = sorted(in_order(case), key=lambda record: (record.day, number(case, record)), reverse=True)
    return dict.fromkeys(record.preview for record in records if record.preview)


def _told(line: str) -> Told:
    """Paper has no emoji: the sign at the beginning becomes a colour."""
    sign, _, words = line.partition(" ")
    return Told(words, TONES[sign]) if sign in TONES else Told(line)


def _events(case: Case, clinic: Clinic, language: str) -> list[Event]:
    """First signs, records by their days, the sending, the day by which the owner has to decide; in their order."""
    sent = (case.submitted_at or case.created_at).astimezone(ZoneInfo(clinic.zone)).date()
    found = _by_day(case, language)
    if began := _began(case, sent):
        day, about = began
        found.append(_event(day, say(language, "First signs"), language, about))
    if case.submitted_at:
        found.append(_event(sent, say(language, "Sent to the doctors"), language))
    if case.answers.get("due") in AHEAD:
        due = sent + timedelta(days=AHEAD[case.answers["due"]])
        found.append(_event(due, say(language, "The owner has to decide"), language, about=True))
    return sorted(found, key=lambda event: event.day)


def _by_day(case: Case, language: str) -> list[Event]:
    days: dict[str, list[Record]] = {}
    for record in in_order(case):
        if record.day:
            days.setdefault(record.day, []).append(record)
    return [_event(date.fromisoformat(day), _several(case, those, language), language) for day, those in days.items()]


def _several(case: Case, records: Sequence[Record], language: str) -> str:
    kinds = [kind_words(case, record, language) for record in records]
    counted = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    return " · ".join(kind if count == 1 else f"{kind} × {count}" for kind, count in counted.items())


def _event(day: date, words: str, language: str, about: bool = False) -> Event:
    return Event(day.isoformat(), day_words(day.isoformat(), language), words, about)


def _began(case: Case, sent: date) -> tuple[date, bool] | None:
    """The day of the first signs, and whether it is a rough one."""
    said = case.answers.get("since", "")
    if said in AGO:
        return sent - timedelta(days=AGO[said]), True
    try:
        return date.fromisoformat(said), False
    except ValueError:
        return None


def _entry(case: Case, record: Record, language: str) -> Entry:
    return Entry(
        number=number(case, record),
        day=day_of(record, language),
        kind=kind_words(case, record, language),
        size=_size(record.size),
        mark=record.file[:MARK_CHARS],
        minded=" · ".join(marks(record, language)),
        picture=record.preview,
        label=both(case, record, language),
    )


def _size(size: int) -> str:
    """In the units that file lists use."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"
