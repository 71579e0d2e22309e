"""The store: where units of work are handed in and pages are read. The engine behind it is chosen by the address."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from storage.sqlite import GroupWriter, only_process, prove_writable, scrub, sqlite_engine, sqlite_file
from storage.units import Collision, StorageError, Unit, Writer

if TYPE_CHECKING:
    from storage.postgres import Listener

__all__ = ["Collision", "StorageError", "Store", "open_store"]

READERS = 2
T = TypeVar("T")


class Store:
    """One open database. ``dialect`` is "sqlite" or "postgresql"."""

    def __init__(self, url: str, writer: Writer, reader: Engine) -> None:
        self.dialect = reader.dialect.name
        self._url = url
        self._writer = writer
        self._reader = reader
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="storage-reader")
        self._listeners: list[Listener] = []

    def perform(self, work: Callable[[Connection], T]) -> "Future[T]":
        """One unit of work, durable once the future resolves; the future carries what ``work`` returned or raised.

        ``work`` may be called several times (see ``Collision``) and so must have no other effect than on its connection.
        """
        outcome: Future[T] = Future()
        outcome.set_running_or_notify_cancel()
        self._writer.take(Unit(work, outcome))
        return outcome

    async def run(self, work: Callable[[Connection], T], first: bool = False) -> T:
        """The same, awaited in the running loop. A cancelled caller does not undo it.

        ``first``: among the units that are committed together this one is done before the others.
        """
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()
        self._writer.take(Unit(work, outcome, loop, first))
        return await outcome

    async def scrub(self) -> None:
        """After an erasure: takes what was deleted out of the file of SQLite. PostgreSQL's own vacuum does so by and by."""
        if self.dialect == "sqlite":
            loop = asyncio.get_running_loop()
            outcome: asyncio.Future[None] = loop.create_future()
            self._writer.take(Unit(scrub, outcome, loop, outside=True))
            await outcome

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Read-only work (lists, pages) on a connection of its own: it neither waits for the writer nor holds it up."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def listen(self, callback: Callable[[], None]) -> None:
        """Calls back, from another thread, when any process put rows that wait. SQLite has one process: no need."""
        if self.dialect == "postgresql":
            from storage.postgres import Listener

            self._listeners.append(Listener(self._url, callback))

    def close(self) -> None:
        """Finishes what was taken, then closes. Later calls of ``perform`` and ``run`` raise StorageError."""
        for listener in self._listeners:
            listener.close()
        self._writer.close()
        self._readers.shutdown(wait=True)
        self._reader.dispose()

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._reader.begin() as conn:
            return work(conn)


def open_store(url: str) -> Store:
    """Opens ``sqlite:///folder/file.db`` or ``postgresql://user@host/name``.

    Raises StorageError, a sentence for the operator: a second process on one SQLite file, not migrated, a read-only or
    full disk, a server that cannot be reached.
    """
    try:
        kind = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise StorageError(
            "The address of the database cannot be read; it should be sqlite:///folder/file.db."
        ) from error
    if kind == "sqlite":
        return _open_sqlite(url)
    if kind == "postgresql":
        return _open_postgres(url)
    raise StorageError(f"{kind} is not supported; use sqlite:///folder/file.db or postgresql://…")


def _open_sqlite(url: str) -> Store:
    file = sqlite_file(url)
    if not file.exists():
        raise StorageError(f"There is no database at {file} yet; run `second-look migrate` first.")
    lock = only_process(file)
    engine = sqlite_engine(file)
    try:
        prove_writable(engine)
        _require_current(engine)
    except DBAPIError as error:
        os.close(lock)
        raise StorageError(f"The database {file} cannot be used: {error.orig}.") from error
    except StorageError:
        os.close(lock)
        raise
    return Store(url, GroupWriter(engine, lock), sqlite_engine(file, reads_only=True))


def _open_postgres(url: str) -> Store:
    from storage.postgres import Pool, postgres_engine

    engine = postgres_engine(url)
    try:
        _require_current(engine)
    except DBAPIError as error:
        raise StorageError(f"The database server cannot be reached: {str(error.orig).strip()}.") from error
    return Store(url, Pool(engine), postgres_engine(url, reads_only=True))


def is_current(engine: Engine) -> bool:
    """Whether the database has exactly the migrations of this version of the program: they are numbered by their file names."""
    newest = max(
        file.name.partition("_")[0] for file in (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py")
    )
    with engine.connect() as conn:
        if not inspect(conn).has_table("alembic_version"):
            return False
        return list(conn.scalars(text("SELECT version_num FROM alembic_version"))) == [newest]


def _require_current(engine: Engine) -> None:
    if not is_current(engine):
        engine.dispose()
        raise StorageError("The tables are not those of this version; run `second-look migrate` first.")
