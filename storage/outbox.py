"""Everything that goes out: put in the unit that decided it, claimed with a lease, settled once.

No outbox can promise "exactly once" (``pitfalls.md`` 39): what a repeat means is said by each row's policy. A claim
counts as an attempt and raises the row's fence; whoever comes back with an older fence changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import BigInteger, Connection, and_, bindparam, cast, delete, func, or_, select, update

from storage.columns import word
from storage.lines import (
    BLOCKING,
    BUSY,
    DONE,
    INSERT,
    KEEP,
    NEXT,
    OURS,
    SENDING,
    TAKE,
    TAKE_DUE,
    TAKE_DUE_OF,
    UNSETTLED,
    OutboxRow,
    Outgoing,
    Policy,
    lock_line,
    notify,
    read_rows,
)
from storage.tables import outbox

__all__ = [
    "OutboxNote",
    "OutboxRow",
    "Outgoing",
    "Policy",
    "bind",
    "bury",
    "claim",
    "depth",
    "doubt",
    "drop",
    "last_number",
    "purge",
    "put",
    "release",
    "release_all",
    "resend",
    "retry",
    "settle",
]

_END = update(outbox).where(OURS, SENDING)
_RELEASE = _END.values(state="waiting", due_at=outbox.c.created_at, attempts=outbox.c.attempts - 1)
_RELEASE_ALL = update(outbox).where(UNSETTLED, SENDING).values(due_at=outbox.c.created_at)
_BOUND = select(outbox).where(outbox.c.id == bindparam("this")).with_for_update()


@dataclass(frozen=True, slots=True)
class OutboxNote:
    """What a provider's callback was about. ``status`` is the highest so far; ``changed``: this callback raised it; ``revision``: of the booking."""

    case_id: str
    kind: str
    status: str
    changed: bool
    revision: int


def put(
    conn: Connection, items: Sequence[Outgoing], now: datetime, lease_s: float = 30, above: int = 0
) -> list[OutboxRow]:
    """Stores what is to go out; returns, claimed and in order, what may be sent at once after the commit.

    That is everything due whose recipient has no older unsettled row. All due items for one recipient share one fate.
    ``above``: what is sent from now on gets a higher message number than this.
    """
    lines = sorted({(item.channel, item.recipient) for item in items})
    for channel, recipient in lines:
        lock_line(conn, channel, recipient)
    free = {line for line in lines if BUSY.one(conn, _line(*line) | {"now": now}) is None}
    claimed = []
    for item in items:
        due = item.due_at is None or item.due_at <= now
        ours = due and (item.channel, item.recipient) in free
        due_at = now + timedelta(seconds=lease_s) if ours else item.due_at or now
        row = _insert(conn, item, now, due_at, due, ours, above)
        if ours:
            claimed.append(row)
    if len(claimed) < len(items):
        notify(conn)
    return claimed


def claim(
    conn: Connection,
    now: datetime,
    lease_s: float = 30,
    limit: int = 50,
    channels: Sequence[str] | None = None,
) -> list[OutboxRow]:
    """The sweep: what is due and first in line, and what a dead or slow worker did not settle within its lease.

    A row of the second sort that is not ``safe`` comes with ``interrupted``: ask whether it was sent.
    """
    values = {"now": now, "lease_end": now + timedelta(seconds=lease_s), "count": limit}
    if channels is None:
        found = conn.execute(TAKE_DUE, values)
    else:
        found = conn.execute(TAKE_DUE_OF, values | {"channels": list(channels)})
    return read_rows(found.all())


def settle(
    conn: Connection, row: OutboxRow, now: datetime, lease_s: float = 30, provider_id: str = ""
) -> tuple[bool, list[OutboxRow]]:
    """It was sent. Returns whether the claim still held, and the next row of this recipient, claimed, if one is due.

    The row stays for a while, without its content. (False, []) when the fence has risen.
    """
    lock_line(conn, row.channel, row.recipient)
    ours = {"this": row.id, "held_fence": row.fence, "sid": provider_id}
    if not (KEEP if row.policy == "may-repeat" else DONE).count(conn, ours):
        return False, []
    found = NEXT.one(conn, _line(row.channel, row.recipient) | {"now": now})
    if found is None:
        return True, []
    return True, read_rows(TAKE.all(conn, {"this": found[0], "lease_end": now + timedelta(seconds=lease_s)}))


def retry(conn: Connection, row: OutboxRow, now: datetime, after_s: float, error: str, doubtful: bool = False) -> bool:
    """It was not sent, try again then; younger rows of this recipient wait for it. ``doubtful``: it may have been sent.

    Rows of the same ``put`` that were claimed with it and are not begun have to be given back with ``release``.
    """
    again = {"state": "waiting", "due_at": now + timedelta(seconds=after_s), "error": error}
    return _end(conn, row, again | ({"interrupted": doubtful} if row.policy == "may-repeat" else {}))


def bury(conn: Connection, row: OutboxRow, now: datetime, error: str) -> bool:
    """It can never be sent. Younger rows of this recipient go on."""
    return _end(conn, row, {"state": "dead", "error": error})


def drop(conn: Connection, row: OutboxRow) -> None:
    """Leaves no trace of a row that was settled."""
    conn.execute(delete(outbox).where(outbox.c.id == row.id, outbox.c.state.not_in(("waiting", "sending"))))


def doubt(conn: Connection, row: OutboxRow, now: datetime, error: str) -> bool:
    """Nobody can tell whether it was sent (ask-first), so it is not sent again. Younger rows go on."""
    return _end(conn, row, {"state": "unknown", "error": error})


def resend(conn: Connection, row: OutboxRow) -> bool:
    """Notes, before it is done, that an interrupted row is sent a second time, so that there is never a third.

    False when the claim no longer holds or it was sent again already: then it must not be sent.
    """
    once = _END.where(outbox.c.resent.is_(False)).values(resent=True)
    return conn.execute(once, {"this": row.id, "held_fence": row.fence}).rowcount == 1


def release(conn: Connection, rows: Sequence[OutboxRow], certain: bool = False) -> None:
    """Gives back what was claimed and not begun, in its old place; the attempt does not count.

    ``certain``: it was looked for, and an earlier claim has not sent it.
    """
    back = _RELEASE.values(interrupted=False) if certain else _RELEASE
    for row in rows:
        conn.execute(back, {"this": row.id, "held_fence": row.fence})


def release_all(conn: Connection) -> int:
    """At the start on SQLite, where nobody else can be sending: the leases of the process that died are void.

    Ask-first rows among them come back ``interrupted`` from the next claim.
    """
    return conn.execute(_RELEASE_ALL).rowcount


def bind(conn: Connection, outbox_id: int, provider_id: str, status: str, rank: int) -> OutboxNote | None:
    """A provider's callback: keeps the status of the highest rank, in whatever order callbacks come. None: unknown row.

    An ask-first row whose sending is open or in doubt is settled by it: the provider has it.
    """
    row = conn.execute(_BOUND, {"this": outbox_id}).mappings().one_or_none()
    if row is None:
        return None
    change: dict[str, object] = {} if row["provider_id"] else {"provider_id": provider_id}
    raised = rank > row["provider_rank"]
    if raised:
        change |= {"provider_id": provider_id, "provider_status": status, "provider_rank": rank}
    if row["policy"] == "ask-first" and row["state"] in ("sending", "unknown"):
        change |= {"state": "done", "payload": "{}"}
    if change:
        conn.execute(update(outbox).where(outbox.c.id == outbox_id).values(change))
    return OutboxNote(
        row["case_id"], row["kind"], status if raised else row["provider_status"], raised, row["revision"]
    )


def depth(conn: Connection, now: datetime) -> dict[str, int]:
    """How many rows are waiting, sending, dead, unknown; ``oldest``: age in seconds of the oldest that has not left yet,
    counted from when it was written: a row that is put back again and again does not look young. What is meant to leave
    later is not counted before its hour.
    """
    counts = conn.execute(select(outbox.c.state, func.count()).where(outbox.c.state != "done").group_by(outbox.c.state))
    answer = {"waiting": 0, "sending": 0, "dead": 0, "unknown": 0} | {state: number for state, number in counts}
    oldest = conn.scalar(select(func.min(outbox.c.created_at)).where(BLOCKING), {"now": now})
    return answer | {"oldest": int((now - oldest).total_seconds()) if oldest else 0}


def last_number(conn: Connection, channel: str, recipient: str = "") -> int:
    """The highest number that a message sent through this channel got (to this recipient, if one is given); 0: not known."""
    sent = select(func.max(cast(outbox.c.provider_id, BigInteger))).where(
        outbox.c.channel == channel, outbox.c.state == word("done"), outbox.c.provider_id != ""
    )
    return int(conn.scalar(sent.where(outbox.c.recipient == recipient) if recipient else sent) or 0)


def purge(conn: Connection, before: datetime, harmless_before: datetime) -> int:
    """Forgets settled rows from before then, and the many of which a repeat is harmless sooner."""
    old = or_(
        outbox.c.created_at < before,
        and_(outbox.c.created_at < harmless_before, outbox.c.policy == word("may-repeat")),
    )
    return conn.execute(delete(outbox).where(old, outbox.c.state == word("done"))).rowcount


def _end(conn: Connection, row: OutboxRow, change: dict[str, object]) -> bool:
    return conn.execute(_END.values(change), {"this": row.id, "held_fence": row.fence}).rowcount == 1


def _line(channel: str, recipient: str) -> dict[str, object]:
    return {"line_channel": channel, "line_recipient": recipient}


def _insert(
    conn: Connection, item: Outgoing, now: datetime, due_at: datetime, due: bool, ours: bool, above: int
) -> OutboxRow:
    begun = int(ours)
    values = {
        "channel": item.channel,
        "recipient": item.recipient,
        "kind": item.kind,
        "payload": orjson.dumps(item.payload).decode(),
        "policy": item.policy,
        "case_id": item.case_id,
        "revision": item.revision,
        "state": "sending" if ours else "waiting",
        "due_at": due_at,
        "in_line": due,
        "attempts": begun,
        "fence": begun,
        "above": above,
        "created_at": now,
    }
    number = INSERT.all(conn, values)[0][0]
    return OutboxRow(
        number,
        item.channel,
        item.recipient,
        item.kind,
        item.payload,
        item.policy,
        item.case_id,
        begun,
        begun,
        now,
        "",
        False,
        item.revision,
        above=above,
    )
