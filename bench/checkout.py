"""``python -m bench.checkout``: the question before a payment in Telegram, while 10,000 messages and 10,000 reminders wait to leave.

Telegram gives a bot ten seconds and then takes no money; a payer waits gladly for two. The whole service on either engine; the Bot API takes
its time for every message, so that the backlog lasts longer than the questions. Figures go to ``var/bench.json``.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson
from sqlalchemy import Connection, func, select

from bench.api_server import serve_api
from bench.bots import BOTS, SECRET, Place
from bench.hook import Door, Slot
from bench.machine import free_port, listening, started, stop
from bench.reminders import database, in_loop
from bench.reminders_seed import FIRST_CHAT, seed
from bench.report import kept
from bench.telegram import Telegram
from flows.case import Case, Payment, Status
from flows.effects import Say
from flows.rails import TELEGRAM
from storage import cases, outbox
from storage.engine import Store, open_store
from storage.lines import Outgoing
from storage.tables import outbox as rows

WAITING = 10_000
QUESTIONS = 400
PER_S = 20.0
P99_S, MOST_S = 2.0, 8.0
MESSAGE_S = 0.4  # what the Bot API takes for a message: 64 at once leave in that time
PAYER, CODE, FEE = 777, "PAYER2", 300_000
UP_S = 60.0


class Answering(Telegram):
    """Slow for messages; notes when each question was answered, and what."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: dict[str, tuple[float, bool]] = {}

    def delay_s(self, method: str) -> float:
        """Every other call is answered at once."""
        return MESSAGE_S if method.lower().startswith("send") else 0.0

    def answer(self, token: str, method: str, call: dict[str, Any]) -> Any:
        """As ever."""
        if method.lower() == "answerprecheckoutquery":
            self.answered[str(call["pre_checkout_query_id"])] = (perf_counter(), call.get("ok") in (True, "true"))
        return super().answer(token, method, call)


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds from the question's delivery to its answer, ascending. ``left``: rows that still waited after the last one."""

    seconds: tuple[float, ...]
    refused: int
    unanswered: int
    left: int

    @property
    def p99(self) -> float:
        """Of those that were answered."""
        return self.seconds[int(len(self.seconds) * 0.99)]


def _payer(now: datetime) -> Case:
    payment = Payment(FEE, "TWD", 1, session=f"{TELEGRAM}-{CODE}-1", state="open", rail=TELEGRAM)
    return Case("payer", CODE, PAYER, now, now, status=Status.ACCEPTED, language="en", payment=payment)


def _backlog(conn: Connection, numbers: Sequence[int], now: datetime) -> None:
    words: dict[str, Any] = orjson.loads(orjson.dumps(Say("Your records have arrived.")))
    some = [Outgoing("owner", str(FIRST_CHAT + WAITING + n), "say", words, "may-repeat") for n in numbers]
    outbox.put(conn, some, now - timedelta(minutes=1), lease_s=0.001)  # claimed by nobody who lives


async def _prepared(url: str) -> None:
    store = open_store(url)
    now = datetime.now(UTC)
    await seed(store, WAITING, now)
    for first in range(0, WAITING, 500):
        await store.run(partial(_backlog, numbers=range(first, first + 500), now=now))
    await store.run(lambda conn: cases.insert(conn, _payer(now)))
    store.close()


def _question(number: int) -> bytes:
    person = {"id": PAYER, "is_bot": False, "first_name": "Payer", "language_code": "en"}
    bill = {"currency": "TWD", "total_amount": FEE, "invoice_payload": f"{TELEGRAM}-{CODE}-1"}
    return orjson.dumps(
        {"update_id": 5_000_000 + number, "pre_checkout_query": {"id": str(number), "from": person, **bill}}
    )


async def asked(url: str, folder: Path, questions: int) -> Waits:
    """Starts the service over the backlog and asks at an even pace."""
    await _prepared(url)
    telegram = Answering()
    server, api_port = await serve_api(telegram)
    bot, place = BOTS[0], Place(free_port(), api_port, folder)
    changed = {"DATABASE_URL": url, "TELEGRAM_PROVIDER_TOKEN": "1:TEST:1", "REMINDERS_PER_SECOND": "200"}
    process = started(bot.command(), {**os.environ, **bot.settings(place), **changed}, folder / "bot.log", 0)
    try:
        end = perf_counter() + UP_S
        while not (listening(place.port) and bot.up and bot.up(telegram)):
            if process.poll() is not None or perf_counter() > end:
                raise SystemExit((folder / "bot.log").read_text("utf-8", "replace")[-2000:])
            await asyncio.sleep(0.05)
        delivered = await _delivered(Door(place.port, bot.path, SECRET), telegram, questions)
    finally:
        stop(process)
        server.close()
    found = sorted(telegram.answered[n][0] - at for n, at in delivered.items() if n in telegram.answered)
    refused = sum(1 for _, yes in telegram.answered.values() if not yes)
    return Waits(tuple(found), refused, questions - len(found), await _left(url))


async def _delivered(door: Door, telegram: Telegram, questions: int) -> dict[str, float]:
    delivered: dict[str, float] = {}
    slots = [Slot(door, telegram) for _ in range(20)]
    tasks = []
    for number in range(questions):
        delivered[str(number)] = perf_counter()
        tasks.append(asyncio.create_task(slots[number % len(slots)].deliver(_question(number))))
        await asyncio.sleep(1 / PER_S)
    await asyncio.wait(tasks, timeout=10)
    for slot in slots:
        slot.close()
    return delivered


async def _left(url: str) -> int:
    store: Store = open_store(url)
    waiting = select(func.count()).select_from(rows).where(rows.c.state != "sent")
    left = await store.read(lambda conn: int(conn.scalar(waiting) or 0))
    store.close()
    return left


def main() -> int:
    """Prints the figures; 1 when one of them is not what was promised."""
    parser = argparse.ArgumentParser(prog="python -m bench.checkout", description=__doc__)
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    chosen = parser.parse_args()
    broken, figures = [], dict[str, Any]()
    print(
        f"{chosen.questions} questions before a payment, {PER_S:.0f} a second, over {2 * WAITING:,} things that wait:"
    )
    for engine in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="bench-") as name, database(engine, Path(name)) as url:
            one = in_loop(asked(url, Path(name), chosen.questions))
        print(f"  {engine}: p99 {one.p99 * 1000:.0f} ms, at most {one.seconds[-1] * 1000:.0f} ms; refused {one.refused}, unanswered {one.unanswered}; {one.left:,} messages still waited after the last answer")  # fmt: skip
        figures[engine] = {
            "p99_ms": round(one.p99 * 1000, 1),
            "most_ms": round(one.seconds[-1] * 1000, 1),
            "left": one.left,
        }
        broken += [f"{engine}: p99 above {P99_S:.0f} s"] if one.p99 >= P99_S else []
        broken += [f"{engine}: one waited {one.seconds[-1]:.1f} s"] if one.seconds[-1] >= MOST_S else []
        broken += (
            [f"{engine}: {one.refused} refused, {one.unanswered} unanswered"] if one.refused or one.unanswered else []
        )
        broken += [f"{engine}: the backlog was gone before the questions were"] if one.left == 0 else []
    kept({"checkout": figures})
    print("\n".join(f"NOT as promised: {sentence}." for sentence in broken) or "All as promised.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
