"""Our own getUpdates loop, for a machine that no webhook can reach. Both libraries acknowledge before the work is done (pitfall 2).

An update is acknowledged by asking for the next one, so the offset moves only past updates that were handled, commit included.
It serves both bots and therefore imports neither library.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import orjson
import structlog

log = structlog.get_logger(__name__)

Update = dict[str, Any]
Fetch = Callable[[int, int], Awaitable[Sequence[Update]]]  # offset, seconds to wait → raw updates
Handle = Callable[[bytes], Awaitable[int | None]]  # raw update → an HTTP status; 5xx or an exception: not taken

LONGEST_PAUSE_S = 30.0
GRACE_S = 0.8  # what is being handled when the end comes may use this long; the rest comes again at the next start


class Poller:
    """One bot's loop. ``wait_s`` is how long Telegram may keep a request open when there is nothing to tell."""

    def __init__(self, name: str, fetch: Fetch, handle: Handle, wait_s: int = 25, pause_s: float = 1.0) -> None:
        self._name = name
        self._fetch = fetch
        self._handle = handle
        self._wait_s = wait_s
        self._pause_s = pause_s
        self._failures = 0
        self._stopping = asyncio.Event()
        self.offset = 0

    async def run(self) -> None:
        """Runs until stopped. Nothing that a call or an update does ends it."""
        while not self._stopping.is_set():
            try:
                whole = await self._round()
            except Exception as error:  # 409, network, a fault of ours: the next round must still come
                log.warning("polling_failed", bot=self._name, error=type(error).__name__)
                await self._pause(getattr(error, "retry_after", None))
                continue
            if whole:
                self._failures = 0
            else:
                await self._pause(None)

    def stop(self) -> None:
        """``run`` ends within a second."""
        self._stopping.set()

    async def _round(self) -> bool:
        """Asks once and handles what came; False when something was not taken and must come again."""
        updates = await self._unless_stopped(self._fetch(self.offset, self._wait_s))
        if not updates:
            return True
        lines: dict[object, list[Update]] = {}
        for update in sorted(updates, key=lambda update: int(update["update_id"])):
            lines.setdefault(chat_of(update), []).append(update)
        missed: list[int] = []
        await self._unless_stopped(asyncio.gather(*(self._line(line, missed) for line in lines.values())), GRACE_S)
        if not self._stopping.is_set():
            self.offset = min(missed, default=max(int(update["update_id"]) for update in updates) + 1)
        return not missed

    async def _line(self, updates: list[Update], missed: list[int]) -> None:
        """One chat's updates in order; behind one that was not taken none is tried, for it must not overtake."""
        for update in updates:
            if not await self._taken(update):
                missed.append(int(update["update_id"]))
                return

    async def _taken(self, update: Update) -> bool:
        try:
            status = await self._handle(orjson.dumps(update))
        except Exception as error:
            log.error("update_not_taken", bot=self._name, update=update["update_id"], error=type(error).__name__)
            return False
        return status is None or status < 500

    async def _unless_stopped(self, work: Awaitable[Any], grace_s: float = 0.0) -> Any:
        """The result of the work, or None when the end came first and the work did not finish within its grace."""
        task = asyncio.ensure_future(work)
        end = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((task, end), return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                await asyncio.wait((task,), timeout=grace_s)
            return await task if task.done() else None
        finally:
            end.cancel()
            task.cancel()

    async def _pause(self, wish_s: float | None) -> None:
        self._failures += 1
        seconds = wish_s or min(LONGEST_PAUSE_S, self._pause_s * 2.0 ** min(self._failures - 1, 8))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def chat_of(update: Update) -> object:
    """What keeps its order: the chat of a message or button, else the sender; None for kinds that have neither."""
    if "pre_checkout_query" in update:  # a payer waits: nothing else is in this line
        return "checkout", update["update_id"]
    for value in update.values():
        if isinstance(value, dict):
            message = value.get("message")
            holder = message if isinstance(message, dict) else value
            place = holder.get("chat") or value.get("from")
            return place.get("id") if isinstance(place, dict) else None
    return None
