"""The ground truth: what really happened, written down before anyone is answered."""

import asyncio
from io import FileIO
from pathlib import Path
from typing import Any

import orjson

from sandbox.clock import Clock
from sandbox.shapes import Json

_SILENT = {"acknowledged", "webhook", "update", "refused"}


class Ledger:
    """Effects, provider requests and listeners; the effects also go to a file of JSON lines.

    Every record is ``{"n", "at", "kind", …}``; every request is ``{"n", "provider", "method", "params", "status"}``.
    """

    def __init__(self, clock: Clock, log_file: str | None) -> None:
        self._clock = clock
        self.records: list[Json] = []
        self.requests: list[Json] = []
        self._listeners: set[asyncio.Queue[Json]] = set()
        self._file = _opened(log_file)

    def write(self, kind: str, **facts: Any) -> Json:
        """Append one effect; the file is written without a buffer so that a killed sandbox still leaves its story."""
        record = {"n": len(self.records) + 1, "at": self._clock.now().isoformat(), "kind": kind, **facts}
        self.records.append(record)
        if self._file:
            self._file.write(orjson.dumps(record) + b"\n")
        if kind not in _SILENT:
            self.announce({"kind": kind, "chat": facts.get("chat"), "n": record["n"]})
        return record

    def request(self, provider: str, method: str, params: Any, status: int) -> None:
        """Note one provider request as it was decoded, for checks against the published descriptions."""
        number = len(self.requests) + 1
        self.requests.append({"n": number, "provider": provider, "method": method, "params": params, "status": status})

    def announce(self, change: Json) -> None:
        """Tell the live page that something changed."""
        for listener in self._listeners:
            listener.put_nowait(change)

    def listen(self) -> asyncio.Queue[Json]:
        """A queue that receives every later change, until ``leave``."""
        queue: asyncio.Queue[Json] = asyncio.Queue()
        self._listeners.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[Json]) -> None:
        """Stop listening."""
        self._listeners.discard(queue)

    def clear(self) -> None:
        """Forget everything; the file keeps its lines and gets one that marks the cut."""
        self.records.clear()
        self.requests.clear()
        if self._file:
            self._file.write(b'{"kind":"reset"}\n')


def _opened(log_file: str | None) -> FileIO | None:
    if not log_file:
        return None
    Path(log_file).parent.mkdir(parents=True, exist_ok=True)
    return FileIO(log_file, "a")
