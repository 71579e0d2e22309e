"""The shelf and the books compared, both ways: bytes that no row needs leave the shelf, rows whose bytes are gone are told of.

Both name their files in the same order, so one walk along the two compares them without holding either in the memory.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

import structlog

from desk.alarm import missing_files
from desk.desk import Desk
from storage import outbox
from storage.erasure import take_away
from storage.needed import needed
from storage.shelf import Shelf

log = structlog.get_logger(__name__)

OLD = timedelta(
    days=1
)  # what is younger may still be on its way from the shelf into a row, or from a row onto the shelf
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Compared:
    """``unneeded``: bytes without a row; ``missing``: rows without bytes; ``leftovers``: what dead writers left, cleared away."""

    unneeded: int = 0
    missing: int = 0
    leftovers: int = 0


class Shelving:
    """Compares now and then. ``missing``: how many files were not there the last time."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf
        self.missing = 0

    async def compare(self) -> Compared:
        """One walk. The staff is told when more files are missing than the last time. Raises ShelfAway when the shelf cannot be asked."""
        before = self._desk.clock() - OLD
        loop = asyncio.get_running_loop()

        def read(work: Any) -> Any:
            return asyncio.run_coroutine_threadsafe(self._desk.store.read(work), loop).result()

        walk = _unlike(self._shelf.names(), needed(read), before)
        dropped = missing = 0
        while some := await asyncio.to_thread(_some, walk):
            for name, on_shelf in some:
                dropped += on_shelf
                missing += not on_shelf
                if on_shelf:  # looked at once more in the very unit that takes it away: it may be needed by now
                    await self._desk.store.run(partial(take_away, self._shelf, name))
        leftovers = await asyncio.to_thread(self._shelf.tidy, before)
        await self._tell(missing)
        if dropped or missing or leftovers:
            log.warning("shelf_compared", unneeded=dropped, missing=missing, leftovers=leftovers)
        return Compared(dropped, missing, leftovers)

    async def _tell(self, missing: int) -> None:
        more, self.missing = missing > self.missing, missing
        if more:
            note, now = missing_files(self._desk.clinic, missing), self._desk.clock()
            rows = await self._desk.store.run(lambda conn: outbox.put(conn, [note], now))
            self._desk.deliverer.take(rows)


def _some(walk: Iterator[tuple[str, bool]]) -> list[tuple[str, bool]]:
    return list(islice(walk, AT_ONCE))


def _unlike(
    there: Iterator[tuple[str, datetime]], wanted: Iterator[tuple[str, datetime]], before: datetime
) -> Iterator[tuple[str, bool]]:
    """Names that only one of the two has, and is older than ``before``; True for those on the shelf."""
    left, right = next(there, None), next(wanted, None)
    while left or right:
        if right is None or (left is not None and left[0] < right[0]):
            assert left is not None
            if left[1] < before:
                yield left[0], True
            left = next(there, None)
        elif left is None or right[0] < left[0]:
            if right[1] < before:
                yield right[0], False
            right = next(wanted, None)
        else:
            left, right = next(there, None), next(wanted, None)
