"""The walls around rehearsals: the product cannot reach the sandbox, and nothing of a rehearsal works with the real Telegram."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.whole import ROOT, clean_environment

PRODUCT = ("flows", "desk", "storage", "records", "bot", "payments", "web", "scheduler", "app")


def imported(file: Path) -> set[str]:
    """The first parts of all names that a module imports, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", PRODUCT)
def test_no_module_of_the_product_imports_the_sandbox_or_the_tests(package: str) -> None:
    """The demo starts the sandbox as a process of its own; nothing of it is ever loaded into the service."""
    files = list((ROOT / package).rglob("*.py"))
    assert files
    assert [file for file in files if imported(file) & {"sandbox", "tests", "bench"}] == []


def test_the_sandbox_imports_nothing_of_the_product() -> None:
    """A stand-in that shared our types would prove nothing about what we send."""
    assert [file for file in (ROOT / "sandbox").rglob("*.py") if imported(file) & set(PRODUCT)] == []


def test_starting_the_command_line_loads_no_sandbox() -> None:
    """Asked of a live interpreter: with every part of the service imported, no module of the sandbox is there."""
    program = (
        "import sys, app.cli, app.run, app.parts, app.demo, bot.owner, bot.staff, bot.sms, payments.stripe, scheduler.ticks\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('sandbox', 'tests', 'bench')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_run_with_the_rehearsal_clock_and_the_real_telegram_is_refused(tmp_path: Path) -> None:
    """As a whole process: exit code 1 and a sentence, before anything is opened."""
    env = clean_environment(
        PYTHONPATH=str(ROOT),
        SECRET_KEY="0123456789abcdef0123456789abcdef",
        CLOCK_URL="http://127.0.0.1:8090",
        TELEGRAM_API_URL="https://telegram.example",
        DATABASE_URL=f"sqlite:///{tmp_path}/never.db",
    )
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "run"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.startswith("CLOCK_URL: ")
    assert list(tmp_path.iterdir()) == []
