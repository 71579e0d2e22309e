"""The tables of who counts as which doctor: the Telegram account, the one-time codes, and what was ever done about either."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field

from storage.columns import Instant, Number, Rows, one_of

DEEDS = ("code", "enrolled", "dismissed", "wrong", "used", "expired", "taken", "shut")


class EnrolmentRow(Rows, table=True):
    """Whose presses count as this doctor's. Without a row it is the number in clinic.toml; NULL: nobody's, the doctor is dismissed."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("person", name="uq_enrolments_person"),)
    doctor: str = Field(primary_key=True)
    person: int | None = Field(sa_column=Column(BigInteger, nullable=True))
    at: datetime = Field(sa_type=Instant)


class EnrolmentCodeRow(Rows, table=True):
    """A code that was given out, as its SHA-256: whoever reads the table cannot enrol with it."""

    __tablename__ = "enrolment_codes"
    code_hash: str = Field(primary_key=True)
    doctor: str
    until: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(sa_type=Instant)


class EnrolmentLine(Rows, table=True):
    """One line for each code, try and dismissal, never changed. ``person``: the Telegram account that tried, 0 for the command line."""

    __tablename__ = "enrolment_log"
    __table_args__ = (
        one_of("what", DEEDS, "ck_enrolment_log_what"),
        Index("ix_enrolment_log_person", "person", "at"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    at: datetime = Field(sa_type=Instant)
    person: int = Field(sa_column=Column(BigInteger, nullable=False))
    doctor: str
    what: str


_TABLES = Rows.metadata.tables
enrolments, enrolment_codes, enrolment_log = (
    _TABLES[name] for name in ("enrolments", "enrolment_codes", "enrolment_log")
)
