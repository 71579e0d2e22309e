"""When doctors are busy by their own calendars."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Number

revision = "0020"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "busy",
        sa.Column("id", Number, primary_key=True),
        sa.Column("doctor", sa.String(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="ck_busy_span"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_busy_ends_at", "busy", ["ends_at"])
    op.create_index("ix_busy_doctor", "busy", ["doctor", "ends_at"])
    op.create_table(
        "calendars",
        sa.Column("doctor", sa.String(), primary_key=True),
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("modified", sa.String(), nullable=False),
        sa.Column("read_at", Instant(), nullable=False),
    )
