"""The shape of the tree, as facts: who imports whom, how long things are, and what the core may not know."""

import ast
import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = ("flows", "desk", "storage", "records", "bot", "payments", "web", "scheduler", "app", "sandbox")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MIGRATIONS = ("storage/migrations/",)  # written once, never read as prose
BANNED_NAMES = {"utils", "util", "helpers", "helper", "manager", "service", "services", "common", "base", "misc", "lib"}
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|type:\s*ignore|\bnoqa\b|pragma: no cover")
CHANCE_AND_CLOCKS = {"random", "secrets", "uuid", "os", "socket", "threading", "asyncio", "subprocess", "logging"}
CLOCK_CALLS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "time_ns"}
LONGEST_MODULE, LONGEST_FUNCTION = 300, 40


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _present() -> list[str]:
    return [package for package in PACKAGES if (ROOT / package / "__init__.py").exists()]


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_import_contracts_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers, an own sandbox, a core of the standard library: as written in pyproject.toml."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])
    assert lint_imports(str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_every_package_is_under_contract() -> None:
    """A new package cannot be forgotten: the wheel, the types and the contracts name the same ones."""
    tools = SETTINGS["tool"]
    listed = [
        tools["importlinter"]["root_packages"],
        tools["mypy"]["packages"],
        tools["hatch"]["build"]["targets"]["wheel"]["packages"],
    ]
    assert all(sorted(names) == sorted(PACKAGES) for names in listed)
    here = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert here <= set(PACKAGES)


def test_contracts_part_the_sandbox_from_the_product() -> None:
    """One contract for each direction."""
    product = set(PACKAGES) - {"sandbox"}
    walls = [c for c in SETTINGS["tool"]["importlinter"]["contracts"] if c["type"] == "forbidden"]
    assert any(set(c["source_modules"]) == {"sandbox"} and product <= set(c["forbidden_modules"]) for c in walls)
    assert any(product <= set(c["source_modules"]) and "sandbox" in c["forbidden_modules"] for c in walls)


@pytest.mark.parametrize("package", _present())
def test_package_names_mean_our_tree(package: str) -> None:
    """No installed distribution brings a top-level package of the same name."""
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.origin == str(ROOT / package / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_keeps_the_house_rules(path: Path) -> None:
    """Short modules and functions, telling names, nothing left over."""
    text = path.read_text(encoding="utf-8")
    assert path.stem not in BANNED_NAMES
    assert [line for line in text.splitlines() if LEFTOVERS.search(line)] == []
    if _name(path).startswith(MIGRATIONS):
        return
    assert len(text.splitlines()) <= LONGEST_MODULE
    tree = ast.parse(text)
    long = {f.name: f.end_lineno - f.lineno + 1 for f in _functions(tree) if f.end_lineno}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent == ROOT / "flows"], ids=_name)
def test_the_core_knows_no_clock_and_no_chance(path: Path) -> None:
    """Time, tokens and ids come in with ``Context``; nothing is read from the machine, but for the catalogues of words."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert _imported(tree) & CHANCE_AND_CLOCKS == set()
    assert "time" not in _plainly_imported(tree)
    calls = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert calls & (CLOCK_CALLS - {"time"}) == set()


def _imported(tree: ast.Module) -> set[str]:
    froms = {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return froms | _plainly_imported(tree)


def _plainly_imported(tree: ast.Module) -> set[str]:
    return {alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}


@pytest.mark.parametrize("path", [p for p in MODULES if p.parent.name in ("desk", "storage")], ids=_name)
def test_time_is_an_argument_of_desk_and_storage(path: Path) -> None:
    """No call of a wall clock; durations may be measured."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [
        call
        for call in calls
        if call in ("datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.today")
    ] == []
