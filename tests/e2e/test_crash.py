"""Killed in the middle of its work the service loses nothing and does nothing twice (promises 1 to 5; ``make crash`` does it longer)."""

from pathlib import Path

import pytest

from tests.crash.__main__ import table
from tests.crash.rehearsal import Wish, rehearse

pytestmark = pytest.mark.enable_socket

SEED = 20261122


@pytest.mark.parametrize(("engine", "kills"), [("sqlite", 30), ("postgresql", 15)])
def test_kills_at_random_and_at_every_named_point_break_no_promise(engine: str, kills: int, tmp_path: Path) -> None:
    """Nothing lost, nothing twice, no double text, no double charge, no row stuck, at most one repeat per kill."""
    outcome = rehearse(Wish(engine, kills, SEED, tmp_path / "crash"))
    assert not outcome.verdict.breaches, table(outcome, engine, SEED)
    assert sum(outcome.kills.values()) == kills
