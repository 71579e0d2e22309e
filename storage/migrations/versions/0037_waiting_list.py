"""Who waits for an earlier time is found without looking at every timer."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    only = sa.text("kind = 'earlier'")
    op.create_index("ix_timers_earlier", "timers", ["key", "id"], sqlite_where=only, postgresql_where=only)
