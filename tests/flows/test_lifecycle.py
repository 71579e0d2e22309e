"""The table of moves: reached whole by the transcripts, closed to everything else, and drawn as it is."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.rehearsal.player import play
from flows.case import Case, Status
from flows.lifecycle import TRANSITIONS, NotAllowed, may_move, move
from flows.opening import open_case
from flows.picture import picture
from tests.scenarios.play import names

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TRIGGERS = sorted({row.trigger for row in TRANSITIONS})
KNOWN = {(row.came_from, row.trigger) for row in TRANSITIONS}
UNKNOWN = [(status, trigger) for status in Status for trigger in TRIGGERS if (status, trigger) not in KNOWN]


def _at(status: Status) -> Case:
    return replace(open_case(1, NOW, "0123456789abcdef01234567"), status=status)


def test_every_row_is_reached_by_a_transcript() -> None:
    """A move that no transcript makes is a move that nobody has read aloud."""
    reached = {(move.came_from, move.trigger) for path in names() for move in play(path).moves}
    assert [f"{old} {trigger}" for old, trigger in sorted(KNOWN - reached)] == []


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.came_from}-{row.trigger}")
def test_a_move_changes_the_status_and_writes_its_line(row: object) -> None:
    """The line says from where, why, to where and by whom."""
    assert row in TRANSITIONS
    known = next(r for r in TRANSITIONS if r == row)
    moved, line = move(_at(known.came_from), known.trigger, "somebody", "why")
    assert moved.status is known.went_to
    assert (line.came_from, line.trigger, line.went_to) == (known.came_from, known.trigger, known.went_to)
    assert (line.actor, line.detail) == ("somebody", "why")


@pytest.mark.parametrize(("status", "trigger"), UNKNOWN)
def test_a_move_outside_the_table_is_refused(status: Status, trigger: str) -> None:
    """Both the question and the move itself say no."""
    assert not may_move(_at(status), trigger)
    with pytest.raises(NotAllowed):
        move(_at(status), trigger, "somebody")


def test_no_two_rows_answer_the_same_trigger() -> None:
    """From one status a trigger leads to one place."""
    assert len(KNOWN) == len(TRANSITIONS)


def test_the_picture_in_the_docs_is_today_s() -> None:
    """``python -m flows.picture > docs/lifecycle.md`` draws it anew."""
    drawn = Path(__file__).parents[2] / "docs" / "lifecycle.md"
    assert drawn.read_text(encoding="utf-8") == picture()
