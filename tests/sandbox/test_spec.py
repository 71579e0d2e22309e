"""Requests of the real clients against the providers' published descriptions."""

import pytest
from aiogram import Bot, types

from tests import spec_check
from tests.sandbox.conftest import MEI
from tests.sandbox.test_owner_chat import buttons, picture, told
from tests.sandbox.test_twilio import MEI_PHONE, US, client
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.skipif(bool(spec_check.missing()), reason=spec_check.missing() or "present")


def test_the_clients_requests_are_as_described(sandbox: Sandbox) -> None:
    """What aiogram and twilio send has no unknown, missing or wrongly formed part."""
    sandbox.send(MEI, "/start")

    async def story(bot: Bot) -> None:
        sent = await bot.send_message(MEI, "<b>x</b>", parse_mode="HTML", reply_markup=buttons())
        await bot.edit_message_text("y", chat_id=MEI, message_id=sent.message_id, reply_markup=buttons("no"))
        file = types.BufferedInputFile(picture(), "cat.jpg")
        await bot.send_photo(MEI, file, caption="x", reply_parameters=types.ReplyParameters(message_id=sent.message_id))
        await bot.send_media_group(MEI, [types.InputMediaPhoto(media=file)] * 2)
        await bot.set_my_commands([types.BotCommand(command="a", description="b")])

    told(sandbox, story)
    client(sandbox).messages.create(to=MEI_PHONE, from_=US, body="x", status_callback="http://127.0.0.1:9/x")
    requests = sandbox.requests()
    assert len(requests) == 6
    assert spec_check.complaints(requests) == []


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"chat_id": 1}, "text: missing"),
        ({"chat_id": 1, "text": "x", "txet": "y"}, "txet: unknown"),
        ({"chat_id": 1, "text": 5}, "text: String expected"),
        ({"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"callback_data": "y"}]]}},
         "reply_markup.inline_keyboard[0][0].text: missing"),
        ({"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "date": "y"}]]}},
         "reply_markup.inline_keyboard[0][0].date: unknown"),
    ],
)  # fmt: skip
def test_the_check_finds_faults(params: dict[str, object], complaint: str) -> None:
    """Exact paths, at any depth."""
    assert spec_check.telegram("sendMessage", params) == [complaint]


def test_the_check_of_texts_finds_faults() -> None:
    """Unknown names, missing ones and words that are not allowed."""
    found = spec_check.twilio([("Bdoy", "x"), ("RiskCheck", "maybe")])
    assert found[:2] == ["To: missing", "Bdoy: unknown"]
    assert found[2].startswith("RiskCheck: not one of")


def test_the_sandbox_knows_no_other_parameters_than_the_description() -> None:
    """The hand-written table names exactly the published parameters, less what the stand-in does not offer."""
    from sandbox.telegram.grammar import METHODS

    for name, forms in METHODS.values():
        described = {field["name"] for field in spec_check._bot_api()["methods"][name].get("fields", [])}
        assert set(forms) <= described, name
        assert described - set(forms) <= {"rich_message"}, name
