"""``second-look erase``: the same as the owner's own /erase, beside the service that runs or without it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess, run
from sys import executable

import pytest

from desk.orders import CHANNEL, erase_order
from flows.case import Payment, Record, Status
from storage import cases, inbox, ledger, optouts
from storage.beside import Beside
from storage.engine import Store, open_store
from storage.sqlite import BUSY_MS
from storage.units import StorageError
from tests.app.test_cli import sentence_of, settings_of
from tests.app.whole import ROOT, clean_environment
from tests.builders import NOON, a_case
from tests.desk.office import Office
from tests.storage.doing import do

pytestmark = pytest.mark.enable_socket
PHONE = "+447700900123"


def filled(store: Store) -> None:
    """Two cases of one person, one of them paid, and one of somebody else."""
    payment = Payment(300_000, "TWD", 1, "cs_secret", state="paid", paid_at=NOON)
    old = a_case(
        id="old", code="TOFUXX", status=Status.PAID, payment=payment, phone=PHONE, vouched=True, submitted_at=NOON
    )
    do(store, cases.insert, old)
    do(store, ledger.add, "old", "stripe", "cs_secret", "paid", 300_000, "TWD", NOON)
    do(store, cases.retire, "old")
    record = Record("u", "photo", "", 4, "stored", file="ab" * 32)
    do(store, cases.insert, a_case(records=(record,), created_at=NOON + timedelta(days=1)))
    do(store, cases.insert, a_case(id="alien", code="ALIENX", chat=5))
    do(store, optouts.stop, PHONE, NOON)


def order(folder: Path, url: str, code: str, typed: str) -> CompletedProcess[str]:
    """The command, with these words typed."""
    env = clean_environment(PYTHONPATH=str(ROOT), **(settings_of(folder) | {"DATABASE_URL": url}))
    command = [executable, "-m", "app.cli", "erase", code]
    return run(command, cwd=folder, env=env, input=typed, capture_output=True, text=True, timeout=120)


@contextmanager
def service(store: Store) -> Iterator[list[str]]:
    """What the running service does every few seconds; gives the texts that the staff was sent."""
    stop, told = threading.Event(), list[str]()

    async def serve() -> None:
        office = Office(store)
        while not stop.is_set():
            office.later(days=400)  # it hears what was handed in by the machine's own clock
            await office.desk.retry_failed()
            await office.desk.deliverer.idle()
            await asyncio.sleep(0.05)
        told.extend(office.channels["staff"].texts())

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        yield told
    finally:
        stop.set()
        thread.join()


def left(store: Store) -> list[str | None]:
    return [case.code if (case := do(store, cases.by_id, name)) else None for name in ("old", "case-1", "alien")]


def test_beside_the_service_that_has_the_database_to_itself(sqlite_url: str, tmp_path: Path) -> None:
    """The service carries it out; whoever ordered it reads what is gone and what is kept."""
    store = open_store(sqlite_url)
    filled(store)
    with service(store) as told:
        done = order(tmp_path, sqlite_url, "k7m2qx", "K7M2QX\n")
    assert done.returncode == 0, done.stderr
    assert left(store) == [None, None, "ALIENX"]
    assert any("TOFUXX" in text and "NT$3,000" in text for text in told)
    shown, result = done.stdout.split("Erased: ")
    assert "TOFUXX" in shown
    assert "Paid and no opinion sent yet: TOFUXX" in shown
    assert result.startswith("TOFUXX, K7M2QX with 1 file(s)")
    assert "NT$3,000, case code TOFUXX" in result
    assert "unreadable mark" in result
    assert do(store, optouts.stopped, PHONE)
    store.close()


def test_without_the_service_and_on_a_database_that_many_may_use(database_url: str, tmp_path: Path) -> None:
    """It is done here; the farewell and the order to the group wait for the service."""
    store = open_store(database_url)
    filled(store)
    sqlite = store.dialect == "sqlite"
    if sqlite:
        store.close()
    done = order(tmp_path, database_url, "TOFUXX", "tofuxx\n")
    assert done.returncode == 0, done.stderr
    store = open_store(database_url) if sqlite else store
    assert left(store) == [None, None, "ALIENX"]
    waiting = do(
        store, lambda conn: conn.exec_driver_sql("SELECT kind FROM outbox WHERE state = 'waiting'").scalars().all()
    )
    assert {"farewell", "unpost", "post"} <= set(waiting)
    store.close()


@pytest.mark.parametrize(
    ("code", "typed", "word"), [("K7M2QX", "yes\n", "was not typed"), ("NOBODY", "NOBODY\n", "no case")]
)
def test_nothing_is_erased_by_a_slip(sqlite_url: str, tmp_path: Path, code: str, typed: str, word: str) -> None:
    """Neither a yes nor another code will do, and an unknown code is said."""
    store = open_store(sqlite_url)
    filled(store)
    done = order(tmp_path, sqlite_url, code, typed)
    assert done.returncode == 1
    assert word in done.stderr
    assert "Nothing was erased" in done.stderr
    assert left(store) == ["TOFUXX", "K7M2QX", "ALIENX"]
    assert do(store, inbox.due, NOON + timedelta(days=9999), 9) == []
    store.close()


def test_a_database_that_is_not_there_is_named(tmp_path: Path) -> None:
    """And none is made."""
    assert "second-look migrate" in sentence_of(order(tmp_path, f"sqlite:///{tmp_path}/none.db", "K7M2QX", "K7M2QX\n"))
    assert not (tmp_path / "none.db").exists()


def test_an_order_for_somebody_who_has_gone_meanwhile_changes_nothing(store: Store) -> None:
    """She erased everything herself while the code was being typed: no new case begins for her."""
    do(store, cases.insert, a_case(id="alien", code="ALIENX", chat=5))
    do(store, inbox.hand_in, CHANNEL, "key", erase_order("key", "K7M2QX"), NOON)

    async def story() -> int:
        office = Office(store)
        return await office.desk.retry_failed()

    assert asyncio.run(story()) == 1
    assert do(store, inbox.fate, CHANNEL, "key") == ("done", 0, "")
    assert left(store) == [None, None, "ALIENX"]


def test_what_is_handed_in_waits_for_whoever_is_writing(sqlite_url: str) -> None:
    """The service writes at the same moment; both come through."""
    store, beside = open_store(sqlite_url), Beside(sqlite_url)
    for number in range(50):
        future = store.perform(lambda conn, n=number: inbox.claim(conn, "owner", str(n), NOON))
        beside.write(lambda conn, n=number: inbox.hand_in(conn, CHANNEL, str(n), b"{}", NOON))
        assert future.result(BUSY_MS)
    assert len(beside.read(lambda conn: inbox.due(conn, NOON, 99, [CHANNEL]))) == 50
    beside.close()
    store.close()


def test_tables_of_another_version_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(StorageError, match="second-look migrate"):
        Beside(f"sqlite:///{tmp_path}/empty.db")
