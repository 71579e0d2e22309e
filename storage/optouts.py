"""Telephone numbers that answered STOP. Nothing is sent to them by text message until they answer START."""

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from storage.tables import optouts


def stop(conn: Connection, number: str, at: datetime) -> None:
    """Notes the wish; the first time counts."""
    conn.execute(insert(optouts).values(number=number, at=at).on_conflict_do_nothing())


def start(conn: Connection, number: str) -> None:
    conn.execute(delete(optouts).where(optouts.c.number == number))


def stopped(conn: Connection, number: str) -> bool:
    return conn.scalar(select(optouts.c.number).where(optouts.c.number == number)) is not None
