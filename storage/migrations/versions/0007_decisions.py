"""Decisions are found by their hour, whatever else was ever written down."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

DECISIONS = sa.text("trigger IN ('go', 'no_go', 'need_more')")


def upgrade() -> None:
    op.create_index(
        "ix_history_decisions", "history", ["at", "trigger"], sqlite_where=DECISIONS, postgresql_where=DECISIONS
    )
