"""A doctor's time is given to one case only, whoever asks at the same moment."""

import random
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from flows.hours import Rules
from storage import bookings, cases
from storage.engine import Store
from tests.builders import NOON, case_number
from tests.storage.doing import at_once, do

MINUTE = timedelta(minutes=1)
SOON = NOON + 10 * MINUTE  # until when a hold is kept
DAY = timedelta(days=1)
TEN = NOON + DAY


def hold(store: Store, number: int, starts_at: datetime = TEN, minutes: int = 30, now: datetime = NOON) -> bool:
    """Case ``number`` wants Dr Lin."""
    ends_at = starts_at + minutes * MINUTE
    return do(store, bookings.hold, f"case-{number}", "lin", starts_at, ends_at, now + 10 * MINUTE, now)


def taken(store: Store, now: datetime = NOON) -> list[tuple[str, datetime, datetime]]:
    return do(store, bookings.taken, NOON, NOON + 3 * DAY, now)


@pytest.fixture(autouse=True)
def _fifty_cases(store: Store) -> None:
    do(store, lambda conn: [cases.insert(conn, case_number(number)) for number in range(50)])


def test_one_of_fifty_who_want_the_same_time_gets_it(store: Store) -> None:
    """All at once; the others are told no and their units of work go on."""
    assert at_once(50, lambda number: hold(store, number)).count(True) == 1
    assert taken(store) == [("lin", TEN, TEN + 30 * MINUTE)]


def test_no_minute_is_given_twice_to_thirty_who_want_random_spans(store: Store) -> None:
    """Checked minute by minute over what was granted, not by the code that grants."""
    granted: list[tuple[str, datetime, datetime]] = []

    def ask(number: int) -> None:
        dice = random.Random(number)
        for _ in range(6):
            starts_at = TEN + 5 * dice.randrange(60) * MINUTE
            minutes = 5 * dice.randrange(1, 12)
            if hold(store, number, starts_at, minutes) and do(store, bookings.confirm, f"case-{number}", NOON):
                granted.append((f"case-{number}", starts_at, starts_at + minutes * MINUTE))
                return

    at_once(30, ask)
    assert granted
    assert sorted((starts, ends) for _, starts, ends in granted) == sorted((s, e) for _, s, e in taken(store))
    assert_no_minute_twice([(starts, ends) for _, starts, ends in granted])


def test_times_that_only_touch_are_both_given(store: Store) -> None:
    """One ends where the other begins; and another doctor is another calendar."""
    assert hold(store, 0)
    assert hold(store, 1, TEN + 30 * MINUTE)
    assert do(store, bookings.hold, "case-2", "wu", TEN, TEN + 30 * MINUTE, SOON, NOON)
    assert not hold(store, 3, TEN + 25 * MINUTE, 10)


def test_a_hold_that_ran_out_is_in_nobodys_way(store: Store) -> None:
    """Not in the list, not in another's way, not confirmable; the sweep removes it."""
    assert hold(store, 0)
    assert hold(store, 1, TEN + 60 * MINUTE)
    assert not hold(store, 2, now=SOON - MINUTE)
    assert taken(store, SOON) == []
    assert not do(store, bookings.confirm, "case-0", SOON)
    assert hold(store, 2, now=SOON)
    assert do(store, bookings.sweep, SOON) == 1
    assert do(store, bookings.confirm, "case-2", SOON)


def test_a_new_hold_replaces_the_earlier_one(store: Store) -> None:
    """The earlier time is free at once, also for a span that overlaps it."""
    assert hold(store, 0)
    assert hold(store, 0, TEN + 15 * MINUTE)
    assert hold(store, 1, TEN, 15)
    assert not hold(store, 2, TEN + 15 * MINUTE)


def test_a_hold_that_was_refused_leaves_the_earlier_one(store: Store) -> None:
    """She keeps what she had, and the unit of work goes on."""
    assert hold(store, 0)
    assert hold(store, 1, TEN + 60 * MINUTE)
    assert not hold(store, 1)
    assert do(store, bookings.confirm, "case-1", NOON)
    assert taken(store, SOON) == [("lin", TEN + 60 * MINUTE, TEN + 90 * MINUTE)]


def test_moving_a_call_frees_its_old_time(store: Store) -> None:
    """Until the new time is confirmed the old one stays booked."""
    assert hold(store, 0)
    assert do(store, bookings.confirm, "case-0", NOON)
    assert hold(store, 0, TEN + 60 * MINUTE)
    assert not hold(store, 1)
    assert do(store, bookings.confirm, "case-0", NOON)
    assert hold(store, 1)
    assert not hold(store, 2, TEN + 60 * MINUTE)


def test_a_booking_does_not_run_out_and_is_freed_by_release(store: Store) -> None:
    """Hold and booking of the case go together; confirming again finds nothing."""
    assert hold(store, 0)
    assert do(store, bookings.confirm, "case-0", NOON)
    assert not do(store, bookings.confirm, "case-0", NOON)
    assert hold(store, 0, TEN + 60 * MINUTE)
    assert do(store, bookings.sweep, NOON + 9 * MINUTE) == 0
    do(store, bookings.release, "case-0", NOON)
    assert taken(store) == []
    assert hold(store, 1)


@pytest.mark.parametrize(("start", "minutes"), [(1, 30), (0, 31), (0, 0), (0, -5)])
def test_a_span_off_the_five_minute_marks_is_refused(store: Store, start: int, minutes: int) -> None:
    """It could not be guarded by cells, so it is our mistake and not a person's."""
    with pytest.raises(ValueError, match="call"):
        hold(store, 0, TEN + start * MINUTE, minutes)


def assert_no_minute_twice(spans: list[tuple[datetime, datetime]]) -> None:
    minutes = [
        starts_at + number * MINUTE for starts_at, ends_at in spans for number in range((ends_at - starts_at) // MINUTE)
    ]
    assert len(minutes) == len(set(minutes))


# --- what no key can say ----------------------------------------------------------------------------------------------
def kept(apart: int = 0, most: int = 0) -> Rules:
    return Rules(apart * MINUTE, most, (TEN - 5 * 60 * MINUTE, TEN + 19 * 60 * MINUTE))


def hold_kept(store: Store, number: int, starts_at: datetime, wishes: Rules) -> bool:
    ends_at = starts_at + 30 * MINUTE
    return do(store, bookings.hold, f"case-{number}", "lin", starts_at, ends_at, SOON, NOON, wishes)


def test_forty_at_once_leave_the_buffer_between_them(store: Store) -> None:
    """Each for another time, so that no key stands between them; and some get one."""
    got = at_once(40, lambda number: hold_kept(store, number, TEN + 10 * number * MINUTE, kept(apart=15)))
    spans = sorted((starts, ends) for _, starts, ends in taken(store))
    assert len(spans) == got.count(True) >= 2
    assert all(ends + 15 * MINUTE <= later for (_, ends), (later, _) in pairwise(spans))


def test_a_day_takes_no_more_calls_than_the_doctor_wants_from_forty_at_once(store: Store) -> None:
    """And all that it does take."""
    got = at_once(40, lambda number: hold_kept(store, number, TEN + 30 * (number % 20) * MINUTE, kept(most=3)))
    assert got.count(True) == len(taken(store)) == 3


def test_ones_own_call_needs_no_buffer_and_does_not_count(store: Store) -> None:
    """It goes away when the other one is confirmed."""
    assert hold_kept(store, 0, TEN, kept(15, 1))
    assert do(store, bookings.confirm, "case-0", NOON)
    assert hold_kept(store, 0, TEN + 30 * MINUTE, kept(15, 1))
    assert not hold_kept(store, 1, TEN + 120 * MINUTE, kept(15, 1))
