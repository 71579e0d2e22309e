"""Booked calls are held against the rules of the clocks that this version ships, once a day and whenever another version has been put in."""

from datetime import datetime, timedelta
from importlib.metadata import version

import structlog
from sqlalchemy import Connection

from desk.desk import Desk
from flows.zone_rules import TIMER, differs
from storage import bookings, cases, noticed, timers

log = structlog.get_logger(__name__)
RULES = version("tzdata")
EVERY = timedelta(days=1)  # also what a process of the former version booked while this one was already there


async def look_through(desk: Desk) -> int:
    """Rings each case whose clocks show another hour than was said. Gives their number."""
    found = await desk.store.run(lambda conn: _rung(conn, desk.clock()))
    if found:
        log.warning("zone_rules_changed", version=RULES, rows=found)
    return found


def _rung(conn: Connection, now: datetime) -> int:
    if not noticed.again(conn, f"zone rules {RULES}", now, EVERY):
        return 0
    booked = (cases.by_id(conn, case_id, peek=True) for case_id in bookings.ahead(conn, now))
    others = [(case.id, case.call) for case in booked if case and case.call and differs(case.call)]
    for case_id, call in others:
        timers.wake(conn, case_id, TIMER, str(call.revision), now)
    return len(others)
