"""The updates of one bot: numbered, kept, handed over by polling or by webhook, acknowledged."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import orjson

from sandbox.faults import HANDING, Faults
from sandbox.ledger import Ledger
from sandbox.shapes import Json
from sandbox.telegram.places import Bot, Series
from sandbox.telegram.refusal import Refusal

NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(slots=True)
class Waiting:
    """One update: its JSON as first made, the chat whose order it keeps, and whether the bot has taken it."""

    update_id: int
    update: Json
    lane: str
    taken: bool = False
    attempts: int = 0


class Updates:
    """The queue of one bot."""

    def __init__(self, bot: Bot, ledger: Ledger, faults: Faults) -> None:
        self.bot = bot
        self._ledger = ledger
        self._faults = faults
        self._numbers = Series()
        self.all: dict[int, Waiting] = {}
        self.waiting: dict[int, Waiting] = {}
        self.lanes: dict[str, dict[int, Waiting]] = {}
        self.allowed: list[str] | None = None
        self.arrived = asyncio.Event()
        self._poll: asyncio.Event | None = None

    def wants(self, kind: str) -> bool:
        """Whether this kind is asked for; a few kinds come only when they are named."""
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def add(self, kind: str, payload: Json, lane: str) -> Waiting | None:
        """Make an update, log it and put it in the queue; nothing when the bot did not ask for the kind."""
        if not self.wants(kind):
            return None
        number = self._numbers.next()
        update = orjson.loads(orjson.dumps({"update_id": number, kind: payload}))
        entry = Waiting(number, update, lane)
        self.all[entry.update_id] = entry
        self._queue(entry)
        self._ledger.write("update", bot=self.bot.key, update_id=entry.update_id, update=update)
        self.arrived.set()
        return entry

    def _queue(self, entry: Waiting) -> None:
        self.waiting[entry.update_id] = entry
        self.lanes.setdefault(entry.lane, {})[entry.update_id] = entry

    def take(self, entry: Waiting) -> None:
        """The bot has acknowledged it."""
        if not entry.taken:
            entry.taken = True
            self.waiting.pop(entry.update_id, None)
            self.lanes.get(entry.lane, {}).pop(entry.update_id, None)
            self._ledger.write("acknowledged", bot=self.bot.key, update_id=entry.update_id)

    def offer(self, entry: Waiting) -> None:
        """Put an update that was taken before into the queue again, for a bot that polls."""
        entry.taken = False
        self._queue(entry)
        self.arrived.set()

    def drop(self) -> None:
        """Forget what waits, as ``drop_pending_updates`` asks."""
        self.waiting.clear()
        self.lanes.clear()

    async def poll(self, params: Json) -> list[Json]:
        """``getUpdates``: acknowledge below ``offset``, wait up to ``timeout`` seconds for something to give.

        Raises ``Refusal`` 409 in the older of two polls.
        """
        if "allowed_updates" in params:
            self.allowed = params["allowed_updates"] or None
        self._acknowledge(params.get("offset", 0))
        ended = self._replace_poll()
        limit = min(max(params.get("limit", 100), 1), 100)
        if not self.waiting:
            await self._wait(ended, min(params.get("timeout", 0), 50))
        if ended.is_set():
            raise Refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one bot "
                               "instance is running")  # fmt: skip
        self._poll = None
        return self._handed([entry.update for entry in list(self.waiting.values())[:limit]])

    def _acknowledge(self, offset: int) -> None:
        if offset < 0:
            offset = [0, *self.waiting][offset:][0] if len(self.waiting) >= -offset else 0
        for update_id in [number for number in self.waiting if number < offset]:
            self.take(self.waiting[update_id])

    def _replace_poll(self) -> asyncio.Event:
        if self._poll:
            self._poll.set()
        self._poll = asyncio.Event()
        return self._poll

    async def _wait(self, ended: asyncio.Event, seconds: float) -> None:
        self.arrived.clear()
        waits = [asyncio.ensure_future(self.arrived.wait()), asyncio.ensure_future(ended.wait())]
        with suppress(TimeoutError):
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    def _handed(self, batch: list[Json]) -> list[Json]:
        fault = self._faults.take({"telegram", "webhook"}, self.bot.key, HANDING) if batch else None
        if fault and fault.kind == "duplicate":
            return [update for update in batch for _ in range(2)]
        return list(reversed(batch)) if fault else batch
