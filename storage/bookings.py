"""Calls in doctors' calendars, in cells of five minutes.

Two spans of one doctor cannot overlap because each cell is a primary key (doctor, cell): the database decides, not a
check before an insert, which let 48 overlaps among 33 bookings through (``pitfalls.md`` 40 and 86). Cells are written in
rising order, so that two units which want overlapping spans wait for one another instead of embracing.

A doctor's further wishes (a buffer between calls, so many a day: ``flows.hours.Rules``) no key can say. Whoever holds a time therefore
has the doctor's whole calendar to himself until his unit ends, and looks once more.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, Delete, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from flows.hours import Rules
from storage import leaves, waiting_list
from storage.columns import EPOCH
from storage.tables import bookings, cells

CELL = timedelta(minutes=5)

_LIVE = or_(bookings.c.state == "booked", bookings.c.held_until > bindparam("now"))
_TAKEN = (
    select(bookings.c.doctor, bookings.c.starts_at, bookings.c.ends_at)
    .where(bookings.c.starts_at < bindparam("until"), bookings.c.ends_at > bindparam("since"), _LIVE)
    .order_by(bookings.c.starts_at, bookings.c.doctor)
)
_OF_OTHERS = select(func.count()).where(
    bookings.c.doctor == bindparam("whose"),
    bookings.c.case_id != bindparam("case"),
    bookings.c.starts_at < bindparam("until"),
    _LIVE,
)
_OTHERS_IN = _OF_OTHERS.where(bookings.c.ends_at > bindparam("since"))
_OTHERS_FROM = _OF_OTHERS.where(bookings.c.starts_at >= bindparam("since"), bookings.c.ends_at > bindparam("since"))
_ALONE = select(func.pg_advisory_xact_lock(func.hashtext(bindparam("name"))))
_WHOSE = (bookings.c.id, bookings.c.doctor)
_RUN_OUT = and_(bookings.c.state == "held", bookings.c.held_until <= bindparam("now"))
_SWEEP = delete(bookings).where(_RUN_OUT)
_IN_THE_WAY = _SWEEP.where(
    bookings.c.doctor == bindparam("whose"),
    bookings.c.starts_at < bindparam("until"),
    bookings.c.ends_at > bindparam("since"),
)
_TOUCHED = (
    select(bookings.c.case_id)
    .where(
        bookings.c.doctor == bindparam("whose"),
        bookings.c.starts_at < bindparam("until"),
        bookings.c.ends_at > bindparam("since"),
        _LIVE,
    )
    .order_by(bookings.c.case_id)
)
_UNHOLD = delete(bookings).where(
    bookings.c.state == "held",
    bookings.c.doctor == bindparam("whose"),
    bookings.c.starts_at < bindparam("until"),
    bookings.c.ends_at > bindparam("since"),
)
_AHEAD = select(bookings.c.case_id).where(bookings.c.state == "booked", bookings.c.starts_at > bindparam("now"))
_OF_CASE = delete(bookings).where(bookings.c.case_id == bindparam("case"))
# The count of an INSERT is forgotten by SQLAlchemy unless it is asked to keep it.
_FILL = insert(cells).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
_LIVE_HOLD = (
    select(bookings.c.id)
    .where(
        bookings.c.case_id == bindparam("case"), bookings.c.state == "held", bookings.c.held_until > bindparam("now")
    )
    .with_for_update()
)


def taken(conn: Connection, since: datetime, until: datetime, now: datetime) -> list[tuple[str, datetime, datetime]]:
    """Booked spans and holds that have not run out, of all doctors, that touch [since, until)."""
    found = conn.execute(_TAKEN, {"since": since, "until": until, "now": now})
    return [(row.doctor, row.starts_at, row.ends_at) for row in found]


def hold(
    conn: Connection,
    case_id: str,
    doctor: str,
    starts_at: datetime,
    ends_at: datetime,
    until: datetime,
    now: datetime,
    kept: Rules | None = None,
) -> bool:
    """Holds a span for a case until then, in place of an earlier hold of that case.

    False when somebody else (or this case's own booking) has part of it, or it would break the rules that are to be ``kept``; then the
    earlier hold stays and the unit may go on. ValueError when the span is empty or not on five-minute marks.
    """
    span = _cells(starts_at, ends_at)
    alone(conn, doctor)
    if leaves.touches(conn, doctor, starts_at, ends_at):
        return False
    if kept is not None and not _keeps(conn, case_id, doctor, starts_at, ends_at, now, kept):
        return False
    nested = conn.begin_nested()
    _free(conn, _IN_THE_WAY, {"whose": doctor, "since": starts_at, "until": ends_at, "now": now}, now)
    _free(conn, _OF_CASE.where(bookings.c.state == "held"), {"case": case_id}, now)
    values = {"case_id": case_id, "doctor": doctor, "starts_at": starts_at, "ends_at": ends_at}
    new = insert(bookings).values(**values, state="held", held_until=until)
    number = conn.scalar(new.returning(bookings.c.id))
    rows = [{"doctor": doctor, "cell": cell, "booking_id": number} for cell in span]
    got = conn.execute(_FILL.values(rows)).rowcount
    if got == len(rows):
        nested.commit()
    else:
        nested.rollback()
    return got == len(rows)


def alone(conn: Connection, doctor: str) -> None:
    """The doctor's calendar belongs to this unit until it ends. SQLite has one writer, to whom everything belongs."""
    if conn.dialect.name == "postgresql":
        conn.execute(_ALONE, {"name": f"doctor {doctor}"})


def _keeps(
    conn: Connection, case_id: str, doctor: str, starts_at: datetime, ends_at: datetime, now: datetime, kept: Rules
) -> bool:
    """Whether the calls of others leave room for it: its own it would leave."""
    who = {"whose": doctor, "case": case_id, "now": now}
    near = conn.scalar(_OTHERS_IN, who | {"since": starts_at - kept.apart, "until": ends_at + kept.apart})
    since, until = kept.day
    return not near and (not kept.most or (conn.scalar(_OTHERS_FROM, who | {"since": since, "until": until}) or 0) < kept.most)  # fmt: skip


def confirm(conn: Connection, case_id: str, now: datetime) -> bool:
    """Makes the hold the booking and frees this case's older booking, at once. False when there is no live hold."""
    number = conn.scalar(_LIVE_HOLD, {"case": case_id, "now": now})
    if number is None:
        return False
    _free(conn, _OF_CASE.where(bookings.c.state == "booked"), {"case": case_id}, now)
    conn.execute(update(bookings).where(bookings.c.id == number).values(state="booked", held_until=None))
    return True


def touched(conn: Connection, doctor: str, since: datetime, until: datetime, now: datetime) -> list[str]:
    """The ids of the cases that hold or have booked a time of this doctor's in [since, until)."""
    found = conn.scalars(_TOUCHED, {"whose": doctor, "since": since, "until": until, "now": now})
    return list(dict.fromkeys(found))


def ahead(conn: Connection, now: datetime) -> list[str]:
    """The ids of the cases whose booked call is still to begin."""
    return list(conn.scalars(_AHEAD, {"now": now}))


def unhold(conn: Connection, doctor: str, since: datetime, until: datetime) -> None:
    """Frees what is held of this doctor's time in [since, until); what is booked stays."""
    conn.execute(_UNHOLD, {"whose": doctor, "since": since, "until": until})


def release(conn: Connection, case_id: str, now: datetime, held_only: bool = False) -> None:
    """Frees hold and booking of a case, or the hold alone."""
    _free(conn, _OF_CASE.where(bookings.c.state == "held") if held_only else _OF_CASE, {"case": case_id}, now)


def sweep(conn: Connection, now: datetime) -> int:
    """Removes holds that have run out."""
    return _free(conn, _SWEEP, {"now": now}, now)


def _free(conn: Connection, unwanted: Delete, values: Mapping[str, object], now: datetime) -> int:
    """Deletes these, and notes whose times came free for those who wait for an earlier one. Gives their number."""
    found = conn.execute(unwanted.returning(*_WHOSE), values).all()
    for number, doctor in found:
        waiting_list.freed(conn, doctor, str(number), now)
    return len(found)


def _cells(starts_at: datetime, ends_at: datetime) -> range:
    if (starts_at - EPOCH) % CELL or (ends_at - EPOCH) % CELL:
        raise ValueError("A call starts and ends on five-minute marks.")
    if starts_at >= ends_at:
        raise ValueError("A call ends after it starts.")
    return range((starts_at - EPOCH) // CELL, (ends_at - EPOCH) // CELL)
