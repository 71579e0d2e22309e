"""The waiting list for earlier times: who stands in it, and whose times came free since it was last looked through.

Somebody stands in it by a timer of her case that names the doctor and rests until her call begins; the lowest number has waited longest.
That a time came free is a line of the inbox, written in the very unit that freed it and deleted only once everybody was asked: a crash in
between asks again. Each freed thing has a line of its own, so that two units which free times of one doctor never wait for one another.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from storage.columns import word
from storage.tables import inbox, timers

CHANNEL = "freed"
_MINE = inbox.c.channel == word(CHANNEL)
Noted = Mapping[str, int]  # key of a line → how often it was noted


def freed(conn: Connection, doctor: str, what: str, now: datetime) -> None:
    """Times of this doctor may be free now. ``what`` freed them: a booking's number, a case, "leave" or "busy"."""
    values = {"channel": CHANNEL, "key": f"{what} {doctor}", "state": "done", "attempts": 1, "at": now, "due_at": None, "raw": None, "error": ""}  # fmt: skip
    again = {"attempts": inbox.c.attempts + 1}
    conn.execute(insert(inbox).values(values).on_conflict_do_update(index_elements=["channel", "key"], set_=again))


def noted(conn: Connection) -> dict[str, dict[str, int]]:
    """What was noted and not looked through yet, by doctor."""
    found: dict[str, dict[str, int]] = {}
    for key, times in conn.execute(select(inbox.c.key, inbox.c.attempts).where(_MINE)):
        found.setdefault(key.partition(" ")[2], {})[key] = times
    return found


def looked_through(conn: Connection, seen: Noted) -> None:
    """Everybody was asked about these; what was noted again meanwhile stays."""
    for key, times in seen.items():
        conn.execute(delete(inbox).where(_MINE, inbox.c.key == key, inbox.c.attempts == times))


def waiting(conn: Connection, doctor: str) -> list[str]:
    """The cases that wait for an earlier time with this doctor, who has waited longest first."""
    mine = (timers.c.kind == word("earlier"), timers.c.key == doctor)
    return list(conn.scalars(select(timers.c.case_id).where(*mine).order_by(timers.c.id)))
