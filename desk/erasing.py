"""The second yes to /erase: the person's cases are locked, everything is deleted, and what remains to be done leaves without her name.

Rows written here belong to no case: their answers find nobody. Those that touch what others may still be writing wait a little.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from desk.post import outgoing
from flows import effects as fx
from flows.case import Case
from storage import bookings, cases, erasure, uploads
from storage.outbox import Outgoing
from storage.units import Collision

CALLS_OVER = timedelta(seconds=45)  # by then a call that was under way has ended, one way or the other
FETCHES_OVER = timedelta(minutes=3)  # the same for a file that was being brought

SCRUB_AFTER = timedelta(hours=6)  # one rewriting of the file serves all who erase until then


def erase_person(
    conn: Connection, case: Case, others: Iterable[Case], effects: Iterable[fx.Effect], now: datetime
) -> list[Outgoing]:
    """``case`` is locked, ``others`` were only looked at. Raises Collision when one of them has changed meanwhile."""
    mine = [case]
    for seen in sorted(others, key=lambda one: one.id):
        locked = cases.by_id(conn, seen.id)
        if locked is None or locked.version != seen.version:
            raise Collision("A case changed while it was to be erased.")
        mine.append(locked)
    uploading = uploads.any_of(conn, [one.id for one in mine])
    for one in mine:
        bookings.release(conn, one.id, now)  # before its rows go: somebody may wait for such a time
    unused = erasure.erase(conn, case.chat, mine)
    items = [_nobodys(outgoing(case, effect), case, now) for effect in effects if isinstance(effect, fx.Outward)]
    over = now + FETCHES_OVER
    if unused:
        items.append(Outgoing("fetch", "shelf", "unshelve", {"files": unused}, "safe", due_at=over))
    if uploading:  # what has no row any more leaves the folder
        items.append(Outgoing("uploads", "folder", "tidy", {}, "safe"))
    if not erasure.scrub_is_planned(conn, over):
        items.append(Outgoing("fetch", "pages", "scrub", {}, "safe", due_at=now + SCRUB_AFTER))
    return items


def _nobodys(item: Outgoing, case: Case, now: datetime) -> Outgoing:
    recipient = "desk" if item.recipient == case.id else item.recipient
    due_at = now + CALLS_OVER if item.kind == "unpost" else None
    return replace(item, case_id="", recipient=recipient, due_at=due_at)
