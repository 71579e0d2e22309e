"""What the staff bot lets in, from raw payloads, and what it does not."""

from datetime import UTC, datetime
from typing import Any

import pytest
import telegram as tg

from bot.staff import ANONYMOUS, NOT_ENROLLED, NOT_HERE, Command, GroupMoved, Rebuff, to_envelope
from desk.receive import ByCase, ByCode, Envelope
from flows.case import Case, Status
from flows.incoming import StaffPressed, StaffReplied
from storage.posts import Post
from tests.payments.words import clinic

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GROUP = -1001000000001
LIN = {"id": 9001, "is_bot": False, "first_name": "Lin"}
VISITOR = {"id": 9009, "is_bot": False, "first_name": "Visitor"}
ANON = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
BOT = {"id": 1000002, "is_bot": True, "first_name": "Staff", "username": "staff_bot"}
CHAT = {"id": GROUP, "type": "supergroup", "title": "Doctors"}
CASE = Case(id="c0ffee", code="ACDEF3", chat=5001, created_at=NOW, updated_at=NOW, language="en", status=Status.REVIEW)

Json = dict[str, Any]


def message(**changes: Any) -> Json:
    return {"message_id": 50, "date": 1, "chat": CHAT, "from": LIN, "text": "words", **changes}


def prompt(**changes: Any) -> Json:
    asked = {"message_id": 40, "date": 1, "chat": CHAT, "from": BOT, "text": "Case ACDEF3: …"}
    return message(reply_to_message=asked, **changes)


def press(data: Any = "ACDEF3.Ab_-9.go", sender: Json = LIN, chat: Json = CHAT) -> Json:
    card = {"message_id": 30, "date": 1, "chat": chat, "from": BOT, "text": "card"}
    return {"id": "77", "from": sender, "message": card, "chat_instance": "1", "data": data}


def update(**content: Any) -> Json:
    return {"update_id": 900, **content}


def heard(raw: Json, post: Post | None = None) -> Any:
    return to_envelope(tg.Update.de_json(raw), clinic(), GROUP, lambda at: post if at == 40 else None)


ASKED = Post("c0ffee", "prompt")


def test_a_press_of_an_enrolled_doctor_is_an_envelope() -> None:
    wanted = StaffPressed("lin", 9001, "ACDEF3.Ab_-9.go")
    assert heard(update(callback_query=press())) == Envelope("staff", "900", ByCode("ACDEF3"), wanted)


def test_a_press_on_an_old_card_counts_too() -> None:
    old = press()
    old["message"] = {"message_id": 30, "date": 0, "chat": CHAT}
    assert isinstance(heard(update(callback_query=old)), Envelope)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (press(sender=VISITOR), NOT_ENROLLED),
        (press(chat={"id": -5, "type": "group", "title": "x"}), NOT_HERE),
        (press(chat={"id": 9001, "type": "private"}), NOT_HERE),
        ({key: value for key, value in press().items() if key != "message"}, NOT_HERE),
    ],
)
def test_a_press_that_does_not_count_changes_nothing_and_says_why(query: Json, sentence: str) -> None:
    assert heard(update(callback_query=query)) == Rebuff(sentence)


@pytest.mark.parametrize(
    "data", [None, "", "go", "ACDEF3", "ACDEF3..go", "acdef3.k.go", "ACDEF3.k.go.x", "ACDEF3.k.go\n", "A" * 64]
)
def test_a_press_with_strange_data_is_no_button_of_ours(data: str | None) -> None:
    assert isinstance(heard(update(callback_query=press(data))), Rebuff)


def test_a_reply_to_our_prompt_is_an_envelope() -> None:
    wanted = StaffReplied("lin", 9001, 40, "Yes, \nwe can.")
    raw = update(message=prompt(text="Yes, \u202e\nwe can.\x07"))
    assert heard(raw, ASKED) == Envelope("staff", "900", ByCase("c0ffee"), wanted)


def test_a_reply_with_a_picture_gives_its_caption_or_nothing() -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    raw = prompt(photo=photo, caption="see this")
    del raw["text"]
    assert heard(update(message=raw), ASKED).incoming.text == "see this"
    del raw["caption"]
    assert heard(update(message=raw), ASKED).incoming.text == ""


def test_who_may_not_decide_is_told_so() -> None:
    assert heard(update(message=prompt(**{"from": VISITOR})), ASKED) == Rebuff(NOT_ENROLLED)
    assert heard(update(message=prompt(**{"from": ANON}, sender_chat=CHAT)), ASKED) == Rebuff(ANONYMOUS)
    assert heard(update(message=message(**{"from": LIN}, sender_chat=CHAT, text="/queue"))) == Rebuff(ANONYMOUS)
    assert heard(update(message=message(**{"from": VISITOR}, text="/queue"))) == Rebuff(NOT_ENROLLED)


@pytest.mark.parametrize(
    "raw",
    [
        update(message=message()),
        update(message=message(**{"from": ANON}, sender_chat=CHAT)),
        update(message=message(text="/start")),
        update(message=message(text="say /queue")),
        update(message=message(chat={"id": -5, "type": "group", "title": "x"}, text="/queue")),
        update(message=message(chat={"id": 9001, "type": "private"}, text="/queue")),
        update(message=prompt(chat={"id": -5, "type": "group", "title": "x"})),
        update(message=prompt(via_bot=BOT)),
        update(edited_message=prompt()),
        update(channel_post=prompt()),
        update(message=message(new_chat_members=[VISITOR])),
        update(poll={"id": "1"}),
    ],
)
def test_everything_else_in_the_group_is_ignored(raw: Json) -> None:
    kinds = {"message", "callback_query"}
    assert not kinds & raw.keys() or heard(raw, ASKED) is None


@pytest.mark.parametrize("role", ["card", "note", ""])
def test_a_reply_to_anything_but_a_prompt_is_chatter(role: str) -> None:
    assert heard(update(message=prompt()), Post("c0ffee", role)) is None
    assert heard(update(message=prompt()), None) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("/queue", Command("queue", "", "lin")),
        ("/queue@staff_bot", Command("queue", "", "lin")),
        ("/case acdef3", Command("case", "acdef3", "lin")),
        (" /case@staff_bot  ACDEF3 ", Command("case", "ACDEF3", "lin")),
        ("/help me\nplease", Command("help", "me\nplease", "lin")),
    ],
)
def test_commands(text: str, wanted: Command) -> None:
    assert heard(update(message=message(text=text))) == wanted


def test_both_announcements_of_a_move_name_the_new_group() -> None:
    new = {**CHAT, "id": -1002}
    service = {"message_id": 1, "date": 1, "from": LIN}
    assert heard(update(message={**service, "chat": CHAT, "migrate_to_chat_id": -1002})) == GroupMoved(GROUP, -1002)
    assert heard(update(message={**service, "chat": new, "migrate_from_chat_id": GROUP})) == GroupMoved(GROUP, -1002)
    other = {**CHAT, "id": -7}
    assert heard(update(message={**service, "chat": other, "migrate_to_chat_id": -1002})) is None
    assert heard(update(message={**service, "chat": new, "migrate_from_chat_id": -7})) is None
