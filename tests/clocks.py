"""``python -m tests.clocks``: every time zone at every change of its clocks from 2025 to 2030, two days before to two days after.

For each: what is offered, what is accepted, what is said and when it is reminded of, against a reading of the wall clock that shares
nothing with ``flows.hours`` but the clinic. The number of times looked at is printed last.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from app.rehearsal.clinic import clinic
from flows.clinic import Clinic, Doctor, Hours
from flows.hours import Diary, free_slots, is_free
from flows.reminders import EARLIEST, HOURS_BEFORE, due_at, morning
from flows.summary import instant

FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
AROUND = timedelta(days=2)
QUARTER = timedelta(minutes=15)
CALL = timedelta(minutes=30)
# Windows that begin and end inside the hours that clocks change, and one that contains them.
WINDOWS = ((time(0, 0), time(2, 30)), (time(2, 30), time(7, 0)), (time(21, 0), time(23, 30)))


def changes(zone: ZoneInfo) -> Iterator[datetime]:
    """The moments at which this zone's clocks change, to the quarter of an hour (aware UTC)."""
    day = FIRST
    while day < LAST:
        if _offset(zone, day) != _offset(zone, day + timedelta(days=1)):
            at = day
            while _offset(zone, at) == _offset(zone, at + QUARTER):
                at += QUARTER
            yield at + QUARTER
        day += timedelta(days=1)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(zone).utcoffset()


def times_by_the_clock(zone: ZoneInfo, begins: datetime, ends: datetime) -> set[datetime]:
    """Every beginning of a call, by looking at the wall clock each quarter of an hour: half hours counted from when a window opens."""
    found, opened, window = set[datetime](), begins, (date.min, -1)
    at = begins - timedelta(days=1)
    while at <= ends:
        here = _window(zone, at)
        if here != window:
            opened, window = at, here
        inside = here[1] >= 0 and _window(zone, at + CALL - QUARTER) == here
        if inside and at >= begins and (at - opened) % CALL == timedelta():
            found.add(at)
        at += QUARTER
    return found


def _window(zone: ZoneInfo, at: datetime) -> tuple[date, int]:
    local = at.astimezone(zone)
    number = next((n for n, (opens, closes) in enumerate(WINDOWS) if opens <= local.time() < closes), -1)
    return (local.date(), number) if not _second_time(zone, at, number) else (local.date(), -1)


def _second_time(zone: ZoneInfo, at: datetime, number: int) -> bool:
    """Whether the clock shows this for the second time and the window was over in between: what is over does not begin again."""
    local = at.astimezone(zone)
    if not local.fold or number < 0:
        return False
    first = local.replace(fold=0).astimezone(UTC)
    between = [(first + n * QUARTER).astimezone(zone).time() for n in range((at - first) // QUARTER)]
    return any(shown >= WINDOWS[number][1] for shown in between)


def wrong_in(name: str) -> tuple[int, list[str]]:
    """How many times were looked at in this zone, and what was wrong."""
    zone, wrong, count = ZoneInfo(name), list[str](), 0
    doctor = Doctor("d", "Dr. D", 1, (), (), name, tuple(Hours(day, *window) for day in range(7) for window in WINDOWS))
    house = replace(clinic((doctor,)), lead_hours=0)
    for change in changes(zone):
        now = change - AROUND
        offered = [slot.starts_at for slot in free_slots(house, Diary(), now, 4)]
        expected = times_by_the_clock(zone, now, now + 2 * AROUND)
        if set(offered) != expected or len(set(offered)) != len(offered):
            wrong.append(f"{name} {change}: offered {sorted(set(offered) ^ expected)[:3]}")
        said = {instant(at, name, "en") for at in offered}
        if len(said) != len(offered):
            wrong.append(f"{name} {change}: two times are said alike")
        for at in offered:
            count += 1
            near = [at + n * QUARTER for n in (-1, 0, 1)]
            accepted = [is_free(house, Diary(), now, 4, "d", one) for one in near]
            if accepted != [one in expected for one in near]:
                wrong.append(f"{name} {at}: accepted {accepted}")
            wrong += _wrong_reminders(house, name, at)
    return count, wrong


def _wrong_reminders(house: Clinic, name: str, at: datetime) -> list[str]:
    zone, leaves = ZoneInfo(name), [due_at(at, hours, name, house) for hours in HOURS_BEFORE]
    awake = all(house.quiet_to <= one.astimezone(zone).time() < house.quiet_from for one in leaves)
    near = all(
        timedelta() <= at - timedelta(hours=hours) - one <= EARLIEST
        for hours, one in zip(HOURS_BEFORE, leaves, strict=True)
    )
    kept = all(morning(one, name, house) == one for one in leaves)
    return [] if awake and near and kept and leaves == sorted(leaves) else [f"{name} {at}: reminded at {leaves}"]


def main() -> int:
    """Prints what is wrong and, last, the numbers; 1 when anything is."""
    names = sorted(available_timezones())
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(wrong_in, names, chunksize=8))
    wrong = [line for _, lines in found for line in lines]
    print(*wrong[:40], sep="\n")
    print(
        f"{len(names)} zones, {sum(count for count, _ in found):,} times offered, accepted, said and reminded of: {len(wrong)} mismatches"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
