"""The service itself: the parts that are wanted, one desk, one event loop; started in order, stopped in order."""

import asyncio
import ctypes
import gc
import signal
import sys
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog
import uvloop
from sqlalchemy import Connection
from starlette.types import ASGIApp

from app.clinic import load_clinic
from app.clock import Clock, RehearsalClock, machine_clock
from app.crash import kill_at
from app.parts import PARTS, Part, build
from app.settings import Settings, files_access
from desk.desk import Desk
from desk.digest import Digest
from desk.feeds import read_feed
from desk.points import watch
from desk.pulse import Pulse
from desk.shelving import Shelving
from desk.watching import LATE, Watching
from flows.clinic import Clinic
from flows.listening import hear
from flows.rails import BANK, STRIPE, TELEGRAM
from scheduler.calendars import Calendars
from scheduler.ticks import desk_works, make_ticks
from storage import noticed, outbox
from storage.engine import open_store
from storage.overdue import overdue
from storage.shelf import Shelf, open_shelf
from web.app import make_app
from web.server import serve

log = structlog.get_logger(__name__)


def run(settings: Settings, only: Sequence[str] = ()) -> None:
    """Runs until SIGTERM or SIGINT. Raises what keeps it from starting; see ``app.cli`` for the sentences."""
    clinic = _equipped(load_clinic(settings.clinic_file), settings)
    shelf = open_shelf(settings.files_url, files_access(settings), patient=True)
    clock: Clock = RehearsalClock(settings.clock_url) if settings.clock_url else machine_clock
    if settings.crash_point:
        watch(kill_at(settings.crash_point))
    store = open_store(settings.database_url)
    try:
        secret = settings.secret_key.get_secret_value()
        desk = Desk(store, clinic, clock, settings.lease_seconds, secret, settings.reminders_per_second)
        parts = {name: build(name, settings, desk, clinic, shelf) for name in only or PARTS}
        wanted = {name: part for name, part in parts.items() if part}
        _in_loop(_serve(settings, desk, shelf, wanted, "clock" in (only or PARTS)))
    finally:
        store.close()


def _equipped(clinic: Clinic, settings: Settings) -> Clinic:
    """What the settings leave out the decisions must know: no text is written, no case accepted, that nobody could carry out."""
    ways = {
        STRIPE: bool(settings.stripe_secret_key.get_secret_value()),
        TELEGRAM: bool(settings.telegram_provider_token.get_secret_value()),
        BANK: clinic.bank is not None,
    }
    rails = tuple(rail for rail, there in ways.items() if there)
    return replace(
        clinic,
        takes_payments=bool(rails),
        rails=rails or clinic.rails,
        sms=clinic.sms if settings.twilio_account_sid else (),
    )


def _in_loop(work: Coroutine[None, None, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


async def _serve(settings: Settings, desk: Desk, shelf: Shelf, parts: dict[str, Part], ticking: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    for part in parts.values():
        desk.connect(part.senders, part.readings)
    pulse = Pulse(desk, shelf)
    app = _app(desk, parts, pulse)
    await _recover(desk)  # before the first update: what it claims must not be taken for what the last process left
    serving = asyncio.create_task(serve(app, settings.http_host, settings.http_port, stop))
    await _set_up(parts, serving)
    loops = [asyncio.create_task(desk.deliverer.run())]
    pollers = [poller for part in parts.values() for poller in part.pollers]
    loops += [asyncio.create_task(poller.run()) for poller in pollers]
    pulse.loops = loops
    calendars = Calendars(desk)
    works = [
        *(desk_works(desk, Shelving(desk, shelf), Watching(desk, pulse)) if ticking else ()),
        *([("calendars", 60.0, calendars.look), ("digest", 60.0, Digest(desk).look)] if ticking else ()),
        *((n, 60.0, part.tick) for n, part in parts.items() if part.tick),
    ]
    ticks = make_ticks(works) if works else None
    if ticks:
        ticks.start()
    _freeze()
    log.info("started", port=settings.http_port, engine=desk.store.dialect, part=",".join(parts))
    await asyncio.wait({serving, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    if ticks:
        ticks.shutdown(wait=False)
    for poller in pollers:
        poller.stop()
    await serving
    await desk.deliverer.stop()
    await asyncio.gather(*loops)
    for part in parts.values():
        if part.close:
            await part.close()


def _app(desk: Desk, parts: dict[str, Part], pulse: Pulse) -> ASGIApp:
    """Webhooks and pages of those parts that run here."""
    webhooks = {path: hook for part in parts.values() for path, hook in part.webhooks.items()}
    uploads = next((part.uploads for part in parts.values() if part.uploads), None)
    pages = next((part.pages for part in parts.values() if part.pages), None)
    feed = partial(read_feed, desk)
    name, links = desk.clinic.name, desk.links
    return make_app(webhooks, lambda: _state(desk, pulse), name, links, uploads, desk, feed, pages)


async def _set_up(parts: dict[str, Part], serving: "asyncio.Task[None]") -> None:
    """Telegram is told where to deliver only once something listens there; what fails stops the start with its sentence."""
    await asyncio.sleep(0)
    for part in parts.values():
        if serving.done():
            await serving
        if part.set_up:
            await part.set_up()


async def _recover(desk: Desk) -> None:
    """On SQLite this is the only process: whatever was being sent when the last one died is due again now."""
    if desk.store.dialect == "sqlite":
        count = await desk.store.run(outbox.release_all)
        if count:
            log.info("recovered", rows=count)
    desk.highest = await desk.store.read(lambda conn: outbox.last_number(conn, "owner"))
    loop = asyncio.get_running_loop()

    def nudge() -> None:
        loop.call_soon_threadsafe(desk.deliverer.nudge)

    desk.store.listen(nudge)


async def _state(desk: Desk, pulse: Pulse) -> dict[str, float]:
    """What is measured; "shelf" and "loops" are 1 where all is well. Raises when the database cannot be asked."""
    now = desk.clock()
    shelf = await pulse.shelf()
    found = await desk.store.read(lambda conn: _counted(conn, now))
    return found | {"shelf": float(shelf is None), "loops": float(pulse.alive())}


def _counted(conn: Connection, now: datetime) -> dict[str, float]:
    counts = outbox.depth(conn, now) | {
        "late": sum(one.rows for one in overdue(conn, now, now - LATE)),
        "files_missing": noticed.count(conn, "missing"),
    }
    return {name: float(number) for name, number in counts.items()}


def _freeze() -> None:
    """What was imported is taken out of the collector's rounds: walking 170 MB of it cost 200 ms pauses (performance.md 3).

    And the rounds become rarer: an update makes hundreds of objects that die without the collector.
    """
    hear("a cat")  # what is listened for is read now: the first owner need not wait for it, and memory stays as it is
    gc.collect()
    _hand_back()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    # The event loop gives the interpreter away with every call to the system; while a thread decides, each way back costs it this much.
    sys.setswitchinterval(0.001)


def _hand_back() -> None:
    """Memory that only the start needed, 2 MB: glibc would keep it for what may come; other C libraries have no such word."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
