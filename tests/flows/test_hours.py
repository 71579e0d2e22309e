"""Free times against an oracle that walks through the minutes of real clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rehearsal.clinic import clinic
from flows.clinic import Doctor, Hours
from flows.context import Span
from flows.hours import STEP, Slot, free_slots, is_free

ZONES = ("Asia/Taipei", "Europe/London", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Australia/Lord_Howe")
# Instants a few days before clocks change in one of the zones, and ordinary ones.
STARTS = [
    datetime(2026, month, day, 5, 7, tzinfo=UTC)
    for month, day in ((3, 6), (3, 27), (4, 2), (9, 25), (10, 2), (10, 23), (7, 1))
]
# Opening and closing never fall into an hour that a clock change skips or repeats; changes may lie between them.
SHIFTS = [
    (time(0, 0), time(5, 0)),
    (time(9, 0), time(12, 0)),
    (time(13, 30), time(17, 45)),
    (time(20, 0), time(23, 30)),
]
MINUTE = timedelta(minutes=1)


@st.composite
def doctors(draw: st.DrawFn) -> Doctor:
    """One doctor somewhere, with up to three shifts."""
    zone = draw(st.sampled_from(ZONES))
    shifts = draw(st.lists(st.tuples(st.integers(0, 6), st.sampled_from(SHIFTS)), max_size=3, unique_by=lambda s: s))
    hours = tuple(Hours(day, opens, closes) for day, (opens, closes) in shifts)
    return Doctor("d", "Dr. D", 1, (), (), zone, hours)


def _opening(doctor: Doctor, at: datetime) -> datetime | None:
    """When the shift that this minute belongs to began, found by walking back minute by minute; None outside hours."""
    hours = _shift(doctor, at)
    if hours is None:
        return None
    while _shift(doctor, at - MINUTE) is hours:
        at -= MINUTE
    return at


def _shift(doctor: Doctor, at: datetime) -> Hours | None:
    local = at.astimezone(ZoneInfo(doctor.zone))
    return next((h for h in doctor.hours if h.weekday == local.weekday() and h.opens <= local.time() < h.closes), None)


def _oracle(doctor: Doctor, taken: list[Span], now: datetime, days: int, minutes: int, lead: int) -> list[Slot]:
    found = []
    at = now.replace(second=0) + timedelta(hours=lead)
    while at <= now + timedelta(days=days):
        length = timedelta(minutes=minutes)
        opening = _opening(doctor, at) if at.minute % 15 == 0 else None
        if opening is not None and (at - opening) % STEP == timedelta():
            inside = all(_shift(doctor, at + n * MINUTE) is _shift(doctor, at) for n in range(minutes))
            clear = all(at + length <= begin or end <= at for _, begin, end in taken)
            if inside and clear:
                found.append(Slot(at, at + length, doctor.key))
        at += MINUTE
    return found


@settings(max_examples=40, deadline=None)
@given(doctors(), st.sampled_from(STARTS), st.integers(0, 60), st.lists(st.integers(0, 3 * 96), max_size=6))
def test_free_times_are_those_of_the_oracle(doctor: Doctor, now: datetime, shift: int, busy: list[int]) -> None:
    """Nothing is offered that is not open, nothing that is open and free is left out, on days of clock changes too."""
    begins = now.replace(minute=0) + timedelta(minutes=shift)
    taken = [
        ("d", s, s + timedelta(minutes=45)) for s in (now.replace(minute=0) + n * timedelta(minutes=15) for n in busy)
    ]
    house = clinic((doctor,))
    offered = free_slots(house, taken, begins, 3)
    assert offered == _oracle(doctor, taken, begins, 3, house.call_minutes, house.lead_hours)
    assert all(is_free(house, taken, begins, 3, slot.doctor, slot.starts_at) for slot in offered)


@settings(max_examples=100, deadline=None)
@given(doctors(), st.sampled_from(STARTS))
def test_what_is_not_offered_is_not_accepted(doctor: Doctor, now: datetime) -> None:
    """A time between two offered ones, another doctor's, and one that was taken meanwhile are refused."""
    house = clinic((doctor,))
    for slot in free_slots(house, (), now, 3)[:3]:
        assert not is_free(house, (), now, 3, "d", slot.starts_at + 5 * MINUTE)
        assert not is_free(house, (), now, 3, "somebody", slot.starts_at)
        assert not is_free(house, [("d", slot.starts_at + 5 * MINUTE, slot.ends_at)], now, 3, "d", slot.starts_at)
