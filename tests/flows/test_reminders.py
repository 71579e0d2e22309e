"""When reminders leave: in time, never in the night, whatever clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rehearsal.clinic import clinic
from flows.reminders import HOURS_BEFORE, due_at

ZONES = (
    "Asia/Taipei", "Asia/Kolkata", "Asia/Kathmandu", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles",
    "America/St_Johns", "America/Havana", "America/Nuuk", "America/Sao_Paulo", "Africa/Cairo", "Asia/Beirut", "Pacific/Auckland",
    "Pacific/Chatham", "Pacific/Apia", "Australia/Lord_Howe", "UTC",
)  # fmt: skip
CLINIC = clinic()
CALLS = st.integers(0, 2 * 365 * 288).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * timedelta(minutes=5))
CASES = [  # call, hours before, when it leaves; all in Taipei
    ("2026-11-27 10:00", 24, "2026-11-26 10:00"),
    ("2026-11-27 10:00", 2, "2026-11-26 17:00"),
    ("2026-11-27 11:00", 2, "2026-11-27 09:00"),
    ("2026-11-27 22:29", 2, "2026-11-27 20:29"),
    ("2026-11-27 22:30", 2, "2026-11-27 17:00"),
    ("2026-11-28 01:00", 2, "2026-11-27 17:00"),
    ("2026-11-28 08:59", 72, "2026-11-24 17:00"),
]


def _taipei(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Taipei")).astimezone(UTC)


@pytest.mark.parametrize(("call", "hours", "leaves"), CASES)
def test_a_reminder_leaves_at(call: str, hours: int, leaves: str) -> None:
    """At its hour, or three and a half hours before the night that its hour falls into."""
    assert due_at(_taipei(call), hours, "Asia/Taipei", CLINIC) == _taipei(leaves)


@settings(max_examples=300, deadline=None)
@given(CALLS, st.sampled_from(HOURS_BEFORE), st.sampled_from(ZONES))
def test_no_reminder_leaves_at_night_or_late(starts_at: datetime, hours: int, zone: str) -> None:
    """Outside the quiet time on the owner's clock, before the call, and at most one night earlier than its hour."""
    at = due_at(starts_at, hours, zone, CLINIC)
    local = at.astimezone(ZoneInfo(zone))
    assert CLINIC.quiet_to <= local.time() < CLINIC.quiet_from
    assert at.utcoffset() == timedelta()
    assert timedelta() <= starts_at - timedelta(hours=hours) - at <= timedelta(hours=16)


@pytest.mark.parametrize("zone", ["Pacific/Chatham", "Australia/Sydney", "Europe/London", "America/New_York"])
def test_the_longer_night_when_the_clocks_go_back_makes_no_reminder_earlier(zone: str) -> None:
    """Every five minutes of the year; found by chance at Pacific/Chatham, where 16 hours had become 17."""
    for step in range(366 * 288):
        planned = datetime(2026, 1, 1, tzinfo=UTC) + step * timedelta(minutes=5)
        local = planned.astimezone(ZoneInfo(zone))
        if local.month not in (4, 10, 11):  # the months in which these clocks go back
            continue
        at = due_at(planned + timedelta(hours=2), 2, zone, CLINIC)
        assert planned - at <= timedelta(hours=16)
        assert CLINIC.quiet_to <= at.astimezone(ZoneInfo(zone)).time() < CLINIC.quiet_from


@settings(max_examples=200, deadline=None)
@given(CALLS, st.sampled_from(ZONES))
def test_reminders_keep_their_order(starts_at: datetime, zone: str) -> None:
    """The one of three days before never comes after that of the day before."""
    first, second, third = (due_at(starts_at, hours, zone, CLINIC) for hours in HOURS_BEFORE)
    assert first < second <= third


def test_the_quiet_time_begins_in_the_evening_and_ends_in_the_morning() -> None:
    """``due_at`` is written for a quiet time that contains midnight."""
    assert CLINIC.quiet_from > time(12) > CLINIC.quiet_to
