"""Copies while the service runs: of a SQLite database, and of the records of either engine from wherever they are kept.

The database file alone is not the database: what was committed last is in its write-ahead log (``pitfalls.md`` 36). SQLite's own
backup copies both as of one moment and does not stop the writer.
"""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import make_url

from storage.beside import Beside
from storage.erasure import is_needed
from storage.needed import needed
from storage.shelf import Shelf, open_shelf
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


@dataclass(frozen=True, slots=True)
class Copied:
    """``new`` files of ``size`` bytes in all; ``gone``: nobody needs them any more; ``missing``: needed, in neither place whole."""

    new: int = 0
    size: int = 0
    gone: int = 0
    missing: int = 0


def copy_files(url: str, shelf: Shelf, folder: Path) -> Copied:
    """Brings a folder up to date with what the database needs: it is a shelf itself and can be used as one.

    What somebody erased leaves the copy as well; what the store has lost stays in it. StorageError or ShelfAway when something
    cannot be asked; what was copied until then is whole, and the next time goes on from there.
    """
    copy, beside = open_shelf(folder.absolute().as_uri()), Beside(url)
    new = size = gone = missing = 0
    try:
        for name, _ in needed(beside.read):
            if copy.has(name):
                continue
            brought = _bring(name, shelf, copy, folder)
            if brought is None:
                missing += 1
            else:
                new, size = new + 1, size + brought
        for name, _ in copy.names():
            if not beside.read(partial(is_needed, sha256=name)):
                copy.drop(name)
                gone += 1
    finally:
        beside.close()
    return Copied(new, size, gone, missing)


def _bring(name: str, shelf: Shelf, copy: Shelf, folder: Path) -> int | None:
    """Its size in bytes; None where the store has it not, or has other bytes."""
    number, half = tempfile.mkstemp(dir=folder, prefix=".half-")
    try:
        with os.fdopen(number, "wb") as target, shelf.local(name) as path, path.open("rb") as source:
            shutil.copyfileobj(source, target, 1024 * 1024)
            target.flush()
            os.fsync(target.fileno())
            size = target.tell()
        if (found := copy.adopt(Path(half))) != name:
            copy.drop(found)
            return None
        return size
    except FileNotFoundError:
        return None
    finally:
        Path(half).unlink(missing_ok=True)
