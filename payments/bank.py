"""Bank transfers: no provider is called. What was asked for and what a doctor confirmed stand in our own ledger, and are read from there."""

from desk import own_books
from desk.desk import Desk
from desk.sending import Failed, Outcome, Sent
from flows.incoming import CheckoutOpened
from flows.rails import BANK, named
from flows.transfers import LIVES, reference
from storage import cases
from storage.outbox import OutboxRow


class BankSender:
    """The channel "bank" (a ``desk.sending.Sender`` with the kinds of ``payments.rail.Rail``; there is nobody who could send it a webhook)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def send(self, row: OutboxRow) -> Outcome:
        """Nothing leaves the house, so everything may be repeated: the same row gives the same reference."""
        if row.kind == "open_checkout":
            return await self._open(row)
        if row.kind == "refund":  # paid back by hand (``flows.by_hand``): no row of this kind is written
            return Failed("refused")
        return await own_books.read(self._desk, row)

    def can_ask(self, row: OutboxRow) -> bool:
        """Our own books always answer."""
        return True

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """Repeating a row is the way to find out."""
        return await self.send(row)

    async def _open(self, row: OutboxRow) -> Outcome:
        case = await self._desk.store.read(lambda conn: cases.by_id(conn, row.case_id, peek=True))
        if case is None:
            return Failed("no_longer_wanted")
        attempt = int(row.payload["attempt"])
        session = named(BANK, reference(case.code, attempt))
        return Sent(session, CheckoutOpened(attempt, session, "", row.created_at + LIVES))
