"""The calendar file, read back with the library's own parser and as plain lines."""

from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar

from bot.calendar import calendar_file

STAMP = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def payload(**changes: Any) -> dict[str, Any]:
    plain = {
        "caption": "Your call",
        "uid": "case-1@second-look",
        "sequence": 2,
        "method": "REQUEST",
        "summary": "Call with Dr. Lin",
        "starts_at": "2026-11-25T14:00:00+08:00",
        "ends_at": "2026-11-25T14:30:00+08:00",
    }
    return plain | changes


def event(**changes: Any) -> Any:
    calendar = Calendar.from_ical(calendar_file(payload(**changes), "Cat Clinic 貓", STAMP))
    return calendar, calendar.walk("VEVENT")[0]


def test_a_booking_reads_back_with_times_in_utc() -> None:
    calendar, call = event()
    assert (calendar["METHOD"], call["STATUS"], call["UID"], call["SEQUENCE"]) == (
        "REQUEST",
        "CONFIRMED",
        "case-1@second-look",
        2,
    )
    assert call["DTSTART"].dt == datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
    assert call["DTEND"].dt == datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
    assert call["DTSTAMP"].dt == STAMP
    assert call["ORGANIZER"].params["CN"] == "Cat Clinic 貓"
    assert b"DTSTART:20261125T060000Z\r\n" in calendar_file(payload(), "C", STAMP)


def test_the_room_of_a_call_online_is_its_place_and_its_address() -> None:
    """A row that an earlier version wrote knows of no room, like a call by telephone."""
    room = "https://meet.example.org/call-x"
    _, online = event(room=room)
    assert (online["LOCATION"], online["URL"]) == (room, room)
    for _, ringing in (event(), event(room="")):
        assert "LOCATION" not in ringing
        assert "URL" not in ringing


def test_a_cancellation_says_so_twice() -> None:
    calendar, call = event(method="CANCEL", sequence=3)
    assert (calendar["METHOD"], call["STATUS"], call["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)


@pytest.mark.parametrize("words", ["a\r\nATTENDEE:mailto:x@y", "a\x00\x1bb", "a\u202eb", 'a";b:c,d\\'])
def test_no_text_can_add_a_line_or_hide(words: str) -> None:
    raw = calendar_file(payload(summary=words, uid=words), words, STAMP)
    assert not any(line.startswith(b"ATTENDEE") for line in raw.split(b"\r\n"))
    assert b"\x00" not in raw
    assert "\u202e".encode() not in raw
    Calendar.from_ical(raw)


def test_a_long_chinese_summary_is_folded_and_reads_back_whole() -> None:
    summary = "與林醫師通話" * 30
    assert str(event(summary=summary)[1]["SUMMARY"]) == summary
    assert all(len(line) <= 75 for line in calendar_file(payload(summary=summary), "C", STAMP).split(b"\r\n"))
