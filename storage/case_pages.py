"""The case page's rows: sessions of doctors' browsers, who looked at what, and remarks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.case_page_tables import remarks, sessions, views


@dataclass(frozen=True, slots=True)
class View:
    """One look. ``what``: "signed_in", "page", "record", "thumb", "preview", "picture", "slices", "original", "remark",
    "opinion", "opinion_saved", "opinion_paper" or "refused".

    ``file``: the SHA-256 of the original, "" for the page. ``part``: which page, series or slices of it; of the opinion: the version of its draft before; of what was refused: the button.
    """

    case_id: str
    at: datetime
    doctor: str
    person: int
    what: str
    file: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a doctor (the key in clinic.toml) wrote for colleagues."""

    case_id: str
    at: datetime
    doctor: str
    text: str


_VIEW = [views.c[name] for name in View.__dataclass_fields__]
_REMARK = [remarks.c[name] for name in Remark.__dataclass_fields__]


def begin(conn: Connection, session: str, person: int, at: datetime, ends_at: datetime) -> None:
    """Notes a session; those that have ended are forgotten by the way."""
    conn.execute(delete(sessions).where(sessions.c.ends_at <= at))
    conn.execute(sessions.insert().values(id=session, person=person, at=at, ends_at=ends_at))


def person_of(conn: Connection, session: str, now: datetime) -> int | None:
    """The Telegram id of whoever signed in, while the session lasts."""
    person = conn.scalar(select(sessions.c.person).where(sessions.c.id == session, sessions.c.ends_at > now))
    return None if person is None else int(person)


def end(conn: Connection, session: str) -> None:
    """Signs out."""
    conn.execute(delete(sessions).where(sessions.c.id == session))


def note(conn: Connection, view: View) -> None:
    """Written before anything is shown: what could not be noted is not seen."""
    conn.execute(views.insert().values({name: getattr(view, name) for name in View.__dataclass_fields__}))


def views_of(conn: Connection, case_id: str) -> Sequence[View]:
    """All of a case, in their order."""
    rows = conn.execute(select(*_VIEW).where(views.c.case_id == case_id).order_by(views.c.id))
    return [View(*row) for row in rows]


def add_remark(conn: Connection, remark: Remark) -> None:
    conn.execute(remarks.insert().values({name: getattr(remark, name) for name in Remark.__dataclass_fields__}))


def remarks_of(conn: Connection, case_id: str) -> Sequence[Remark]:
    """Those of a case, the oldest first."""
    rows = conn.execute(select(*_REMARK).where(remarks.c.case_id == case_id).order_by(remarks.c.id))
    return [Remark(*row) for row in rows]
