"""The case page: who has signed in, who looked at what, what doctors wrote there."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Number

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("person", Number, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
    )
    op.create_index("ix_sessions_ends", "sessions", ["ends_at"])
    op.create_table(
        "views",
        sa.Column("id", Number, primary_key=True),
        sa.Column("case_id", sa.String(), sa.ForeignKey("cases.id", name="fk_views_case"), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("doctor", sa.String(), nullable=False),
        sa.Column("person", Number, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_views_case", "views", ["case_id", "id"])
    op.create_table(
        "remarks",
        sa.Column("id", Number, primary_key=True),
        sa.Column("case_id", sa.String(), sa.ForeignKey("cases.id", name="fk_remarks_case"), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("doctor", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_remarks_case", "remarks", ["case_id", "id"])
