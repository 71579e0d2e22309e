"""What the outbox knows of text messages: how many went out lately, which call the last one was about, what failed before."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from storage.columns import word
from storage.tables import outbox

_TEXTS = (outbox.c.channel == word("sms"), outbox.c.created_at >= bindparam("since"))
_LEFT = outbox.c.state.in_([word("sending"), word("done"), word("unknown")])
_TO_NUMBER = outbox.c.recipient == bindparam("number")
_COUNT = select(func.count(), func.count().filter(_TO_NUMBER)).where(*_TEXTS, _LEFT, outbox.c.id != bindparam("this"))
_LAST = (
    select(outbox.c.case_id)
    .where(*_TEXTS, _TO_NUMBER, outbox.c.state == word("done"), outbox.c.revision > 0)
    .order_by(outbox.c.id.desc())
    .limit(1)
)
_FAILED = select(func.count()).where(
    *_TEXTS,
    outbox.c.case_id == bindparam("case"),
    outbox.c.revision == bindparam("booking"),
    outbox.c.provider_status.in_([word("undelivered"), word("failed")]),
)


def left(conn: Connection, number: str, since: datetime, but: int) -> tuple[int, int]:
    """How many were handed over since then, or may have been: in all, and to this number. Row ``but`` itself does not count."""
    row = conn.execute(_COUNT, {"number": number, "since": since, "this": but}).one()
    return int(row[0]), int(row[1])


def last_about(conn: Connection, number: str, since: datetime) -> str:
    """The case of the newest text about a call that this number got since then; "" if there is none."""
    return str(conn.scalar(_LAST, {"number": number, "since": since}) or "")


def failed(conn: Connection, case_id: str, revision: int, since: datetime) -> int:
    """How many texts about this booking the carrier could not deliver."""
    return int(conn.scalar(_FAILED, {"case": case_id, "booking": revision, "since": since}) or 0)
