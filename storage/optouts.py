"""Telephone numbers that answered STOP. Nothing is sent to them by text message until they answer START.

The wish outlives the person's other data, for a STOP must hold: then the number is kept as a mark (its SHA-256). That keeps it from being read,
not from being found by somebody who has this table and tries every number.
"""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from storage.tables import optouts


def stop(conn: Connection, number: str, at: datetime) -> None:
    """Notes the wish; the first time counts."""
    conn.execute(insert(optouts).values(number=number, at=at).on_conflict_do_nothing())


def start(conn: Connection, number: str) -> None:
    conn.execute(delete(optouts).where(optouts.c.number.in_((number, _mark(number)))))


def stopped(conn: Connection, number: str) -> bool:
    return (
        conn.scalar(select(optouts.c.number).where(optouts.c.number.in_((number, _mark(number)))).limit(1)) is not None
    )


def blur(conn: Connection, number: str) -> None:
    """Keeps the wish, if there is one, without the number."""
    at = conn.scalar(select(optouts.c.at).where(optouts.c.number == number))
    if at is not None:
        conn.execute(insert(optouts).values(number=_mark(number), at=at).on_conflict_do_nothing())
        conn.execute(delete(optouts).where(optouts.c.number == number))


def _mark(number: str) -> str:
    return "sha256:" + hashlib.sha256(f"second-look {number}".encode()).hexdigest()
