"""Bringing a database to the newest tables (Alembic, run from code). The running service does not load it: that costs 12 MB."""

import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, make_url, text

from storage.postgres import postgres_engine
from storage.sqlite import only_process, sqlite_engine, sqlite_file
from storage.units import StorageError

# Any number will do as long as every replica uses the same one.
_MIGRATION_LOCK = 7305


def migrate(url: str) -> None:
    """Makes or upgrades all tables. Two replicas that start together wait for one another.

    Raises StorageError with a sentence for the operator where ``open_store`` would.
    """
    if make_url(url).get_backend_name() == "sqlite":
        _migrate_sqlite(url)
    else:
        engine = postgres_engine(url)
        with engine.begin() as conn:
            conn.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
            _upgrade(conn)
        engine.dispose()


def _migrate_sqlite(url: str) -> None:
    file = sqlite_file(url)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"The folder {file.parent} cannot be made: {error.strerror}.") from error
    lock = only_process(file)
    engine = sqlite_engine(file)
    try:
        with engine.begin() as conn:
            _upgrade(conn)
    finally:
        engine.dispose()
        os.close(lock)


def _upgrade(conn: Connection) -> None:
    config = _config()
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
