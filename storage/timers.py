"""Work that falls due, as rows: the scheduler keeps nothing in its head.

Timers fall into two lanes: what writes to many people who are not waiting for it goes at a measured pace (``storage.paces``), and
must not keep waiting what somebody is waiting for. ``claim`` takes a group of one lane inside the unit that lets it ring: a crash
puts them all back. On PostgreSQL it is the cases that are locked, as in every other unit, and a busy case is left for the next sweep.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Delete, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.elements import ColumnElement

from storage.columns import word
from storage.prepared import Prepared
from storage.tables import cases, timers

_NEW = insert(timers).inline()
_WAKE = Prepared(
    _NEW.on_conflict_do_update(index_elements=["case_id", "kind", "key"], set_={"due_at": _NEW.excluded.due_at}),
    ("case_id", "kind", "key", "due_at"),
)
PACED = ("remind", "choose", "draft", "outcome")
_COLUMNS = (timers.c.id, timers.c.case_id, timers.c.kind, timers.c.key, timers.c.due_at)
_RINGS = timers.c.due_at <= bindparam("now")
_IS_PACED = timers.c.kind.in_([word(kind) for kind in PACED])
_LANES = {True: _IS_PACED, False: ~_IS_PACED}
_TAKE = Prepared(delete(timers).where(timers.c.id == bindparam("this"), timers.c.due_at == bindparam("expected")))


def _due_of(lane: ColumnElement[bool]) -> Prepared:
    order = (timers.c.due_at, timers.c.id)
    return Prepared(select(*_COLUMNS).where(_RINGS, lane).order_by(*order).limit(bindparam("count")))


def _claim_of(lane: ColumnElement[bool], locked: bool) -> Prepared:
    chosen = select(timers.c.id).where(_RINGS, lane).order_by(timers.c.due_at, timers.c.id).limit(bindparam("count"))
    if locked:
        chosen = chosen.join(cases, cases.c.id == timers.c.case_id).with_for_update(of=cases, skip_locked=True)
    # Whether it is due is asked once more of the row itself: it may have been moved between our look and our lock.
    taking: Delete = delete(timers).where(timers.c.id.in_(chosen.scalar_subquery()), _RINGS)
    return Prepared(taking.returning(*_COLUMNS))


_DUE = {paced: _due_of(lane) for paced, lane in _LANES.items()}
_CLAIM = {
    (paced, dialect): _claim_of(lane, dialect == "postgresql")
    for paced, lane in _LANES.items()
    for dialect in ("sqlite", "postgresql")
}


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


def due(conn: Connection, now: datetime, limit: int, paced: bool = False) -> list[Timer]:
    """What is due in a lane, oldest first. Nothing is locked or claimed: ``take`` decides."""
    return [Timer(*row) for row in _DUE[paced].all(conn, {"now": now, "count": limit})]


def claim(conn: Connection, now: datetime, limit: int, paced: bool) -> list[Timer]:
    """Takes what is due in a lane, oldest first, with its cases locked. It is gone for good when the unit commits."""
    found = _CLAIM[paced, conn.dialect.name].all(conn, {"now": now, "count": limit})
    return _in_order([Timer(*row) for row in found])


def _in_order(found: Sequence[Timer]) -> list[Timer]:
    """What RETURNING gives has no order."""
    return sorted(found, key=lambda timer: (timer.due_at, timer.id))


def take(conn: Connection, timer: Timer, now: datetime) -> bool:
    """Inside the unit, after the case was locked: whether this timer is ours. False once moved, forgotten or taken."""
    if timer.due_at > now:
        return False
    return _TAKE.count(conn, {"this": timer.id, "expected": timer.due_at}) == 1


def next_due(conn: Connection) -> datetime | None:
    """When the earliest timer falls due; None when there is none."""
    earliest: datetime | None = conn.scalar(select(func.min(timers.c.due_at)))
    return earliest
