"""Whether this process can work: its loops go round, and the store of files answers. Asked often, so it never waits long and never twice."""

import asyncio
import time
from collections.abc import Sequence

from desk.desk import Desk
from storage.shelf import Shelf, ShelfAway

FRESH_S = 15.0  # an answer of the shelf counts so long: whoever watches asks every few seconds, and a bucket is paid by the question
WAIT_S = 2.0
STUCK_S = 120.0  # the loop that sends comes round every second


class Pulse:
    """One per process. ``loops``: tasks that may never end while the service runs."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf
        self._asking: asyncio.Task[None] | None = None
        self._asked_at = float("-inf")
        self._away: ShelfAway | None = None
        self.loops: Sequence[asyncio.Task[None]] = ()

    async def shelf(self) -> ShelfAway | None:
        """None when it answers. One question at a time: a store that hangs must not use up the threads that files need."""
        if self._asking is None and time.monotonic() - self._asked_at > FRESH_S:
            self._asking = asyncio.create_task(self._ask())
        if self._asking is not None:
            done, _ = await asyncio.wait({self._asking}, timeout=WAIT_S)
            if not done:
                return ShelfAway("no answer yet")
        return self._away

    async def _ask(self) -> None:
        try:
            await asyncio.to_thread(self._shelf.prove)
            self._away = None
        except ShelfAway as away:
            self._away = away
        finally:
            self._asked_at = time.monotonic()
            self._asking = None

    def alive(self) -> bool:
        """Whether every loop still runs: one that has ended or hangs would be noticed by nobody, for the others go on."""
        turned = time.monotonic() - self._desk.deliverer.turned_at < STUCK_S
        return turned and not any(task.done() for task in self.loops)
