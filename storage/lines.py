"""The lines of the outbox: its rows as values, and the statements that keep each recipient's rows in order.

``in line``: an unsettled row keeps the younger ones of its recipient waiting when it is due, being sent, or was put back
for another try. A row whose hour lies in the future keeps nobody waiting. The words of the states are written into the
SQL, not bound, because only then do the partial indexes on them serve.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import orjson
from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.elements import ColumnElement

from storage.columns import word
from storage.prepared import Prepared
from storage.tables import outbox
from storage.units import CHANNEL

Policy = Literal["safe", "ask-first", "may-repeat"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something to be sent. ``policy`` says what a repeat would mean: ``safe`` (the provider drops it), ``ask-first``
    (ask the provider before sending again), ``may-repeat`` (harmless; asked about where the provider can tell)."""

    channel: str
    recipient: str
    kind: str
    payload: dict[str, Any]
    policy: Policy
    case_id: str = ""
    due_at: datetime | None = None  # None: at once
    revision: int = 0


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One claimed row. ``fence`` rises with each claim; ``interrupted``: an earlier claim may have sent it already;
    ``resent``: it was sent again after that, because the provider knew nothing of it."""

    id: int
    channel: str
    recipient: str
    kind: str
    payload: dict[str, Any] = field(repr=False)
    policy: str
    case_id: str
    attempts: int
    fence: int
    created_at: datetime
    provider_id: str
    interrupted: bool
    revision: int
    resent: bool = False
    above: int = 0  # the message sent for this row has a higher number than this; 0: not known


_ROW = [outbox.c[name] for name in OutboxRow.__slots__]
_PAYLOAD = OutboxRow.__slots__.index("payload")

WAITING = outbox.c.state == word("waiting")
SENDING = outbox.c.state == word("sending")
UNSETTLED = outbox.c.state.in_([word("waiting"), word("sending")])
THIS_LINE = and_(outbox.c.channel == bindparam("line_channel"), outbox.c.recipient == bindparam("line_recipient"))
OURS = and_(outbox.c.id == bindparam("this"), outbox.c.fence == bindparam("held_fence"))

# A line's head is the oldest of its rows that keep others waiting. Asked for as a minimum, because "no older row exists"
# was planned by PostgreSQL, where a burst of rows had outrun its statistics, as every row against every row.
BLOCKING = and_(UNSETTLED, or_(outbox.c.in_line, outbox.c.due_at <= bindparam("now")))
_HEADS = select(func.min(outbox.c.id)).where(BLOCKING).group_by(outbox.c.channel, outbox.c.recipient)
_HEAD = select(func.min(outbox.c.id)).where(BLOCKING, THIS_LINE)
_ONE: ColumnElement[int] = literal_column("1")
_TAKEN_UP = {
    "state": word("sending"),
    "in_line": true(),
    "due_at": bindparam("lease_end"),
    "attempts": outbox.c.attempts + _ONE,
    "fence": outbox.c.fence + _ONE,
    # Only a row that was being sent already can have been interrupted; a safe one is simply sent again.
    "interrupted": case((and_(SENDING, outbox.c.policy != word("safe")), true()), else_=outbox.c.interrupted),
}
_NEXT = (
    select(outbox.c.id)
    .where(outbox.c.id == _HEAD.scalar_subquery(), WAITING, outbox.c.due_at <= bindparam("now"))
    .with_for_update(skip_locked=True)
)
_DUE = (
    select(outbox.c.id)
    .where(outbox.c.id.in_(_HEADS), UNSETTLED, outbox.c.due_at <= bindparam("now"))
    .order_by(outbox.c.id)
    .limit(bindparam("count"))
    .with_for_update(skip_locked=True)
)
_OF_CHANNELS = outbox.c.channel.in_(bindparam("channels", expanding=True))


def _take_up(chosen: ColumnElement[bool]) -> ReturningUpdate[Any]:
    return update(outbox).where(chosen).values(_TAKEN_UP).returning(*_ROW)


# What is the same for every new row is part of the statement: binding it costs more than storing it.
_AT_FIRST = {
    "interrupted": false(),
    "resent": false(),
    "provider_id": word(""),
    "provider_status": word(""),
    "provider_rank": literal_column("-1"),
    "error": word(""),
}
_NEW_COLUMNS = [column.name for column in outbox.c if column.name not in ("id", *_AT_FIRST)]
INSERT = Prepared(insert(outbox).values(_AT_FIRST).returning(outbox.c.id), _NEW_COLUMNS)
BUSY = Prepared(select(outbox.c.id).where(THIS_LINE, BLOCKING).limit(_ONE))
# Usually nobody is next, and to find that out by a SELECT costs SQLite a third of an UPDATE that finds nothing.
NEXT = Prepared(_NEXT)
TAKE = Prepared(_take_up(outbox.c.id == bindparam("this")))
TAKE_DUE = _take_up(outbox.c.id.in_(_DUE.scalar_subquery()))
TAKE_DUE_OF = _take_up(outbox.c.id.in_(_DUE.where(_OF_CHANNELS).scalar_subquery()))
# What was sent keeps its place without its content: the number of a line's last message tells where to look for the next.
KEEP = Prepared(
    update(outbox)
    .where(OURS, SENDING)
    .values(state=word("done"), payload=word("{}"), provider_id=bindparam("sid", type_=outbox.c.provider_id.type))
)
# A provider may call back before its answer to us is settled (``bind``); the worker of the same fence still settles.
DONE = Prepared(
    update(outbox)
    .where(OURS, outbox.c.state.in_([word("sending"), word("done")]))
    .values(
        state=word("done"),
        payload=word("{}"),
        provider_id=func.coalesce(
            func.nullif(bindparam("sid", type_=outbox.c.provider_id.type), word("")), outbox.c.provider_id
        ),
    )
)
_LOCK_LINE = Prepared(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("line", type_=outbox.c.recipient.type), 0)))
)
_NOTIFY = Prepared(select(func.pg_notify(word(CHANNEL), word(""))))


def lock_line(conn: Connection, channel: str, recipient: str) -> None:
    """Makes units that touch one recipient's line wait for one another (PostgreSQL; SQLite has one writer).

    Without it a row could be put behind one that is being settled this moment, and nobody would take it up.
    """
    if conn.dialect.name == "postgresql":
        _LOCK_LINE.all(conn, {"line": f"{channel} {recipient}"})


def notify(conn: Connection) -> None:
    """Wakes the listeners of other processes once this unit is committed (PostgreSQL)."""
    if conn.dialect.name == "postgresql":
        _NOTIFY.all(conn, {})


def read_rows(found: Sequence[Sequence[Any]]) -> list[OutboxRow]:
    """Rows in the order of their numbers; what RETURNING gives has none."""
    rows = []
    for values in found:
        plain = list(values)
        plain[_PAYLOAD] = orjson.loads(plain[_PAYLOAD])
        rows.append(OutboxRow(*plain))
    return sorted(rows, key=lambda row: row.id) if len(rows) > 1 else rows
