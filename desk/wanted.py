"""Whether a row may still be sent: what speaks of a booking is dropped when that is no longer the current one (pitfall 53)."""

from datetime import datetime

from sqlalchemy import Connection

from flows.case import Status
from flows.texts import still_ahead
from storage import cases
from storage.outbox import OutboxRow


def is_wanted(conn: Connection, row: OutboxRow, now: datetime) -> bool:
    """Asked just before the call, because rows can wait for days. A row that names no booking only needs its case."""
    case = cases.by_id(conn, row.case_id, peek=True)
    if case is None or row.revision == 0:
        return case is not None
    if case.call is None or case.call.revision != row.revision:
        return False
    if row.kind == "tell":  # a doctor who hears late can still ring while the time lasts
        return case.status is Status.BOOKED and now < case.call.ends_at
    return still_ahead(case, now)
