"""Timers fall due oldest first, move when set again, and are taken once."""

from datetime import timedelta

import pytest

from storage import cases, timers
from storage.engine import Store
from tests.builders import NOON, a_case
from tests.storage.doing import at_once, do

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _a_case_to_wake(store: Store) -> None:
    do(store, cases.insert, a_case())


def test_due_timers_come_oldest_first(store: Store) -> None:
    """What lies in the future is not among them."""
    for hours in (3, 1, 2, 9):
        do(store, timers.wake, "case-1", "reminder", str(hours), NOON + hours * HOUR)
    due = do(store, timers.due, NOON + 3 * HOUR, 10)
    assert [timer.key for timer in due] == ["1", "2", "3"]
    assert [timer.key for timer in do(store, timers.due, NOON + 3 * HOUR, 2)] == ["1", "2"]
    assert do(store, timers.next_due) == NOON + HOUR


def test_waking_again_moves_the_timer(store: Store) -> None:
    """There is one timer for a case, kind and key; who saw the earlier hour cannot take it any more."""
    do(store, timers.wake, "case-1", "reminder", "", NOON)
    (seen,) = do(store, timers.due, NOON, 10)
    do(store, timers.wake, "case-1", "reminder", "", NOON + HOUR)
    assert do(store, timers.due, NOON, 10) == []
    assert not do(store, timers.take, seen, NOON)
    (moved,) = do(store, timers.due, NOON + HOUR, 10)
    assert do(store, timers.take, moved, NOON + HOUR)
    assert do(store, timers.next_due) is None


def test_one_of_twenty_takes_a_timer(store: Store) -> None:
    """Two schedulers may see the same timer; one acts on it."""
    do(store, timers.wake, "case-1", "reminder", "", NOON)
    (timer,) = do(store, timers.due, NOON, 10)
    assert at_once(20, lambda _: do(store, timers.take, timer, NOON)).count(True) == 1


def test_a_taken_timer_set_anew_is_another_one(store: Store) -> None:
    """Its number is new, so an old sighting cannot take it."""
    do(store, timers.wake, "case-1", "reminder", "", NOON)
    (first,) = do(store, timers.due, NOON, 10)
    assert do(store, timers.take, first, NOON)
    do(store, timers.wake, "case-1", "reminder", "", NOON)
    assert not do(store, timers.take, first, NOON)


def test_forgetting_takes_one_kind_or_all(store: Store) -> None:
    """A case that ended wakes nobody."""
    for kind in ("reminder", "expiry"):
        do(store, timers.wake, "case-1", kind, "a", NOON)
        do(store, timers.wake, "case-1", kind, "b", NOON)
    do(store, timers.forget, "case-1", "expiry")
    assert {timer.kind for timer in do(store, timers.due, NOON, 10)} == {"reminder"}
    do(store, timers.forget, "case-1")
    assert do(store, timers.due, NOON, 10) == []
