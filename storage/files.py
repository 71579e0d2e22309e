"""What is known about stored files. The bytes are on the shelf (``storage.shelf``), under the same SHA-256."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from storage.tables import attachments, files


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file. ``size`` is in bytes; ``preview`` is the SHA-256 of its safe picture, "" while there is none."""

    sha256: str
    kind: str
    size: int
    preview: str


def add(conn: Connection, sha256: str, kind: str, size: int, at: datetime, preview: str = "") -> None:
    """Notes a file. A second time only a preview that was missing is filled in."""
    new = insert(files).values(sha256=sha256, kind=kind, size=size, preview=preview, at=at)
    filled = {"preview": new.excluded.preview}
    missing = (files.c.preview == "") & (new.excluded.preview != "")
    conn.execute(new.on_conflict_do_update(index_elements=["sha256"], set_=filled, where=missing))


def known(conn: Connection, sha256: str) -> FileLine | None:
    columns = (files.c.sha256, files.c.kind, files.c.size, files.c.preview)
    row = conn.execute(select(*columns).where(files.c.sha256 == sha256)).one_or_none()
    return FileLine(*row) if row else None


def attach(conn: Connection, case_id: str, sha256: str, name: str) -> None:
    """Says that a file belongs to a case. Doing it again changes only the name."""
    new = insert(attachments).values(case_id=case_id, sha256=sha256, name=name)
    renamed = {"name": new.excluded.name}
    conn.execute(new.on_conflict_do_update(index_elements=["case_id", "sha256"], set_=renamed))
