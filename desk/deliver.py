"""Hop 5: claimed outbox rows leave, each with no session open, and are settled afterwards.

Rows that a unit of work has just written come here straight from its commit (``take``); everything else (retries, later stamps,
rows of a process that died) is found by the sweep. Order is kept per recipient because storage claims only what is first in line.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from desk.points import reach
from desk.post import SLOW, SLOWER
from desk.receive import Moment, Receipt
from desk.sending import Failed, Outcome, Sender, Sent, Unsure
from desk.settle import TRIES, reconciled, settle
from storage import outbox
from storage.engine import Store
from storage.shelf import ShelfAway

log = structlog.get_logger(__name__)

CALL_S = 20.0  # a call is given up before its lease (30 s) runs out
SEARCH_S = 10.0  # after that a second message is the smaller harm
WAITS = 3  # a call begins within the first third of its lease: the rest is the call's own
AT_ONCE = 64


class Deliverer:
    """Sends what the outbox holds. ``moment`` gives each unit of work its time and chance."""

    def __init__(self, store: Store, senders: Mapping[str, Sender], moment: Callable[[], Moment]) -> None:
        self._store = store
        self._senders = senders
        self._moment = moment
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._stopping = False
        self._asked: dict[int, datetime] = {}
        self._blind = asyncio.Lock()
        self._asking = asyncio.Lock()
        self.turned_at = time.monotonic()  # when the loop came round last

    def take(self, rows: Sequence[outbox.OutboxRow]) -> None:
        """Rows claimed by the unit of work that wrote them; rows of one recipient keep their order.

        Rows of a channel that another process sends are given back at once, and all of them once this one is to end.
        """
        senders = {} if self._stopping else self._senders
        foreign = [row for row in rows if row.channel not in senders]
        if foreign:
            self._begin(self._give_back(foreign))
        lines: dict[tuple[str, str], list[outbox.OutboxRow]] = {}
        for row in rows:
            if row.channel in senders:
                lines.setdefault((row.channel, row.recipient), []).append(row)
        for line in lines.values():
            self._begin(self._line(line))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _give_back(self, rows: list[outbox.OutboxRow]) -> None:
        await self._store.run(lambda conn: outbox.release(conn, rows))

    def nudge(self) -> None:
        """Look into the outbox now."""
        self._wake.set()

    async def run(self, every_s: float = 1.0) -> None:
        """Sweeps until stopped. A failing sweep is logged and tried again: the database may be away for a while."""
        while not self._stopping:
            self.turned_at = time.monotonic()
            try:
                await self.sweep()
            except Exception as error:  # whatever it is, the next sweep must still come
                log.error("sweep_failed", error=type(error).__name__)
            try:
                await asyncio.wait_for(self._wake.wait(), every_s)
            except TimeoutError:
                continue
            finally:
                self._wake.clear()

    async def sweep(self) -> int:
        """Claims what is due and starts sending it; gives the number of rows claimed."""
        room = AT_ONCE - len(self._tasks)
        if room <= 0:
            return 0
        rows = await self._store.run(partial(self._claim, room))
        if self._stopping:  # awaited here, because nobody waits any more for a task that begins now
            await self._give_back(rows)
            return 0
        self.take(rows)
        return len(rows)

    def _claim(self, room: int, conn: Connection) -> list[outbox.OutboxRow]:
        moment = self._moment()
        quick = [channel for channel in self._senders if channel not in SLOW]
        slow = [channel for channel in self._senders if channel in SLOW]
        rows = outbox.claim(conn, moment.now, moment.lease_s, room, quick)
        if slow and len(rows) < room:
            rows += outbox.claim(conn, moment.now, moment.lease_s * SLOWER, room - len(rows), slow)
        return rows

    async def stop(self, within_s: float = 20.0) -> None:
        """Begins nothing new, waits for what has begun."""
        self._stopping = True
        self._wake.set()
        end = time.monotonic() + within_s
        # What is settled hands over the next row of its line, so that there are new tasks when the first ones are done.
        while self._tasks and (left := end - time.monotonic()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left)

    async def idle(self) -> None:
        """Waits until nothing is on its way (for tests and the orderly end)."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _begin_by(self, row: outbox.OutboxRow) -> datetime:
        """When it is too late to begin the call of a row that was claimed now: others may have the row before it ends."""
        moment = self._moment()
        lease_s = moment.lease_s * (SLOWER if row.channel in SLOW else 1)
        return moment.now + timedelta(seconds=lease_s / WAITS)

    async def _line(self, rows: list[outbox.OutboxRow]) -> None:
        begin_by = {row.id: self._begin_by(row) for row in rows}
        while rows and not self._stopping:
            row = rows.pop(0)
            receipt = await self._one(row, begin_by[row.id])
            if receipt is not None and receipt.put_back:
                self.take(receipt.rows)
            if receipt is None or receipt.put_back:
                break  # it will be tried again, and what stands behind it in this line must not overtake it
            others = [r for r in receipt.rows if (r.channel, r.recipient) != (row.channel, row.recipient)]
            following = [r for r in receipt.rows if r not in others]
            begin_by |= {r.id: self._begin_by(r) for r in following}
            rows.extend(following)
            self.take(others)
        if rows:
            await self._give_back(rows)

    async def _one(self, row: outbox.OutboxRow, begin_by: datetime) -> Receipt | None:
        try:
            if row.interrupted and row.policy == "ask-first":
                return await self._ask_first(row)
            if row.interrupted and row.policy == "may-repeat":
                return await self._look_first(row, begin_by)
            return await self._leave(row, begin_by)
        except Exception as error:
            # A fault of ours: the row keeps its lease, comes back when it runs out, and is buried after its tries.
            log.error("delivery_failed", row=row.id, kind=row.kind, error=type(error).__name__)
            if row.attempts < TRIES:
                return None
            return await self._store.run(lambda conn: settle(conn, row, Failed("unknown"), self._moment()))

    async def _leave(self, row: outbox.OutboxRow, begin_by: datetime) -> Receipt:
        """A message that could be sent twice and never be found again leaves alone, so that a crash repeats one at most."""
        if row.policy != "may-repeat" or self._senders[row.channel].can_ask(row):
            return await self._in_time(row, begin_by)
        async with self._blind:
            return await self._in_time(row, begin_by)

    async def _in_time(self, row: outbox.OutboxRow, begin_by: datetime) -> Receipt:
        """Sends, unless the row waited so long that somebody else may take it over meanwhile: then it is given back."""
        if self._moment().now < begin_by:
            return await self._send(row)
        await self._give_back([row])
        return Receipt(put_back=True)

    async def _send(self, row: outbox.OutboxRow) -> Receipt:
        reach("taken")
        outcome = await self._call(row)
        reach("sent")
        if not isinstance(outcome, Sent):
            log.info("not_sent", row=row.id, kind=row.kind, code=getattr(outcome, "code", "no_answer"))
        # First in its group: an answer to this message may wait in the same group, and its line is free then.
        receipt = await self._store.run(lambda conn: settle(conn, row, outcome, self._moment()), first=True)
        reach("settled")
        return receipt

    async def _call(self, row: outbox.OutboxRow) -> Outcome:
        try:
            limit = CALL_S * (SLOWER if row.channel in SLOW else 1)
            return await asyncio.wait_for(self._senders[row.channel].send(row), limit)
        except TimeoutError:
            return Unsure()
        except ShelfAway as away:  # whoever needs a file, in whatever channel: nothing was sent yet
            return Failed(away.code)

    async def _ask_first(self, row: outbox.OutboxRow) -> Receipt | None:
        # Kept here and not with the row: after a restart the provider is given its time anew, which errs on the silent side.
        since = self._asked.setdefault(row.id, self._moment().now)
        found = await self._senders[row.channel].reconcile(row)
        receipt = await self._store.run(lambda conn: reconciled(conn, row, found, since, self._moment()))
        if receipt is not None and receipt.put_back:
            return receipt
        del self._asked[row.id]
        return receipt if receipt is not None else await self._send(row)

    async def _look_first(self, row: outbox.OutboxRow, begin_by: datetime) -> Receipt:
        """A message that may have been sent is looked for in its chat before it is sent again."""
        sender = self._senders[row.channel]
        if not sender.can_ask(row):
            return await self._leave(row, begin_by)
        last = await self._store.read(lambda conn: outbox.last_number(conn, row.channel, row.recipient))
        async with self._asking:  # one by one: a crash under load leaves many, and the provider counts our calls
            if self._moment().now >= begin_by:
                await self._give_back([row])
                return Receipt(put_back=True)
            found = await self._sought(replace(row, above=max(row.above, last)))
        if found is None and self._moment().now >= begin_by:  # whoever takes it next need not look again
            await self._store.run(lambda conn: outbox.release(conn, [row], certain=True))
            return Receipt(put_back=True)
        if found is None:
            return await self._leave(row, begin_by)
        log.info("looked_for", row=row.id, kind=row.kind, found=isinstance(found, Sent))
        plain = isinstance(found, Sent) or (isinstance(found, Failed) and not found.failure.retry)
        told = found if plain else Unsure()  # what kept us from looking passes; the doubt remains
        return await self._store.run(lambda conn: settle(conn, row, told, self._moment()))

    async def _sought(self, row: outbox.OutboxRow) -> Outcome | None:
        try:
            return await asyncio.wait_for(self._senders[row.channel].reconcile(row), SEARCH_S)
        except TimeoutError:
            return None
