"""A safe copy of the SQLite database while it is in use: SQLite's own backup, never a copy of the file without its log (pitfall 36)."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.sqlite import sqlite_file
from storage.units import StorageError


def back_up(url: str, target: Path) -> int:
    """Writes the copy, checks that it is whole, and gives its size in bytes. Raises StorageError."""
    if not url.startswith("sqlite:"):
        raise StorageError("A PostgreSQL database is backed up with pg_dump.")
    source = sqlite_file(url)
    if not source.exists():
        raise StorageError(f"There is no database at {source}.")
    if target.exists():
        raise StorageError(f"{target} is there already; a backup never overwrites another.")
    part = target.with_name(target.name + ".part")
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(part)) as new:
        old.backup(new)
        verdict = new.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        part.unlink()
        raise StorageError(f"The copy of {source} is not whole: {verdict}.")
    os.replace(part, target)
    return target.stat().st_size
