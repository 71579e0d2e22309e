"""What one bot update costs in storage: claim, load, save, put, and later settle, twenty units to a commit (SQLite).

Run: ``.venv/bin/python -m bench.storage_cost``. Prints the processor time per 1,000 updates, the least of several
rounds: other work on the machine can only add.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from flows.case import Case
from storage import cases, inbox, outbox
from storage.engine import Store, open_store
from storage.migrate import migrate

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
UPDATES = 4000
PER_COMMIT = 20
OWNERS = 200
Unit = Callable[[int], Callable[[Connection], None]]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'cost.db'}"
        migrate(url)
        store = open_store(url)
        for owner in range(OWNERS):
            store.perform(partial(_begin, owner=owner)).result()
        costs = [_round(store, number) for number in range(5)]
        rest = min(_cost(store, _decide_only, _nothing) for _ in range(5))
        store.close()
    print(f"one update, decided and settled: {min(costs):.3f} s of processor per 1,000")
    print(f"the same without the database:   {rest:.3f} (two empty units and the stand-in for the decision)")
    print(f"storage:                         {min(costs) - rest:.3f}")


def _round(store: Store, number: int) -> float:
    rows: list[outbox.OutboxRow] = []

    def handle(update: int) -> Callable[[Connection], None]:
        return lambda conn: rows.extend(_handled(conn, number * UPDATES + update))

    def settle(place: int) -> Callable[[Connection], None]:
        return lambda conn: _settled(conn, rows[place])

    return _cost(store, handle, settle)


def _cost(store: Store, first: Unit, second: Unit) -> float:
    """Hands in twenty units at a time and waits for them, so that the writer finds about twenty waiting."""
    start = time.process_time()
    for group in range(0, UPDATES, PER_COMMIT):
        for make in (first, second):
            for future in [store.perform(make(group + place)) for place in range(PER_COMMIT)]:
                future.result()
    return (time.process_time() - start) * 1000 / UPDATES


def _decide_only(update: int) -> Callable[[Connection], None]:
    def decide(_: Connection) -> None:
        _decided(_SAMPLE, update)

    return decide


def _nothing(_: int) -> Callable[[Connection], None]:
    return lambda _: None


def _handled(conn: Connection, update: int) -> list[outbox.OutboxRow]:
    assert inbox.claim(conn, "owner", str(update), NOW)
    case = cases.by_chat(conn, update % OWNERS)
    assert case is not None
    after, item = _decided(case, update)
    cases.save(conn, case, after)
    return outbox.put(conn, [item], NOW)


def _decided(case: Case, update: int) -> tuple[Case, outbox.Outgoing]:
    """Stands for the decision, which is not storage's."""
    text = {"text": "How old is your cat?", "buttons": [["1", "2"], ["3", "4"]]}
    item = outbox.Outgoing("owner", str(case.chat), "question", text, "may-repeat", case.id)
    return replace(case, answers={**case.answers, "weight": str(update)}), item


def _begin(conn: Connection, owner: int) -> None:
    cases.insert(conn, _case(owner))


def _settled(conn: Connection, row: outbox.OutboxRow) -> None:
    settled, _ = outbox.settle(conn, row, NOW)
    assert settled


def _case(owner: int) -> Case:
    answers = {f"question_{number}": "an answer of usual length" for number in range(10)}
    return Case(f"case-{owner}", f"C{owner:05}", owner, NOW, NOW, language="en", answers=answers)


_SAMPLE = _case(0)

if __name__ == "__main__":
    main()
