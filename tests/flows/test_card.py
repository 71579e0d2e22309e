"""The card stays within one message, says nothing of who the owner is, and follows the case."""

from datetime import UTC, datetime

import pytest

from app.rehearsal.clinic import clinic
from app.rehearsal.player import play
from flows import reading
from flows.card import card_buttons, card_text
from flows.case import Call, Case, Review, Status
from flows.steps import STEPS
from tests.flows.walker import LIMIT, fits, units
from tests.scenarios.play import FOLDER

FREE = tuple(name for name, step in STEPS.items() if step.read is reading.free_text)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def _long(status: Status, letter: str) -> Case:
    """A case in which everything that can be long is as long as it may be."""
    answers = {step: letter * 3000 for step in FREE} | {"cat_name": letter * 40}
    review = Review(1, "token123", decision="need_more", decided_by="lin", decided_at=NOW, reason=letter * 3000)
    return Case(
        "id", "QGXCRD", 1, NOW, NOW, status, language="en", answers=answers, notes=(letter * 3000,) * 9, review=review,
        phone="+886912345678", call=Call("lin", NOW, NOW, 1),
    )  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
@pytest.mark.parametrize("status", Status)
def test_a_card_fits_into_one_message(status: Status, language: str) -> None:
    """An edited card cannot be cut into two, so its parts are short enough together."""
    case = _long(status, "貓")
    assert units(card_text(case, clinic(), language)) <= LIMIT
    for row in card_buttons(case, language, clinic()):
        assert all(len(button.data.encode()) <= 64 for button in row)


@pytest.mark.parametrize("story", ["case_booked", "need_more", "opinion_and_questions"])
def test_staff_messages_hold_no_number_of_the_owner(story: str) -> None:
    """Neither the telephone nor the chat is shown to the group."""
    player = play(FOLDER / f"{story}.txt")
    posts = [
        effect for effect in player.effects if hasattr(effect, "text") and type(effect).__name__ in ("Post", "EditCard")
    ]
    assert posts
    for post in posts:
        fits(post)
        assert "912345678" not in post.text
        assert str(player.desk.case.chat) not in post.text
