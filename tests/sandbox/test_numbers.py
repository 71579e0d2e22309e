"""How messages are numbered, and what the answer to a call about a number tells of it."""

from typing import Any

import pytest

from tests import spec_check
from tests.sandbox.conftest import GROUP, LIN, MEI, OWNER_TOKEN, STAFF_TOKEN
from tests.sandbox.test_group_changes import call
from tests.sandbox_process import Sandbox, running_sandbox

JONAS = 5002
HERE = {"latitude": 25.03, "longitude": 121.56}
KEYBOARDS = (
    {"keyboard": [[{"text": "Share", "request_contact": True}]]},
    {"force_reply": True},
    {"remove_keyboard": True},
)


def sent(sandbox: Sandbox, token: str, chat: int, **more: Any) -> int:
    """The number of a message that a bot sends."""
    return int(call(sandbox, token, "sendMessage", chat_id=chat, text="x", **more)["message_id"])


def located(sandbox: Sandbox, token: str, chat: int, number: int, **more: Any) -> Any:
    """The answer to a try to move a live location."""
    place = {"chat_id": chat, "message_id": number, **HERE, **more}
    return call(sandbox, token, "editMessageLiveLocation", **place)


def test_all_private_chats_of_a_bot_share_one_series(sandbox: Sandbox) -> None:
    """Each number is the next one, whoever wrote and in whichever private chat."""
    sandbox.control("people", role="owner", id=JONAS, name="Jonas")
    numbers = [sandbox.send(MEI, "/start"), sandbox.send(JONAS, "/start")]
    numbers += [sent(sandbox, OWNER_TOKEN, MEI), sent(sandbox, OWNER_TOKEN, JONAS), sandbox.contact(MEI)]
    first = numbers[0]
    assert numbers == list(range(first, first + 5))
    assert [message["message_id"] for message in sandbox.chat(MEI)["messages"]] == [first, first + 2, first + 4]


def test_the_other_bot_and_the_supergroup_count_for_themselves(sandbox: Sandbox) -> None:
    """Nothing that happens in one series is seen in another."""
    owner, group, staff = sandbox.send(MEI, "/start"), sent(sandbox, STAFF_TOKEN, GROUP), sandbox.send(LIN, "/start")
    for _ in range(3):
        sandbox.send(MEI, "hello")
        sent(sandbox, STAFF_TOKEN, GROUP)
        sent(sandbox, STAFF_TOKEN, GROUP)
    assert sent(sandbox, OWNER_TOKEN, MEI) == owner + 4
    assert sandbox.send(LIN, "hello", GROUP) == group + 7
    assert sent(sandbox, STAFF_TOKEN, LIN) == staff + 1


def test_a_basic_group_draws_from_the_private_series_until_it_moves(sandbox: Sandbox) -> None:
    """A supergroup begins a series of its own."""
    with running_sandbox(staff_token=STAFF_TOKEN, staff_chat_id=-4242) as plain:
        first = plain.send(LIN, "/start")
        assert sent(plain, STAFF_TOKEN, -4242) == first + 1
        assert plain.send(LIN, "hello", -4242) == first + 2
        assert sent(plain, STAFF_TOKEN, LIN) == first + 3
        moved = plain.migrate(-4242)  # the old group's last message says so
        there = sent(plain, STAFF_TOKEN, moved)
        sent(plain, STAFF_TOKEN, LIN)
        assert sent(plain, STAFF_TOKEN, moved) == there + 1


def test_no_number_comes_twice_after_a_reset(sandbox: Sandbox) -> None:
    """A product that kept its data would take the second for a repeat of the first."""
    message = [sandbox.send(MEI, "/start") for _ in range(30)][-1]
    update = sandbox.log(kind="update")[-1]["update_id"]
    sandbox.reset()
    assert sandbox.send(MEI, "/start") > message
    assert sandbox.log(kind="update")[-1]["update_id"] > update


def test_a_live_location_is_refused_by_what_the_message_is(sandbox: Sandbox) -> None:
    """Missing, another's, with a reply keyboard, the bot's own: each has its sentence, and nothing else happens."""
    theirs = sandbox.send(MEI, "/start")
    inline = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    own = [sent(sandbox, OWNER_TOKEN, MEI), sent(sandbox, OWNER_TOKEN, MEI, reply_markup=inline)]
    dressed = [sent(sandbox, OWNER_TOKEN, MEI, reply_markup=markup) for markup in KEYBOARDS]
    before = [record for record in sandbox.log() if record["kind"] != "refused"]
    for number, words in (
        (dressed[-1] + 1, "message to edit not found"),
        (theirs, "message can't be edited"),
        *((number, "message can't be edited") for number in dressed),
        *((number, "there is no live location in the message to edit") for number in own),
    ):
        assert located(sandbox, OWNER_TOKEN, MEI, number) == f"Bad Request: {words}"
    assert [record for record in sandbox.log() if record["kind"] != "refused"] == before
    calls = [request for request in sandbox.requests() if request["method"] == "editMessageLiveLocation"]
    assert [request["status"] for request in calls] == [400] * 7
    if not spec_check.missing():
        assert spec_check.complaints(calls) == []


def test_a_live_location_is_refused_by_its_chat_and_parts_first(sandbox: Sandbox) -> None:
    """As other edits are; and a deleted message is missing, not a message that cannot be edited."""
    assert located(sandbox, OWNER_TOKEN, 424242, 1) == "Bad Request: chat not found"
    assert "can't initiate conversation" in located(sandbox, OWNER_TOKEN, MEI, 1)
    sandbox.send(MEI, "/start")
    number = sent(sandbox, OWNER_TOKEN, MEI, reply_markup=KEYBOARDS[0])
    call(sandbox, OWNER_TOKEN, "deleteMessage", chat_id=MEI, message_id=number)
    assert located(sandbox, OWNER_TOKEN, MEI, number) == "Bad Request: message to edit not found"
    assert located(sandbox, OWNER_TOKEN, MEI, number, latitude=None) == "Bad Request: latitude is empty"
    assert (
        located(sandbox, OWNER_TOKEN, MEI, number, longitude=True)
        == "Bad Request: wrong parameter longitude in request"
    )
    sandbox.block(MEI)
    assert located(sandbox, OWNER_TOKEN, MEI, number) == "Forbidden: bot was blocked by the user"


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("editMessageText", {"text": "y"}),
        ("editMessageCaption", {"caption": "y"}),
        ("editMessageReplyMarkup", {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}}),
        ("editMessageMedia", {"media": {"type": "photo", "media": "unknown"}}),
    ],
)
def test_no_edit_of_a_message_with_a_reply_keyboard(sandbox: Sandbox, method: str, more: dict[str, Any]) -> None:
    """Whichever kind of keyboard; the message stays as it was."""
    sandbox.send(MEI, "/start")
    for markup in KEYBOARDS:
        number = sent(sandbox, OWNER_TOKEN, MEI, reply_markup=markup)
        refused = call(sandbox, OWNER_TOKEN, method, chat_id=MEI, message_id=number, **more)
        assert refused == "Bad Request: message can't be edited"
    assert sandbox.log(kind="edit") == []


def test_the_note_that_a_topic_was_opened_cannot_be_edited(sandbox: Sandbox) -> None:
    """Though it is the bot's own."""
    topic = call(sandbox, STAFF_TOKEN, "createForumTopic", chat_id=GROUP, name="A")["message_thread_id"]
    assert located(sandbox, STAFF_TOKEN, GROUP, topic) == "Bad Request: message can't be edited"
