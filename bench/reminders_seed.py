"""Cases with a booked call, and a reminder due for each, all within one second."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial

from sqlalchemy import Connection

from app.clinic import load_clinic
from bench.machine import ROOT
from flows.case import Call, Case, Status
from flows.clinic import Clinic
from storage import cases, timers
from storage.engine import Store

AT_ONCE = 500
FIRST_CHAT = 100_000


def clinic() -> Clinic:
    """The example's, awake day and night: a reminder would wait for the morning, and nobody for the measurement."""
    return replace(load_clinic(ROOT / "clinic.example.toml"), quiet_from=time.max, quiet_to=time.min)


async def seed(store: Store, count: int, due_from: datetime) -> None:
    """Number n is due n-th, and belongs to the chat FIRST_CHAT + n."""
    for first in range(0, count, AT_ONCE):
        some = range(first, min(first + AT_ONCE, count))
        await store.run(partial(_some, numbers=some, count=count, due_from=due_from))


def _some(conn: Connection, numbers: Sequence[int], count: int, due_from: datetime) -> None:
    for number in numbers:
        due = due_from + timedelta(seconds=number / count)
        cases.insert(conn, _booked(number, due))
        timers.wake(conn, f"case-{number}", "remind", "2:1", due)


def _booked(number: int, due: datetime) -> Case:
    starts = (due + timedelta(hours=2)).replace(second=0, microsecond=0)
    call = Call("lin", starts, starts + timedelta(minutes=30), revision=1)
    answers = {f"question_{n}": "an answer of usual length" for n in range(10)}
    return Case(
        f"case-{number}", f"R{number:05}", FIRST_CHAT + number, due, due, status=Status.BOOKED, language="en", step="",
        answers=answers, zone="Asia/Taipei", call=call, revision=1,
    )  # fmt: skip
