"""A desk with a fake channel for each sender: it writes down what it was given and answers as the test says."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from app.rehearsal.clinic import clinic as a_clinic
from desk.desk import Desk
from desk.receive import ByChat, Envelope
from desk.sending import Outcome, Sent
from flows.incoming import Incoming
from storage.engine import Store
from storage.outbox import OutboxRow
from tests.builders import NOON

T = TypeVar("T")
CHANNELS = ("owner", "fetch", "sms", "staff", "stripe")


class Channel:
    """``answers`` are given in turn, then ``Sent()`` for ever; ``known`` is what the provider says when it is asked."""

    def __init__(self, *answers: Outcome, known: Outcome | None = None) -> None:
        self.answers = list(answers)
        self.known = known
        self.telling = True
        self.sent: list[OutboxRow] = []
        self.asked: list[OutboxRow] = []

    async def send(self, row: OutboxRow) -> Outcome:
        """Notes the row."""
        self.sent.append(row)
        return self.answers.pop(0) if self.answers else Sent()

    def can_ask(self, row: OutboxRow) -> bool:
        """As the test says."""
        return self.telling

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """Notes the question."""
        self.asked.append(row)
        return self.known

    def texts(self) -> list[str]:
        """The texts of what was sent, in order."""
        return [row.payload.get("text") or row.payload.get("body", "") for row in self.sent]


class Office:
    """A desk whose clock stands still until it is moved."""

    def __init__(self, store: Store, channels: tuple[str, ...] = CHANNELS) -> None:
        self.now = NOON
        self.desk = Desk(store, a_clinic(), lambda: self.now)
        self.channels = {name: Channel() for name in channels}
        self.desk.connect(self.channels)
        self.update = 0

    def later(self, **span: float) -> datetime:
        """Moves the clock on."""
        self.now += timedelta(**span)
        return self.now

    async def owner(self, incoming: Incoming, chat: int = 1001) -> None:
        """Something from an owner, taken in and everything that follows from it done."""
        self.update += 1
        await self.desk.accept(Envelope("owner", str(self.update), ByChat(chat), incoming), b"{}")
        await self.desk.deliverer.idle()

    async def sweep(self) -> None:
        """What is due now leaves."""
        await self.desk.deliverer.sweep()
        await self.desk.deliverer.idle()


def in_office(store: Store, story: Callable[[Office], Awaitable[T]], channels: tuple[str, ...] = CHANNELS) -> T:
    """Plays a story in a loop of its own."""

    async def whole() -> T:
        return await story(Office(store, channels=channels))

    return asyncio.run(whole())
