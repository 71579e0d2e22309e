"""Other processes hear of rows that wait, on PostgreSQL; on SQLite there are no other processes."""

import threading

import psycopg

from storage import outbox
from storage.engine import open_store
from tests.builders import NOON
from tests.storage.doing import do
from tests.storage.test_outbox_order import an_item, put


class Bell:
    """Counts how often it was rung; ``wait(n)`` waits until that many."""

    def __init__(self) -> None:
        self.rung = 0
        self._news = threading.Condition()

    def ring(self) -> None:
        with self._news:
            self.rung += 1
            self._news.notify_all()

    def wait(self, count: int, seconds: float = 10) -> bool:
        with self._news:
            return self._news.wait_for(lambda: self.rung >= count, seconds)


def test_another_store_hears_of_rows_that_wait(postgres_url: str) -> None:
    """Rows that are claimed by the same stroke concern nobody else and are not told."""
    here, there, bell = open_store(postgres_url), open_store(postgres_url), Bell()
    there.listen(bell.ring)
    assert bell.wait(1)  # Once at the start: what was put before has to be found too.
    put(here, an_item("one"))
    assert not bell.wait(2, seconds=0.7)
    put(here, an_item("two"))
    assert bell.wait(2)
    here.close()
    there.close()


def test_nobody_hears_of_what_was_not_committed(postgres_url: str) -> None:
    """A unit that raises tells nobody anything."""
    store, bell = open_store(postgres_url), Bell()
    store.listen(bell.ring)
    assert bell.wait(1)

    def puts_and_raises(conn: object) -> None:
        outbox.put(conn, [an_item(due_at=NOON.replace(year=2030))], NOON)
        raise RuntimeError("no")

    assert store.perform(puts_and_raises).exception(30) is not None
    assert not bell.wait(2, seconds=0.7)
    store.close()


def test_listening_goes_on_after_a_lost_connection(postgres_url: str) -> None:
    """The listener connects again and rings, for what it may have missed."""
    store, bell = open_store(postgres_url), Bell()
    store.listen(bell.ring)
    assert bell.wait(1)
    with psycopg.connect(postgres_url, autocommit=True) as operator:
        operator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
    assert bell.wait(2)
    put(store, an_item("one"), an_item("two", due_at=NOON.replace(year=2030)))
    assert bell.wait(3)
    store.close()


def test_listening_on_sqlite_does_nothing(sqlite_url: str) -> None:
    """There is one process, and it knows what it put."""
    store, bell = open_store(sqlite_url), Bell()
    store.listen(bell.ring)
    put(store, an_item("one"))
    put(store, an_item("two"))
    assert do(store, outbox.depth, NOON)["waiting"] == 1
    assert bell.rung == 0
    store.close()
