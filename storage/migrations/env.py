"""How Alembic runs our migrations: always from code (``storage.migrate``), on the connection it is handed."""

from alembic import context

from storage import case_page_tables  # noqa: F401  # its tables belong to the catalogue
from storage.tables import Rows

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Rows.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
