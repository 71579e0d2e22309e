"""What is late or away for long is told to the staff, once while it lasts. Readiness asks something else: whether this process can work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from sqlalchemy import Connection

from desk import alarm
from desk.desk import Desk
from desk.pulse import Pulse
from storage import noticed, outbox
from storage.outbox import Outgoing
from storage.overdue import Overdue, overdue
from storage.shelf import ShelfAway, ShelfRefused

log = structlog.get_logger(__name__)

LATE = timedelta(minutes=10)
AWAY = timedelta(minutes=5)  # a store of files that is restarted is no news


class Watching:
    """Looks once a minute. What was told stands in the database: neither a restart nor another process tells it again."""

    def __init__(self, desk: Desk, pulse: Pulse) -> None:
        self._desk = desk
        self._pulse = pulse
        self._seen: set[str] = set()

    async def look(self) -> int:
        """Gives the number of things that were told now."""
        away = await self._pulse.shelf()
        rows, told = await self._desk.store.run(lambda conn: self._told(conn, away, self._desk.clock()))
        self._desk.deliverer.take(rows)
        if told:
            log.warning("staff_told", count=told)
        return told

    def _told(self, conn: Connection, away: ShelfAway | None, now: datetime) -> tuple[list[outbox.OutboxRow], int]:
        notes = [*self._of_shelf(conn, away, now), *self._of_late(conn, now)]
        return (outbox.put(conn, notes, now, self._desk.moment().lease_s) if notes else []), len(notes)

    def _of_shelf(self, conn: Connection, away: ShelfAway | None, now: datetime) -> list[Outgoing]:
        if away is None:
            noticed.over(conn, ["shelf"])
            return []
        if not noticed.lasts(conn, "shelf", now, AWAY):
            return []
        return [alarm.shelf_away(self._desk.clinic, isinstance(away, ShelfRefused))]

    def _of_late(self, conn: Connection, now: datetime) -> list[Outgoing]:
        # A note like these, which belongs to no case, is nothing to write another note about.
        found = [one for one in overdue(conn, now, now - LATE) if one.case_id or one.channel != "staff"]
        still, before = {_key(one) for one in found}, self._seen
        self._seen = still
        noticed.over(conn, [what for what in noticed.of_kind(conn, "late") if what not in still])
        # Seen twice, a minute apart: after a pause of ours everything looks late and leaves within seconds.
        news = [one for one in found if _key(one) in before and noticed.lasts(conn, _key(one), now)]
        return [self._late(channel, list(some)) for channel, some in groupby(news, lambda one: one.channel)]

    def _late(self, channel: str, some: Sequence[Overdue]) -> Outgoing:
        codes = sorted(one.code for one in some if one.code)
        minutes = int(LATE.total_seconds()) // 60
        return alarm.late(self._desk.clinic, channel, sum(one.rows for one in some), minutes, codes)


def _key(one: Overdue) -> str:
    return f"late {one.channel} {one.case_id}"
