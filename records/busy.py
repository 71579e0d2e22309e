"""A doctor's own calendar as its address gave it, read for one thing: when he is busy.

The bytes are a stranger's: a rule without an end or a hundred thousand events may cost a child its time and never the service. No
title, place or guest is handed back, so that none can be kept.
"""

import json
import resource
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from multiprocessing.connection import Connection
from typing import Any, Final
from zoneinfo import ZoneInfo

from records.child import child

MOST_BYTES: Final = 4 * 1024 * 1024  # a doctor's calendar of ten years has one or two
MOST_EVENTS: Final = 20_000
MOST_SPANS: Final = 5_000
CPU_S: Final = 20
WALL_S: Final = 60.0  # other processes of the machine must not cost a calendar
MEMORY: Final = 2 * 1024**3
SKIPPED: Final = frozenset({"CANCELLED"})
_SENT: Final = 1024 * 1024

Busy = tuple[datetime, datetime]


class Unreadable(ValueError):
    """It is no calendar, not a whole one, or more than we take."""


def busy_beside(data: bytes, zone: str, since: datetime, until: datetime) -> list[Busy]:
    """The busy spans that touch [since, until), aware UTC, sorted and joined. Blocks, for WALL_S at most.

    Whole days and times without a zone are meant in ``zone``, the doctor's. Raises Unreadable: then nothing of it may be believed.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable("too large")
    with child(_work, data, zone, since.isoformat(), until.isoformat()) as (ours, _):
        try:
            found = json.loads(ours.recv_bytes(_SENT)) if ours.poll(WALL_S) else None
        except (EOFError, OSError):
            found = None
    if found is None:
        raise Unreadable("not read")
    return [(datetime.fromisoformat(starts), datetime.fromisoformat(ends)) for starts, ends in found]


def _work(theirs: Connection, data: bytes, zone: str, since: str, until: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        spans = busy_times(data, ZoneInfo(zone), datetime.fromisoformat(since), datetime.fromisoformat(until))
        answer = json.dumps([[starts.isoformat(), ends.isoformat()] for starts, ends in spans])
    except Exception:  # whatever the libraries make of it; their words may hold titles and are not handed on
        answer = "null"
    theirs.send_bytes(answer.encode())


def busy_times(data: bytes, zone: ZoneInfo, since: datetime, until: datetime) -> list[Busy]:
    """The same here, unlimited. Loads the libraries: for a child. Raises Unreadable and what they raise."""
    import recurring_ical_events
    from icalendar import Calendar

    text = data.decode("utf-8-sig")  # RFC 5545 3.1.4; what is broken is not guessed at
    if text.count("BEGIN:VEVENT") > MOST_EVENTS:
        raise Unreadable("too many events")
    if not text.strip().endswith("END:VCALENDAR"):
        raise Unreadable("not whole")
    calendar = Calendar.from_ical(text)
    # A day wider: a time without a zone is looked for as if it were UTC.
    margin = timedelta(days=1)
    spans = []
    for event in recurring_ical_events.of(calendar, skip_bad_series=False).between(since - margin, until + margin):
        span = _span(event, zone) if _is_busy(event) else None
        if span and span[0] < until and span[1] > since:
            spans.append(span)
    joined = list(_joined(sorted(spans)))
    if len(joined) > MOST_SPANS:
        raise Unreadable("too many times")
    return joined


def _is_busy(event: Any) -> bool:
    free = str(event.get("TRANSP", "OPAQUE")).upper() == "TRANSPARENT"
    return not free and str(event.get("STATUS", "")).upper() not in SKIPPED


def _span(event: Any, zone: ZoneInfo) -> Busy | None:
    """None for an event that takes no time."""
    starts, ends = _instant(event.start, zone), _instant(event.end, zone)
    return (starts, ends) if starts < ends else None


def _instant(at: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time(0))
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _joined(spans: Iterable[Busy]) -> Iterator[Busy]:
    last: Busy | None = None
    for starts, ends in spans:
        if last and starts <= last[1]:
            last = (last[0], max(last[1], ends))
            continue
        if last:
            yield last
        last = (starts, ends)
    if last:
        yield last
