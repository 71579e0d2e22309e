"""When doctors are away, on leave or busy by their own calendars. Nobody is given a time of theirs that touches it (``storage.bookings.hold`` asks here, with the calendar locked)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, delete, or_, select, union_all
from sqlalchemy.dialects.postgresql import insert

from storage.tables import busy, leaves

_SINCE: BindParameter[datetime] = bindparam("since")
_UNTIL: BindParameter[datetime] = bindparam("until")
_TABLES = (leaves, busy)
_EACH = [
    select(one.c.doctor, one.c.starts_at, one.c.ends_at).where(one.c.starts_at < _UNTIL, one.c.ends_at > _SINCE)
    for one in _TABLES
]
_BETWEEN = union_all(*_EACH).order_by("starts_at")
_TOUCHES = select(or_(*(each.where(one.c.doctor == bindparam("whose")).exists() for each, one in zip(_EACH, _TABLES, strict=True))))  # fmt: skip


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
    """Everybody's leaves and busy times that touch [since, until)."""
    return [(row[0], row[1], row[2]) for row in conn.execute(_BETWEEN, {"since": since, "until": until})]


def on_leave(conn: Connection, since: datetime, until: datetime) -> list[tuple[str, datetime, datetime]]:
    """Everybody's leaves alone that touch [since, until): a doctor who is busy can still be on call."""
    return [(row[0], row[1], row[2]) for row in conn.execute(_EACH[0], {"since": since, "until": until})]


def touches(conn: Connection, doctor: str, since: datetime, until: datetime) -> bool:
    """Whether the doctor is away at some time in [since, until)."""
    return bool(conn.scalar(_TOUCHES, {"whose": doctor, "since": since, "until": until}))
