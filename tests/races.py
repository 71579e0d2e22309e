"""``python -m tests.races``: 200 people press buttons at once for 50 times of two doctors, round after round, on both engines.

They choose, hold, book, move, cancel, and fall asleep over a hold. After each round a checker that shares nothing with the product but
the names of its columns looks through the tables: minutes given twice, holds that nobody has, cells without a booking, cases that
believe something else than the calendar. Then eleven minutes pass, and no hold may be left.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import orjson
from sqlalchemy import Connection, text

from app.rehearsal.clinic import clinic
from desk.desk import Desk
from desk.receive import ByCase, handle, handle_due
from flows.case import Case, Status
from flows.clinic import Clinic, Doctor, Hours
from flows.incoming import Asked, Due, Pressed
from storage import bookings, cases, timers
from storage.engine import Store, open_store
from storage.migrate import migrate
from tests.postgres import Postgres

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)  # whose week has the fifty times: two doctors, five days, five each
BEGINS = MONDAY - timedelta(days=9)
SLOTS = 50
NIGHT = timedelta(minutes=11)  # longer than a time is held
FIVE = timedelta(minutes=5)
# What somebody presses who wants a call, who no longer wants the one she has, and who merely looks and forgets.
MOODS = (("book", "at:", "day:", "move"), ("cancel_yes", "cancel", "days"), ("at:", "day:", "move"))


@dataclass
class Tally:
    """What happened, and what the checker found."""

    rounds: int = 0
    presses: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    moves: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def house() -> Clinic:
    """Only one week is open."""
    hours = tuple(Hours(day, time(9), time(11, 30)) for day in range(5))
    doctors = tuple(Doctor(key, f"Dr. {key}", 1 + n, (), (), "Asia/Taipei", hours) for n, key in enumerate("ab"))
    closed = frozenset((MONDAY + timedelta(days=n)).date() for n in (*range(-12, 0), *range(5, 40)))
    return replace(clinic(doctors), closed=closed)


class World:
    """A store with paid cases, and a clock that stands still within a round."""

    def __init__(self, store: Store, clients: int, seed: int) -> None:
        self.store, self.now, self.tally = store, BEGINS, Tally()
        self.desk = Desk(store, house(), lambda: self.now)
        self.clients, self.seed = clients, seed

    async def fill(self) -> None:
        """A paid case for each client."""

        def all_of_them(conn: Connection) -> None:
            for n in range(self.clients):
                fresh = Case(
                    f"case{n}", f"R{n:05}", 10_000 + n, BEGINS, BEGINS, status=Status.PAID, language="en", step=""
                )
                cases.insert(conn, fresh)

        await self.store.run(all_of_them)

    async def round(self) -> None:
        """Everybody presses a few times at once; then what stands is checked, and again when all holds must be over."""
        await asyncio.gather(*(self._give_up(n) for n in range(self.clients)))
        await asyncio.gather(*(self._client(n) for n in range(self.clients)))
        await self._check("round")
        self.now += NIGHT
        while await self.store.run(self._ring):
            pass
        await self.store.run(lambda conn: bookings.sweep(conn, self.now))
        await self._check("after")
        await self.store.run(lambda conn: conn.execute(text("DELETE FROM outbox")))
        self.tally.rounds += 1

    async def _give_up(self, number: int) -> None:
        """Two of three cancel what they have, so that there is something to be had in every round."""
        if Random(f"{self.seed} {self.tally.rounds} {number} gives up").random() < 2 / 3:
            await self.store.run(
                lambda conn: handle(conn, ByCase(f"case{number}"), Asked("status"), self.desk.moment())
            )
            for wanted in ("cancel", "cancel_yes"):
                await self.store.run(partial(self._press, f"case{number}", 0.0, (wanted,)))

    async def _client(self, number: int) -> None:
        chance = Random(f"{self.seed} {self.tally.rounds} {number}")
        keen = number % 6 == 0  # books, and then moves as long as there are presses left
        mood = MOODS[0] if keen else chance.choices(MOODS, (6, 2, 2))[0]
        for _ in range(8 if keen else chance.randint(2, 5)):
            self.tally.presses += 1
            liked = mood if chance.random() < 0.9 else ()
            await self.store.run(partial(self._press, f"case{number}", chance.random(), liked))

    def _press(self, case_id: str, where: float, mood: tuple[str, ...], conn: Connection) -> None:
        case = cases.by_id(conn, case_id)
        assert case is not None
        liked = [n for n, value in enumerate(case.options) if mood and value.startswith(mood)]
        numbers = liked or range(len(case.options))
        incoming = Pressed(f"{case.screen}.{numbers[int(where * len(numbers))]}") if numbers else Asked("status")
        handle(conn, ByCase(case_id), incoming, self.desk.moment())

    def _ring(self, conn: Connection) -> int:
        due = timers.claim(conn, self.now, 256, paced=False)
        handle_due(conn, [(one.case_id, Due(one.kind, one.key)) for one in due], self.desk.moment)
        return len(due)

    async def _check(self, when: str) -> None:
        tables = await self.store.read(everything)
        found = faults(tables, self.now) + (["a hold is left"] if when == "after" and tables.held() else [])
        self.tally.wrong += [f"round {self.tally.rounds}, {when}: {fault}" for fault in found]
        self.tally.seen.update(row["state"] for row in tables.bookings)


# --- the checker ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Tables:
    """Rows as plain SQL gives them; instants as seconds since 1970."""

    bookings: Sequence[dict[str, Any]]
    cells: Sequence[dict[str, Any]]
    cases: dict[str, dict[str, Any]]

    def held(self) -> list[dict[str, Any]]:
        return [row for row in self.bookings if row["state"] == "held"]


def everything(conn: Connection) -> Tables:
    """One consistent look at what is to be checked."""
    found = [dict(row) for row in conn.execute(text("SELECT * FROM bookings")).mappings()]
    for row in found:
        row |= {name: _seconds(row[name]) for name in ("starts_at", "ends_at", "held_until")}
    cells = [dict(row) for row in conn.execute(text("SELECT * FROM cells")).mappings()]
    documents = {row[0]: orjson.loads(row[1]) for row in conn.execute(text("SELECT id, doc FROM cases"))}
    return Tables(found, cells, documents)


def _seconds(value: Any) -> float | None:
    """PostgreSQL gives aware instants, SQLite whole microseconds or a text, as its column type writes them."""
    if value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return value / 1_000_000
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at.replace(tzinfo=at.tzinfo or UTC).timestamp()


def faults(tables: Tables, now: datetime) -> list[str]:
    """What must not be, in words; nothing here asks the product."""
    return [*_twice(tables, now.timestamp()), *_cells(tables), *_believed(tables, now.timestamp())]


def _twice(tables: Tables, now: float) -> Iterator[str]:
    minutes: Counter[tuple[str, float]] = Counter()
    for row in tables.bookings:
        if row["state"] == "booked" or row["held_until"] > now:
            minutes.update((row["doctor"], at) for at in _steps(row["starts_at"], row["ends_at"], 60))
    yield from (f"{doctor} twice at {at}" for (doctor, at), count in minutes.items() if count > 1)
    per_case = Counter((row["case_id"], row["state"]) for row in tables.bookings)
    yield from (f"{case} has two {state}" for (case, state), count in per_case.items() if count > 1)


def _steps(begin: float, end: float, step: int) -> list[float]:
    return [begin + step * n for n in range(int((end - begin) // step))]


def _cells(tables: Tables) -> Iterator[str]:
    here = {(row["booking_id"], row["doctor"], row["cell"]) for row in tables.cells}
    due = {
        (row["id"], row["doctor"], int(at // FIVE.total_seconds()))
        for row in tables.bookings
        for at in _steps(row["starts_at"], row["ends_at"], 300)
    }
    yield from (f"a cell too many: {cell}" for cell in here - due)
    yield from (f"a cell is missing: {cell}" for cell in due - here)


def _believed(tables: Tables, now: float) -> Iterator[str]:
    """A call has its booking, a booking its call, and whoever holds a time has been offered it."""
    rows = {(row["case_id"], row["state"]): row for row in tables.bookings}
    for case_id, case in tables.cases.items():
        for state, name in (("booked", "call"), ("held", "offer")):
            row, said = rows.get((case_id, state)), case[name]
            live = row if row and (state == "booked" or row["held_until"] > now) else None
            spans = [(live["doctor"], live["starts_at"]) if live else None, (said["doctor"], _seconds(said["starts_at"])) if said else None]  # fmt: skip
            if spans[0] != spans[1]:
                yield f"{case_id}: {state} {spans[0]}, and the case says {spans[1]}"
        if (case["status"] == "booked") != (case["call"] is not None):
            yield f"{case_id} is {case['status']} and its call is {case['call']}"


# --- the command ------------------------------------------------------------------------------------------------------
async def raced(url: str, clients: int, rounds: int, seed: int) -> Tally:
    """So many rounds on this migrated, empty database."""
    store = open_store(url)
    try:
        world = World(store, clients, seed)
        await world.fill()
        for _ in range(rounds):
            await world.round()
        counted = text("SELECT trigger, count(*) FROM history GROUP BY trigger")
        world.tally.moves = await store.read(lambda conn: {row[0]: row[1] for row in conn.execute(counted)})
        return world.tally
    finally:
        store.close()


@contextmanager
def database(engine: str) -> Iterator[str]:
    """A migrated database that goes away."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'races.db'}"
            migrate(url)
            yield url
        return
    server = Postgres()
    try:
        url = server.create()
        migrate(url)
        yield url
    finally:
        server.stop()


def main() -> int:
    """Prints a line for each engine; 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    chosen = parser.parse_args()
    bad = 0
    for engine in chosen.engine or ("sqlite", "postgresql"):
        begun = perf_counter()
        with database(engine) as url:
            tally = asyncio.run(raced(url, chosen.clients, chosen.rounds, chosen.seed))
        print(*tally.wrong[:20], sep="\n", end="\n" if tally.wrong else "")
        print(
            f"{engine}: {chosen.clients} clients, {SLOTS} slots, {tally.rounds} rounds, {tally.presses:,} presses in "
            f"{perf_counter() - begun:.0f} s; {tally.moves.get('book', 0):,} booked, {tally.moves.get('rebook', 0):,} moved, "
            f"{tally.moves.get('unbook', 0):,} cancelled; bookings seen {tally.seen['booked']:,}, holds seen {tally.seen['held']:,}: {len(tally.wrong)} faults",
            flush=True,
        )
        bad += len(tally.wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
