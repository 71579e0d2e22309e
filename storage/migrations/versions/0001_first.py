"""The first tables.

Written by hand; ``tests/storage/test_migrations.py`` proves that what it makes is what ``storage.tables`` says.
"""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Number, one_of

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATUSES = (
    "intake",
    "review",
    "more_needed",
    "accepted",
    "paid",
    "booked",
    "answered",
    "closed",
    "declined",
    "emergency",
    "withdrawn",
    "expired",
)
OPEN = "state IN ('waiting', 'sending')"


def upgrade() -> None:
    _cases()
    _messages()
    _timers()
    _bookings()
    _files()
    _staff()
    _small()


def downgrade() -> None:
    for name in ("cells", "bookings", "timers", "history", "attachments", "files", "posts", "staff_chats", "optouts"):
        op.drop_table(name)
    for name in ("ledger", "outbox", "inbox", "cases"):
        op.drop_table(name)


def _cases() -> None:
    op.create_table(
        "cases",
        _text("id", primary_key=True),
        _text("code"),
        _number("chat"),
        sa.Column("active", sa.Boolean(), nullable=False),
        _text("status"),
        _count("version"),
        _text("language"),
        _text("phone"),
        _instant("created_at"),
        _instant("updated_at"),
        sa.Column("doc", sa.Text(), nullable=False),
        one_of("status", STATUSES, "ck_cases_status"),
        sa.UniqueConstraint("code", name="uq_cases_code"),
    )
    op.create_index(
        "uq_cases_active_chat",
        "cases",
        ["chat"],
        unique=True,
        sqlite_where=sa.text("active = 1"),
        postgresql_where=sa.text("active"),
    )
    op.create_index(
        "ix_cases_others",
        "cases",
        ["chat"],
        sqlite_where=sa.text("active = 0"),
        postgresql_where=sa.text("NOT active"),
    )
    op.create_index("ix_cases_status", "cases", ["status", "created_at"])
    _partial("ix_cases_phone", "cases", ["phone"], "phone <> ''")
    op.create_table(
        "history",
        _id(),
        _case("fk_history_case"),
        _instant("at"),
        *(_text(name) for name in ("came_from", "trigger", "went_to", "actor", "detail")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_history_case", "history", ["case_id", "id"])


def _messages() -> None:
    op.create_table(
        "inbox",
        _text("channel", primary_key=True),
        _text("key", primary_key=True),
        _text("state"),
        _count("attempts"),
        _instant("at"),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        _text("error"),
        one_of("state", ("done", "failed", "dead"), "ck_inbox_state"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_inbox_at", "inbox", ["at"])
    _partial("ix_inbox_raw", "inbox", ["at"], "raw IS NOT NULL")
    _partial("ix_inbox_due", "inbox", ["due_at"], "state = 'failed'")
    op.create_table(
        "outbox",
        _id(),
        *(_text(name) for name in ("channel", "recipient", "kind")),
        sa.Column("payload", sa.Text(), nullable=False),
        *(_text(name) for name in ("policy", "case_id")),
        _count("revision"),
        _text("state"),
        _instant("due_at"),
        sa.Column("in_line", sa.Boolean(), nullable=False),
        *(_count(name) for name in ("attempts", "fence")),
        sa.Column("interrupted", sa.Boolean(), nullable=False),
        sa.Column("resent", sa.Boolean(), nullable=False),
        *(_text(name) for name in ("provider_id", "provider_status")),
        _count("provider_rank"),
        _text("error"),
        sa.Column("above", Number, nullable=False),
        _instant("created_at"),
        one_of("state", ("waiting", "sending", "done", "dead", "unknown"), "ck_outbox_state"),
        one_of("policy", ("safe", "ask-first", "may-repeat"), "ck_outbox_policy"),
        sqlite_autoincrement=True,
    )
    _partial("ix_outbox_line", "outbox", ["channel", "recipient", "id"], OPEN)
    _partial("ix_outbox_due", "outbox", ["due_at"], OPEN)
    _partial("ix_outbox_case", "outbox", ["case_id", "kind"], "state = 'waiting'")
    _partial("ix_outbox_dead", "outbox", ["id"], "state = 'dead'")


def _timers() -> None:
    op.create_table(
        "timers",
        _id(),
        _case("fk_timers_case"),
        _text("kind"),
        _text("key"),
        _instant("due_at"),
        sa.UniqueConstraint("case_id", "kind", "key", name="uq_timers_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_timers_due", "timers", ["due_at"])


def _bookings() -> None:
    op.create_table(
        "bookings",
        _id(),
        _case("fk_bookings_case"),
        _text("doctor"),
        _instant("starts_at"),
        _instant("ends_at"),
        _text("state"),
        sa.Column("held_until", Instant(), nullable=True),
        one_of("state", ("held", "booked"), "ck_bookings_state"),
        sa.CheckConstraint("starts_at < ends_at", name="ck_bookings_span"),
        sa.CheckConstraint("(state = 'held') = (held_until IS NOT NULL)", name="ck_bookings_held"),
        sa.UniqueConstraint("case_id", "state", name="uq_bookings_case"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bookings_span", "bookings", ["ends_at", "starts_at"])
    booking = sa.ForeignKey("bookings.id", name="fk_cells_booking", ondelete="CASCADE")
    op.create_table(
        "cells",
        _text("doctor", primary_key=True),
        sa.Column("cell", Number, primary_key=True, autoincrement=False),
        sa.Column("booking_id", Number, booking, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_cells_booking", "cells", ["booking_id"])


def _files() -> None:
    op.create_table(
        "files",
        _text("sha256", primary_key=True),
        _text("kind"),
        _number("size"),
        _text("preview"),
        _instant("at"),
        sa.CheckConstraint("size >= 0", name="ck_files_size"),
    )
    op.create_table(
        "attachments",
        _case("fk_attachments_case", primary_key=True),
        sa.Column("sha256", sa.String(), sa.ForeignKey("files.sha256", name="fk_attachments_file"), primary_key=True),
        _text("name"),
    )
    op.create_index("ix_attachments_file", "attachments", ["sha256"])


def _staff() -> None:
    op.create_table(
        "posts",
        sa.Column("chat", Number, primary_key=True, autoincrement=False),
        sa.Column("message_id", Number, primary_key=True, autoincrement=False),
        _text("case_id"),
        _text("role"),
    )
    op.create_index("ix_posts_case", "posts", ["case_id"])
    op.create_table(
        "staff_chats",
        sa.Column("old", Number, primary_key=True, autoincrement=False),
        _number("new"),
        _instant("at"),
    )


def _small() -> None:
    op.create_table(
        "ledger",
        _id(),
        *(_text(name) for name in ("case_id", "rail", "reference", "kind")),
        _number("amount"),
        _text("currency"),
        _instant("at"),
        sa.UniqueConstraint("rail", "reference", "kind", name="uq_ledger_fact"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ledger_case", "ledger", ["case_id", "id"])
    op.create_table("optouts", _text("number", primary_key=True), _instant("at"))


def _id() -> "sa.Column[int]":
    return sa.Column("id", Number, primary_key=True)


def _text(name: str, primary_key: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), primary_key=primary_key, nullable=False)


def _count(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=False)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, Number, nullable=False)


def _instant(name: str) -> "sa.Column[object]":
    return sa.Column(name, Instant(), nullable=False)


def _case(constraint: str, primary_key: bool = False) -> "sa.Column[str]":
    owner = sa.ForeignKey("cases.id", name=constraint)
    return sa.Column("case_id", sa.String(), owner, primary_key=primary_key, nullable=False)


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
