"""What should have left by now and has not: told to people and counted, while it is tried again by itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.lines import BLOCKING
from storage.tables import cases, outbox


@dataclass(frozen=True, slots=True)
class Overdue:
    """Rows of one case in one channel; ``code`` and ``case_id`` are "" for rows that belong to none."""

    channel: str
    case_id: str
    code: str
    rows: int


def overdue(conn: Connection, now: datetime, before: datetime) -> list[Overdue]:
    """What was written before then and is due; rows that are meant to leave later are not late."""
    code = func.coalesce(func.max(cases.c.code), "")
    found = (
        select(outbox.c.channel, outbox.c.case_id, code, func.count())
        .select_from(outbox)
        .join(cases, cases.c.id == outbox.c.case_id, isouter=True)
        .where(BLOCKING, outbox.c.created_at < before)
        .group_by(outbox.c.channel, outbox.c.case_id)
        .order_by(outbox.c.channel, outbox.c.case_id)
    )
    return [Overdue(*row) for row in conn.execute(found, {"now": now})]
