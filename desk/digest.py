"""The word of the morning: claimed once a day by one of the processes, read and put into the outbox in the same unit of work."""

from datetime import date, datetime

import structlog
from sqlalchemy import Connection

from desk.alarm import group_note
from desk.desk import Desk
from desk.moment import roster_of
from desk.standing_figures import stats
from flows import digest, figures
from flows.case import Status
from flows.clinic import Clinic
from flows.digest import Morning
from flows.figures import Figures
from storage import cases, duties, inbox, leaves, outbox
from storage.outbox import OutboxRow, Outgoing

log = structlog.get_logger(__name__)
CHANNEL = "digest"  # of the claims
LINE = "digest"  # of the outbox: the picture goes before its words
READ = 400  # cases that are looked through; more open ones wait in /queue


class Digest:
    """Looks once a minute whether it is morning."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def look(self) -> int:
        """Gives the number of messages that were put into the outbox now."""
        desk, now = self._desk, self._desk.clock()
        day = digest.day_of(desk.clinic, now)
        if day is None:
            return 0
        rows, told = await desk.store.run(lambda conn: _told(conn, desk.clinic, day, now, desk.moment().lease_s))
        desk.deliverer.take(rows)
        if told:
            log.info("digest", messages=told)
        return told


def _told(conn: Connection, clinic: Clinic, day: date, now: datetime, lease_s: float) -> tuple[list[OutboxRow], int]:
    """The rows that leave now, and how many were put in all: some may wait behind those of an earlier morning."""
    if not inbox.claim(conn, CHANNEL, day.isoformat(), now):
        return [], 0
    morning = read(conn, clinic, now)
    language = clinic.languages[0]
    notes = [group_note(digest.words(morning, clinic, language), "note", LINE)]
    if morning.figures.groups:
        notes.insert(0, _picture(morning.figures, clinic, language))
    return list(outbox.put(conn, notes, now, lease_s)), len(notes)


def read(conn: Connection, clinic: Clinic, now: datetime) -> Morning:
    """What is known this morning."""
    open_ = tuple(cases.listed(conn, (Status.REVIEW, Status.BOOKED), READ))
    today = figures.day_of(now, clinic.zone)
    roster = roster_of(duties.between(conn, *today), leaves.on_leave(conn, *today))
    return Morning(stats(conn, now, clinic), open_, roster)


def _picture(found: Figures, clinic: Clinic, language: str) -> Outgoing:
    """What is drawn when it leaves: nothing is drawn while the books are open."""
    bars = [[bar.label, list(bar.parts)] for bar in figures.bars(found, language)]
    title = figures.title(found, clinic, language)
    return group_note(title, "figures", LINE, bars=bars, legend=list(figures.legend(language)))
