"""Addresses of doctors' own calendar feeds: each has a number, and the next number makes the former address worthless."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from storage.tables import bookings, cases, feeds

_VERSION = select(feeds.c.version).where(feeds.c.doctor == bindparam("whose"))
_CALLS = (
    select(cases.c.id, cases.c.code, cases.c.doc, bookings.c.starts_at, bookings.c.ends_at)
    .join_from(bookings, cases, cases.c.id == bookings.c.case_id)
    .where(
        bookings.c.doctor == bindparam("whose"),
        bookings.c.state == "booked",
        bookings.c.starts_at < bindparam("until"),
        bookings.c.ends_at > bindparam("since"),
    )
    .order_by(bookings.c.starts_at)
)


class Booked(NamedTuple):
    """A call in a doctor's calendar: of the case only what colleagues say aloud. ``doc``: the case's document."""

    case_id: str
    code: str
    doc: str
    starts_at: datetime
    ends_at: datetime


def version(conn: Connection, doctor: str) -> int:
    """The number of the address that holds good; 0 = none was ever made."""
    return conn.scalar(_VERSION, {"whose": doctor}) or 0


def renew(conn: Connection, doctor: str) -> int:
    """Another address; the former one is worthless from now on."""
    new = insert(feeds).values(doctor=doctor, version=1)
    conn.execute(new.on_conflict_do_update(index_elements=["doctor"], set_={"version": feeds.c.version + 1}))
    return version(conn, doctor)


def calls(conn: Connection, doctor: str, since: datetime, until: datetime) -> list[Booked]:
    """The booked calls of a doctor that touch [since, until), in order."""
    return [Booked(*row) for row in conn.execute(_CALLS, {"whose": doctor, "since": since, "until": until})]
