"""A doctor's own calendar of booked calls, by an address that is signed and can be made worthless.

Whoever has the address can read the calendar: calendars send no password. So it says when and which case code, and nothing of the owner.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection

from desk.desk import Desk
from desk.links import Links
from flows.case import case_from
from storage import feeds

PURPOSE = "calendar"
BACK, AHEAD = timedelta(days=30), timedelta(days=120)


@dataclass(frozen=True, slots=True)
class FeedCall:
    """One call: ``uid`` and ``sequence`` are those of the owner's calendar file, so that both sides speak of one event."""

    uid: str
    sequence: int
    code: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """What one look at the calendar shows. ``language``: the staff's."""

    doctor: str
    language: str
    at: datetime
    calls: tuple[FeedCall, ...]


def feed_link(links: Links, doctor: str, version: int) -> str:
    """The last part of the address."""
    return links.sign(PURPOSE, f"{doctor}.{version}")


async def read_feed(desk: Desk, link: str) -> Feed | None:
    """None for an address that we did not sign, that is worthless by now, or whose doctor is gone: all three are answered alike."""
    key, _, version = (desk.links.read(PURPOSE, link) or "").rpartition(".")
    doctor = desk.clinic.doctor(key)
    if doctor is None:
        return None
    now = desk.clock()

    def look(conn: Connection) -> Feed | None:
        if str(feeds.version(conn, key)) != version:
            return None
        found = feeds.calls(conn, key, now - BACK, now + AHEAD)
        return Feed(doctor.name, desk.clinic.languages[0], now, tuple(_call(one) for one in found))

    return await desk.store.read(look)


def _call(one: feeds.Booked) -> FeedCall:
    revision = case_from(orjson.loads(one.doc)).revision
    return FeedCall(f"{one.case_id}@second-look", revision, one.code, one.starts_at, one.ends_at)
