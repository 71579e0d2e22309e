"""Free times against an oracle that walks through the minutes of real clocks."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rehearsal.clinic import clinic
from flows.clinic import Clinic, Doctor, Hours
from flows.context import Span
from flows.hours import STEP, Diary, Slot, free_slots, is_free
from flows.summary import instant
from tests.clocks import changes, wrong_in

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
    return Doctor("d", "Dr. D", 1, (), (), zone, hours, draw(st.sampled_from([0, 1, 2, 4])))


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


def _oracle(doctor: Doctor, taken: list[Span], now: datetime, days: int, house: Clinic) -> list[Slot]:
    found, zone = [], ZoneInfo(doctor.zone)
    minutes, lead, apart = house.call_minutes, house.lead_hours, house.buffer_minutes * MINUTE
    at = now.replace(second=0) + timedelta(hours=lead)
    while at <= now + timedelta(days=days):
        length = timedelta(minutes=minutes)
        opening = _opening(doctor, at) if at.minute % 15 == 0 else None
        if opening is not None and (at - opening) % STEP == timedelta():
            inside = all(_shift(doctor, at + n * MINUTE) is _shift(doctor, at) for n in range(minutes))
            clear = all(at + length + apart <= begin or end + apart <= at for _, begin, end in taken)
            today = at.astimezone(zone).date()
            that_day = [begin for _, begin, _ in taken if begin.astimezone(zone).date() == today]
            full = 0 < doctor.calls_per_day <= len(that_day)
            if inside and clear and not full and today not in house.closed:
                found.append(Slot(at, at + length, doctor.key))
        at += MINUTE
    return found


@settings(max_examples=40, deadline=None)
@given(
    doctors(),
    st.sampled_from(STARTS),
    st.integers(0, 60),
    st.lists(st.integers(0, 3 * 96), max_size=6),
    st.sampled_from([0, 5, 15, 40]),
    st.sets(st.integers(0, 4), max_size=2),
)
def test_free_times_are_those_of_the_oracle(
    doctor: Doctor, now: datetime, shift: int, busy: list[int], apart: int, holidays: set[int]
) -> None:
    """Nothing is offered that is not open, nothing that is open and free is left out, on days of clock changes too."""
    begins = now.replace(minute=0) + timedelta(minutes=shift)
    taken = [
        ("d", s, s + timedelta(minutes=45)) for s in (now.replace(minute=0) + n * timedelta(minutes=15) for n in busy)
    ]
    closed = frozenset((now + timedelta(days=n)).date() for n in holidays)
    house = replace(clinic((doctor,)), buffer_minutes=apart, closed=closed)
    offered = free_slots(house, Diary(taken), begins, 3)
    assert offered == _oracle(doctor, taken, begins, 3, house)
    assert all(is_free(house, Diary(taken), begins, 3, slot.doctor, slot.starts_at) for slot in offered)


@settings(max_examples=100, deadline=None)
@given(doctors(), st.sampled_from(STARTS))
def test_what_is_not_offered_is_not_accepted(doctor: Doctor, now: datetime) -> None:
    """A time between two offered ones, another doctor's, and one that was taken meanwhile are refused."""
    house = clinic((doctor,))
    for slot in free_slots(house, Diary(), now, 3)[:3]:
        assert not is_free(house, Diary(), now, 3, "d", slot.starts_at + 5 * MINUTE)
        assert not is_free(house, Diary(), now, 3, "somebody", slot.starts_at)
        assert not is_free(
            house, Diary([("d", slot.starts_at + 5 * MINUTE, slot.ends_at)]), now, 3, "d", slot.starts_at
        )


@pytest.mark.parametrize(
    ("zone", "times"),
    [
        ("Europe/London", 12),
        ("America/New_York", 12),
        ("Australia/Lord_Howe", 12),
        ("America/Nuuk", 12),
        ("Africa/Casablanca", 5),
    ],
)
def test_around_every_change_of_the_clocks_offers_acceptance_words_and_reminders_agree(zone: str, times: int) -> None:
    """All zones: ``make dst``. ``times``: how often its clocks change; Morocco's no more since September 2026."""
    assert len(list(changes(ZoneInfo(zone)))) == times
    count, wrong = wrong_in(zone)
    assert count > 70 * times  # four days each
    assert wrong == []


def test_an_hour_that_the_clock_shows_twice_is_told_apart() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    told = [instant(first + timedelta(hours=n), "Europe/London", "en") for n in range(3)]
    assert told == ["Sun 25 Oct, 01:30 (UTC+1:00)", "Sun 25 Oct, 01:30 (UTC+0:00)", "Sun 25 Oct, 02:30"]


def test_hours_that_begin_in_an_hour_the_clocks_leap_over_begin_at_the_leap() -> None:
    early = Doctor("d", "Dr. D", 1, (), (), "Europe/London", (Hours(6, time(1, 30), time(3, 0)),))
    offered = free_slots(clinic((early,)), Diary(), datetime(2026, 3, 28, tzinfo=UTC), 3)
    assert [slot.starts_at for slot in offered] == [
        datetime(2026, 3, 29, 1, 0, tzinfo=UTC) + n * STEP for n in range(2)
    ]


def test_what_is_taken_frees_again_and_the_calendar_behind_is_not_touched() -> None:
    """The hours are worked out once for all; a booking must not stay in them."""
    doctor = Doctor("d", "Dr. D", 1, (), (), "Asia/Taipei", (Hours(2, time(9), time(12)),))
    house, now = clinic((doctor,)), datetime(2026, 11, 23, tzinfo=UTC)
    free = free_slots(house, Diary(), now, 7)
    taken = [("d", free[1].starts_at, free[1].ends_at)]
    assert free_slots(house, Diary(taken), now, 7) == [free[0], *free[2:]]
    assert free_slots(house, Diary(), now, 7) == free


def test_the_call_that_is_moved_is_in_nobodys_way_but_where_it_lies_itself() -> None:
    """It will be gone: so it needs no buffer, and does not count on its day."""
    doctor = Doctor("d", "Dr. D", 1, (), (), "Asia/Taipei", (Hours(2, time(9), time(12)),), calls_per_day=1)
    house, now = replace(clinic((doctor,)), buffer_minutes=15), datetime(2026, 11, 23, tzinfo=UTC)
    free = free_slots(house, Diary(), now, 7)
    call = [("d", free[2].starts_at, free[2].ends_at)]
    assert free_slots(house, Diary(call), now, 7) == []
    assert free_slots(house, Diary(own=call), now, 7) == [*free[:2], *free[3:]]


def test_away_needs_no_buffer_and_is_no_call() -> None:
    """A doctor who is away until ten can be called at ten, and has had no call that day."""
    doctor = Doctor("d", "Dr. D", 1, (), (), "Asia/Taipei", (Hours(2, time(9), time(12)),), calls_per_day=1)
    house, now = replace(clinic((doctor,)), buffer_minutes=15), datetime(2026, 11, 23, tzinfo=UTC)
    free = free_slots(house, Diary(), now, 7)
    away = [("d", free[0].starts_at, free[1].ends_at)]
    assert free_slots(house, Diary(away=away), now, 7) == free[2:]
    assert not is_free(house, Diary(away=away), now, 7, "d", free[1].starts_at)
