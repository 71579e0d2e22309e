"""What a unit of work is given from outside, and what a decision is told besides the case and what came in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from desk.rooms import nowhere
from flows import inquiries
from flows.case import Case, Status
from flows.clinic import Clinic
from flows.context import NOBODY_SAID, Context, Roster, Span
from storage import bookings, duties, leaves, ledger

DAY = timedelta(days=1)
HORIZON = timedelta(days=60)  # how far ahead taken times are read while a call is being chosen
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a unit of work is given from outside: the time, the clinic, and chance (two fresh opaque words)."""

    now: datetime
    clinic: Clinic
    token: str
    spare: str
    lease_s: float = 30
    above: int = 0  # the highest number of a message known now (``storage.outbox.put``)
    room: Callable[[str, int], str] = nowhere  # case id and a booking's revision → the address of its room


def context_of(
    conn: Connection,
    case: Case,
    moment: Moment,
    others: tuple[Case, ...] = (),
    current: bool = True,
    rings: bool = False,
) -> Context:
    """What a decision about this case may know besides it. ``rings``: a timer of it is due, and may have to speak to whoever is on call."""
    taken: Sequence[Span] = ()
    away: Sequence[Span] = ()
    room = ""
    if case.status in (Status.PAID, Status.BOOKED):  # the only stages in which a time is chosen
        # From yesterday on: what was today counts where a doctor takes so many calls a day.
        since, until = moment.now - DAY, moment.now + HORIZON
        taken, away = bookings.taken(conn, since, until, moment.now), leaves.between(conn, since, until)
        room = moment.room(case.id, case.revision + 1)
    elif inquiries.seeking(case):  # a colleague on leave is not asked
        away = leaves.between(conn, moment.now, moment.now + DAY)
    duty = roster_now(conn, moment.now) if rings and case.status is Status.REVIEW else NOBODY_SAID
    facts = ledger.facts(conn, case.id) if case.payment.attempt else ()  # none before it is asked for any
    return Context(
        moment.now, moment.clinic, moment.token, tuple(taken), others, current, tuple(away), facts, room, duty
    )


def roster_now(conn: Connection, now: datetime) -> Roster:
    """Who is on call at this moment by the doctors' own words."""
    return roster_of(duties.between(conn, now, now + INSTANT), leaves.on_leave(conn, now, now + INSTANT))


def roster_of(said: Sequence[duties.Stretch], away: Sequence[Span]) -> Roster:
    """Rows as a decision knows them."""
    return Roster(tuple((one.doctor, one.starts_at, one.ends_at) for one in said), tuple(away))
