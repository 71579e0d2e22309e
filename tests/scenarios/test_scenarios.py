"""Every transcript says what happens today. ``python -m tests.scenarios.play --update`` rewrites them after a change that was wanted."""

from pathlib import Path

import pytest

from app.rehearsal.player import play, written
from tests.scenarios.play import names


@pytest.mark.parametrize("path", names(), ids=lambda path: path.stem)
def test_transcript_is_what_happens(path: Path) -> None:
    """The answers in the file are the answers given, and each case came back unchanged from its document between two turns."""
    assert written(play(path)).split("\n") == path.read_text(encoding="utf-8").split("\n")
