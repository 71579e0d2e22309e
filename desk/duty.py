"""A doctor takes the on-call duty, or gives it back: noted in one unit of work with the word to the group."""

from datetime import datetime

from sqlalchemy import Connection

from desk.leave import to_group
from desk.moment import Moment, roster_of
from desk.receive import Receipt
from flows.clinic import Doctor
from flows.context import Roster, Span
from flows.duty import AHEAD, told
from storage import duties, leaves


def take(conn: Connection, span: Span, moment: Moment) -> Receipt:
    """From her word on this doctor is spoken to in that time. ``fresh`` is False where she said so already."""
    if not duties.add(conn, *span, moment.now):
        return Receipt(fresh=False)
    return Receipt(rows=to_group(conn, told(moment.clinic, span), moment))


def give_back(conn: Connection, number: int, doctor: Doctor, moment: Moment) -> Receipt:
    """Whoever had the time before has it again. ``found`` is False where this doctor has no such stretch any more."""
    stretch = duties.take_back(conn, number, doctor.key)
    if stretch is None:
        return Receipt(found=False)
    span = (stretch.doctor, stretch.starts_at, stretch.ends_at)
    return Receipt(rows=to_group(conn, told(moment.clinic, span, back=True), moment))


def ahead(conn: Connection, now: datetime) -> tuple[Roster, list[duties.Stretch]]:
    """Who is on call in the week ahead, and the stretches behind it."""
    until = now + AHEAD
    stretches = duties.between(conn, now, until)
    return roster_of(stretches, leaves.on_leave(conn, now, until)), stretches
