"""The sweep alone beside APScheduler's job store: 10,000 due at once, and what rings only counts. Both on SQLite, durable, as they come.

APScheduler gets no grace limit: with its default of one second it drops nine of ten silently (``performance.md`` 6).
"""

import asyncio
import logging
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection, create_engine, select, update

from bench.heartbeat import Heartbeat
from bench.reminders_seed import seed
from desk.receive import Receipt
from desk.sweep import Sweep
from storage.engine import open_store
from storage.migrate import migrate
from storage.timers import Timer

GIVE_UP_S = 300.0
AT_ANY_PACE = 10_000_000.0


@dataclass(frozen=True, slots=True)
class Alone:
    """How long it took to let all of them ring, how many did, and how long the event loop was away at the longest."""

    took_s: float
    rang: int
    loop_blocked_ms: float


async def sweep_alone(folder: Path, count: int) -> Alone:
    """Our sweep, with a function in place of the decisions."""
    url = f"sqlite:///{folder}/sweep.db"
    migrate(url)
    store = open_store(url)
    now = datetime.now(UTC)
    await seed(store, count, now)
    rang = 0

    def ring(_: Connection, timers: Sequence[Timer]) -> Receipt:
        nonlocal rang
        rang += len(timers)
        return Receipt()

    async def done(_: Receipt) -> None:
        pass

    sweep = Sweep(store, ring, done, lambda: now + timedelta(seconds=2), AT_ANY_PACE)
    heart = Heartbeat()
    begun = perf_counter()
    await sweep.look()
    took = perf_counter() - begun
    await heart.stopped()
    store.close()
    return Alone(took, rang, heart.blocked_ms)


async def apscheduler_alone(folder: Path, count: int) -> Alone:
    """APScheduler 3 with a SQLAlchemyJobStore; nothing but the grace limit is changed."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    engine = create_engine(f"sqlite:///{folder}/jobs.db")
    store = SQLAlchemyJobStore(engine=engine)
    jobs = AsyncIOScheduler(timezone="UTC", jobstores={"default": store}, job_defaults={"misfire_grace_time": None})
    ended = 0

    def count_one(_: JobExecutionEvent) -> None:
        nonlocal ended
        ended += 1

    jobs.add_listener(count_one, EVENT_JOB_EXECUTED | EVENT_JOB_MISSED | EVENT_JOB_ERROR)
    jobs.start(paused=True)
    _fill(store, jobs, count)
    heart = Heartbeat()
    begun = perf_counter()
    jobs.resume()
    jobs.wakeup()
    while ended < count and perf_counter() - begun < GIVE_UP_S:
        await asyncio.sleep(0.01)
    took = perf_counter() - begun
    await heart.stopped()
    jobs.shutdown(wait=False)
    engine.dispose()
    return Alone(took, ended, heart.blocked_ms)


def _fill(store: SQLAlchemyJobStore, jobs: AsyncIOScheduler, count: int) -> None:
    """All jobs in one transaction, as only a rehearsal may: adding them one by one takes as long again and is not what is measured."""
    ahead = datetime.now(UTC) + timedelta(hours=1)
    job = jobs.add_job(nothing, "date", run_date=ahead, args=[0], id="0")
    table, now = store.jobs_t, datetime.now(UTC)
    with store.engine.begin() as conn:
        state = pickle.loads(conn.scalar(select(table.c.job_state).where(table.c.id == job.id)))
        state["next_run_time"] = now
        state["trigger"].run_date = now
        rows = [
            {"id": str(n), "next_run_time": now.timestamp(), "job_state": pickle.dumps(state | {"id": str(n), "args": (n,)})}
            for n in range(count)
        ]  # fmt: skip
        conn.execute(update(table).where(table.c.id == "0").values(id="first"))
        conn.execute(table.insert(), rows)
        conn.execute(table.delete().where(table.c.id == "first"))


def nothing(_: int) -> None:
    """What APScheduler calls."""
