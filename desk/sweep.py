"""What is due rings, a group of timers in one unit of work: one commit each could not keep up with a morning's reminders.

A group is small enough that whoever else wants to write need not wait. When anything in it raises, nothing of it happened, and its
timers ring one by one, so that one case's fault keeps nobody waiting. Groups follow one another; the event loop is free meanwhile.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from desk.errors import place_of
from desk.receive import Receipt
from storage import cases, paces, timers
from storage.engine import Store

log = structlog.get_logger(__name__)

GROUP = 256
PAUSE = timedelta(
    minutes=5
)  # a timer that failed rings again after it, so that it neither hides the others nor fills the log
PACE = "timers"

Ring = Callable[[Connection, Sequence[timers.Timer]], Receipt]


class Sweep:
    """``ring`` decides what timers mean, inside the unit; ``done`` is told what may leave after it. ``per_s``: so many of the paced lane."""

    def __init__(
        self,
        store: Store,
        ring: Ring,
        done: Callable[[Receipt], Awaitable[None]],
        clock: Callable[[], datetime],
        per_s: float,
    ) -> None:
        self._store = store
        self._ring = ring
        self._done = done
        self._clock = clock
        self._per_s = per_s

    async def look(self) -> int:
        """Lets everything ring that is due, oldest first, and of the paced lane as much as its pace allows. Gives their number."""
        return await self._lane(paced=False) + await self._lane(paced=True)

    async def _lane(self, paced: bool) -> int:
        if not await self._store.read(partial(timers.due, now=self._clock(), limit=1, paced=paced)):
            return 0
        rung, number = 0, GROUP
        while number == GROUP:
            try:
                number, receipt = await self._store.run(partial(self._group, paced))
                await self._done(receipt)
            except Exception as error:
                log.error("timers_failed", paced=paced, error=place_of(error))
                number = await self._one_by_one(paced)
            rung += number
        return rung

    def _group(self, paced: bool, conn: Connection) -> tuple[int, Receipt]:
        now = self._clock()
        most = min(GROUP, paces.room(conn, PACE, now, self._per_s)) if paced else GROUP
        ringing = timers.claim(conn, now, most, paced) if most > 0 else []
        if not ringing:
            return 0, Receipt()
        if paced:
            paces.take(conn, PACE, now, self._per_s, len(ringing))
        return len(ringing), self._ring(conn, ringing)

    async def _one_by_one(self, paced: bool) -> int:
        now = self._clock()
        found = await self._store.read(partial(timers.due, now=now, limit=GROUP, paced=paced))
        for timer in found:
            try:
                await self._done(await self._store.run(partial(self._alone, timer, paced)))
            except Exception as error:
                log.error("timer_failed", timer=timer.id, kind=timer.kind, error=place_of(error))
                await self._store.run(partial(_later, timer, now + PAUSE))
        return len(found)

    def _alone(self, timer: timers.Timer, paced: bool, conn: Connection) -> Receipt:
        now = self._clock()
        cases.by_id(conn, timer.case_id)  # the case is locked before its timer, as in every other unit: no deadlock
        if paced and paces.room(conn, PACE, now, self._per_s) < 1:
            return Receipt(fresh=False)
        if not timers.take(conn, timer, now):
            return Receipt(fresh=False)
        if paced:
            paces.take(conn, PACE, now, self._per_s, 1)
        return self._ring(conn, [timer])


def _later(timer: timers.Timer, at: datetime, conn: Connection) -> None:
    timers.wake(conn, timer.case_id, timer.kind, timer.key, at)
