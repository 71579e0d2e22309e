"""The database beside the service that runs on it: another process may read, and hand in what the service is to do."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from storage.engine import is_current
from storage.sqlite import sqlite_engine, sqlite_file
from storage.units import StorageError

T = TypeVar("T")


class Beside:
    """Short units of work in a process of its own. It takes no lock for longer, so the service goes on meanwhile."""

    def __init__(self, url: str) -> None:
        """Raises StorageError, a sentence, for a database that cannot be used."""
        self._reader, self._writer = _engines(url)
        if not self._asked(lambda: is_current(self._reader)):
            raise StorageError("The tables are not those of this version; run `second-look migrate` first.")

    def read(self, work: Callable[[Connection], T]) -> T:
        """Reads as of one moment."""
        return self._within(self._reader, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Writes, durably; waits for the service's own writing."""
        return self._within(self._writer, work)

    def close(self) -> None:
        self._reader.dispose()
        self._writer.dispose()

    def _within(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        def unit() -> T:
            with engine.begin() as conn:
                return work(conn)

        return self._asked(unit)

    def _asked(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except DBAPIError as error:
            raise StorageError(f"The database cannot be used: {str(error.orig).strip()}.") from error


def _engines(url: str) -> tuple[Engine, Engine]:
    try:
        kind = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise StorageError(
            "The address of the database cannot be read; it should be sqlite:///folder/file.db."
        ) from error
    if kind == "postgresql":
        from storage.postgres import postgres_engine

        return postgres_engine(url, reads_only=True), postgres_engine(url)
    file = sqlite_file(url)
    if not file.exists():
        raise StorageError(f"There is no database at {file} yet; run `second-look migrate` first.")
    return sqlite_engine(file, reads_only=True), sqlite_engine(file)
