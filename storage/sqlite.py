"""SQLite: one process, one writing thread, one commit for everything that waits.

The driver is left in autocommit and every transaction begins with our own BEGIN IMMEDIATE. The driver's own way begins
with a read and upgrades later, which lost 168 of 200 concurrent updates without an error (``pitfalls.md`` 34 and 35).
"""

import fcntl
import os
import queue
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from storage.units import ATTEMPTS, Collision, InUse, StorageError, Unit, announce

GROUP = 256
BUSY_MS = 5000


def sqlite_file(url: str) -> Path:
    """The file a ``sqlite:///…`` address names. StorageError for a database in memory: nothing there is durable."""
    name = make_url(url).database
    if not name or name == ":memory:":
        raise StorageError("A database in memory forgets everything; give a file: sqlite:///folder/file.db.")
    return Path(name).absolute()


def only_process(file: Path) -> int:
    """Takes the lock that keeps a second process away from this file; ``os.close`` of the answer gives it back.

    Two processes would each deliver the other's messages, so the second one is refused with a sentence.
    """
    try:
        lock = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(f"The folder {file.parent} cannot be written to: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise InUse(f"Another process is already using {file}; stop it first, or use PostgreSQL.") from error
    return lock


def sqlite_engine(file: Path, reads_only: bool = False) -> Engine:
    """An engine whose transactions begin at once as writers, or, for ``reads_only``, cannot write at all."""
    engine = create_engine(
        f"sqlite:///{file}", hide_parameters=True, connect_args={"isolation_level": None, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _prepare(driver: Any, record: ConnectionPoolEntry) -> None:
        record.info["reads_only"] = reads_only
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
            driver.execute(f"PRAGMA {pragma}")
        if driver.execute("PRAGMA foreign_keys").fetchone() != (1,):
            raise StorageError("This build of SQLite cannot enforce foreign keys.")
        if reads_only:
            driver.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")

    return engine


def prove_writable(engine: Engine) -> None:
    """Writes one harmless page, so that a read-only or full disk is found at the start and not at the first owner."""
    with engine.begin() as conn:
        conn.exec_driver_sql("PRAGMA user_version = 1")
        conn.exec_driver_sql("PRAGMA user_version = 0")


class GroupWriter:
    """The one thread that writes: takes every unit that waits and commits them together; one that fails takes no other with it.

    A flush to disk is what a commit costs; shared by the units of a group it is cheap, so ``synchronous=FULL`` stays.
    """

    def __init__(self, engine: Engine, lock: int) -> None:
        self._conn = engine.connect()
        self._engine = engine
        self._lock = lock
        self._waiting: queue.SimpleQueue[Unit | None] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._write, name="storage-writer", daemon=True)
        self._thread.start()

    def take(self, unit: Unit) -> None:
        """Queues a unit. StorageError once the store is closed."""
        with self._door:
            if self._closed:
                raise StorageError("The store is closed.")
            self._waiting.put(unit)

    def close(self) -> None:
        """Finishes what was taken, then gives the file back. A second call does nothing."""
        with self._door:
            if self._closed:
                return
            self._closed = True
            self._waiting.put(None)
        self._thread.join()
        self._conn.close()
        self._engine.dispose()
        os.close(self._lock)

    def _write(self) -> None:
        while group := self._next_group():
            group.sort(key=_last)  # stable: units of one sort keep their order
            inside = [unit for unit in group if not unit.outside]
            if inside:
                self._commit(inside)
            for unit in group:
                if unit.outside:
                    self._perform_outside(unit)
            announce(group)

    def _next_group(self) -> list[Unit]:
        """Waits for one unit and takes those behind it. Empty at the end: the mark of the end is put back until then."""
        group: list[Unit] = []
        unit = self._waiting.get()
        while unit is not None:
            group.append(unit)
            if len(group) == GROUP or self._waiting.empty():
                return group
            unit = self._waiting.get()
        if group:
            self._waiting.put(None)
        return group

    def _commit(self, group: list[Unit]) -> None:
        try:
            self._conn.begin()
            if len(group) == 1 or not self._all_well(group):
                for unit in group:
                    self._perform(unit, alone=len(group) == 1)
            self._conn.commit()
        except BaseException as error:
            self._fail(group, error)

    def _perform_outside(self, unit: Unit) -> None:
        try:
            unit.result = unit.work(self._conn)
        except Exception as error:
            unit.error = error

    def _all_well(self, group: list[Unit]) -> bool:
        """Does the units without a savepoint each, which cost a fifth of the writer's time: nearly always none fails.

        When one does, nothing of the group is left and all of it is to be done again, in savepoints.
        """
        try:
            for unit in group:
                unit.result, unit.error = unit.work(self._conn), None
        except BaseException:  # which unit it was and what it means is found out the second time
            self._roll_back()
            self._conn.begin()
            return False
        return True

    def _fail(self, group: list[Unit], error: BaseException) -> None:
        """Nothing of the group is durable, so nobody may be told that it is."""
        self._roll_back()
        for unit in group:
            unit.error = unit.error or error

    def _roll_back(self) -> None:
        """After a COMMIT that failed SQLAlchemy takes the transaction for ended; SQLite has it open still."""
        driver = _driver(self._conn)
        self._conn.rollback()
        if driver.in_transaction:
            driver.rollback()

    def _perform(self, unit: Unit, alone: bool) -> None:
        """Does one unit, again after a collision: at once, because no other writer is there to get out of the way."""
        driver = _driver(self._conn)
        for _ in range(ATTEMPTS):
            if not alone:
                driver.execute("SAVEPOINT unit")
            try:
                unit.result, unit.error = unit.work(self._conn), None
            except BaseException as error:
                unit.error = error
                self._undo(driver, alone, error)
                if not isinstance(error, Collision):
                    return
            else:
                if not alone:
                    driver.execute("RELEASE unit")
                return

    def _undo(self, driver: Any, alone: bool, error: BaseException) -> None:
        if not driver.in_transaction:  # A full disk makes SQLite roll back everything by itself: the group is lost.
            raise error
        if alone:
            self._conn.rollback()
            self._conn.begin()
        else:
            driver.execute("ROLLBACK TO unit")
            driver.execute("RELEASE unit")


def scrub(conn: Connection) -> None:
    """Writes the file anew: what was deleted or changed stands no longer in pages that nothing points to, nor in the log.

    Takes about a second for 100 MB, and nobody can write meanwhile.
    """
    driver = _driver(conn)
    driver.execute("VACUUM")
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _last(unit: Unit) -> bool:
    return not unit.first


def _driver(conn: Connection) -> Any:
    return conn.connection.dbapi_connection
