"""``python -m bench.queue``: what /queue and /stats cost with 100,000 cases stored, of which a clinic has a few hundred open.

On both engines, at two sizes with the same number of open cases: the cost must grow with what is open, not with what is stored.
Figures go to ``var/bench-queue.json``.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

import orjson
from sqlalchemy import Connection, insert, text

from app.rehearsal.clinic import clinic
from bench.machine import ROOT
from bot.staff_answers import queue, stats
from flows.case import Case, Review, Status
from flows.figures import words
from storage import cases as stored_cases
from storage.engine import Store, open_store
from storage.migrate import migrate
from storage.tables import bookings, cases, history
from tests.postgres import Postgres

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
OPEN = 200
ROUNDS = 30
GOAL_MS = 50.0
PIECE = 2_000
YEARS = timedelta(days=5 * 365)
ENDS = (Status.CLOSED, Status.CLOSED, Status.CLOSED, Status.DECLINED, Status.EXPIRED, Status.WITHDRAWN)
STORY = "She has been losing weight since the spring and drinks more than before. " * 20  # a stored case has some 3 kB


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """A migrated database that goes away."""
    if engine == "sqlite":
        url = f"sqlite:///{folder}/queue.db"
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


def a_case(number: int, count: int, chance: Random) -> Case:
    """Most are over; the newest few are open, in every state."""
    is_open = number >= count - OPEN
    status = chance.choice((Status.REVIEW, Status.MORE_NEEDED, Status.ACCEPTED, Status.PAID, Status.BOOKED)) if is_open else chance.choice(ENDS)  # fmt: skip
    made = NOW - (timedelta(hours=count - number) if is_open else YEARS * ((count - number) / count))
    review = Review(
        decision="go", decided_by="lin", decided_at=made + timedelta(hours=9), reason="We can advise on this."
    )
    return Case(
        id=f"case-{number}", code=f"Q{number:05X}", chat=number, created_at=made, updated_at=made, status=status, language="zh_Hant",
        submitted_at=made, answers={"cat_name": "Tofu", "story": STORY}, review=review,
    )  # fmt: skip


def fill(conn: Connection, count: int) -> None:
    """Cases with their histories, and a call for every second one."""
    chance = Random(3)
    for first in range(0, count, PIECE):
        some = [a_case(number, count, chance) for number in range(first, min(first + PIECE, count))]
        conn.execute(insert(cases), [stored_cases.row_of(case) | {"active": True} for case in some])
        conn.execute(insert(history), [line for case in some for line in _lines(case)])
        conn.execute(insert(bookings), [_booking(case) for case in some[::2]])


def _lines(case: Case) -> list[dict[str, Any]]:
    at = case.created_at
    moves = (
        ("intake", "submit", "review"),
        ("review", "go", "accepted"),
        ("accepted", "pay", "paid"),
        ("paid", "book", "booked"),
    )
    return [
        {"case_id": case.id, "at": at + timedelta(hours=9 * place), "came_from": old, "trigger": trigger, "went_to": new, "actor": "lin", "detail": ""}
        for place, (old, trigger, new) in enumerate(moves)
    ]  # fmt: skip


def _booking(case: Case) -> dict[str, Any]:
    starts = case.created_at + timedelta(days=4)
    return {"case_id": case.id, "doctor": "lin", "starts_at": starts, "ends_at": starts + timedelta(minutes=30), "state": "booked", "held_until": None}  # fmt: skip


async def measured(url: str, count: int) -> dict[str, float]:
    """Milliseconds, the median of ROUNDS, from asking to the words that are said."""
    store = open_store(url)
    try:
        await store.run(lambda conn: fill(conn, count))
        if store.dialect == "postgresql":
            await store.run(lambda conn: conn.execute(text("ANALYZE")) and None)
        ours = replace(clinic(), languages=("zh_Hant", "en"))
        return {
            "queue_ms": await _ms(store, queue),
            "stats_ms": await _ms(store, lambda conn: words(stats(conn, NOW, ours), ours, "zh_Hant")),
        }
    finally:
        store.close()


async def _ms(store: Store, work: Callable[[Connection], object]) -> float:
    costs = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        await store.read(work)
        costs.append((perf_counter() - begun) * 1000)
    return round(median(costs), 2)


def main() -> int:
    """Prints the figures; 1 when one of them is not what was promised."""
    parser = argparse.ArgumentParser(prog="python -m bench.queue", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    chosen = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    for engine in ("sqlite", "postgresql"):
        for count in (chosen.cases // 10, chosen.cases):
            with tempfile.TemporaryDirectory(prefix="bench-") as folder, database(engine, Path(folder)) as url:
                found[engine] = asyncio.run(measured(url, count))
            print(f"{engine}, {count:,} cases, {OPEN} open: /queue {found[engine]['queue_ms']:.1f} ms, /stats {found[engine]['stats_ms']:.1f} ms")  # fmt: skip
    file = ROOT / "var" / "bench-queue.json"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    slow = [f"{engine} {name}" for engine, figures in found.items() for name, ms in figures.items() if ms > GOAL_MS]
    print(f"NOT as promised: {', '.join(slow)}." if slow else f"All within {GOAL_MS:.0f} ms.")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
