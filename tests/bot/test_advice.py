"""What the staff bot lets in from a doctor's private chat, and what it does not."""

from typing import Any

import pytest

from bot.private_chat import REPLY
from bot.staff import NOT_ENROLLED, NOT_HERE, Rebuff
from desk.receive import ByCase, ByCode, Envelope
from flows.incoming import StaffPressed, StaffReplied
from storage.posts import Post
from tests.bot.test_staff import LIN, VISITOR, heard, press, prompt, update

ALONE = {"id": 9001, "type": "private"}
VIEW = Post("c0ffee", "inquiry.1.view")


@pytest.mark.parametrize("data", ["ACDEF3.Ab_-9xyz.adv_yes", "ACDEF3.key.page"])
def test_a_colleagues_own_buttons_count_in_private(data: str) -> None:
    wanted = Envelope("staff", "900", ByCode("ACDEF3"), StaffPressed("lin", 9001, data))
    assert heard(update(callback_query=press(data, chat=ALONE))) == wanted


@pytest.mark.parametrize("data", ["ACDEF3.key.go", "ACDEF3.team.take", "ACDEF3.team.ask", "ACDEF3.key.undo"])
def test_no_other_button_counts_there(data: str) -> None:
    assert heard(update(callback_query=press(data, chat=ALONE))) == Rebuff(NOT_HERE)


def test_nor_for_a_stranger_or_in_another_chat() -> None:
    data = "ACDEF3.key.adv_yes"
    assert heard(update(callback_query=press(data, VISITOR, {"id": 9009, "type": "private"}))) == Rebuff(NOT_ENROLLED)
    assert heard(update(callback_query=press(data, chat={"id": -5, "type": "group", "title": "x"}))) == Rebuff(NOT_HERE)


def alone(post: Post | None, **changes: Any) -> Any:
    return heard(update(message=prompt(**({"chat": ALONE} | changes))), post)


def test_a_private_reply_to_our_request_is_an_envelope_and_other_words_get_a_sentence() -> None:
    wanted = StaffReplied("lin", 9001, 40, "words", "inquiry.1.view")
    assert alone(VIEW) == Envelope("staff", "900", ByCase("c0ffee"), wanted)
    for post in (None, Post("c0ffee", "note"), Post("c0ffee", "prompt")):
        assert alone(post) == Rebuff(REPLY)
    assert alone(VIEW, via_bot=LIN) is None
    stranger = {"id": 9009, "type": "private"}
    assert heard(update(message=prompt(chat=stranger, **{"from": VISITOR})), VIEW) is None
