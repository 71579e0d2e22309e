"""The desk itself: what the channels hold in their hands. It owns the store, the clinic, the clock and the deliverer."""

import os
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from desk.alarm import dead_update
from desk.deliver import Deliverer
from desk.links import Links
from desk.orders import CHANNEL, reading
from desk.points import reach
from desk.receive import Address, ByCase, Envelope, Moment, Receipt, handle, receive
from desk.sending import Sender
from flows.clinic import Clinic
from flows.incoming import Due, Incoming
from storage import cases, inbox, outbox, timers
from storage.engine import Store

log = structlog.get_logger(__name__)

TIMER_PAUSE = timedelta(minutes=5)
Reading = Callable[[bytes], Envelope | None]  # raw bytes of one channel → envelope, for the second try of what failed


class Desk:
    """One per process. ``clock`` gives aware UTC; ``lease_s`` is how long a claimed row may take before others may have it."""

    def __init__(
        self, store: Store, clinic: Clinic, clock: Callable[[], datetime], lease_s: float = 30, secret: str = ""
    ) -> None:
        self.store = store
        self.clinic = clinic
        self.clock = clock
        self.links = Links(secret or os.urandom(16).hex())  # without a secret no link outlives this process
        self.highest = 0  # of the message numbers that the owner bot has seen; all its private chats count on together
        self._lease_s = lease_s
        self._senders: dict[str, Sender] = {}
        self._readings: dict[str, Reading] = {CHANNEL: reading}
        self.deliverer = Deliverer(store, self._senders, self.moment)

    def connect(self, senders: Mapping[str, Sender], readings: Mapping[str, Reading] | None = None) -> None:
        """Adds channels: who sends for them, and how their raw bytes are read again after a fault."""
        self._senders.update(senders)
        self._readings.update(readings or {})

    def moment(self) -> Moment:
        """The time and chance of one unit of work; a unit that is run again gets fresh ones."""
        chance = os.urandom(22)  # one look into the system's chance for both words
        token = urlsafe_b64encode(chance[:6]).decode()
        return Moment(self.clock(), self.clinic, token, chance[6:].hex(), self._lease_s, self.highest)

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

    async def fire_due(self, limit: int = 200) -> int:
        """Lets the timers that are due ring, oldest first; each in a unit of its own."""
        now = self.clock()
        due = await self.store.read(lambda conn: timers.due(conn, now, limit))
        for timer in due:
            try:
                receipt = await self.store.run(partial(self._ring, timer))
                self.deliverer.take(receipt.rows)
            except Exception as error:  # one case's fault must not keep the others waiting
                log.error("timer_failed", timer=timer.id, kind=timer.kind, error=_place(error))
                await self.store.run(partial(_later, timer, now + TIMER_PAUSE))
        return len(due)

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
            log.error("not_read_again", channel=row.channel, error=_place(error))
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

    def _ring(self, timer: timers.Timer, conn: Connection) -> Receipt:
        moment = self.moment()
        cases.by_id(conn, timer.case_id)  # the case is locked before its timer, as in every other unit: no deadlock
        if not timers.take(conn, timer, moment.now):
            return Receipt(fresh=False)
        return handle(conn, ByCase(timer.case_id), Due(timer.kind, timer.key), moment)

    def _again(self, envelope: Envelope, conn: Connection) -> Receipt:
        moment = self.moment()
        if not inbox.retake(conn, envelope.channel, envelope.key, moment.now):
            return Receipt(fresh=False)
        return handle(conn, envelope.address, envelope.incoming, moment)

    async def _set_aside(self, envelope: Envelope, raw: bytes, error: Exception) -> Receipt:
        place = _place(error)
        tries = await self._keep(envelope.channel, envelope.key, raw, place)
        log.error("not_handled", channel=envelope.channel, tries=tries, error=place)
        return Receipt()


def _later(timer: timers.Timer, at: datetime, conn: Connection) -> None:
    """A timer that failed rings again later, so that it neither hides the others nor fills the log."""
    timers.wake(conn, timer.case_id, timer.kind, timer.key, at)


def _place(error: Exception) -> str:
    """The kind of error and where it came from: enough to find it, and never a word of what the person wrote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__} {where}".strip()
