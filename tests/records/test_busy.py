"""When a doctor is busy by an iCalendar file, and that hostile files cost a child and nothing else."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from records import busy
from records.busy import Unreadable, busy_beside, busy_times

SINCE = datetime(2026, 11, 23, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=70)
TAIPEI = "Asia/Taipei"


def calendar(*events: str) -> bytes:
    made = "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTAMP:20261101T000000Z\r\n{e}\r\nEND:VEVENT\r\n" for n, e in enumerate(events))  # fmt: skip
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\n{made}END:VCALENDAR\r\n".encode()


def read(*events: str, zone: str = TAIPEI) -> list[str]:
    found = busy_times(calendar(*events), ZoneInfo(zone), SINCE, UNTIL)
    return [f"{a:%m-%dT%H:%M}/{b:%m-%dT%H:%M}" for a, b in found]


@pytest.mark.parametrize(
    ("event", "spans"),
    [
        ("DTSTART:20261201T010000Z\r\nDTEND:20261201T020000Z", ["12-01T01:00/12-01T02:00"]),
        ("DTSTART:20261201T090000\r\nDURATION:PT1H", ["12-01T01:00/12-01T02:00"]),  # without a zone: the doctor's
        ("DTSTART;TZID=Europe/Berlin:20261201T090000\r\nDURATION:PT1H", ["12-01T08:00/12-01T09:00"]),
        ("DTSTART;VALUE=DATE:20261201", ["11-30T16:00/12-01T16:00"]),  # a whole day of Taipei
        ("DTSTART:20261201T010000Z\r\nDURATION:PT1H\r\nTRANSP:TRANSPARENT", []),
        ("DTSTART:20261201T010000Z\r\nDURATION:PT1H\r\nSTATUS:CANCELLED", []),
        ("DTSTART:20261001T010000Z\r\nDURATION:PT1H", []),  # long over
        (
            "DTSTART:20261201T010000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE:20261208T010000Z",
            ["12-01T01:00/12-01T02:00", "12-15T01:00/12-15T02:00"],
        ),
    ],
)
def test_a_calendar_says_when_its_doctor_is_busy(event: str, spans: list[str]) -> None:
    assert read(event) == spans


def test_one_of_a_series_that_was_moved_counts_where_it_was_moved_to() -> None:
    series = "DTSTART:20261201T010000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=2"
    moved = "RECURRENCE-ID:20261202T010000Z\r\nDTSTART:20261202T050000Z\r\nDURATION:PT1H"
    data = calendar(series, moved).replace(b"UID:1", b"UID:0")
    found = busy_times(data, ZoneInfo(TAIPEI), SINCE, UNTIL)
    assert [f"{a:%d %H}" for a, _ in found] == ["01 01", "02 05"]


def test_a_weekly_hour_keeps_its_local_time_over_a_change_of_clocks() -> None:
    """New York until Sunday 1 November 2026 at -4, then at -5."""
    event = "DTSTART;TZID=America/New_York:20261026T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=3"
    since = datetime(2026, 10, 20, tzinfo=UTC)
    found = busy_times(calendar(event), ZoneInfo(TAIPEI), since, UNTIL)
    assert [a.hour for a, _ in found] == [13, 14, 14]


def test_times_that_touch_are_one() -> None:
    one = "DTSTART:20261201T010000Z\r\nDTEND:20261201T020000Z"
    assert read(one, one.replace("T01", "T015").replace("T0150000Z", "T013000Z").replace("T0200", "T0230")) == ["12-01T01:00/12-01T02:30"]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>log in</html>",
        b"\xff\xfe" + calendar("DTSTART:20261201T010000Z\r\nDURATION:PT1H"),
        calendar("SUMMARY:\xff".encode("latin-1").decode("latin-1"))[:-20],  # cut off
        calendar("DTSTART:20261201T010000Z\r\nDURATION:PT1H").replace(b"UID", b"\xffUID"),
        b"x" * (busy.MOST_BYTES + 1),
        calendar(*["X:1"] * (busy.MOST_EVENTS + 1)),
    ],
)
def test_what_is_no_whole_calendar_is_not_believed(data: bytes) -> None:
    with pytest.raises(Unreadable):
        busy_beside(data, TAIPEI, SINCE, UNTIL)


def test_a_rule_without_an_end_costs_a_child_and_not_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(busy, "WALL_S", 3.0)
    event = "DTSTART:20260101T000000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY"
    with pytest.raises(Unreadable):
        busy_beside(calendar(event), TAIPEI, SINCE, UNTIL)


def test_the_child_says_what_was_read() -> None:
    spans = busy_beside(calendar("DTSTART:20261201T010000Z\r\nDURATION:PT1H"), TAIPEI, SINCE, UNTIL)
    assert spans == [(datetime(2026, 12, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, 2, tzinfo=UTC))]
