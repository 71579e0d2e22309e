"""What the service has noticed of itself and told, so that it tells once and every process and the next start know of it.

A line of the inbox each, like everything else that is to be handled once: its key says what, ``attempts`` whether it was told.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.columns import word
from storage.tables import inbox

CHANNEL = "noticed"
_MINE = inbox.c.channel == word(CHANNEL)


def lasts(conn: Connection, what: str, now: datetime, least: timedelta = timedelta(0)) -> bool:
    """Notes that something is so. True once: when it has been so for ``least``."""
    conn.execute(insert(inbox).values(_line(what, now)).on_conflict_do_nothing())
    untold = (_MINE, inbox.c.key == what, inbox.c.attempts == 0, inbox.c.at <= now - least)
    return conn.execute(update(inbox).where(*untold).values(attempts=1)).rowcount == 1


def over(conn: Connection, what: Iterable[str]) -> None:
    """These are so no longer: the next time they are told of again."""
    for key in what:
        conn.execute(delete(inbox).where(_MINE, inbox.c.key == key))


def again(conn: Connection, what: str, now: datetime, every: timedelta) -> bool:
    """Whether it is time for something that is done once in a while, by whichever process asks first."""
    new = insert(inbox).values(_line(what, now))
    late = new.on_conflict_do_update(
        index_elements=["channel", "key"], set_={"at": new.excluded.at}, where=inbox.c.at <= now - every
    )
    return conn.execute(late.returning(inbox.c.key)).first() is not None


def of_kind(conn: Connection, kind: str) -> list[str]:
    """Everything of a kind that was noticed and is not over."""
    return list(conn.scalars(select(inbox.c.key).where(_MINE, inbox.c.key.startswith(f"{kind} "))))


def count(conn: Connection, kind: str) -> int:
    """How many those are."""
    return int(
        conn.scalar(select(func.count()).select_from(inbox).where(_MINE, inbox.c.key.startswith(f"{kind} "))) or 0
    )


def _line(what: str, now: datetime) -> dict[str, object]:
    return {
        "channel": CHANNEL,
        "key": what,
        "state": "done",
        "attempts": 0,
        "at": now,
        "due_at": None,
        "raw": None,
        "error": "",
    }
