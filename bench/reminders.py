"""``python -m bench.reminders``: 10,000 reminders due in one second, from the rows to the fake Bot API; the sweep alone; free times.

Handed over in order at the configured rate: on SQLite by one process, on PostgreSQL by three replicas. A reminder is late when it
comes to the Bot API later than its place in the line says, and a second. Figures go to ``var/bench.json``.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import time
from typing import TypeVar

import orjson
import uvloop
from sqlalchemy import Connection, select

from bench.api_server import serve_api
from bench.machine import ROOT
from bench.reminders_alone import Alone, apscheduler_alone, sweep_alone
from bench.reminders_seed import FIRST_CHAT, seed
from bench.report import kept
from bench.slots import slots_ms
from bench.telegram import Telegram
from storage.engine import open_store
from storage.migrate import migrate
from storage.tables import outbox
from tests.postgres import Postgres

T = TypeVar("T")

ALLOWANCE_S = 1.0
LOOP_MS = 20.0
SLOTS_MS = 20.0
START_S = 8.0  # for whoever has to be started after the seeding
GOAL = 100
SWEEPS = 5


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of one run. ``order``: pairs that stand in the outbox the wrong way round; ``latest_s``: beyond the rate."""

    missed: int
    twice: int
    late: int
    order: int
    latest_s: float
    took_s: float
    loop_blocked_ms: float
    loop_late_ms: float


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """A migrated database that goes away."""
    if engine == "sqlite":
        url = f"sqlite:///{folder}/reminders.db"
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


async def handed_over(url: str, replicas: int, count: int, rate: float) -> Handed:
    """Seeds, lets the replicas work, and looks at what came to the Bot API and what stands in the outbox."""
    came: dict[int, list[float]] = {}
    telegram = Telegram()

    def heard(chat: int, *_: object) -> None:
        came.setdefault(chat, []).append(time())

    telegram.listeners = {FIRST_CHAT + number: partial(heard, FIRST_CHAT + number) for number in range(count)}
    server, port = await serve_api(telegram)
    command = [sys.executable, "-m", "bench.reminders_replica", url, f"http://127.0.0.1:{port}", str(rate)]
    due = await _seeded(url, count) if url.startswith("sqlite") else None  # whose file has one process at a time
    workers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(replicas)]
    for worker in workers:
        assert worker.stdout is not None
        await asyncio.to_thread(worker.stdout.readline)
    due = due or await _seeded(url, count)
    try:
        end = due.timestamp() + count / rate + 30
        while len(came) < count and time() < end and all(worker.poll() is None for worker in workers):
            await asyncio.sleep(0.1)
        await asyncio.sleep(2)  # whatever would come twice
    finally:
        for worker in workers:
            worker.terminate()
        said = [await asyncio.to_thread(worker.communicate) for worker in workers]
        server.close()
    hearts = [orjson.loads(words) for words, _ in said]
    return await _judged(url, came, due.timestamp(), count, rate, hearts)


async def _seeded(url: str, count: int) -> datetime:
    """From when on they are due, when everybody is surely up."""
    due = datetime.now(UTC) + timedelta(seconds=START_S + count / 1000)
    store = open_store(url)
    await seed(store, count, due)
    store.close()
    return due


async def _judged(
    url: str, came: dict[int, list[float]], due: float, count: int, rate: float, hearts: list[dict[str, float]]
) -> Handed:
    beyond = [at[0] - due - max(n / count, n / rate) for n in range(count) if (at := came.get(FIRST_CHAT + n))]
    store = open_store(url)
    written = await store.read(_written)
    store.close()
    return Handed(
        missed=count - len(came),
        twice=sum(len(at) - 1 for at in came.values()),
        late=sum(1 for seconds in beyond if seconds > ALLOWANCE_S),
        order=sum(1 for one, next_one in pairwise(written) if one > next_one),
        latest_s=max(beyond, default=0.0),
        took_s=max((at[-1] for at in came.values()), default=due) - due,
        loop_blocked_ms=max(heart["blocked"] for heart in hearts),
        loop_late_ms=max(heart["late"] for heart in hearts),
    )


def _written(conn: Connection) -> list[int]:
    """The chats in the order in which their reminders were put."""
    found = conn.scalars(select(outbox.c.recipient).where(outbox.c.channel == "owner").order_by(outbox.c.id))
    return [int(recipient) for recipient in found]


def main() -> int:
    """Prints the figures; 1 when one of them is not what was promised."""
    chosen = _options()
    broken: list[str] = []
    tally: Counter[str] = Counter()
    worst = 0.0
    print(f"{chosen.count:,} reminders due in one second, handed over at {chosen.rate:,.0f} a second:")
    for engine, replicas in (("sqlite", 1), ("postgresql", 3)):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, database(engine, Path(folder)) as url:
            one = in_loop(handed_over(url, replicas, chosen.count, chosen.rate))
        tally.update(missed=one.missed, twice=one.twice, late=one.late, order=one.order)
        worst = max(worst, one.loop_blocked_ms)
        print(f"  {engine}, {replicas} replica(s): missed {one.missed}, twice {one.twice}, out of order {one.order}, late beyond the rate {one.late} (latest {one.latest_s:.2f} s), in {one.took_s:.1f} s; loop away {one.loop_blocked_ms:.1f} ms (waits for a processor included: {one.loop_late_ms:.1f})")  # fmt: skip
    ours, theirs = _alone(chosen.count)
    ratio = theirs.took_s / ours.took_s
    worst = max(worst, ours.loop_blocked_ms)
    print(f"the sweep alone: {ours.took_s:.3f} s for {ours.rang:,}, loop away {ours.loop_blocked_ms:.1f} ms; APScheduler's job store: {theirs.took_s:.1f} s for {theirs.rang:,}, loop away {theirs.loop_blocked_ms:,.0f} ms: {ratio:.0f} times")  # fmt: skip
    slots = slots_ms()
    print(f"free times of 100 doctors over 60 days: {slots['slots_ms']:.1f} ms (the first time in a process {slots['slots_first_ms']:.0f} ms)")  # fmt: skip
    broken += [f"{number} {name}" for name, number in tally.items() if number]
    broken += ["the sweep is not fast enough"] if ratio < GOAL or ours.rang < chosen.count else []
    broken += [f"the event loop was away for {worst:.1f} ms"] if worst > LOOP_MS else []
    broken += ["free times take too long"] if slots["slots_ms"] > SLOTS_MS else []
    found = {"ratio": round(ratio, 1), **tally, "loop_blocked_ms": round(worst, 2), "rate_per_s": chosen.rate, "reminders": chosen.count}  # fmt: skip
    kept({"reminders": {**found, **slots}})
    print("\n".join(f"NOT as promised: {sentence}." for sentence in broken) or "All as promised.")
    return 1 if broken else 0


def _alone(count: int) -> tuple[Alone, Alone]:
    """Our sweep and theirs; ours is over so soon that one flush of the disk would tell, so the middle one of several counts."""
    sweeps = []
    for _ in range(SWEEPS):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            sweeps.append(in_loop(sweep_alone(Path(folder), count)))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        theirs = in_loop(apscheduler_alone(Path(folder), count))
    middle = sorted(sweeps, key=lambda one: one.took_s)[SWEEPS // 2]
    blocked = max(one.loop_blocked_ms for one in sweeps)
    return Alone(middle.took_s, min(one.rang for one in sweeps), blocked), theirs


def in_loop(work: Coroutine[None, None, T]) -> T:
    """As the service's own loop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.reminders", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=200.0, help="reminders a second (default: 200)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
