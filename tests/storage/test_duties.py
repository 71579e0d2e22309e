"""Who is on call by her own word, on both engines."""

from datetime import timedelta

from desk.moment import roster_now
from flows.context import Roster
from storage import duties, leaves
from storage.engine import Store
from tests.builders import NOON
from tests.storage.doing import do

HOUR = timedelta(hours=1)


def test_the_newest_word_comes_last_and_what_is_over_is_not_there(store: Store) -> None:
    assert do(store, duties.add, "lin", NOON - 9 * HOUR, NOON + 9 * HOUR, NOON)
    assert do(store, duties.add, "weber", NOON - 2 * HOUR, NOON, NOON)
    assert do(store, duties.add, "sato", NOON, NOON + HOUR, NOON)
    found = do(store, roster_now, NOON)
    assert [doctor for doctor, *_ in found.said] == ["lin", "sato"]
    assert [one.doctor for one in do(store, duties.between, NOON - HOUR, NOON + HOUR)] == ["lin", "weber", "sato"]


def test_the_same_word_twice_is_noted_once_and_a_word_after_anothers_anew(store: Store) -> None:
    span = (NOON, NOON + HOUR)
    assert do(store, duties.add, "lin", *span, NOON)
    assert not do(store, duties.add, "lin", *span, NOON)
    assert do(store, duties.add, "weber", *span, NOON)
    assert do(store, duties.add, "lin", *span, NOON)  # she takes it back from her colleague
    assert [doctor for doctor, *_ in do(store, roster_now, NOON).said] == ["lin", "weber", "lin"]


def test_only_ones_own_is_given_back_and_once(store: Store) -> None:
    do(store, duties.add, "lin", NOON, NOON + HOUR, NOON)
    (one,) = do(store, duties.between, NOON, NOON + HOUR)
    assert do(store, duties.take_back, one.id, "weber") is None
    assert do(store, duties.take_back, one.id, "lin") == one
    assert do(store, duties.take_back, one.id, "lin") is None
    assert do(store, roster_now, NOON) == Roster()


def test_a_leave_is_known_with_it_and_a_busy_hour_is_not(store: Store) -> None:
    """A doctor in surgery is still on call; one on leave is not."""
    do(store, leaves.add, "lin", NOON - HOUR, NOON + HOUR)
    do(store, leaves.add, "weber", NOON + HOUR, NOON + 2 * HOUR)
    assert do(store, roster_now, NOON) == Roster(away=(("lin", NOON - HOUR, NOON + HOUR),))
