"""Facts about money: appended, never changed. The state of a payment is read from them, not stored beside them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from storage.tables import ledger


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One fact: on which rail, under which reference of that rail, what happened. ``amount`` is in minor units."""

    case_id: str
    rail: str
    reference: str
    kind: str
    amount: int
    currency: str
    at: datetime


def add(
    conn: Connection, case_id: str, rail: str, reference: str, kind: str, amount: int, currency: str, at: datetime
) -> bool:
    """Writes a fact down. False when it is known already: payment providers tell everything more than once."""
    values = {"case_id": case_id, "rail": rail, "reference": reference, "kind": kind}
    fact = insert(ledger).inline().values(**values, amount=amount, currency=currency, at=at)
    return conn.execute(fact.on_conflict_do_nothing()).rowcount == 1


def of_case(conn: Connection, case_id: str) -> list[LedgerLine]:
    """All facts of a case in the order they were written down."""
    columns = [column for column in ledger.c if column.name != "id"]
    found = conn.execute(select(*columns).where(ledger.c.case_id == case_id).order_by(ledger.c.id))
    return [LedgerLine(*row) for row in found]


def case_of(conn: Connection, rail: str, reference: str) -> str | None:
    """The case that the first fact under this reference belongs to."""
    this = (ledger.c.rail == rail, ledger.c.reference == reference)
    return conn.scalar(select(ledger.c.case_id).where(*this).order_by(ledger.c.id).limit(1))
