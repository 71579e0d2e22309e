"""``python -m bench.reminders_replica DATABASE_URL API_URL RATE``: one replica with its owner bot and its ticks, and nothing else.

It runs until SIGTERM. It says when it ticks, and at its end, as JSON, how long its event loop was away at the longest.
"""

import asyncio
import gc
import logging
import signal
import sys
from datetime import UTC, datetime

import orjson
import uvloop

from bench.bots import SECRET
from bench.heartbeat import Heartbeat
from bench.reminders_seed import clinic
from bench.telegram import OWNER_TOKEN
from bot.owner import OwnerBot, OwnerSender
from desk.desk import Desk
from scheduler.ticks import make_ticks
from storage.engine import open_store


async def main(database_url: str, api_url: str, rate: float) -> None:
    """Ticks and sends as the service does."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    store = open_store(database_url)
    desk = Desk(store, clinic(), lambda: datetime.now(UTC), secret=SECRET, reminders_per_s=rate)
    bot = OwnerBot(OWNER_TOKEN, api_url, desk, [SECRET])
    desk.connect({"owner": OwnerSender(bot, desk)})
    loop = asyncio.get_running_loop()
    store.listen(lambda: loop.call_soon_threadsafe(desk.deliverer.nudge))
    delivering = asyncio.create_task(desk.deliverer.run())
    logging.getLogger("apscheduler").setLevel(
        logging.ERROR
    )  # a tick that is left out under load is made up for by the next one
    ticks = make_ticks([("timers", 0.5, desk.fire_due)])
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # these two as the service does
    sys.setswitchinterval(0.001)
    heart = Heartbeat()
    ticks.start()
    print("ticking", flush=True)
    await stop.wait()
    await heart.stopped()
    ticks.shutdown(wait=False)
    await desk.deliverer.stop()
    await delivering
    await bot.close()
    store.close()
    print(orjson.dumps({"blocked": heart.blocked_ms, "late": heart.late_ms}).decode())


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
