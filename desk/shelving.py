"""The shelf and the books compared, both ways: bytes that no row needs leave the shelf, rows whose bytes are gone are told of.

Both name their files in the same order, so one walk along the two compares them without holding either in the memory.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

import structlog
from sqlalchemy import Connection

from desk.alarm import missing_files
from desk.desk import Desk
from storage import noticed, outbox
from storage.erasure import is_needed, take_away
from storage.needed import codes, needed
from storage.shelf import Shelf

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=6)  # a walk along all files: rarely, and never in a hurry
OLD = timedelta(
    days=1
)  # what is younger may still be on its way from the shelf into a row, or from a row onto the shelf
AT_ONCE = 200
NAMED = 1000  # so many missing files are remembered by name; where more are missing, all of them are


@dataclass(frozen=True, slots=True)
class Compared:
    """``unneeded``: bytes without a row; ``missing``: rows without bytes; ``leftovers``: what dead writers left, cleared away."""

    unneeded: int = 0
    missing: int = 0
    leftovers: int = 0


async def clear(desk: Desk, shelf: Shelf, names: Iterable[str]) -> None:
    """Takes bytes that nobody needs off the shelf. Raises ShelfAway.

    Each is looked at once more in the very unit that takes it away: it may be needed by now. That unit waits for the shelf, so the
    shelf is asked beforehand: a database must not wait for a store of files that hangs.
    """
    for name in names:
        await asyncio.to_thread(shelf.prove)
        await desk.store.run(partial(take_away, shelf, str(name)))


class Shelving:
    """Compares now and then."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf

    async def due(self) -> Compared | None:
        """Compares if nobody has for EVERY: restarts and other processes count, for the hour stands in the database."""
        now = self._desk.clock()
        if not await self._desk.store.run(lambda conn: noticed.again(conn, "compared", now, EVERY)):
            return None
        return await self.compare()

    async def compare(self) -> Compared:
        """One walk. The staff is told of each missing file once. Raises ShelfAway when the shelf cannot be asked."""
        before = self._desk.clock() - OLD
        loop = asyncio.get_running_loop()

        def read(work: Any) -> Any:
            return asyncio.run_coroutine_threadsafe(self._desk.store.read(work), loop).result()

        walk = _unlike(self._shelf.names(), needed(read), before)
        dropped, missing, named = 0, 0, list[str]()
        while some := await asyncio.to_thread(_some, walk):
            unneeded = [name for name, on_shelf in some if on_shelf]
            gone = await asyncio.to_thread(self._gone, [name for name, on_shelf in some if not on_shelf])
            await clear(self._desk, self._shelf, unneeded)
            dropped, missing = dropped + len(unneeded), missing + len(gone)
            named += gone[: NAMED - len(named)]
        leftovers = await asyncio.to_thread(self._shelf.tidy, before)
        self._desk.deliverer.take(await self._desk.store.run(lambda conn: self._told(conn, named, missing)))
        if dropped or missing or leftovers:
            log.warning("shelf_compared", unneeded=dropped, missing=missing, leftovers=leftovers)
        return Compared(dropped, missing, leftovers)

    def _gone(self, names: Sequence[str]) -> list[str]:
        """Those that really are not there: some may have come back since the shelf was listed."""
        return [name for name in names if not self._shelf.has(name)]

    def _told(self, conn: Connection, named: Sequence[str], missing: int) -> list[outbox.OutboxRow]:
        now, named = self._desk.clock(), [name for name in named if is_needed(conn, name)]  # it may be erased by now
        still = {f"missing {name}" for name in named}
        noticed.over(conn, [what for what in noticed.of_kind(conn, "missing") if what not in still])
        news = [name for name in named if noticed.lasts(conn, f"missing {name}", now)]
        if not news:
            return []
        count = missing if missing > NAMED else len(news)
        note = missing_files(self._desk.clinic, count, codes(conn, news))
        return outbox.put(conn, [note], now, self._desk.moment().lease_s)


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
