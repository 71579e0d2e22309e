"""Facts about money: appended, never changed. The state of a payment is read from them, not stored beside them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from flows.ledger import Fact
from storage.prepared import Prepared
from storage.tables import ledger

_FACTS = [column for column in ledger.c if column.name != "id"]
_ADD = Prepared(insert(ledger).inline().on_conflict_do_nothing(), [column.name for column in _FACTS])


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
    return _ADD.count(conn, {**values, "amount": amount, "currency": currency, "at": at}) == 1


def of_case(conn: Connection, case_id: str) -> list[LedgerLine]:
    """All facts of a case in the order they were written down."""
    found = conn.execute(select(*_FACTS).where(ledger.c.case_id == case_id).order_by(ledger.c.id))
    return [LedgerLine(*row) for row in found]


def facts(conn: Connection, case_id: str) -> tuple[Fact, ...]:
    """The same as the decisions read them."""
    return tuple(
        Fact(line.reference, line.kind, line.amount, line.currency, line.at) for line in of_case(conn, case_id)
    )


def case_of(conn: Connection, rail: str, reference: str) -> str | None:
    """The case that the first fact under this reference belongs to."""
    this = (ledger.c.rail == rail, ledger.c.reference == reference)
    return conn.scalar(select(ledger.c.case_id).where(*this).order_by(ledger.c.id).limit(1))
