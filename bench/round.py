"""One round: a bot is started afresh, warmed up, and played by all owners as fast as it can."""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench.api_server import serve_api
from bench.bots import SECRET, Bot, Place
from bench.hook import Door, Slot
from bench.machine import cpu_seconds, free_port, listening, memory_mb, started, stop
from bench.owner import Owner
from bench.telegram import Telegram

WARM = 20
UP_S = 60.0
SETTLE_S = 1.5  # the collector's last walk at the start, and imports that come late
FIRST_COUNTED = 1000


class RoundFailed(Exception):
    """A sentence for whoever runs the benchmark."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a round showed. ``rss_warm_mb`` and ``rss_end_mb`` are before and after the counted owners."""

    updates_per_s: float
    p50_ms: float
    p99_ms: float
    cpu_s_per_1000: float
    rss_peak_mb: float
    rss_start_mb: float
    rss_warm_mb: float
    rss_end_mb: float
    calls_per_update: float
    finished: int
    owners: int


async def play_round(bot: Bot, owners: int, slots: int, core: int | None) -> Figures:
    """Raises RoundFailed when the bot does not come up or an owner does not reach the end."""
    telegram = Telegram()
    server, api_port = await serve_api(telegram)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            return await _in_folder(bot, Place(free_port(), api_port, Path(folder)), telegram, owners, slots, core)
    finally:
        server.close()


async def _in_folder(bot: Bot, place: Place, telegram: Telegram, owners: int, slots: int, core: int | None) -> Figures:
    env = {**os.environ, **bot.settings(place)}
    bot.make_ready(env)
    log = place.folder / "bot.log"
    process = started(bot.command(), env, log, core)
    try:
        await _wait_until_up(bot, place, telegram, process)
        return await _measured(bot, place, telegram, process.pid, owners, slots)
    except RoundFailed as error:
        raise RoundFailed(f"{bot.name}: {error}\n{log.read_text('utf-8', 'replace')[-2000:]}") from None
    finally:
        stop(process)


async def _wait_until_up(bot: Bot, place: Place, telegram: Telegram, process: "subprocess.Popen[bytes]") -> None:
    end = perf_counter() + UP_S
    while not (listening(place.port) and (bot.up is None or bot.up(telegram))):
        if process.poll() is not None or perf_counter() > end:
            raise RoundFailed("the bot did not start.")
        await asyncio.sleep(0.05)
    await asyncio.sleep(SETTLE_S)


async def _measured(bot: Bot, place: Place, telegram: Telegram, pid: int, count: int, slots: int) -> Figures:
    door = Door(place.port, bot.path, SECRET)
    rss_start = memory_mb(pid)
    await _play([Owner(number, bot.script) for number in range(WARM)], door, telegram, slots)
    rss_warm = memory_mb(pid)
    telegram.calls.clear()
    owners = [Owner(FIRST_COUNTED + number, bot.script) for number in range(count)]
    cpu, start = cpu_seconds(pid), perf_counter()
    await _play(owners, door, telegram, slots)
    wall = perf_counter() - start
    await asyncio.sleep(0.2)  # the last messages are written down as sent after the last owner has read them
    cpu = cpu_seconds(pid) - cpu
    waits = sorted(wait for owner in owners for wait in owner.waits)
    return Figures(
        updates_per_s=len(waits) / wall,
        p50_ms=waits[len(waits) // 2] * 1000,
        p99_ms=waits[int(len(waits) * 0.99)] * 1000,
        cpu_s_per_1000=cpu * 1000 / len(waits),
        rss_peak_mb=memory_mb(pid, peak=True),
        rss_start_mb=rss_start,
        rss_warm_mb=rss_warm,
        rss_end_mb=memory_mb(pid),
        calls_per_update=telegram.calls.total() / len(waits),
        finished=sum(owner.finished for owner in owners),
        owners=count,
    )


async def _play(owners: Sequence[Owner], door: Door, telegram: Telegram, slots: int) -> None:
    """So many slots, each with one update in flight; a slot takes the next owner when its own has finished."""
    telegram.listeners.update((owner.chat, owner.hear) for owner in owners)
    waiting = iter(owners)

    async def lane() -> None:
        slot = Slot(door, telegram)
        for owner in waiting:
            await owner.play(slot)
        slot.close()

    await asyncio.gather(*(lane() for _ in range(slots)))
    stuck = [owner for owner in owners if not owner.finished]
    if stuck:
        raise RoundFailed(f"{len(stuck)} of {len(owners)} owners did not reach the end; {stuck[0].stuck}")
