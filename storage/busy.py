"""Busy times out of doctors' own calendars: spans alone, no titles. ``storage.leaves`` looks at them with the leaves."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from storage.tables import bookings, busy, calendars


@dataclass(frozen=True, slots=True)
class Read:
    """How a calendar was last read whole. ``address_hash``: of the address, which is a secret; another one is another calendar."""

    address_hash: str
    etag: str
    modified: str
    read_at: datetime


def last_read(conn: Connection, doctor: str) -> Read | None:
    """None where it never was."""
    columns = (calendars.c.address_hash, calendars.c.etag, calendars.c.modified, calendars.c.read_at)
    row = conn.execute(select(*columns).where(calendars.c.doctor == doctor)).first()
    return Read(*row) if row else None


def replace(conn: Connection, doctor: str, spans: Iterable[tuple[datetime, datetime]], read: Read) -> None:
    """These are the doctor's busy times now, and no others."""
    conn.execute(delete(busy).where(busy.c.doctor == doctor))
    rows = [{"doctor": doctor, "starts_at": starts, "ends_at": ends} for starts, ends in spans]
    if rows:
        conn.execute(insert(busy), rows)
    values = {"address_hash": read.address_hash, "etag": read.etag, "modified": read.modified, "read_at": read.read_at}
    new = insert(calendars).values(doctor=doctor, **values)
    conn.execute(new.on_conflict_do_update(index_elements=["doctor"], set_=values))


def keep_only(conn: Connection, doctors: Collection[str]) -> None:
    """Forgets the calendars of all others: an address that was taken out of clinic.toml counts no longer."""
    for table in (busy, calendars):
        conn.execute(delete(table).where(table.c.doctor.not_in(doctors)))


def booked_under(conn: Connection, doctor: str, now: datetime) -> list[tuple[str, datetime]]:
    """The booked calls ahead, by case id and start, over which one of the doctor's busy times lies."""
    over = (bookings.c.doctor == busy.c.doctor, busy.c.starts_at < bookings.c.ends_at, busy.c.ends_at > bookings.c.starts_at)  # fmt: skip
    found = select(bookings.c.case_id, bookings.c.starts_at).join(busy, over[0] & over[1] & over[2]).distinct()
    ahead = (bookings.c.doctor == doctor, bookings.c.state == "booked", bookings.c.starts_at > now)
    return [(row[0], row[1]) for row in conn.execute(found.where(*ahead).order_by(bookings.c.starts_at))]
