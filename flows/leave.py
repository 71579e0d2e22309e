"""A doctor's leave: how it is typed, how it is said, and what becomes of a call that lies in it.

The call is not moved over the owner's head: she is told, asked first of all for another time, and pays nothing again.
"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows import booking, texts
from flows.case import Call, Case, Status
from flows.clinic import Clinic, Doctor
from flows.context import Context, Decision, Span
from flows.days import MONTHS, WEEKDAYS
from flows.effects import Effect, Forget, Post, Release, Wake
from flows.lifecycle import move
from flows.summary import instant, zone_words
from flows.wording import mark, say

DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
TODAY, WEEK = "today", "week"
HOW = mark("Please write /away and the first and the last day, for example: /away 2026-12-24 2026-12-31 – or with times: /away 2026-12-24 14:00 2026-12-24 17:00")  # fmt: skip
NONE = mark(
    "{doctor}: no leave ahead. Press a button, or write the first and the last day: /away 2026-12-24 2026-12-31"
)
LISTED = mark("{doctor}: leave ahead")
NOTED = mark("{doctor} is away: {span} ({zone} time).")
HIT = mark("Calls in this time are called off, and their owners are asked for another time: {codes}")
BACK = mark(
    "{doctor} is there after all: {span} ({zone} time). Calls that were called off do not come back by themselves."
)
_POINT = r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(\d{1,2}):(\d{2}))?"
_TYPED = re.compile(rf"{_POINT}(?:\s*(?:-|–|—|~|to|until|到|至)?\s*{_POINT})?", re.ASCII)


# --- what a doctor types or presses -----------------------------------------------------------------------------------
def understood(typed: str, doctor: Doctor, now: datetime) -> Span | None:
    """The span that is meant, on the doctor's own clock; without times whole days, both included. None where it makes no sense or is over."""
    found = _TYPED.fullmatch(typed.strip())
    if found is None:
        return None
    first, last = found.groups()[:5], found.groups()[5:]
    try:
        starts = _point(first, doctor, ends=False)
        ends = _point(last if last[0] else first, doctor, ends=True)
    except (ValueError, OverflowError):  # the 31st of February, 25 o'clock, the year 0
        return None
    sensible = starts < ends and ends > now and ends - starts <= LONGEST and starts - now <= 2 * LONGEST
    return (doctor.key, starts, ends) if sensible else None


def _point(parts: tuple[str | None, ...], doctor: Doctor, ends: bool) -> datetime:
    day = date(*(int(part or 0) for part in parts[:3]))
    if parts[3] is None:
        return _at(day + DAY if ends else day, time(0), doctor)
    return _at(day, time(int(parts[3]), int(parts[4] or 0)), doctor)


def _at(day: date, at: time, doctor: Doctor) -> datetime:
    return datetime.combine(day, at, tzinfo=ZoneInfo(doctor.zone)).astimezone(UTC)


def at_once(which: str, day: date, doctor: Doctor) -> Span:
    """The buttons: the whole of that day, or from it to the Sunday of its week."""
    days = 1 if which == TODAY else 7 - day.weekday()
    return doctor.key, _at(day, time(0), doctor), _at(day + days * DAY, time(0), doctor)


# --- how it is said ---------------------------------------------------------------------------------------------------
def span_words(span: Span, doctor: Doctor, language: str) -> str:
    """On the doctor's clock, which the caller names."""
    return stretch_words(span[1], span[2], doctor.zone, language)


def stretch_words(since: datetime, until: datetime, zone: str, language: str) -> str:
    """Whole days as days, the last one included; else both instants."""
    starts, ends = (at.astimezone(ZoneInfo(zone)) for at in (since, until))
    if (starts.time(), ends.time()) != (time(0), time(0)):
        return f"{instant(since, zone, language)} – {instant(until, zone, language)}"
    first, last = (_day_words(day, language) for day in (starts.date(), ends.date() - DAY))
    return first if first == last else f"{first} – {last}"


def _day_words(day: date, language: str) -> str:
    weekday, month = say(language, WEEKDAYS[day.weekday()]), say(language, MONTHS[day.month - 1])
    return say(language, "{weekday} {day} {month}", weekday=weekday, day=day.day, month=month)


def told(clinic: Clinic, span: Span, codes: list[str], back: bool = False) -> str:
    """What the group is told. ``codes``: the cases whose calls lie in it."""
    language, doctor = clinic.languages[0], clinic.doctor(span[0])
    assert doctor is not None
    when = {"span": span_words(span, doctor, language), "zone": zone_words(doctor.zone, language)}
    words = say(language, BACK if back else NOTED, doctor=doctor.name, **when)
    return f"{words}\n{say(language, HIT, codes=', '.join(codes))}" if codes else words


# --- a call that lies in it -------------------------------------------------------------------------------------------
def due(case: Case, context: Context) -> Decision:
    """Rings at once for each case that had a time in the leave; whoever has moved meanwhile is not troubled."""
    if case.status is Status.BOOKED and case.call and _hit(case.call, context) and context.now < case.call.starts_at:
        return _called_off(case, case.call, context)
    if case.offer and _hit(case.offer, context):
        words = say(case.language, "Sorry, the doctor cannot be there at that time after all.")
        return booking.choose_day(replace(case, offer=None), context, words)
    return Decision(case)


def overlaps(call: Call, leave: Span) -> bool:
    """Whether some of the call lies in the leave of its doctor."""
    doctor, starts, ends = leave
    return doctor == call.doctor and starts < call.ends_at and call.starts_at < ends


def _hit(call: Call, context: Context) -> bool:
    return any(overlaps(call, leave) for leave in context.away)


def _called_off(case: Case, call: Call, context: Context) -> Decision:
    ended = replace(case, revision=case.revision + 1)
    farewell = booking.calendar(ended, context, "CANCEL")
    news = texts.called_off(case, context)
    moved, line = move(replace(ended, call=None, offer=None), "away", "doctor")
    zone = booking.owner_zone(case, context)
    sorry = say(
        case.language,
        "We are sorry: {doctor} cannot be there at the time of your call, {at} ({zone} time). Your payment stays valid, and another time costs nothing more.",
        doctor=_name(call, context), at=instant(call.starts_at, zone, case.language), zone=zone_words(zone, case.language),
    )  # fmt: skip
    shown = booking.choose_day(moved, context, sorry)
    asked = Wake("choose", context.now + booking.NUDGES[0], "0")
    off: tuple[Effect, ...] = (Release(), line, Forget("remind"), Forget("hold"), Forget("over"), asked)
    staff = (
        _to_staff(case, call, context),
        *((texts.unreachable(case, context),) if case.blocked and not news else ()),
    )
    return Decision(shown.case, (*off, *shown.effects, farewell, *news, *staff))


def _to_staff(case: Case, call: Call, context: Context) -> Post:
    language, zone = context.clinic.languages[0], context.clinic.zone
    text = say(
        language,
        "Case {code}: the call with {doctor}, {at} ({zone} time), is called off for leave. The owner is asked for another time.",
        code=case.code, doctor=_name(call, context), at=instant(call.starts_at, zone, language), zone=zone_words(zone, language),
    )  # fmt: skip
    return Post(text, "note", case.review.topic)


def _name(call: Call, context: Context) -> str:
    doctor = context.clinic.doctor(call.doctor)
    return doctor.name if doctor else call.doctor
