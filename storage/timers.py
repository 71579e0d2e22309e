"""Work that falls due, as rows: the scheduler keeps nothing in its head."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from storage.prepared import Prepared
from storage.tables import timers

_NEW = insert(timers).inline()
_WAKE = Prepared(
    _NEW.on_conflict_do_update(index_elements=["case_id", "kind", "key"], set_={"due_at": _NEW.excluded.due_at}),
    ("case_id", "kind", "key", "due_at"),
)
_DUE = Prepared(
    select(timers.c.id, timers.c.case_id, timers.c.kind, timers.c.key, timers.c.due_at)
    .where(timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("count"))
)
_TAKE = Prepared(delete(timers).where(timers.c.id == bindparam("this"), timers.c.due_at == bindparam("expected")))


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer as it was seen; ``take`` finds out whether it is still so."""

    id: int
    case_id: str
    kind: str
    key: str
    due_at: datetime


def wake(conn: Connection, case_id: str, kind: str, key: str, due_at: datetime) -> None:
    """Sets the timer of this case, kind and key; if there is one already, moves it."""
    _WAKE.count(conn, {"case_id": case_id, "kind": kind, "key": key, "due_at": due_at})


def forget(conn: Connection, case_id: str, kind: str | None = None) -> None:
    """Removes the timers of a case, or those of one kind."""
    unwanted = delete(timers).where(timers.c.case_id == case_id)
    conn.execute(unwanted if kind is None else unwanted.where(timers.c.kind == kind))


def due(conn: Connection, now: datetime, limit: int) -> list[Timer]:
    """What is due, oldest first. Nothing is locked or claimed: ``take`` decides."""
    return [Timer(*row) for row in _DUE.all(conn, {"now": now, "count": limit})]


def take(conn: Connection, timer: Timer, now: datetime) -> bool:
    """Inside the unit, after the case was locked: whether this timer is ours. False once moved, forgotten or taken."""
    if timer.due_at > now:
        return False
    return _TAKE.count(conn, {"this": timer.id, "expected": timer.due_at}) == 1


def next_due(conn: Connection) -> datetime | None:
    """When the earliest timer falls due; None when there is none."""
    earliest: datetime | None = conn.scalar(select(func.min(timers.c.due_at)))
    return earliest
