"""The tables of doctors' calendars: what is held and booked, the cells that keep it apart, and when doctors are away."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field

from storage.columns import Instant, Number, Rows, one_of


class Booking(Rows, table=True):
    """A doctor's time, held for a while or booked. A case has at most one of each."""

    __tablename__ = "bookings"
    __table_args__ = (
        one_of("state", ("held", "booked"), "ck_bookings_state"),
        CheckConstraint("starts_at < ends_at", name="ck_bookings_span"),
        CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="ck_bookings_held"),
        UniqueConstraint("case_id", "state", name="uq_bookings_case"),
        Index("ix_bookings_span", "ends_at", "starts_at"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    case_id: str = Field(sa_column=Column(ForeignKey("cases.id", name="fk_bookings_case"), nullable=False))
    doctor: str
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    state: str
    held_until: datetime | None = Field(sa_type=Instant)


class Cell(Rows, table=True):
    """Five minutes of one doctor. The primary key is what makes two bookings of one time impossible."""

    __tablename__ = "cells"
    __table_args__ = (Index("ix_cells_booking", "booking_id"), {"sqlite_with_rowid": False})
    doctor: str = Field(primary_key=True)
    cell: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    booking_id: int = Field(
        sa_column=Column(ForeignKey("bookings.id", name="fk_cells_booking", ondelete="CASCADE"), nullable=False)
    )


class LeaveRow(Rows, table=True):
    """When a doctor is away: no time of his is offered or given that touches it."""

    __tablename__ = "leaves"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ck_leaves_span"),
        UniqueConstraint("doctor", "starts_at", "ends_at", name="uq_leaves_span"),
        Index("ix_leaves_ends_at", "ends_at"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    doctor: str
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)


class DutyRow(Rows, table=True):
    """When a doctor is on call by her own word. Of two that overlap the newer one, with the higher number, holds."""

    __tablename__ = "duties"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ck_duties_span"),
        Index("ix_duties_ends_at", "ends_at"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    doctor: str
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)


class BusyRow(Rows, table=True):
    """When a doctor is busy by his own calendar, without a word of what with; replaced as a whole."""

    __tablename__ = "busy"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ck_busy_span"),
        Index("ix_busy_ends_at", "ends_at"),
        Index("ix_busy_doctor", "doctor", "ends_at"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    doctor: str
    starts_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)


class CalendarRow(Rows, table=True):
    """How a doctor's own calendar was last read whole: what its server called that state, and the hash of its address."""

    __tablename__ = "calendars"
    doctor: str = Field(primary_key=True)
    address_hash: str
    etag: str
    modified: str
    read_at: datetime = Field(sa_type=Instant)


class FeedRow(Rows, table=True):
    """The number of the address that a doctor's calendar feed has now; earlier addresses are worthless."""

    __tablename__ = "feeds"
    doctor: str = Field(primary_key=True)
    version: int


_TABLES = Rows.metadata.tables
bookings, cells, leaves, feeds = (_TABLES[name] for name in ("bookings", "cells", "leaves", "feeds"))
busy, calendars, duties = _TABLES["busy"], _TABLES["calendars"], _TABLES["duties"]
