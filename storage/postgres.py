"""PostgreSQL: a few threads with a connection each; any number of processes may share the database.

READ COMMITTED and row locks; what loses a race all the same (serialization failure, deadlock, ``Collision``) is done
again from its beginning, as a whole. Imported only where the database is one: its driver takes 8 MB.
"""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.units import ATTEMPTS, CHANNEL, Collision, StorageError, Unit, announce

THREADS = 4
_LOST_RACES = (Collision, psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
_HEARD_WITHIN_S = 0.5
_RECONNECT_AFTER_S = 1.0


def postgres_engine(url: str, reads_only: bool = False) -> Engine:
    """An engine of THREADS connections that commit durably, or, for ``reads_only``, cannot write at all."""
    settings = "-c synchronous_commit=on -c timezone=UTC" + (
        " -c default_transaction_read_only=on" if reads_only else ""
    )
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=THREADS,
        max_overflow=0,
        connect_args={"options": settings, "connect_timeout": 5},
    )

    @event.listens_for(engine, "connect")
    def _mark(driver: object, record: ConnectionPoolEntry) -> None:
        record.info["reads_only"] = reads_only

    return engine


class Pool:
    """Performs units in its threads, each in a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="storage-writer")

    def take(self, unit: Unit) -> None:
        """Hands a unit to a thread. StorageError once the store is closed."""
        try:
            self._threads.submit(self._perform, unit)
        except RuntimeError as error:
            raise StorageError("The store is closed.") from error

    def close(self) -> None:
        """Finishes what was taken, then closes the connections. A second call does nothing."""
        self._threads.shutdown(wait=True)
        self._engine.dispose()

    def _perform(self, unit: Unit) -> None:
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(random.uniform(0, 0.01 * 2**attempt))
            if not self._attempt(unit):
                break
        announce([unit])

    def _attempt(self, unit: Unit) -> bool:
        """Tries once; whether another try makes sense.

        A connection that breaks during the work has changed nothing, so the unit is done again. One that breaks during
        COMMIT may have changed everything: then only the caller can know what a repeat would mean.
        """
        committing = False
        try:
            with self._engine.begin() as conn:
                unit.result = unit.work(conn)
                committing = True
            unit.error = None
            return False
        except BaseException as error:
            unit.error = error
            cause = error.orig if isinstance(error, DBAPIError) else error
            if isinstance(cause, _LOST_RACES):
                return True
            return isinstance(cause, psycopg.OperationalError) and not committing


class Listener:
    """A thread that hears what other processes put into the outbox and calls back, also after a lost connection."""

    def __init__(self, url: str, callback: Callable[[], None]) -> None:
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._callback = callback
        self._ending = threading.Event()
        self.ready = threading.Event()
        self._thread = threading.Thread(target=self._keep_listening, name="storage-listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ending.set()
        self._thread.join()

    def _keep_listening(self) -> None:
        while not self._ending.is_set():
            try:
                self._listen()
            except psycopg.Error:
                self._ending.wait(_RECONNECT_AFTER_S)

    def _listen(self) -> None:
        with psycopg.connect(self._address, autocommit=True, connect_timeout=5) as conn:
            conn.execute(f"LISTEN {CHANNEL}")
            self.ready.set()
            self._callback()  # What was put while nobody listened has to be found too.
            while not self._ending.is_set():
                if list(conn.notifies(timeout=_HEARD_WITHIN_S, stop_after=1)):
                    self._callback()
