"""Files that are being sent through the browser. The bytes lie in a folder (``desk.uploading``), and their number there is the offset."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from storage.tables import uploads


@dataclass(frozen=True, slots=True)
class Upload:
    """One file. ``size`` in bytes; ``told``: the SHA-256 the sender gave, "" if none.

    ``state``: "coming", "whole" (all bytes are here and right) or "taken" (its case has it, or nobody wants it any more).
    """

    id: str
    case_id: str
    name: str
    size: int
    told: str
    state: str
    created_at: datetime
    touched_at: datetime


_COLUMNS = [uploads.c[name] for name in Upload.__dataclass_fields__]


def add(conn: Connection, upload: Upload) -> None:
    """Notes an upload of which nothing is here yet."""
    conn.execute(uploads.insert().values({name: getattr(upload, name) for name in Upload.__dataclass_fields__}))


def find(conn: Connection, upload_id: str) -> Upload | None:
    row = conn.execute(select(*_COLUMNS).where(uploads.c.id == upload_id)).one_or_none()
    return Upload(*row) if row else None


def pledged(conn: Connection, case_id: str) -> tuple[int, int]:
    """How many uploads of a case are under way, and how many bytes they will have."""
    mine = (uploads.c.case_id == case_id, uploads.c.state == "coming")
    count, size = conn.execute(select(func.count(), func.sum(uploads.c.size)).where(*mine)).one()
    return int(count), int(size or 0)


def touch(conn: Connection, upload_id: str, now: datetime, state: str = "") -> bool:
    """Puts its end off, and says how far it is. False when it is gone."""
    values = {"touched_at": now, **({"state": state} if state else {})}
    return conn.execute(update(uploads).where(uploads.c.id == upload_id).values(values)).rowcount == 1


def of_state(conn: Connection, state: str, before: datetime) -> list[Upload]:
    """Those that were last touched before then, oldest first."""
    these = (uploads.c.state == state, uploads.c.touched_at < before)
    return [Upload(*row) for row in conn.execute(select(*_COLUMNS).where(*these).order_by(uploads.c.touched_at))]


def any_of(conn: Connection, case_ids: Iterable[str]) -> bool:
    """Whether anything of these cases was uploaded or is on its way."""
    return conn.scalar(select(uploads.c.id).where(uploads.c.case_id.in_(tuple(case_ids))).limit(1)) is not None


def drop(conn: Connection, upload_id: str) -> None:
    conn.execute(delete(uploads).where(uploads.c.id == upload_id))


def ids(conn: Connection) -> set[str]:
    """All uploads that are known."""
    return set(conn.scalars(select(uploads.c.id)))
