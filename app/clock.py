"""The time. In production it is the machine's; in a rehearsal it follows the sandbox's clock, so that days pass at the press of a button."""

import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    """Aware UTC."""
    return datetime.now(UTC)


class RehearsalClock:
    """The machine's time plus what the sandbox has been moved by. A thread asks for it, so that ``__call__`` never waits."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + "/sandbox/clock"
        self._offset = self._ask(0, wait_s=0)
        threading.Thread(target=self._follow, name="rehearsal clock", daemon=True).start()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._offset)

    def _ask(self, known: float, wait_s: int) -> float:
        with urlopen(f"{self._url}?wait={wait_s}&known={known}", timeout=wait_s + 10) as answer:
            return float(json.load(answer)["offset_s"])

    def _follow(self) -> None:
        while True:
            try:
                self._offset = self._ask(self._offset, wait_s=20)
            except (OSError, ValueError, KeyError):  # the sandbox is restarting; the last known time goes on
                time.sleep(0.5)
