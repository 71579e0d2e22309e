"""Bank transfers: no provider is called. What was asked for and what a doctor confirmed stand in our own ledger, and are read from there."""

from datetime import datetime

from sqlalchemy import Connection

from desk.desk import Desk
from desk.sending import Failed, Outcome, Sent
from flows.incoming import CheckoutOpened, CheckoutSeen
from flows.ledger import sum_of
from flows.rails import BANK, named
from flows.transfers import LIVES, asked_of, reference
from storage import cases, ledger
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
        return await self._seen(row)

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
        until: datetime = row.created_at + LIVES
        return Sent(session, CheckoutOpened(attempt, session, "", until))

    async def _seen(self, row: OutboxRow) -> Outcome:
        """What was confirmed under the reference; nobody can close an account, so "closed" only means that it is no longer asked for."""
        session = str(row.payload["session"])

        def look(conn: Connection) -> CheckoutSeen | None:
            facts = ledger.facts(conn, row.case_id)
            asked = asked_of(facts, session.removeprefix(f"{BANK}-"))
            came = sum_of(facts, session)
            if came:
                return CheckoutSeen(session, "paid", came.received, came.currency)
            state = "expired" if row.kind == "close_checkout" else "open"
            return CheckoutSeen(session, state, asked.amount, asked.currency) if asked else None

        seen = await self._desk.store.read(look)
        return Sent(session, seen) if seen else Failed("no_longer_wanted")
