"""Who is on call: the doctor who is spoken to when a case has waited too long. By the week in clinic.toml, and by what doctors say with /oncall."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from flows.clinic import Clinic, Doctor
from flows.context import Context, Roster, Span
from flows.leave import span_words, stretch_words
from flows.summary import zone_words
from flows.wording import mark, say

AHEAD = timedelta(days=7)
DAY = timedelta(days=1)
HOW = mark("Please write /oncall and the first and the last day, for example: /oncall 2026-12-24 2026-12-26 – or with times: /oncall 2026-12-24 18:00 2026-12-25 08:00")  # fmt: skip
NOW = mark("On call now: {doctor}")
NOBODY = mark("Nobody is on call now.")
TAKEN = mark("{doctor} is on call: {span} ({zone} time).")
GIVEN_BACK = mark("{doctor} is no longer on call: {span} ({zone} time).")
HEAD = mark("The next seven days ({zone} time):")
LINE = mark("• {span}: {doctor}")
NONE = mark("nobody")


def on_call(clinic: Clinic, roster: Roster, at: datetime) -> Doctor | None:
    """Who said so last, else whoever the week names; nobody who is away, and nobody who is no longer in clinic.toml."""
    gone = {doctor for doctor, starts, ends in roster.away if starts <= at < ends}
    said = [doctor for doctor, starts, ends in reversed(roster.said) if starts <= at < ends]
    return next((d for d in _in_turn(clinic, said, at) if d.key not in gone), None)


def _in_turn(clinic: Clinic, said: Sequence[str], at: datetime) -> Iterable[Doctor]:
    yield from (doctor for key in said if (doctor := clinic.doctor(key)))
    weekday = at.astimezone(ZoneInfo(clinic.zone)).weekday()
    yield from (doctor for doctor in clinic.doctors if weekday in doctor.on_call)


def now_of(context: Context) -> Doctor | None:
    """Whoever is on call at the moment of a decision."""
    return on_call(context.clinic, context.duty, context.now)


# --- the days ahead -----------------------------------------------------------------------------------------------------
Stretch = tuple[datetime, datetime, Doctor | None]


def plan(clinic: Clinic, roster: Roster, now: datetime) -> list[Stretch]:
    """The week from now on, parted wherever somebody else takes over; aware UTC."""
    midnights = _midnights(clinic.zone, now)
    turns = (at for _, *span in (*roster.said, *roster.away) for at in span)
    edges = sorted({*midnights, *(at for at in turns if midnights[0] < at < midnights[-1])})
    found: list[Stretch] = []
    for starts, ends in pairwise(edges):
        doctor = on_call(clinic, roster, starts)
        if found and found[-1][2] == doctor:
            starts = found.pop()[0]
        found.append((starts, ends, doctor))
    return found


def _midnights(zone: str, now: datetime) -> list[datetime]:
    """From that before now to that which ends the week: a day may have 23 or 25 hours."""
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    return [
        datetime.combine(today + number * DAY, time(0), tzinfo=local).astimezone(now.tzinfo)
        for number in range(AHEAD.days + 1)
    ]


# --- how it is said -----------------------------------------------------------------------------------------------------
def words(clinic: Clinic, roster: Roster, now: datetime, language: str) -> str:
    """Who is on call now, and in the week ahead, in the clinic's time."""
    doctor = on_call(clinic, roster, now)
    first = say(language, NOW, doctor=doctor.name) if doctor else say(language, NOBODY)
    lines = [
        say(language, LINE, span=stretch_words(since, until, clinic.zone, language), doctor=who.name if who else say(language, NONE))
        for since, until, who in plan(clinic, roster, now)
    ]  # fmt: skip
    return "\n".join((first, "", say(language, HEAD, zone=zone_words(clinic.zone, language)), *lines))


def told(clinic: Clinic, span: Span, back: bool = False) -> str:
    """What the group is told when somebody takes it or gives it back, on that doctor's own clock."""
    language, doctor = clinic.languages[0], clinic.doctor(span[0])
    assert doctor is not None
    when = {"span": span_words(span, doctor, language), "zone": zone_words(doctor.zone, language)}
    return say(language, GIVEN_BACK if back else TAKEN, doctor=doctor.name, **when)
