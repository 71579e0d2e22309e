"""How the clinic stands, read from the books: for /stats, and for the word of the morning."""

from datetime import datetime

from sqlalchemy import Connection

from flows.case import Status
from flows.clinic import Clinic
from flows.figures import AGES, LOOKS_BACK, OPEN, Figures, Group, day_of, in_order
from storage import figures

MOST_CALLS = 60
LOOKED_AT = 200  # so many of the newest decisions say how soon is decided


def stats(conn: Connection, now: datetime, clinic: Clinic) -> Figures:
    """Everything that /stats says."""
    groups = [
        Group(Status(one.status), one.ages) for one in figures.standing(conn, OPEN, (now - AGES[0], now - AGES[1]))
    ]
    calls = figures.calls(conn, *day_of(now, clinic.zone), MOST_CALLS)
    return Figures(
        now,
        in_order(groups),
        figures.decisions(conn, now - LOOKS_BACK),
        tuple(figures.waits(conn, now - LOOKS_BACK, LOOKED_AT)),
        tuple((call.starts_at, call.doctor, call.code) for call in calls),
    )
