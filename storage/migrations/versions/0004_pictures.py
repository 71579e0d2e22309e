"""Pictures are found by their names, like originals."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("preview", "thumb"):
        op.create_index(f"ix_files_{column}", "files", [column])
