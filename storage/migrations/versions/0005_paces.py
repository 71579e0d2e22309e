"""A pace that all processes keep together, and the text messages of the last days."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paces", sa.Column("name", sa.String(), primary_key=True), sa.Column("at", Instant(), nullable=False)
    )
    texts = sa.text("channel = 'sms'")
    op.create_index("ix_outbox_texts", "outbox", ["created_at"], sqlite_where=texts, postgresql_where=texts)
