"""How Alembic runs our migrations: always from code (``storage.migrate``), on the connection it is handed."""

from alembic import context

from storage.case_page_tables import CATALOGUE

context.configure(connection=context.config.attributes["connection"], target_metadata=CATALOGUE, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
