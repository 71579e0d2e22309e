"""A doctor goes on leave, or comes back: noted in one unit of work with everything that follows from it."""

from datetime import datetime

from sqlalchemy import Connection

from desk.alarm import group_note
from desk.receive import Moment, Receipt
from flows.clinic import Doctor
from flows.context import Span
from flows.leave import overlaps, told
from storage import bookings, cases, leaves, outbox, timers, waiting_list


def go(conn: Connection, span: Span, moment: Moment) -> Receipt:
    """From now on nobody is offered or given a time in it. What is held there is free again, and each case concerned is rung at once."""
    doctor, starts_at, ends_at = span
    bookings.alone(conn, doctor)
    if not leaves.add(conn, doctor, starts_at, ends_at):
        return Receipt(fresh=False)
    codes = []
    for case_id in bookings.touched(conn, doctor, max(starts_at, moment.now), ends_at, moment.now):
        case = cases.by_id(conn, case_id, peek=True)
        timers.wake(conn, case_id, "away", "", moment.now)
        codes += [case.code] if case and case.call and overlaps(case.call, span) else []
    bookings.unhold(conn, doctor, starts_at, ends_at)
    return Receipt(rows=to_group(conn, told(moment.clinic, span, codes), moment))


def come_back(conn: Connection, number: int, doctor: Doctor, moment: Moment) -> Receipt:
    """``found`` is False where this doctor has no such leave any more."""
    leave = leaves.take_back(conn, number, doctor.key)
    if leave is None:
        return Receipt(found=False)
    waiting_list.freed(conn, doctor.key, "leave", moment.now)
    span = (leave.doctor, leave.starts_at, leave.ends_at)
    return Receipt(rows=to_group(conn, told(moment.clinic, span, [], back=True), moment))


def ahead(conn: Connection, doctor: Doctor, now: datetime) -> list[leaves.Leave]:
    """What this doctor has noted and is not over."""
    return leaves.ahead(conn, doctor.key, now)


def to_group(conn: Connection, text: str, moment: Moment) -> tuple[outbox.OutboxRow, ...]:
    """To the whole group, whoever of them was on leave and wherever it was said."""
    return tuple(outbox.put(conn, [group_note(text, "note", "leave")], moment.now, moment.lease_s))
