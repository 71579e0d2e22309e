"""Hands webhooks to the product: signed by the caller, retried with a short growing pause until one is taken."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.faults import Fault, Faults
from sandbox.ledger import Ledger

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class Parcel:
    """One attempt: where to, the body, its headers and what to call it in the log."""

    url: str
    body: bytes
    headers: dict[str, str]
    label: dict[str, str | int]


Packing = Callable[[], Parcel | None]
"""Makes the parcel anew for each attempt, because signatures carry a time; nothing when there is nowhere to send it."""


class Pusher:
    """Sends parcels over one pool of connections."""

    def __init__(self, ledger: Ledger, faults: Faults) -> None:
        self._ledger = ledger
        self._faults = faults
        self._session: aiohttp.ClientSession | None = None
        self._running: set[asyncio.Task[None]] = set()

    def _pool(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=100)
            self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=20))
        return self._session

    async def once(self, parcel: Parcel) -> tuple[int, bytes]:
        """One attempt: the status (0 when nobody answered) and the answer's body."""
        strike = self._faults.take({"webhook"}, "", {"reset", "429", "500", "502", "lost_reply", "delay"})
        if strike and strike.kind == "delay":
            await asyncio.sleep(strike.delay_s)
        lost = strike is not None and strike.kind != "delay"
        status, body = (0, b"") if lost and strike and strike.kind != "lost_reply" else await self._post(parcel)
        self._ledger.write("webhook", to=parcel.url, status=0 if lost else status, **parcel.label)
        return (0, b"") if lost else (status, body)

    async def _post(self, parcel: Parcel) -> tuple[int, bytes]:
        try:
            async with self._pool().post(parcel.url, data=parcel.body, headers=parcel.headers) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0, b""

    async def until_taken(self, pack: Packing) -> bytes | None:
        """Repeat until a 2xx comes, then give its body; nothing when there is nowhere to send it any more."""
        pause = _FIRST_PAUSE
        while parcel := pack():
            status, body = await self.once(parcel)
            if 200 <= status < 300:
                return body
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        return None

    def twice(self) -> Fault | None:
        """The next fault that asks for a webhook to be handed over twice."""
        return self._faults.take({"webhook"}, "", {"duplicate"})

    def insisting(self) -> bool:
        """Whether a fault asks that the next status callback be repeated until it is taken."""
        return self._faults.take({"twilio"}, "status", {"repeat"}) is not None

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the background and keep it alive until it ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Stop everything under way."""
        for task in list(self._running):
            task.cancel()
        if self._session:
            await self._session.close()
