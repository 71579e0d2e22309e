"""What the staff bot lets in from the private chat of the doctor of a call, and what it does not."""

from typing import Any

import pytest

from bot.private_chat import REPLY
from bot.staff import NOT_ENROLLED, NOT_HERE, Rebuff
from desk.receive import ByCase, ByCode, Envelope
from flows.incoming import StaffPressed, StaffReplied
from storage.posts import Post
from tests.bot.test_staff import CHAT, LIN, VISITOR, heard, press, prompt, update

ALONE = {"id": 9001, "type": "private"}
NOTE = Post("c0ffee", "call.note")


@pytest.mark.parametrize("action", ["call_held", "call_not_reached", "call_another_time", "page"])
def test_what_concerns_her_call_may_be_pressed_alone(action: str) -> None:
    data = f"ACDEF3.Ab_-9xyz.{action}"
    wanted = Envelope("staff", "900", ByCode("ACDEF3"), StaffPressed("lin", 9001, data))
    assert heard(update(callback_query=press(data, chat=ALONE))) == wanted
    assert heard(update(callback_query=press(data))) == wanted  # and in the group, where she could not be written to


@pytest.mark.parametrize("data", ["ACDEF3.key.go", "ACDEF3.key.call_off", "ACDEF3.team.take", "ACDEF3.key.undo", "call_held"])  # fmt: skip
def test_nothing_else_may(data: str) -> None:
    assert heard(update(callback_query=press(data, chat=ALONE))) == Rebuff(NOT_HERE)


def test_a_stranger_may_press_nothing_and_nobody_in_another_chat() -> None:
    data = "ACDEF3.key.call_held"
    assert heard(update(callback_query=press(data, VISITOR, {"id": 9009, "type": "private"}))) == Rebuff(NOT_ENROLLED)
    assert heard(update(callback_query=press(data, VISITOR))) == Rebuff(NOT_ENROLLED)
    assert heard(update(callback_query=press(data, chat={"id": -5, "type": "group", "title": "x"}))) == Rebuff(NOT_HERE)


def alone(post: Post | None, **changes: Any) -> Any:
    return heard(update(message=prompt(**({"chat": ALONE} | changes))), post)


@pytest.mark.parametrize("chat", [ALONE, CHAT])
def test_a_reply_to_the_request_is_a_note_alone_and_in_the_group(chat: dict[str, Any]) -> None:
    wanted = StaffReplied("lin", 9001, 40, "words", "call.note")
    assert alone(NOTE, chat=chat) == Envelope("staff", "900", ByCase("c0ffee"), wanted)


def test_other_words_in_private_are_no_note() -> None:
    """She is told how to answer; strangers are told nothing."""
    for post in (None, Post("c0ffee", "note"), Post("c0ffee", "prompt"), Post("c0ffee", "card")):
        assert alone(post) == Rebuff(REPLY)
    assert alone(NOTE, via_bot=LIN) is None
    stranger = {"id": 9009, "type": "private"}
    assert heard(update(message=prompt(chat=stranger, **{"from": VISITOR})), NOTE) is None
