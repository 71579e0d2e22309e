"""The desk itself: what the channels hold in their hands. It owns the store, the clinic, the clock and the deliverer."""

import asyncio
import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from desk.alarm import dead_update
from desk.deliver import Deliverer
from desk.errors import place_of
from desk.links import Links
from desk.orders import CHANNEL, reading
from desk.points import reach
from desk.receive import Address, Envelope, Moment, Receipt, handle, handle_due, receive
from desk.rooms import room_address
from desk.sending import Sender
from desk.sweep import Sweep
from flows.clinic import Clinic
from flows.incoming import Due, Incoming
from storage import inbox, outbox, timers
from storage.engine import Store

log = structlog.get_logger(__name__)

FEW = 8  # so many lines of what the timers wrote begin to leave at once
PAUSE_S = 0.004  # and so long after the ones before
Reading = Callable[[bytes], Envelope | None]  # raw bytes of one channel → envelope, for the second try of what failed


class Desk:
    """One per process. ``clock`` gives aware UTC; ``lease_s`` is how long a claimed row may take before others may have it."""

    def __init__(
        self, store: Store, clinic: Clinic, clock: Callable[[], datetime], lease_s: float = 30, secret: str = "", reminders_per_s: float = 20,
    ) -> None:  # fmt: skip
        self.store = store
        self.clinic = clinic
        self.clock = clock
        self.links = Links(secret or os.urandom(16).hex())  # without a secret no link outlives this process
        self.highest = 0  # of the message numbers that the owner bot has seen; all its private chats count on together
        self._lease_s = lease_s
        self._senders: dict[str, Sender] = {}
        self._readings: dict[str, Reading] = {CHANNEL: reading}
        self.deliverer = Deliverer(store, self._senders, self.moment)
        self._sweep = Sweep(store, self._ring, self._leave_slowly, clock, reminders_per_s)

    def connect(self, senders: Mapping[str, Sender], readings: Mapping[str, Reading] | None = None) -> None:
        """Adds channels: who sends for them, and how their raw bytes are read again after a fault."""
        self._senders.update(senders)
        self._readings.update(readings or {})

    def moment(self) -> Moment:
        """The time and chance of one unit of work; a unit that is run again gets fresh ones."""
        chance = os.urandom(22)  # one look into the system's chance for both words
        token = urlsafe_b64encode(chance[:6]).decode()
        rooms = partial(room_address, self.links, self.clinic.room)
        return Moment(self.clock(), self.clinic, token, chance[6:].hex(), self._lease_s, self.highest, rooms)

    async def accept(self, envelope: Envelope, raw: bytes) -> Receipt:
        """Takes in one thing; when this returns it is durable and may be acknowledged.

        When handling raises, the raw bytes are kept and tried again later, and the sender may still be told 2xx. Raises only when
        nothing could be written at all: then the provider must be told 5xx and will come again (pitfall 3).
        """
        try:
            receipt = await self.store.run(lambda conn: receive(conn, envelope, self.moment()))
        except Exception as error:
            return await self._set_aside(envelope, raw, error)
        reach("committed")
        self.deliverer.take(receipt.rows)
        return receipt

    async def react(self, address: Address, incoming: Incoming) -> Receipt:
        """The same for what has no provider's id of its own."""
        receipt = await self.store.run(lambda conn: handle(conn, address, incoming, self.moment()))
        self.deliverer.take(receipt.rows)
        return receipt

    async def fire_due(self) -> int:
        """Lets the timers that are due ring (``desk.sweep``)."""
        return await self._sweep.look()

    async def _leave_slowly(self, receipt: Receipt) -> None:
        """A few lines at a time: each begins a task, and the event loop begins all of them before it does anything else."""
        lines: dict[tuple[str, str], list[outbox.OutboxRow]] = {}
        for row in receipt.rows:
            lines.setdefault((row.channel, row.recipient), []).append(row)
        waiting = list(lines.values())
        for first in range(0, len(waiting), FEW):
            self.deliverer.take([row for line in waiting[first : first + FEW] for row in line])
            await asyncio.sleep(PAUSE_S)

    async def retry_failed(self, limit: int = 50) -> int:
        """Tries again what raised before; after five tries it is dead and shown to the staff."""
        now = self.clock()
        mine = list(self._readings)  # others belong to parts that run in another process
        failed = await self.store.read(lambda conn: inbox.due(conn, now, limit, mine))
        for row in failed:
            envelope = self._read_again(row)
            if envelope is None:  # nobody can read it: counted like any other failed try, until it is dead
                await self._keep(row.channel, row.key, row.raw, "Unreadable")
                continue
            try:
                receipt = await self.store.run(partial(self._again, envelope))
            except Exception as error:
                await self._set_aside(envelope, row.raw, error)
            else:
                self.deliverer.take(receipt.rows)
        return len(failed)

    def _read_again(self, row: inbox.Failed) -> Envelope | None:
        try:
            return self._readings[row.channel](row.raw)
        except Exception as error:  # a reader's fault must not keep the others from their second try
            log.error("not_read_again", channel=row.channel, error=place_of(error))
            return None

    async def _keep(self, channel: str, key: str, raw: bytes, error: str) -> int:
        tries, rows = await self.store.run(partial(self._fail, channel, key, raw, error))
        self.deliverer.take(rows)
        return tries

    def _fail(
        self, channel: str, key: str, raw: bytes, error: str, conn: Connection
    ) -> tuple[int, list[outbox.OutboxRow]]:
        now = self.clock()
        tries = inbox.fail(conn, channel, key, raw, error, now)
        dead = tries == inbox.TRIES  # exactly once: the staff is not told of the same thing again
        return tries, outbox.put(conn, [dead_update(self.clinic)], now, self._lease_s) if dead else []

    def _ring(self, conn: Connection, ringing: Sequence[timers.Timer]) -> Receipt:
        return handle_due(conn, [(timer.case_id, Due(timer.kind, timer.key)) for timer in ringing], self.moment)

    def _again(self, envelope: Envelope, conn: Connection) -> Receipt:
        moment = self.moment()
        if not inbox.retake(conn, envelope.channel, envelope.key, moment.now):
            return Receipt(fresh=False)
        return handle(conn, envelope.address, envelope.incoming, moment)

    async def _set_aside(self, envelope: Envelope, raw: bytes, error: Exception) -> Receipt:
        place = place_of(error)
        tries = await self._keep(envelope.channel, envelope.key, raw, place)
        log.error("not_handled", channel=envelope.channel, tries=tries, error=place)
        return Receipt()
