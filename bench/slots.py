"""Free times of 100 doctors over 60 days: what one owner's look at the calendar costs, with many times taken."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from statistics import median
from time import perf_counter

from bench.reminders_seed import clinic
from flows.clinic import Clinic, Doctor, Hours
from flows.context import Span
from flows.hours import Diary, free_slots

DOCTORS = 100
DAYS = 60
TAKEN = 3000
ROUNDS = 25
ZONES = ("Asia/Taipei", "Europe/London", "America/New_York", "Australia/Sydney", "Asia/Kolkata")
NOW = datetime(2026, 10, 1, 3, tzinfo=UTC)  # the clocks of London and New York go back within these days


def slots_ms() -> dict[str, float]:
    """Milliseconds: the median, and the first time in a process (``slots_first_ms``), when the calendar is worked out."""
    everybody = _everybody()
    taken = _taken(everybody)
    costs = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        found = free_slots(everybody, Diary(taken), NOW, DAYS)
        costs.append((perf_counter() - begun) * 1000)
    return {"slots_ms": round(median(costs), 2), "slots_first_ms": round(costs[0], 1), "slots_found": len(found)}


def _everybody() -> Clinic:
    hours = tuple(Hours(day, time(9), time(12)) for day in range(5)) + tuple(
        Hours(day, time(14), time(17)) for day in range(5)
    )
    doctors = tuple(
        Doctor(f"d{n}", f"Dr. {n}", 10_000 + n, ("oncology",), ("en",), ZONES[n % len(ZONES)], hours, calls_per_day=6)
        for n in range(DOCTORS)
    )
    closed = frozenset(NOW.date() + timedelta(days=7 * week) for week in range(8))
    return replace(clinic(), doctors=doctors, buffer_minutes=10, closed=closed)


def _taken(everybody: Clinic) -> list[Span]:
    chance, length = Random(7), timedelta(minutes=everybody.call_minutes)
    spans: list[Span] = []
    for _ in range(TAKEN):
        starts = NOW + timedelta(minutes=30 * chance.randrange(DAYS * 48))
        spans.append((chance.choice(everybody.doctors).key, starts, starts + length))
    return spans


if __name__ == "__main__":
    print(slots_ms())
