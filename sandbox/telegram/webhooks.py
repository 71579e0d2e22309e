"""Pushes updates to a bot's webhook: in order within a chat, many chats at once, repeated until taken."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson

from sandbox.faults import HANDING, Faults
from sandbox.push import Parcel, Pusher
from sandbox.shapes import Json
from sandbox.telegram.places import Bot
from sandbox.telegram.refusal import bad
from sandbox.telegram.updates import Updates, Waiting

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}

Calling = Callable[[Bot, str, Json], Awaitable[object]]
"""Carries out a method that a webhook's answer names."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a bot wants its updates."""

    url: str
    secret: str | None
    max_connections: int


class Webhook:
    """The webhook of one bot; without a target nothing is pushed."""

    def __init__(self, updates: Updates, pusher: Pusher, faults: Faults, call: Calling) -> None:
        self._updates = updates
        self._pusher = pusher
        self._faults = faults
        self._call = call
        self.target: Target | None = None
        self.last_error: tuple[int, str] | None = None
        self._lanes: set[str] = set()
        self._held: set[int] = set()
        self._places = asyncio.Semaphore(40)

    def aim(self, params: Json) -> None:
        """``setWebhook``; an empty url takes it away. Raises ``Refusal`` for a bad address or secret."""
        url = params.get("url", "")
        secret = params.get("secret_token")
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad("secret token contains unallowed characters")
        if url and not _allowed(url):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        if "allowed_updates" in params:
            self._updates.allowed = params["allowed_updates"] or None
        self.remove(params)
        if url:
            limit = min(max(params.get("max_connections", 40), 1), 100)
            self._places = asyncio.Semaphore(limit)
            self.target = Target(url, secret, limit)
            self.wake()

    def remove(self, params: Json) -> None:
        """``deleteWebhook``."""
        self.target = None
        if params.get("drop_pending_updates"):
            self._updates.drop()

    def info(self) -> Json:
        """``getWebhookInfo``."""
        info: Json = {
            "url": self.target.url if self.target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.waiting),
        }
        if self.target:
            info["max_connections"] = self.target.max_connections
        if self._updates.allowed:
            info["allowed_updates"] = self._updates.allowed
        if self.last_error and self.target:
            info["last_error_date"], info["last_error_message"] = self.last_error
        return info

    def wake(self) -> None:
        """Start a lane for every chat that has something waiting and no lane yet."""
        if self.target is None:
            return
        for lane, entries in self._updates.lanes.items():
            if entries:
                self.start(lane)

    def start(self, lane: str) -> None:
        """Start the lane of one chat unless it is under way."""
        if self.target and lane not in self._lanes:
            self._lanes.add(lane)
            self._pusher.start(self._drain(lane))

    async def _drain(self, lane: str) -> None:
        while self.target and (entry := self._next(lane)):
            fault = self._faults.take({"telegram", "webhook"}, self._updates.bot.key, HANDING)
            if fault and fault.kind == "reorder":
                self._held.add(entry.update_id)
                self._pusher.start(self._later(entry, fault.delay_s))
                continue
            await self._hand(entry)
            if fault:
                await self.again(entry)
        self._lanes.discard(lane)

    def _next(self, lane: str) -> Waiting | None:
        mine = self._updates.lanes.get(lane, {}).values()
        return next((entry for entry in mine if entry.update_id not in self._held), None)

    async def _later(self, entry: Waiting, seconds: float) -> None:
        """A held update must not stay in its lane, or it would only delay those behind it."""
        await asyncio.sleep(seconds)
        await self._hand(entry)
        self._held.discard(entry.update_id)

    async def _hand(self, entry: Waiting) -> None:
        async with self._places:
            body = await self._pusher.until_taken(lambda: None if entry.taken else self.parcel(entry))
        if body is None:
            return
        self._updates.take(entry)
        await self._reply(body)

    async def _reply(self, body: bytes) -> None:
        """A method named in the webhook's answer is carried out, as the Bot API documents."""
        try:
            said = orjson.loads(body) if body else None
        except orjson.JSONDecodeError:
            return
        if isinstance(said, dict) and isinstance(said.get("method"), str):
            await self._call(self._updates.bot, said.pop("method"), said)

    async def again(self, entry: Waiting) -> int:
        """Hand a recorded update over once more, whether or not it was taken; gives the status."""
        parcel = self.parcel(entry)
        return (await self._pusher.once(parcel))[0] if parcel else 0

    def parcel(self, entry: Waiting) -> Parcel | None:
        """The update as one request to the bot's webhook."""
        if self.target is None:
            return None
        entry.attempts += 1
        headers = {"Content-Type": "application/json"}
        if self.target.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.target.secret
        label: dict[str, str | int] = {"bot": self._updates.bot.key, "update_id": entry.update_id}
        return Parcel(self.target.url, orjson.dumps(entry.update), headers, label)


def _allowed(url: str) -> bool:
    """Telegram wants https; plain http is taken here for loopback, where the sandbox lives."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
