"""Paces that all processes keep together: so many a second, however many of them there are.

A row says until when what was given out so far was due at its pace. Whoever takes from it holds it until its unit ends, so that only
one process sweeps at a time and what it hands over stays in order; the others come back at their next tick.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.prepared import Prepared
from storage.tables import paces

SAVED_UP = timedelta(seconds=1)  # after a rest this much may leave at once: two ticks of the scheduler

_HELD = Prepared(select(paces.c.at).where(paces.c.name == bindparam("which")).with_for_update(skip_locked=True))
_BEGIN = Prepared(insert(paces).on_conflict_do_nothing(), ("name", "at"))
_GO_ON = Prepared(update(paces).where(paces.c.name == bindparam("which")), ("at",))


def room(conn: Connection, name: str, now: datetime, per_s: float) -> int:
    """How many may leave now; the pace stays ours until the unit ends. 0 also while another process has it."""
    found = _HELD.one(conn, {"which": name})
    if found is None:
        if not _BEGIN.count(conn, {"name": name, "at": now - SAVED_UP}):
            return 0
        found = (now - SAVED_UP,)
    return int((now - _from(found[0], now)).total_seconds() * per_s)


def take(conn: Connection, name: str, now: datetime, per_s: float, count: int) -> None:
    """So many do leave. Only after ``room`` in the same unit."""
    found = _HELD.one(conn, {"which": name})
    assert found is not None
    _GO_ON.count(conn, {"which": name, "at": _from(found[0], now) + timedelta(seconds=count / per_s)})


def _from(at: datetime, now: datetime) -> datetime:
    """No more is saved up than that; where the clock was set back nobody waits for it to catch up."""
    return max(at, now - SAVED_UP) if at <= now + SAVED_UP else now - SAVED_UP
