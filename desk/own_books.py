"""What our own ledger says of a session, for rails whose provider cannot be asked: the same news as a provider's answer."""

from sqlalchemy import Connection

from desk.desk import Desk
from desk.sending import Failed, Outcome, Sent
from flows.incoming import CheckoutSeen
from flows.ledger import sum_of
from storage import ledger
from storage.outbox import OutboxRow


async def read(desk: Desk, row: OutboxRow) -> Outcome:
    """For the kinds "read_checkout" and "close_checkout": nobody can close an account, so "closed" only means that it is no longer asked for."""
    session = str(row.payload["session"])

    def look(conn: Connection) -> CheckoutSeen | None:
        facts = ledger.facts(conn, row.case_id)
        asked = next((fact for fact in facts if (fact.reference, fact.kind) == (session, "opened")), None)
        came = sum_of(facts, session)
        if came:
            return CheckoutSeen(session, "paid", came.received, came.currency)
        state = "expired" if row.kind == "close_checkout" else "open"
        return CheckoutSeen(session, state, asked.amount, asked.currency) if asked else None

    seen = await desk.store.read(look)
    return Sent(session, seen) if seen else Failed("no_longer_wanted")
