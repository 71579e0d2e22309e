"""The migration makes what the tables say, and nothing is opened that was not migrated."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect

from storage.engine import StorageError, open_store
from storage.migrate import is_current, migrate
from storage.postgres import postgres_engine
from storage.sqlite import sqlite_engine
from storage.tables import Rows
from tests.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_and_declared(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Engine, Engine]:
    """Two fresh databases of one engine: one migrated, one made from the tables' own metadata."""
    if request.param == "sqlite":
        files = [tmp_path / "migrated.db", tmp_path / "declared.db"]
        migrate(f"sqlite:///{files[0]}")
        engines = [sqlite_engine(file) for file in files]
    else:
        server: Postgres = request.getfixturevalue("postgres")
        urls = [server.create(), server.create()]
        migrate(urls[0])
        engines = [postgres_engine(url) for url in urls]
    Rows.metadata.create_all(engines[1])
    return engines[0], engines[1]


def test_migrated_schema_equals_the_tables(migrated_and_declared: tuple[Engine, Engine]) -> None:
    """Columns, types, keys, indexes with their conditions, and checks are the same on both ways."""
    migrated, declared = (_described(engine) for engine in migrated_and_declared)
    migrated.pop("alembic_version")
    assert migrated == declared
    assert len(declared) == len(Rows.metadata.tables)


def test_migrating_twice_changes_nothing(migrated_and_declared: tuple[Engine, Engine]) -> None:
    """A second start with the same version finds everything as it should be."""
    migrated, _ = migrated_and_declared
    before = _described(migrated)
    migrate(migrated.url.render_as_string(hide_password=False))
    assert _described(migrated) == before
    assert is_current(migrated)


def test_a_database_that_was_not_migrated_is_refused(migrated_and_declared: tuple[Engine, Engine]) -> None:
    """The operator is told which command to run."""
    _, declared = migrated_and_declared
    assert not is_current(declared)
    declared.dispose()
    with pytest.raises(StorageError, match="second-look migrate"):
        open_store(declared.url.render_as_string(hide_password=False))


def _described(engine: Engine) -> dict[str, Any]:
    """Everything the database says of its tables, as plain values that can be compared."""
    looked = inspect(engine)
    return {
        table: {
            "columns": [{**column, "type": repr(column["type"])} for column in looked.get_columns(table)],
            "key": looked.get_pk_constraint(table),
            "foreign": _sorted(looked.get_foreign_keys(table)),
            "unique": _sorted(looked.get_unique_constraints(table)),
            "indexes": _sorted(looked.get_indexes(table)),
            "checks": _sorted(looked.get_check_constraints(table)),
            "options": looked.get_table_options(table),
        }
        for table in looked.get_table_names()
    }


def _sorted(parts: Any) -> list[str]:
    return sorted(str(_plain(part)) for part in parts)


def _plain(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _plain(value) for key, value in sorted(part.items())}
    return [_plain(value) for value in part] if isinstance(part, list | tuple) else str(part)
