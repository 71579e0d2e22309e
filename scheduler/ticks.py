"""APScheduler as a metronome. It keeps no jobs of its own in a store (pitfalls 49–52): a missed tick is made up for by the next one."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from desk.desk import Desk
from desk.shelving import Shelving
from desk.waiting_list import look_through
from desk.watching import Watching
from desk.zone_rules import look_through as hold_against_rules
from storage import bookings, inbox, outbox

log = structlog.get_logger(__name__)

KEPT = timedelta(
    days=90
)  # an update may come again after long; a week of silence, and ids restart anywhere (pitfall 5)
KEPT_HARMLESS = timedelta(
    days=2
)  # of a message only its number is of use, while the next one of its chat may be in doubt


Work = tuple[str, float, Callable[[], Awaitable[object]]]


def make_ticks(works: Iterable[Work]) -> AsyncIOScheduler:
    """A scheduler that is not started yet. ``works``: name, seconds between two ticks, coroutine function."""
    # No grace limit: the default of one second drops late ticks silently (pitfall 50).
    ticks = AsyncIOScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for name, every_s, work in works:
        ticks.add_job(work, "interval", seconds=every_s, id=name)
    ticks.add_listener(_notice, EVENT_JOB_ERROR | EVENT_JOB_MISSED)
    return ticks


def desk_works(desk: Desk, shelving: Shelving, watching: Watching) -> list[Work]:
    """What every service has to do from time to time."""

    # Coroutine functions all: anything else the scheduler would call in a thread, and never await what it gives back.
    async def sweep_holds() -> int:
        return await desk.store.run(lambda conn: bookings.sweep(conn, desk.clock()))

    async def offer_earlier() -> int:
        return await look_through(desk)

    async def compare_clocks() -> int:
        return await hold_against_rules(desk)

    async def forget_old() -> int:
        return await desk.store.run(lambda conn: _forget(conn, desk.clock()))

    return [
        ("timers", 0.5, desk.fire_due),
        ("second tries", 5.0, desk.retry_failed),
        ("holds", 60.0, sweep_holds),
        ("earlier times", 1.0, offer_earlier),
        ("zone rules", 60.0, compare_clocks),
        ("old keys", 3600.0, forget_old),
        ("late or away", 60.0, watching.look),
        ("shelf", 900.0, shelving.due),
    ]


def _forget(conn: Connection, now: datetime) -> int:
    return inbox.purge(conn, now - KEPT) + outbox.purge(conn, now - KEPT, now - KEPT_HARMLESS)


def _notice(event: JobExecutionEvent) -> None:
    log.warning("tick_failed", tick=event.job_id, error=type(event.exception).__name__ if event.exception else "missed")
