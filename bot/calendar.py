"""The calendar file of a call (RFC 5545, RFC 5546): what the owner's own calendar shows, so it says nothing of the illness."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vText

from bot import visible

FILE_NAME = "second-look-call.ics"


def calendar_file(payload: Mapping[str, Any], organizer: str, stamp: datetime) -> bytes:
    """An .ics file from the fields of ``effects.SayCalendar`` (instants as ISO text). ``stamp``: aware, when this version was made.

    One UID with a rising SEQUENCE lets a calendar replace what it holds; METHOD CANCEL takes it away.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Second Look//Second opinions for cats//EN")
    calendar.add("version", "2.0")
    calendar.add("method", payload["method"])
    calendar.add_component(_event(payload, organizer, stamp))
    return bytes(calendar.to_ical())


def _event(payload: Mapping[str, Any], organizer: str, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", _line(payload["uid"]))
    event.add("sequence", int(payload["sequence"]))
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", _instant(payload["starts_at"]))
    event.add("dtend", _instant(payload["ends_at"]))
    event.add("summary", _line(payload["summary"]))
    event.add("status", "CANCELLED" if payload["method"] == "CANCEL" else "CONFIRMED")
    event.add("class", "PRIVATE")
    if room := _line(payload.get("room", "")):  # rows that an earlier version wrote have none
        event.add("location", room)
        event.add("url", room)
    event.add("organizer", _organizer(organizer), encode=False)
    return event


def _organizer(name: str) -> vCalAddress:
    """The clinic by name. It has no address to reply to, and ``invalid:nomail`` is how calendars are told so."""
    address = vCalAddress("invalid:nomail")
    address.params["CN"] = vText(_line(name).replace('"', "'"))
    return address


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _line(text: str) -> str:
    return " ".join(visible(text).split())
