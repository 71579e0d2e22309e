"""A doctor's own calendar (RFC 5545), for the calendar on his phone to subscribe to."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Response
from icalendar import Calendar, Event
from starlette.exceptions import HTTPException

from desk.feeds import Feed, FeedCall
from flows.wording import say

ReadFeed = Callable[[str], Awaitable[Feed | None]]
TYPE = "text/calendar; charset=utf-8"
AGAIN = "PT15M"  # how often calendars may look; most have a will of their own


def add_feed(app: FastAPI, read: ReadFeed) -> None:
    """``/calendar/{link}``: the link is the key, and a wrong one is answered like any page that is not there."""

    @app.get("/calendar/{link}")
    async def calendar(link: str) -> Response:
        feed = await read(link)
        if feed is None:
            raise HTTPException(404)
        return Response(calendar_of(feed), media_type=TYPE)


def calendar_of(feed: Feed) -> bytes:
    """The file. A call that was cancelled is not in it any more, and one that was moved has a higher SEQUENCE."""
    calendar = Calendar()
    calendar.add("prodid", "-//Second Look//Second opinions for cats//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say(feed.language, "Second opinions: {doctor}", doctor=feed.doctor))
    calendar.add("x-published-ttl", AGAIN)
    for call in feed.calls:
        calendar.add_component(_event(call, feed))
    return bytes(calendar.to_ical())


def _event(call: FeedCall, feed: Feed) -> Event:
    event = Event()
    event.add("uid", call.uid)
    event.add("sequence", call.sequence)
    event.add("dtstamp", feed.at)
    event.add("dtstart", call.starts_at)
    event.add("dtend", call.ends_at)
    event.add("summary", say(feed.language, "Call: case {code}", code=call.code))
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    return event
