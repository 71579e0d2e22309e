"""Files that are being sent through the browser."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Number, one_of

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("case_id", sa.String(), sa.ForeignKey("cases.id", name="fk_uploads_case"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", Number, nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("touched_at", Instant, nullable=False),
        one_of("state", ("coming", "whole", "taken"), "ck_uploads_state"),
        sa.CheckConstraint("size > 0", name="ck_uploads_size"),
    )
    op.create_index("ix_uploads_case", "uploads", ["case_id"])
    op.create_index("ix_uploads_state", "uploads", ["state", "touched_at"])
