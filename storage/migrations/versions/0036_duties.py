"""When doctors are on call by their own word, and which cases cannot wait: a case of an earlier version is marked when it is next saved."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Number

revision = "0036"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("id", Number, primary_key=True),
        sa.Column("doctor", sa.String(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name="ck_duties_span"),
        sqlite_autoincrement=True,
    )
    op.add_column("cases", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_duties_ends_at", "duties", ["ends_at"])
