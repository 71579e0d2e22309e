"""Files of the shelf at hand for a while: scrolling through a CT asks for the same archive twenty times, and a bucket would send it each time."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.shelf import Shelf

KEPT_S = 300.0
MOST = 4  # at once: each may be gigabytes where the shelf is a bucket


@dataclass(slots=True)
class _Held:
    path: Path
    close: Callable[[], None]
    used_at: float
    users: int = 0


class HeldFiles:
    """Paths from ``Shelf.local`` that stay good for some minutes after their last use. For threads."""

    def __init__(self, shelf: Shelf, clock: Callable[[], float] = time.monotonic) -> None:
        self._shelf = shelf
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._door = threading.Lock()
        self._fetching: dict[str, threading.Lock] = {}

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """A path that is good for the block. Raises as the shelf does."""
        held = self._take(sha256)
        try:
            yield held.path
        finally:
            with self._door:
                held.users -= 1
                held.used_at = self._clock()
            self.tidy()

    def _take(self, sha256: str) -> _Held:
        with self._door:
            fetching = self._fetching.setdefault(sha256, threading.Lock())
        with fetching:  # whoever wants the same file waits for one fetch; others are not held up
            with self._door:
                held = self._held.get(sha256)
                if held:
                    held.users += 1
                    return held
            stack = ExitStack()
            held = _Held(stack.enter_context(self._shelf.local(sha256)), stack.close, self._clock(), 1)
            with self._door:
                self._held[sha256] = held
                self._fetching.pop(sha256, None)
            return held

    def tidy(self, kept_s: float = KEPT_S) -> None:
        """Lets go of what nobody used for so long, and of the oldest where there are too many: also called by the clock, for erased files."""
        with self._door:
            idle = sorted((one.used_at, name) for name, one in self._held.items() if not one.users)
            spare = len(self._held) - MOST
            for place, (used_at, name) in enumerate(idle):
                if place < spare or self._clock() - used_at >= kept_s:
                    self._held.pop(name).close()
