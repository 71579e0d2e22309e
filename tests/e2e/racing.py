"""What the races share: a clinic, cases that stand where the race begins, and many threads that let go at the same moment."""

import secrets
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from app.clinic import load_clinic
from desk.receive import Address, ByCase, Envelope, Moment, Receipt, handle, receive
from flows.case import Case
from flows.incoming import Incoming
from storage import cases, outbox
from storage.engine import Store
from tests.builders import NOON

EXAMPLE = load_clinic(Path(__file__).resolve().parents[2] / "clinic.example.toml")
CLINIC = replace(EXAMPLE, undo_seconds=0)  # a decision is there at once, so that a race has an end
T = TypeVar("T")


def moment(now: datetime = NOON) -> Moment:
    """A unit's time and chance."""
    return Moment(now, CLINIC, secrets.token_urlsafe(6), secrets.token_hex(16))


def arrive(store: Store, key: str, address: Address, incoming: Incoming, channel: str = "owner") -> Receipt:
    """One update with a provider's number of its own."""
    envelope = Envelope(channel, key, address, incoming)
    return store.perform(lambda conn: receive(conn, envelope, moment())).result(30)


def happen(store: Store, case_id: str, incoming: Incoming) -> Receipt:
    """One thing without a number: an answer of the world, a timer."""
    return store.perform(lambda conn: handle(conn, ByCase(case_id), incoming, moment())).result(30)


def keep(store: Store, *wanted: Case) -> None:
    """Stores cases as they are."""
    store.perform(lambda conn: [cases.insert(conn, case) for case in wanted]).result(30)


def case_now(store: Store, case_id: str) -> Case:
    """The newest version."""
    found = store.perform(lambda conn: cases.by_id(conn, case_id)).result(30)
    assert found is not None
    return found


def moves(store: Store, case_id: str) -> list[tuple[str, str]]:
    """Trigger and actor of every move."""
    found = store.perform(lambda conn: cases.history(conn, case_id)).result(30)
    return [(line.trigger, line.actor) for line in found]


def kinds(receipt: Receipt) -> list[str]:
    """What leaves because of it."""
    return [row.kind for row in receipt.rows]


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """All acts, each in a thread of its own, let go together; their answers in the order of the acts."""
    gate = threading.Barrier(len(acts))

    def act(one: Callable[[], T]) -> T:
        gate.wait(30)
        return one()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts))


def waiting(store: Store) -> int:
    """Rows that nobody has settled."""
    depth = store.perform(lambda conn: outbox.depth(conn, NOON)).result(30)
    return depth["waiting"] + depth["sending"]
