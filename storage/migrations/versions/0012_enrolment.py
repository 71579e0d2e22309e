"""Who counts as which doctor: accounts, one-time codes, and the lines of what was done."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Instant, Number

revision = "0012"
down_revision = "0008"
branch_labels = None
depends_on = None

DEEDS = ("code", "enrolled", "dismissed", "wrong", "used", "expired", "taken", "shut")


def upgrade() -> None:
    op.create_table(
        "enrolments",
        sa.Column("doctor", sa.String(), primary_key=True),
        sa.Column("person", sa.BigInteger(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.UniqueConstraint("person", name="uq_enrolments_person"),
    )
    op.create_table(
        "enrolment_codes",
        sa.Column("code_hash", sa.String(), primary_key=True),
        sa.Column("doctor", sa.String(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
    )
    op.create_table(
        "enrolment_log",
        sa.Column("id", Number, primary_key=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("person", sa.BigInteger(), nullable=False),
        sa.Column("doctor", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.CheckConstraint(" OR ".join(f"what = '{deed}'" for deed in DEEDS), name="ck_enrolment_log_what"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_enrolment_log_person", "enrolment_log", ["person", "at"])
