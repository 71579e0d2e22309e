"""The store: what is told to be durable is, and one unit's trouble stays its own."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import wait
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from storage import cases, inbox, optouts, timers
from storage.engine import Collision, StorageError, Store, open_store
from storage.sqlite import sqlite_engine
from tests.builders import NOON, a_case
from tests.postgres import Postgres
from tests.storage.doing import at_once, do

INTEGRITY = (sqlite3.IntegrityError, psycopg.IntegrityError)
READ = text("SELECT version FROM cases WHERE id = 'case-1'")
WRITE = text("UPDATE cases SET version = :version WHERE id = 'case-1'")


def test_eight_connections_lose_none_of_8000_increments_on_sqlite(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read, then write what was read plus one, from eight connections.

    Checked by hand: with the listener "begin" taken out of ``sqlite_engine`` this fails (updates are lost, or
    "database is locked" is raised), with a plain BEGIN in place of BEGIN IMMEDIATE too ("database is locked").
    Waiting is long here: SQLite lets whoever asks at the right moment in first, and on a busy machine one of eight can wait for seconds.
    """
    monkeypatch.setattr("storage.sqlite.BUSY_MS", 300_000)
    store = open_store(sqlite_url)
    do(store, cases.insert, a_case())
    store.close()
    engine = sqlite_engine(Path(sqlite_url.removeprefix("sqlite:///")))

    def increment(_: int) -> None:
        for _ in range(1000):
            with engine.begin() as conn:
                conn.execute(WRITE, {"version": conn.scalar(READ) + 1})

    at_once(8, increment)
    with engine.begin() as conn:
        assert conn.scalar(READ) == 8000
    engine.dispose()


def test_eight_threads_lose_none_of_8000_increments(store: Store) -> None:
    """Each unit loads the case, adds one and saves it; the lock or the version decides who was first."""
    do(store, cases.insert, a_case(answers={"count": "0"}))

    def increment(_: int) -> None:
        for future in [store.perform(_add_one) for _ in range(1000)]:
            future.result(120)

    at_once(8, increment)
    assert _count(store) == 8000


def test_two_stores_and_another_process_lose_no_increment(postgres_url: str) -> None:
    """PostgreSQL is shared by processes: two stores here and one over there add to the same case."""
    stores = [open_store(postgres_url), open_store(postgres_url)]
    do(stores[0], cases.insert, a_case(answers={"count": "0"}))
    program = (
        "import sys\nfrom storage.engine import open_store\nfrom tests.storage.test_store import _add_one\n"
        "store = open_store(sys.argv[1])\n[f.result(60) for f in [store.perform(_add_one) for _ in range(300)]]\nstore.close()"
    )
    other = subprocess.Popen([sys.executable, "-c", program, postgres_url], cwd=Path(__file__).parents[2])
    futures = [store.perform(_add_one) for _ in range(300) for store in stores]
    wait(futures, 120)
    assert other.wait(120) == 0
    assert _count(stores[0]) == 900
    for store in stores:
        store.close()


def test_a_unit_that_raises_does_not_harm_its_group(store: Store) -> None:
    """Everything handed in with it is stored, its own work is not, and only its future carries the error."""

    def poison(conn: Connection) -> None:
        inbox.claim(conn, "owner", "poison", NOON)
        raise RuntimeError("poison")

    with _held(store):
        good = [store.perform(lambda conn, n=n: inbox.claim(conn, "owner", str(n), NOON)) for n in range(10)]
        bad = store.perform(poison)
        more = [store.perform(lambda conn, n=n: inbox.claim(conn, "owner", str(n), NOON)) for n in range(10, 20)]
    assert all(future.result(30) for future in good + more)
    with pytest.raises(RuntimeError, match="poison"):
        bad.result(30)
    assert do(store, inbox.claim, "owner", "poison", NOON)
    assert not do(store, inbox.claim, "owner", "5", NOON)


def test_a_group_with_a_unit_that_raises_is_done_again(sqlite_url: str) -> None:
    """What was done the first time is gone, so that the second time is the one that counts and is told."""
    store = open_store(sqlite_url)
    answers: list[bool] = []

    def first(conn: Connection) -> int:
        answers.append(inbox.claim(conn, "owner", "first", NOON))
        return len(answers)

    def poison(conn: Connection) -> None:
        raise RuntimeError("poison")

    with _held(store):
        good, bad = store.perform(first), store.perform(poison)
    assert good.result(30) == 2
    assert answers == [True, True]
    with pytest.raises(RuntimeError, match="poison"):
        bad.result(30)
    assert not do(store, inbox.claim, "owner", "first", NOON)
    store.close()


def test_a_lone_unit_that_raises_leaves_nothing(store: Store) -> None:
    """Without neighbours there is no savepoint, and the whole transaction goes."""

    def poison(conn: Connection) -> None:
        inbox.claim(conn, "owner", "poison", NOON)
        raise RuntimeError("poison")

    with pytest.raises(RuntimeError, match="poison"):
        do(store, poison)
    assert do(store, inbox.claim, "owner", "poison", NOON)


def test_a_failing_commit_fails_every_future_of_its_group(sqlite_url: str) -> None:
    """Nothing of the group is durable, so nobody may be told that it is; the next group is unharmed."""
    store = open_store(sqlite_url)

    def orphan_found_at_commit(conn: Connection) -> None:
        conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        timers.wake(conn, "nobody", "kind", "", NOON)

    with _held(store):
        futures = [store.perform(lambda conn, n=n: inbox.claim(conn, "owner", str(n), NOON)) for n in range(5)]
        futures.append(store.perform(orphan_found_at_commit))
    for future in futures:
        with pytest.raises(Exception, match="FOREIGN KEY"):
            future.result(30)
    assert do(store, inbox.claim, "owner", "0", NOON)
    store.close()


def test_a_failing_commit_fails_the_unit(postgres_url: str) -> None:
    """PostgreSQL checks what was deferred at COMMIT; the unit did not happen."""
    store = open_store(postgres_url)
    do(store, _execute, "ALTER TABLE timers ALTER CONSTRAINT fk_timers_case DEFERRABLE INITIALLY DEFERRED")
    with pytest.raises(Exception, match="fk_timers_case"):
        do(store, timers.wake, "nobody", "kind", "", NOON)
    assert do(store, timers.next_due) is None
    store.close()


def test_a_collision_is_tried_five_times_and_then_told(store: Store) -> None:
    """A unit that loses every race gives up; one that wins the second time is never noticed."""
    tries: list[str] = []

    def loses(conn: Connection) -> None:
        tries.append("lost")
        raise Collision("again")

    def wins_later(conn: Connection) -> str:
        tries.append("later")
        if tries.count("later") < 3:
            raise Collision("again")
        return "won"

    with pytest.raises(Collision):
        do(store, loses)
    assert tries == ["lost"] * 5
    assert do(store, wins_later) == "won"


def test_foreign_keys_are_enforced(store: Store) -> None:
    """A timer and a line of history need their case."""
    with pytest.raises(INTEGRITY):
        do(store, timers.wake, "nobody", "kind", "", NOON)
    with pytest.raises(INTEGRITY):
        do(store, cases.add_history, "nobody", NOON, "intake", "submit", "review", "owner", "")


def test_reading_neither_waits_for_the_writer_nor_writes(store: Store) -> None:
    """A page is read while a unit of work holds the writer; a reader that tries to write is stopped."""

    async def read_twice() -> None:
        assert await store.read(lambda conn: optouts.stopped(conn, "+1")) is False
        with pytest.raises(Exception, match=r"(?i)read.?only"):
            await store.read(lambda conn: optouts.stop(conn, "+1", NOON))

    with _held(store):
        asyncio.run(read_twice())


def test_reading_a_case_on_a_reader_takes_no_lock(store: Store) -> None:
    """``by_chat`` in ``Store.read`` looks and does not lock, on an engine that would refuse it."""
    do(store, cases.insert, a_case())
    found = asyncio.run(store.read(lambda conn: cases.by_chat(conn, 1001)))
    assert found == a_case()


def test_awaited_units_of_one_group_wake_the_loop_once(sqlite_url: str) -> None:
    """Twenty completions reach the loop in one call, not in twenty."""
    store = open_store(sqlite_url)

    async def twenty() -> int:
        loop, calls, original = asyncio.get_running_loop(), [], asyncio.get_running_loop().call_soon_threadsafe
        loop.call_soon_threadsafe = lambda *call, **named: (calls.append(call), original(*call, **named))[1]
        with _held(store):
            waiting = asyncio.gather(
                *(store.run(lambda conn, n=n: inbox.claim(conn, "o", str(n), NOON)) for n in range(20))
            )
            await asyncio.sleep(0)
        assert all(await waiting)
        return len(calls)

    assert asyncio.run(twenty()) == 1
    store.close()


def test_cancelling_who_waits_does_not_undo_the_unit(database_url: str) -> None:
    """A disconnected client cannot stop a unit of work half way."""
    store = open_store(database_url)

    async def cancelled() -> None:
        with _held(store):
            task = asyncio.create_task(store.run(lambda conn: inbox.claim(conn, "owner", "1", NOON)))
            await asyncio.sleep(0)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    store.close()
    store = open_store(database_url)
    assert not do(store, inbox.claim, "owner", "1", NOON)
    store.close()


def test_closing_finishes_what_was_taken(database_url: str) -> None:
    """Every future of an accepted unit resolves; a later unit is refused with a sentence."""
    store = open_store(database_url)
    futures = [store.perform(lambda conn, n=n: inbox.claim(conn, "owner", str(n), NOON)) for n in range(300)]
    store.close()
    assert all(future.result(0) for future in futures)
    with pytest.raises(StorageError, match="closed"):
        store.perform(lambda conn: None)


def test_a_second_process_is_refused_on_sqlite(sqlite_url: str) -> None:
    """The sentence names what to do, and the place is free again once the first has closed."""
    store = open_store(sqlite_url)
    program = "import sys\nfrom storage.engine import open_store\nopen_store(sys.argv[1])"
    second = subprocess.run(
        [sys.executable, "-c", program, sqlite_url], cwd=Path(__file__).parents[2], capture_output=True, text=True
    )
    assert "Another process is already using" in second.stderr
    store.close()
    open_store(sqlite_url).close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:///:memory:", "memory"),
        ("sqlite:////proc/nowhere/cats.db", "no database"),
        ("mysql://root@127.0.0.1/cats", "not supported"),
        ("not an address", "cannot be read"),
        ("postgresql://postgres@127.0.0.1:9/cats", "cannot be reached"),
    ],
)
def test_an_unusable_address_is_refused_with_a_sentence(url: str, sentence: str) -> None:
    """What the operator reads is no traceback of a driver."""
    with pytest.raises(StorageError, match=sentence):
        open_store(url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """And it is given back, so that the operator can look at it."""
    file = tmp_path / "holiday.db"
    file.write_bytes(b"These are not the cats you are looking for." * 100)
    for _ in range(2):
        with pytest.raises(StorageError, match="cannot be used"):
            open_store(f"sqlite:///{file}")


def test_a_broken_connection_does_not_fail_the_next_unit(postgres_url: str) -> None:
    """After the server threw everybody out, the next units of work are done over new connections."""
    store = open_store(postgres_url)
    for number in range(8):
        do(store, inbox.claim, "before", str(number), NOON)
    with psycopg.connect(postgres_url, autocommit=True) as operator:
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert all(do(store, inbox.claim, "after", str(number), NOON) for number in range(8))
    store.close()


def test_two_replicas_may_migrate_together(postgres: Postgres) -> None:
    """Two that start at the same moment wait for one another and both find the tables made."""
    url = postgres.create()
    program = "import sys\nfrom storage.migrate import migrate\nmigrate(sys.argv[1])"
    both = [subprocess.Popen([sys.executable, "-c", program, url], cwd=Path(__file__).parents[2]) for _ in range(2)]
    assert [one.wait(60) for one in both] == [0, 0]
    open_store(url).close()


def _add_one(conn: Connection) -> None:
    case = cases.by_id(conn, "case-1")
    assert case is not None
    cases.save(conn, case, a_case(version=case.version, answers={"count": str(int(case.answers["count"]) + 1)}))


def _count(store: Store) -> int:
    case = do(store, cases.by_id, "case-1")
    assert case is not None
    return int(case.answers["count"])


def _execute(conn: Connection, statement: str) -> None:
    conn.exec_driver_sql(statement)


class _held:
    """Keeps every writing thread of a store busy until the end of the block, so that what follows waits together."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._go = threading.Event()

    def __enter__(self) -> None:
        threads = 1 if self._store.dialect == "sqlite" else 4
        busy = [threading.Event() for _ in range(threads)]
        self._futures = [
            self._store.perform(lambda conn, event=event: (event.set(), self._go.wait(30))) for event in busy
        ]
        assert all(event.wait(30) for event in busy)

    def __exit__(self, *_: object) -> None:
        self._go.set()
