"""A copy of a SQLite database while the service runs.

The file alone is not the database: what was committed last is in its write-ahead log (``pitfalls.md`` 36). SQLite's own
backup copies both as of one moment and does not stop the writer.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from storage.sqlite import BUSY_MS, sqlite_file
from storage.units import StorageError


def back_up(url: str, target: Path) -> int:
    """Copies the database to ``target``, checks the copy and returns its size in bytes.

    The copy gets its name only when it is whole. StorageError, a sentence, when ``target`` exists already, the database
    is not SQLite, or something cannot be read or written.
    """
    if make_url(url).get_backend_name() != "sqlite":
        raise StorageError("This copies SQLite only; use pg_dump for PostgreSQL.")
    source = sqlite_file(url)
    if not source.exists():
        raise StorageError(f"There is no database at {source}.")
    if target.exists():
        raise StorageError(f"{target} exists already and is not overwritten.")
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        _copy(source, unfinished)
        # A hard link fails where a file has appeared meanwhile; a rename would overwrite it.
        os.link(unfinished, target)
        return target.stat().st_size
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"The copy could not be made: {error}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(source: Path, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(source, timeout=BUSY_MS / 1000)) as live, closing(sqlite3.connect(copy)) as dead:
        live.backup(dead)
        # A copy in write-ahead mode would be two files again.
        dead.execute("PRAGMA journal_mode=DELETE")
        answer = dead.execute("PRAGMA integrity_check").fetchone()
    if answer != ("ok",):
        raise StorageError("The copy was made but SQLite finds faults in it; the database itself may be damaged.")
    number = os.open(copy, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
