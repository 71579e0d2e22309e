"""What came in: each thing is handled once, and what could not be handled is tried again.

The key is claimed in the transaction that also holds the effect, so neither exists without the other
(``pitfalls.md`` 41). A thing that was handled leaves its key behind, not its text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.columns import word
from storage.prepared import Prepared
from storage.tables import inbox

TRIES = 5
FIRST_PAUSE = timedelta(seconds=10)  # tripled with each try: 10 s, 30 s, 90 s, 270 s

_COLUMNS = ("channel", "key", "state", "attempts", "at", "due_at", "raw", "error")
_THIS = (inbox.c.channel == bindparam("this_channel"), inbox.c.key == bindparam("this_key"))
_CLAIM = Prepared(insert(inbox).on_conflict_do_nothing(), _COLUMNS)
_ATTEMPTS = select(inbox.c.state, inbox.c.attempts).where(*_THIS).with_for_update()
_AGAIN = update(inbox).where(*_THIS, inbox.c.state == word("failed"))
_DUE = (
    select(inbox.c.channel, inbox.c.key, inbox.c.raw, inbox.c.attempts)
    .where(inbox.c.state == word("failed"), inbox.c.due_at <= bindparam("now"))
    .order_by(inbox.c.due_at)
    .limit(bindparam("count"))
)


@dataclass(frozen=True, slots=True)
class Failed:
    """Something that came in and could not be handled so far, with the bytes as they came."""

    channel: str
    key: str
    raw: bytes
    attempts: int


def claim(conn: Connection, channel: str, key: str, now: datetime) -> bool:
    """Whether this is the first time; if so, it is ours to handle in this very unit of work."""
    return _CLAIM.count(conn, _row(channel, key, now)) == 1


def fail(conn: Connection, channel: str, key: str, raw: bytes, error: str, now: datetime) -> int:
    """Keeps what could not be handled. ``error`` is a class name and a place in the code, never what a person wrote.

    Returns how often it was tried; 0 when it was handled meanwhile. The fifth failure makes it "dead".
    """
    _CLAIM.count(conn, _row(channel, key, now) | {"state": "failed"})
    state, before = conn.execute(_ATTEMPTS, {"this_channel": channel, "this_key": key}).one()
    if state == "done":
        return 0
    attempts = int(before) + 1
    change = {
        "state": "failed" if attempts < TRIES else "dead",
        "attempts": attempts,
        "raw": raw,
        "error": error,
        "due_at": now + FIRST_PAUSE * 3 ** min(attempts - 1, TRIES),
    }
    where = {"this_channel": channel, "this_key": key}
    conn.execute(update(inbox).where(*_THIS).values(change), where)
    return attempts


def hand_in(conn: Connection, channel: str, key: str, raw: bytes, now: datetime) -> None:
    """Something that another process wants the service to handle: as if it had come in and was to be tried again now."""
    _CLAIM.count(conn, _row(channel, key, now) | {"state": "failed", "raw": raw, "due_at": now})


def fate(conn: Connection, channel: str, key: str) -> tuple[str, int, str] | None:
    """Its state, how often it was tried in vain, and the last error. None: it never came."""
    columns = select(inbox.c.state, inbox.c.attempts, inbox.c.error)
    row = conn.execute(columns.where(*_THIS), {"this_channel": channel, "this_key": key}).one_or_none()
    return (str(row[0]), int(row[1]), str(row[2])) if row else None


def due(conn: Connection, now: datetime, limit: int, channels: Sequence[str] | None = None) -> list[Failed]:
    """What is to be tried again, of these channels or of all, the longest due first."""
    wanted = _DUE if channels is None else _DUE.where(inbox.c.channel.in_(channels))
    rows = conn.execute(wanted, {"now": now, "count": limit})
    return [Failed(row.channel, row.key, row.raw, row.attempts) for row in rows]


def retake(conn: Connection, channel: str, key: str, now: datetime) -> bool:
    """Inside the retry's unit: marks it done and forgets its text. False when another retry was faster."""
    done = _AGAIN.values(state="done", raw=None, error="", due_at=None, at=now)
    return conn.execute(done, {"this_channel": channel, "this_key": key}).rowcount == 1


def purge(conn: Connection, before: datetime) -> int:
    """Forgets the keys of what was handled before then (senders repeat for days, not months). Failures stay."""
    return conn.execute(delete(inbox).where(inbox.c.at < before, inbox.c.state == word("done"))).rowcount


def _row(channel: str, key: str, now: datetime) -> dict[str, object]:
    return {
        "channel": channel,
        "key": key,
        "state": "done",
        "attempts": 0,
        "at": now,
        "due_at": None,
        "raw": None,
        "error": "",
    }
