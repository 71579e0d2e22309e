"""When doctors are away, and the addresses of their own calendars."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Number

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leaves",
        sa.Column("id", Number, primary_key=True),
        sa.Column("doctor", sa.String(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="ck_leaves_span"),
        sa.UniqueConstraint("doctor", "starts_at", "ends_at", name="uq_leaves_span"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_leaves_ends_at", "leaves", ["ends_at"])
    op.create_table(
        "feeds",
        sa.Column("doctor", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
