"""When doctors are away. Nobody is given a time of theirs that touches it (``storage.bookings.hold`` asks here, with the calendar locked)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from storage.tables import leaves

_OVERLAPS = (leaves.c.starts_at < bindparam("until"), leaves.c.ends_at > bindparam("since"))
_BETWEEN = select(leaves.c.doctor, leaves.c.starts_at, leaves.c.ends_at).where(*_OVERLAPS).order_by(leaves.c.starts_at)
_TOUCHES = select(func.count()).where(leaves.c.doctor == bindparam("whose"), *_OVERLAPS)


@dataclass(frozen=True, slots=True)
class Leave:
    """One leave, with the number by which it is taken back."""

    id: int
    doctor: str
    starts_at: datetime
    ends_at: datetime


def add(conn: Connection, doctor: str, starts_at: datetime, ends_at: datetime) -> bool:
    """Notes a leave. False when this very one is noted already: a second tap, or a message that came twice."""
    new = insert(leaves).values(doctor=doctor, starts_at=starts_at, ends_at=ends_at)
    return conn.scalar(new.on_conflict_do_nothing().returning(leaves.c.id)) is not None


def take_back(conn: Connection, number: int, doctor: str) -> Leave | None:
    """Removes a leave of this doctor's. None when there is no such one, or no more."""
    mine = delete(leaves).where(leaves.c.id == number, leaves.c.doctor == doctor)
    row = conn.execute(mine.returning(leaves.c.id, leaves.c.doctor, leaves.c.starts_at, leaves.c.ends_at)).first()
    return Leave(*row) if row else None


def ahead(conn: Connection, doctor: str, now: datetime, most: int = 10) -> list[Leave]:
    """A doctor's leaves that are not over, the nearest first."""
    columns = (leaves.c.id, leaves.c.doctor, leaves.c.starts_at, leaves.c.ends_at)
    found = select(*columns).where(leaves.c.doctor == doctor, leaves.c.ends_at > now).order_by(leaves.c.starts_at)
    return [Leave(*row) for row in conn.execute(found.limit(most))]


def between(conn: Connection, since: datetime, until: datetime) -> list[tuple[str, datetime, datetime]]:
    """Everybody's leaves that touch [since, until)."""
    return [(row[0], row[1], row[2]) for row in conn.execute(_BETWEEN, {"since": since, "until": until})]


def touches(conn: Connection, doctor: str, since: datetime, until: datetime) -> bool:
    """Whether the doctor is away at some time in [since, until)."""
    return bool(conn.scalar(_TOUCHES, {"whose": doctor, "since": since, "until": until}))
