"""All tables. The classes say what there is; statements are written over the ``Table`` objects at the end.

No relationship and no session is used: rows leave ``storage`` as plain frozen values. What a CHECK here refuses is
refused by the database too, because table classes of SQLModel do not validate what they are given.
"""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field

from flows.case import Status
from storage.calendar_tables import bookings as bookings
from storage.calendar_tables import busy as busy
from storage.calendar_tables import calendars as calendars
from storage.calendar_tables import cells as cells
from storage.calendar_tables import duties as duties
from storage.calendar_tables import feeds as feeds
from storage.calendar_tables import leaves as leaves
from storage.columns import Instant, Number, one_of
from storage.columns import Rows as Rows
from storage.doctor_tables import enrolment_codes as enrolment_codes
from storage.doctor_tables import enrolment_log as enrolment_log
from storage.doctor_tables import enrolments as enrolments

OPEN = "state IN ('waiting', 'sending')"


def _of_some(name: str, *columns: str, where: str) -> Index:
    """An index of only those rows."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Inbox(Rows, table=True):
    """What came in, by the sender's own key, so that a repeat is known. Text is kept only while handling fails."""

    __tablename__ = "inbox"
    __table_args__ = (
        one_of("state", ("done", "failed", "dead"), "ck_inbox_state"),
        Index("ix_inbox_at", "at"),
        # What was kept with its text: few, and an erasure has to look through them.
        Index("ix_inbox_raw", "at", sqlite_where=text("raw IS NOT NULL"), postgresql_where=text("raw IS NOT NULL")),
        Index(
            "ix_inbox_due", "due_at", sqlite_where=text("state = 'failed'"), postgresql_where=text("state = 'failed'")
        ),
        {"sqlite_with_rowid": False},
    )
    channel: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    state: str
    attempts: int
    at: datetime = Field(sa_type=Instant)
    due_at: datetime | None = Field(sa_type=Instant)
    raw: bytes | None = Field(sa_type=LargeBinary)
    error: str


class CaseRow(Rows, table=True):
    """One case: the whole of it in ``doc``, and beside it only what is searched for. ``active``: the current one of its chat."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("status", [status.value for status in Status], "ck_cases_status"),
        UniqueConstraint("code", name="uq_cases_code"),
        Index(
            "uq_cases_active_chat",
            "chat",
            unique=True,
            sqlite_where=text("active = 1"),
            postgresql_where=text("active"),
        ),
        # Cases that are not the current one of their chat; a case that never had a sister never gets an entry here.
        Index("ix_cases_others", "chat", sqlite_where=text("active = 0"), postgresql_where=text("NOT active")),
        Index("ix_cases_status", "status", "created_at"),
        Index("ix_cases_phone", "phone", sqlite_where=text("phone <> ''"), postgresql_where=text("phone <> ''")),
    )
    id: str = Field(primary_key=True)
    code: str
    chat: int = Field(sa_type=Number)
    active: bool
    status: str
    version: int
    language: str
    phone: str
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    doc: str = Field(sa_type=Text)
    # It waits for a decision, in the lane that cannot wait (``flows.lanes``).
    urgent: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))


class History(Rows, table=True):
    """Every move of a case from one status to another, and who made it. Rows are never changed."""

    __tablename__ = "history"
    __table_args__ = (
        Index("ix_history_case", "case_id", "id"),
        _of_some("ix_history_decisions", "at", "trigger", where="trigger IN ('go', 'no_go', 'need_more')"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    case_id: str = Field(sa_column=Column(ForeignKey("cases.id", name="fk_history_case"), nullable=False))
    at: datetime = Field(sa_type=Instant)
    came_from: str
    trigger: str
    went_to: str
    actor: str
    detail: str


class Outbox(Rows, table=True):
    """Everything that goes out. A number is never given twice, or a late worker could settle a stranger's row."""

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("state", ("waiting", "sending", "done", "dead", "unknown"), "ck_outbox_state"),
        one_of("policy", ("safe", "ask-first", "may-repeat"), "ck_outbox_policy"),
        Index("ix_outbox_line", "channel", "recipient", "id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_outbox_due", "due_at", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        _of_some("ix_outbox_case", "case_id", "kind", where="state = 'waiting'"),
        # Text messages of the last days are counted before each further one (``storage.texts``); few rows, so it costs nothing.
        _of_some("ix_outbox_texts", "created_at", where="channel = 'sms'"),
        Index("ix_outbox_dead", "id", sqlite_where=text("state = 'dead'"), postgresql_where=text("state = 'dead'")),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    channel: str
    recipient: str
    kind: str
    payload: str = Field(sa_type=Text)
    policy: str
    case_id: str
    revision: int
    state: str
    # When the sweep may take the row: the hour of a waiting one, the end of the lease of one being sent.
    due_at: datetime = Field(sa_type=Instant)
    # Whether younger rows of this recipient wait for it even while it is not due.
    in_line: bool
    attempts: int
    fence: int
    interrupted: bool
    # Whether an interrupted row was sent a second time after the provider knew nothing of it.
    resent: bool
    provider_id: str
    provider_status: str
    provider_rank: int
    error: str
    # The highest number of a message known when the row was written: what is sent for it gets a higher one. 0: not known.
    above: int = Field(sa_type=Number)
    created_at: datetime = Field(sa_type=Instant)


class TimerRow(Rows, table=True):
    """Work that falls due. Waking the same timer again moves it."""

    __tablename__ = "timers"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "key", name="uq_timers_key"),
        Index("ix_timers_due", "due_at"),
        _of_some("ix_timers_earlier", "key", "id", where="kind = 'earlier'"),  # the waiting list for earlier times
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    case_id: str = Field(sa_column=Column(ForeignKey("cases.id", name="fk_timers_case"), nullable=False))
    kind: str
    key: str
    due_at: datetime = Field(sa_type=Instant)


class PaceRow(Rows, table=True):
    """How far a pace that all processes share has come: what it gave out so far was due until ``at``."""

    __tablename__ = "paces"
    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


class Ledger(Rows, table=True):
    """Facts about money, never changed. No foreign key: a payment for a case nobody knows is a fact as well."""

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("rail", "reference", "kind", name="uq_ledger_fact"),
        Index("ix_ledger_case", "case_id", "id"),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_column=Column(Number, primary_key=True))
    case_id: str
    rail: str
    reference: str
    kind: str
    amount: int = Field(sa_type=Number)
    currency: str
    at: datetime = Field(sa_type=Instant)


class FileRow(Rows, table=True):
    """One stored file, named by the SHA-256 of its bytes."""

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint("size >= 0", name="ck_files_size"),
        # Whether some file needs these bytes is asked of all three columns (``storage.erasure.is_needed``).
        Index("ix_files_preview", "preview"),
        Index("ix_files_thumb", "thumb"),
    )
    sha256: str = Field(primary_key=True)
    kind: str
    size: int = Field(sa_type=Number)
    preview: str
    at: datetime = Field(sa_type=Instant)
    thumb: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Attachment(Rows, table=True):
    """Which case a file belongs to; the same bytes may belong to several."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_file", "sha256"),)
    case_id: str = Field(sa_column=Column(ForeignKey("cases.id", name="fk_attachments_case"), primary_key=True))
    sha256: str = Field(sa_column=Column(ForeignKey("files.sha256", name="fk_attachments_file"), primary_key=True))
    name: str


class UploadRow(Rows, table=True):
    """A file on its way through the browser; how much of it is here only the file itself can say. ``told``: its SHA-256, if it was told."""

    __tablename__ = "uploads"
    __table_args__ = (
        one_of("state", ("coming", "whole", "taken"), "ck_uploads_state"),
        CheckConstraint("size > 0", name="ck_uploads_size"),
        Index("ix_uploads_case", "case_id"),
        Index("ix_uploads_state", "state", "touched_at"),
    )
    id: str = Field(primary_key=True)
    case_id: str = Field(sa_column=Column(ForeignKey("cases.id", name="fk_uploads_case"), nullable=False))
    name: str
    size: int = Field(sa_type=Number)
    told: str
    state: str
    created_at: datetime = Field(sa_type=Instant)
    touched_at: datetime = Field(sa_type=Instant)


class PostRow(Rows, table=True):
    """A message of ours in the staff's group, so that it can be answered, edited and, with its case, deleted."""

    __tablename__ = "posts"
    __table_args__ = (Index("ix_posts_case", "case_id"),)
    chat: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    message_id: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    case_id: str
    role: str


class StaffChat(Rows, table=True):
    """A group that Telegram gave a new number."""

    __tablename__ = "staff_chats"
    old: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    new: int = Field(sa_type=Number)
    at: datetime = Field(sa_type=Instant)


class OptOut(Rows, table=True):
    """A telephone number that wants no more text messages; once its owner has erased everything, an unreadable mark of it."""

    __tablename__ = "optouts"
    number: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


_TABLES = Rows.metadata.tables
inbox, cases, history, outbox = (_TABLES[name] for name in ("inbox", "cases", "history", "outbox"))
timers, ledger = (_TABLES[name] for name in ("timers", "ledger"))
files, attachments, uploads, posts = (_TABLES[name] for name in ("files", "attachments", "uploads", "posts"))
staff_chats, optouts, paces = (_TABLES[name] for name in ("staff_chats", "optouts", "paces"))
