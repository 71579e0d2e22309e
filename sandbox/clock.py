"""The sandbox's clock: real time plus an offset that the control calls move."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime


class Clock:
    """Tells the time to every stand-in, so that one call can move all stamps and expiries together."""

    def __init__(self, epoch: str | None) -> None:
        self.offset = datetime.fromisoformat(epoch).timestamp() - time.time() if epoch else 0.0
        self._moved = asyncio.Event()
        self._watchers: list[Callable[[], None]] = []

    def seconds(self) -> float:
        """Now, as seconds since 1970."""
        return time.time() + self.offset

    def stamp(self) -> int:
        """Now, as whole seconds, the form of Telegram's and Stripe's stamps."""
        return int(self.seconds())

    def now(self) -> datetime:
        """Now, as an aware time in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call ``watcher`` after every jump of the clock."""
        self._watchers.append(watcher)

    def advance(self, seconds: float) -> None:
        """Move the clock and tell everyone who waits for it."""
        self.offset += seconds
        self._announce()

    def rewind(self) -> None:
        """Go back to real time."""
        self.offset = 0.0
        self._announce()

    def _announce(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()
        for watcher in self._watchers:
            watcher()

    async def moved(self, known: float, wait: float) -> None:
        """Return at once when the offset differs from ``known``, else after a jump or ``wait`` seconds."""
        if abs(self.offset - known) < 0.001:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), wait)
