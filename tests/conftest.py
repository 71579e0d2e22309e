"""What many tests need: an opened store on both engines, each test with a database of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine import Store, open_store
from storage.migrate import migrate
from tests.postgres import Postgres
from tests.sandbox_process import OWNER_TOKEN, Sandbox, running_sandbox


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for the session; under xdist each worker has its own."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a migrated database that the others are copied from."""
    url = postgres.create()
    migrate(url)
    return url.rpartition("/")[2]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that the others are copied from."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def postgres_url(postgres: Postgres, migrated_postgres: str) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    url = postgres.create(template=migrated_postgres)
    yield url
    postgres.drop(url)


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of the test's own."""
    file = tmp_path / "second-look.db"
    shutil.copy(migrated_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of the test's own, on either engine in turn."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store on either engine in turn."""
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def owners_sandbox() -> Iterator[Sandbox]:
    """A sandbox that knows the owner bot by ``OWNER_TOKEN``, for all tests of a module."""
    with running_sandbox(owner_token=OWNER_TOKEN) as running:
        yield running


@pytest.fixture
def far(owners_sandbox: Sandbox) -> Sandbox:
    """The same, with an empty world."""
    owners_sandbox.reset()
    return owners_sandbox
