"""The call on a page in the browser: what is offered there, and what a press there does. The functions of the chat decide.

Looking and keeping a time say nothing in the chat; what is booked, moved or cancelled is said there as ever.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from flows import booking, rooms, waiting_list
from flows.case import ENDED, Case, Status
from flows.context import Context, Decision
from flows.days import weekday_words
from flows.effects import Say
from flows.hours import Slot
from flows.incoming import OnPage
from flows.summary import instant, zone_words
from flows.wording import say

LINK_LASTS = timedelta(days=60)  # as far ahead as a call may lie


@dataclass(frozen=True, slots=True)
class Time:
    """A free time: what its button sends back, the owner's clock, with whom, and the doctor's clock where it shows another hour."""

    value: str
    clock: str
    doctor: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the owner's calendar with its free times."""

    words: str
    times: tuple[Time, ...]


# --- what it shows ----------------------------------------------------------------------------------------------------
def closed(case: Case, context: Context) -> str:
    """Why nothing can be chosen or changed now, in the owner's language; "" when it can."""
    language = case.language
    if case.status is Status.ACCEPTED:
        return say(language, "You choose a time as soon as your payment has arrived. The payment link is in the chat.")
    if booking.has_begun(case, context):
        return say(language, "The time of your call has come, so it can no longer be changed here. Write to us in the chat.")  # fmt: skip
    if case.status in ENDED:
        return say(language, "This case is closed, so no call can be booked for it. /start in the chat begins a new one.")  # fmt: skip
    if case.status not in (Status.PAID, Status.BOOKED):
        return say(language, "There is no call to book at the moment. The chat shows how things stand.")
    return ""


def days(case: Case, context: Context) -> tuple[Day, ...]:
    """Everything that is offered, by days of the owner's calendar."""
    zone = ZoneInfo(booking.owner_zone(case, context))

    def day_of(slot: Slot) -> date:
        return slot.starts_at.astimezone(zone).date()

    found = groupby(booking.offered(case, context), day_of)
    return tuple(
        Day(weekday_words(day, case.language), tuple(_time(slot, case, context) for slot in slots))
        for day, slots in found
    )


def _time(slot: Slot, case: Case, context: Context) -> Time:
    doctor = context.clinic.doctor(slot.doctor)
    zone = booking.owner_zone(case, context)
    here, there = (slot.starts_at.astimezone(ZoneInfo(z)) for z in (zone, doctor.zone if doctor else zone))
    theirs = ""
    if doctor and here.utcoffset() != there.utcoffset():
        other_day = here.date() != there.date()
        at = instant(slot.starts_at, doctor.zone, case.language) if other_day else there.strftime("%H:%M")
        theirs = say(case.language, "{at} in {city}", at=at, city=zone_words(doctor.zone, case.language))
    value = f"{slot.starts_at.isoformat()} {slot.doctor}"
    return Time(value, here.strftime("%H:%M"), doctor.name if doctor else slot.doctor, theirs)


# --- what it does -----------------------------------------------------------------------------------------------------
def pressed(case: Case, context: Context, press: OnPage) -> Decision:
    """A form that was made for another state of the call changes nothing: the page shows how things stand."""
    if closed(case, context) or press.revision != case.revision:
        return Decision(case)
    match press.action:
        case "hold" if press.starts_at is not None:
            return _held(case, context, press.doctor, press.starts_at)
        case way if way in rooms.ways(case, context) and case.offer is not None and not waiting_list.is_offered(case):
            return booking.chosen(case, context, way)
        case "cancel" if case.call is not None:
            return booking.chosen(case, context, "cancel_yes")
    return Decision(case)


def _held(case: Case, context: Context, doctor: str, starts_at: datetime) -> Decision:
    """Only the page speaks of a time that is merely kept. One that is no longer free leaves everything as it is."""
    if (doctor, starts_at) not in {(slot.doctor, slot.starts_at) for slot in booking.offered(case, context)}:
        return Decision(case)
    found = booking.chosen(case, context, f"at:{doctor}:{starts_at.isoformat()}")
    return replace(found, effects=tuple(effect for effect in found.effects if not isinstance(effect, Say)))
