"""What is known about stored files. The bytes are on the shelf (``storage.shelf``), under the same SHA-256."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from storage import cases
from storage.lines import lock_line
from storage.tables import attachments, files


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file. ``size`` is in bytes; ``preview`` and ``thumb`` are the SHA-256 of its safe pictures, "" where there are none."""

    sha256: str
    kind: str
    size: int
    preview: str
    thumb: str = ""


def add(conn: Connection, file: FileLine, at: datetime) -> None:
    """Notes a file. A second time only pictures that were missing are filled in."""
    new = insert(files).values(
        sha256=file.sha256, kind=file.kind, size=file.size, preview=file.preview, thumb=file.thumb, at=at
    )
    filled = {"preview": new.excluded.preview, "thumb": new.excluded.thumb}
    missing = (files.c.preview == "") & (new.excluded.preview != "")
    conn.execute(new.on_conflict_do_update(index_elements=["sha256"], set_=filled, where=missing))


def known(conn: Connection, sha256: str) -> FileLine | None:
    columns = (files.c.sha256, files.c.kind, files.c.size, files.c.preview, files.c.thumb)
    row = conn.execute(select(*columns).where(files.c.sha256 == sha256)).one_or_none()
    return FileLine(*row) if row else None


def keep(conn: Connection, case_id: str, file: FileLine, name: str, at: datetime) -> bool:
    """Notes a file with its case. False when there is no such case any more: then the bytes are not to be kept.

    The case is locked first, as in every other unit: no deadlock with an erasure.
    """
    if cases.by_id(conn, case_id) is None:
        return False
    for sha in sorted({file.sha256, file.preview, file.thumb} - {""}):
        lock(conn, sha)
    add(conn, file, at)
    attach(conn, case_id, file.sha256, name)
    return True


def lock(conn: Connection, sha256: str) -> None:
    """Whoever notes a file and whoever takes its bytes away wait for one another (PostgreSQL; SQLite has one writer)."""
    lock_line(conn, "shelf", sha256)


def attach(conn: Connection, case_id: str, sha256: str, name: str) -> None:
    """Says that a file belongs to a case. Doing it again changes only the name."""
    new = insert(attachments).values(case_id=case_id, sha256=sha256, name=name)
    renamed = {"name": new.excluded.name}
    conn.execute(new.on_conflict_do_update(index_elements=["case_id", "sha256"], set_=renamed))
