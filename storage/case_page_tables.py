"""The tables of the case page, beside ``storage.tables``: who has signed in, who looked at what, what doctors wrote there."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Text
from sqlmodel import Field

from storage.columns import Instant, Number
from storage.tables import Rows


class SessionRow(Rows, table=True):
    """A browser in which a doctor has signed in. ``id`` is the SHA-256 of what the browser holds; ``person`` the Telegram id."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_ends", "ends_at"),)
    id: str = Field(primary_key=True)
    person: int = Field(sa_type=Number)
    at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)


class ViewRow(Rows, table=True):
    """Who looked at what of a case in the browser, and when. Rows are never changed; ``file`` is the SHA-256, "" for the page itself."""

    __tablename__ = "views"
    __table_args__ = (Index("ix_views_case", "case_id", "id"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    case_id: str = Field(sa_column=Column(ForeignKey("cases.id", name="fk_views_case"), nullable=False))
    at: datetime = Field(sa_type=Instant)
    doctor: str
    person: int = Field(sa_type=Number)
    what: str
    file: str
    part: str


class RemarkRow(Rows, table=True):
    """What a doctor wrote on the case page for colleagues. Rows are never changed."""

    __tablename__ = "remarks"
    __table_args__ = (Index("ix_remarks_case", "case_id", "id"), {"sqlite_autoincrement": True})
    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    case_id: str = Field(sa_column=Column(ForeignKey("cases.id", name="fk_remarks_case"), nullable=False))
    at: datetime = Field(sa_type=Instant)
    doctor: str
    text: str = Field(sa_type=Text)


CATALOGUE = Rows.metadata  # of all tables: whoever takes it from here has these in it too
_TABLES = CATALOGUE.tables
sessions, views, remarks = (_TABLES[name] for name in ("sessions", "views", "remarks"))
