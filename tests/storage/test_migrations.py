"""The migration makes what the tables say, and nothing is opened that was not migrated."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from storage import case_page_tables  # noqa: F401  # its tables belong to the catalogue
from storage import engine as engine_module
from storage.engine import StorageError, is_current, open_store
from storage.migrate import migrate
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


def test_the_newest_file_is_the_head_of_the_migrations() -> None:
    """The service compares file names, so that it need not load Alembic; a number out of order would deceive it."""
    config = Config()
    config.set_main_option("script_location", str(Path(engine_module.__file__).parent / "migrations"))
    script = ScriptDirectory.from_config(config)
    files = sorted(Path(revision.path).name.partition("_")[0] for revision in script.walk_revisions())
    assert files == sorted(revision.revision for revision in script.walk_revisions())
    assert script.get_heads() == [files[-1]]


def test_the_running_service_does_not_load_alembic() -> None:
    """It costs 12 MB and is of no use to it."""
    code = "import sys, app.run, storage.engine; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
