"""An instant comes back as the same instant, in UTC, or is not taken at all."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from storage import cases, inbox, optouts, timers
from storage.columns import Instant
from storage.engine import Store
from tests.builders import NOON, a_case
from tests.storage.doing import do

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3.5))])
AWARE = st.builds(
    lambda since, zone: (NOON + timedelta(microseconds=since)).astimezone(zone),
    st.integers(-(10**15), 5 * 10**15),
    ZONES,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moment=AWARE)
def test_any_aware_instant_comes_back_as_the_same_in_utc(store: Store, moment: datetime) -> None:
    """Taipei's nine o'clock is one o'clock UTC and not nine, to the microsecond."""
    if do(store, cases.by_id, "case-1") is None:
        do(store, cases.insert, a_case())
    do(store, timers.wake, "case-1", "round trip", "", moment)
    came_back = do(store, timers.next_due)
    assert came_back == moment
    assert came_back is not None
    assert came_back.tzinfo is UTC


def test_a_naive_datetime_is_refused_on_the_hot_path(store: Store) -> None:
    """A datetime without a zone is somebody's mistake, and guessing its zone would hide it."""
    with pytest.raises(ValueError, match="time zone"):
        do(store, inbox.claim, "owner", "1", NOON.replace(tzinfo=None))


def test_a_naive_datetime_is_refused_elsewhere(store: Store) -> None:
    """The column type itself refuses, whatever statement carries the value."""
    with pytest.raises(Exception, match="time zone"):
        do(store, optouts.stop, "+10000000000", NOON.replace(tzinfo=None))


def test_instants_sort_as_time_does_on_sqlite() -> None:
    """Before 1970 as well: the number is negative then."""
    column, dialect = Instant(), sqlite.dialect()
    moments = [NOON - timedelta(days=30000), NOON, NOON + timedelta(microseconds=1)]
    stored = [column.process_bind_param(moment, dialect) for moment in moments]
    assert stored == sorted(stored)
    assert [column.process_result_value(number, dialect) for number in stored] == moments
