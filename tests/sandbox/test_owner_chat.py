"""The owner's private chat, through the real aiogram client."""

import asyncio
import io
from collections.abc import Awaitable, Callable

import pytest
from aiogram import Bot, exceptions, types
from PIL import Image

from tests.sandbox.conftest import MEI, OWNER_TOKEN, STAFF_TOKEN, Receiver, aiogram_bot
from tests.sandbox_process import Sandbox

Story = Callable[[Bot], Awaitable[None]]


def told(sandbox: Sandbox, story: Story, token: str = OWNER_TOKEN) -> None:
    """Run a story with a bot of this sandbox."""

    async def run() -> None:
        bot = aiogram_bot(sandbox, token)
        try:
            await story(bot)
        finally:
            await bot.session.close()

    asyncio.run(run())


def picture(side: int = 400) -> bytes:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(out, "JPEG")
    return out.getvalue()


def buttons(data: str = "yes", **action: str) -> types.InlineKeyboardMarkup:
    """One inline button."""
    button = types.InlineKeyboardButton(text="Press", **(action or {"callback_data": data}))
    return types.InlineKeyboardMarkup(inline_keyboard=[[button]])


def test_a_conversation(sandbox: Sandbox) -> None:
    """Text, buttons, a press and its answer, an edit and a deletion are all seen by the owner."""
    sandbox.send(MEI, "/start abc")

    async def story(bot: Bot) -> None:
        first = (await bot.get_updates(timeout=1))[0]
        assert first.message
        assert first.message.entities
        assert first.message.entities[0].type == "bot_command"
        sent = await bot.send_message(
            MEI, "<b>Hi</b> &amp; <i>welcome</i> 😺", parse_mode="HTML", reply_markup=buttons()
        )
        query = sandbox.press(MEI, sent.message_id, "Press")
        updates = await bot.get_updates(offset=first.update_id + 1, timeout=2)
        pressed = updates[0].callback_query
        assert pressed
        assert pressed.data == "yes"
        assert isinstance(pressed.message, types.Message)
        await bot.answer_callback_query(query, "thanks", show_alert=True)
        assert sandbox.callback(query) == {"text": "thanks", "show_alert": True}
        with pytest.raises(exceptions.TelegramBadRequest, match="query is too old"):
            await bot.answer_callback_query(query)
        await bot.edit_message_text("Changed", chat_id=MEI, message_id=sent.message_id)
        with pytest.raises(exceptions.TelegramBadRequest, match="message is not modified"):
            await bot.edit_message_text("Changed", chat_id=MEI, message_id=sent.message_id)
        gone = await bot.send_message(MEI, "gone soon")
        assert await bot.delete_message(MEI, gone.message_id)

    told(sandbox, story)
    shown = sandbox.chat(MEI)["messages"]
    assert [message["text"] for message in shown] == ["/start abc", "Changed"]
    assert shown[1]["edited"]
    assert "buttons" not in shown[1]
    kinds = [record["kind"] for record in sandbox.log() if record["kind"] in {"message", "edit", "delete"}]
    assert kinds == ["message", "edit", "message", "delete"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "text is empty"),
        ("x" * 4097, "message is too long"),
        ("😺" * 2049, "message is too long"),
        ("<b>open", "can't parse entities: can't find end tag"),
        ("a < b", "can't parse entities: unsupported start tag"),
        ("<b>x</i>", "can't parse entities: unmatched end tag"),
        ("<h1>x</h1>", 'unsupported start tag "h1"'),
    ],
)
def test_texts_that_are_refused(sandbox: Sandbox, text: str, words: str) -> None:
    """Limits and broken markup get Telegram's own sentences."""
    sandbox.send(MEI, "/start")

    async def story(bot: Bot) -> None:
        with pytest.raises(exceptions.TelegramBadRequest, match=words):
            await bot.send_message(MEI, text, parse_mode="HTML")

    told(sandbox, story)
    assert sandbox.log(kind="message") == []
    assert sandbox.log(kind="refused")[0]["method"] == "sendMessage"


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (buttons(url="ftp://x.example"), "Wrong HTTP URL"),
        (buttons("字" * 22), "BUTTON_DATA_INVALID"),
        (buttons(url="https://x.example", callback_data="y"), "exactly one action"),
        (types.InlineKeyboardMarkup(inline_keyboard=[[types.InlineKeyboardButton(text="x")]]), "unallowed"),
    ],
)
def test_buttons_that_are_refused(sandbox: Sandbox, markup: types.InlineKeyboardMarkup, words: str) -> None:
    """A button has one action, small data and a web link."""
    sandbox.send(MEI, "/start")

    async def story(bot: Bot) -> None:
        with pytest.raises(exceptions.TelegramBadRequest, match=words):
            await bot.send_message(MEI, "x", reply_markup=markup)

    told(sandbox, story)


def test_refusals_about_the_chat(sandbox: Sandbox) -> None:
    """Unknown, not begun and blocked chats, a missing message and a wrong token are refused in their own ways."""

    async def story(bot: Bot) -> None:
        with pytest.raises(exceptions.TelegramForbiddenError, match="can't initiate conversation"):
            await bot.send_message(MEI, "x")
        with pytest.raises(exceptions.TelegramBadRequest, match="chat not found"):
            await bot.send_message(424242, "x")
        sandbox.send(MEI, "/start")
        with pytest.raises(exceptions.TelegramBadRequest, match="message to edit not found"):
            await bot.edit_message_text("x", chat_id=MEI, message_id=1)
        with pytest.raises(exceptions.TelegramBadRequest, match="message to be replied not found"):
            await bot.send_message(MEI, "x", reply_parameters=types.ReplyParameters(message_id=1))
        with pytest.raises(exceptions.TelegramBadRequest, match="message thread not found"):
            await bot.send_message(MEI, "x", message_thread_id=7)
        sandbox.block(MEI)
        with pytest.raises(exceptions.TelegramForbiddenError, match="bot was blocked by the user"):
            await bot.send_message(MEI, "x")
        sandbox.unblock(MEI)
        await bot.send_message(MEI, "x")
        changes = [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]
        assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]

    told(sandbox, story)

    async def stranger(bot: Bot) -> None:
        with pytest.raises(exceptions.TelegramUnauthorizedError):
            await bot.get_me()

    told(sandbox, stranger, "1000001:wrong")


def test_unknown_names_are_refused(sandbox: Sandbox) -> None:
    """A misspelt parameter or method never passes."""
    sandbox.send(MEI, "/start")
    answer = sandbox.http.post(f"/bot{OWNER_TOKEN}/sendMessage", json={"chat_id": MEI, "text": "x", "txet": "y"})
    assert answer.status_code == 400
    assert "unknown parameter txet" in answer.json()["description"]
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "b", "colour": "red"}]]}
    answer = sandbox.http.post(
        f"/bot{OWNER_TOKEN}/sendMessage", json={"chat_id": MEI, "text": "x", "reply_markup": markup}
    )
    assert answer.status_code == 400
    assert "colour" in answer.json()["description"]
    answer = sandbox.http.get(f"/bot{OWNER_TOKEN}/sendGreeting")
    assert answer.status_code == 404
    assert answer.json()["description"] == "Not Found: method not found"


def test_album_document_and_contact_from_an_owner(sandbox: Sandbox) -> None:
    """What an owner shares reaches the bot with sizes, names, one caption and a shared album number."""
    raw = picture()
    sandbox.files(MEI, [(f"{n}.jpg", raw, "image/jpeg") for n in range(3)], caption="my cat")
    sandbox.files(MEI, [("血檢.pdf", b"%PDF-1.4", "application/pdf")], kind="document", caption="blood")
    sandbox.contact(MEI)

    async def story(bot: Bot) -> None:
        messages = [update.message for update in await bot.get_updates() if update.message]
        album, document, contact = messages[:3], messages[3], messages[4]
        assert len({message.media_group_id for message in album}) == 1
        assert [message.caption for message in album] == ["my cat", None, None]
        photo = album[0].photo
        assert photo
        assert len(photo) == 3
        largest = await bot.download(photo[-1].file_id)
        assert largest
        assert largest.read() == raw
        smaller = await bot.download(photo[0].file_id)
        assert smaller
        assert Image.open(smaller).size == (90, 90)
        assert document.document
        assert document.document.file_name == "血檢.pdf"
        assert document.document.file_size == 8
        assert document.document.mime_type == "application/pdf"
        assert contact.contact
        assert contact.contact.user_id == MEI
        assert contact.contact.phone_number == "+886912345678"

    told(sandbox, story)
    url = sandbox.chat(MEI)["messages"][0]["photo"]["url"]
    assert sandbox.http.get(url).content == raw


def test_a_file_above_twenty_megabytes_cannot_be_fetched(sandbox: Sandbox) -> None:
    """``getFile`` refuses it, and a file id means nothing to the other bot."""
    sandbox.files(MEI, [("big.bin", b"x" * (20 * 1024 * 1024 + 1), "application/zip")], kind="document")

    async def story(bot: Bot) -> None:
        message = (await bot.get_updates())[0].message
        assert message
        assert message.document
        with pytest.raises(exceptions.TelegramBadRequest, match="file is too big"):
            await bot.get_file(message.document.file_id)
        other = aiogram_bot(sandbox, STAFF_TOKEN)
        with pytest.raises(exceptions.TelegramBadRequest, match="wrong file_id"):
            await other.get_file(message.document.file_id)
        await other.session.close()

    told(sandbox, story)


def test_media_from_the_bot(sandbox: Sandbox) -> None:
    """Photos, documents, albums and their edits; limits are kept."""
    sandbox.send(MEI, "/start")

    async def story(bot: Bot) -> None:
        file = types.BufferedInputFile(picture(), "cat.jpg")
        sent = await bot.send_photo(MEI, file, caption="<b>cat</b>", parse_mode="HTML")
        await bot.edit_message_caption(chat_id=MEI, message_id=sent.message_id, caption="dog")
        document = await bot.send_document(MEI, types.BufferedInputFile(b"abc", "報告.pdf"))
        assert document.document
        assert document.document.file_name == "報告.pdf"
        again = await bot.send_document(MEI, document.document.file_id)
        media = types.InputMediaDocument(media=types.BufferedInputFile(b"new", "new.pdf"))
        await bot.edit_message_media(media, chat_id=MEI, message_id=again.message_id)
        album = await bot.send_media_group(MEI, [types.InputMediaPhoto(media=file), types.InputMediaPhoto(media=file)])
        assert album[0].media_group_id == album[1].media_group_id
        with pytest.raises(exceptions.TelegramBadRequest, match="2-10 items"):
            await bot.send_media_group(MEI, [types.InputMediaPhoto(media=file)])
        with pytest.raises(exceptions.TelegramBadRequest, match="caption is too long"):
            await bot.send_photo(MEI, file, caption="x" * 1025)
        with pytest.raises(exceptions.TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
            await bot.send_photo(MEI, types.BufferedInputFile(b"no picture", "a.jpg"))
        with pytest.raises(exceptions.TelegramBadRequest, match="too big for a photo"):
            await bot.send_photo(MEI, types.BufferedInputFile(b"x" * (10 * 1024 * 1024 + 1), "a.jpg"))
        with pytest.raises(exceptions.TelegramEntityTooLarge):
            await bot.send_document(MEI, types.BufferedInputFile(b"x" * (50 * 1024 * 1024 + 1), "a.bin"))

    told(sandbox, story)
    assert [record["kind"] for record in sandbox.log(kind="photo,document")] == [
        "photo", "document", "document", "photo", "photo"
    ]  # fmt: skip


def test_profile_and_small_calls(sandbox: Sandbox) -> None:
    """Everything else the owner bot says about itself."""
    sandbox.send(MEI, "/start")

    async def story(bot: Bot) -> None:
        assert (await bot.get_me()).username == "second_look_owner_bot"
        commands = [types.BotCommand(command="start", description="Begin")]
        await bot.set_my_commands(commands, language_code="en")
        assert [c.command for c in await bot.get_my_commands(language_code="en")] == ["start"]
        with pytest.raises(exceptions.TelegramBadRequest, match="BOT_COMMAND_INVALID"):
            await bot.set_my_commands([types.BotCommand(command="Start!", description="x")])
        assert await bot.set_my_description("d")
        assert await bot.set_my_short_description("s")
        assert await bot.set_chat_menu_button(menu_button=types.MenuButtonCommands())
        assert await bot.send_chat_action(MEI, "typing")
        assert (await bot.get_chat(MEI)).type == "private"
        sent = await bot.send_message(MEI, "pin", reply_markup=types.ReplyKeyboardMarkup(
            keyboard=[[types.KeyboardButton(text="Share", request_contact=True)]]))  # fmt: skip
        assert await bot.pin_chat_message(MEI, sent.message_id)
        prices = [types.LabeledPrice(label="Opinion", amount=5000)]
        link = await bot.create_invoice_link(
            title="Opinion", description="One", payload="p", provider_token="t", currency="USD", prices=prices
        )
        assert link.startswith("https://t.me/$invoice")
        star = [types.LabeledPrice(label="Opinion", amount=50)]
        invoice = await bot.send_invoice(
            MEI, title="Opinion", description="One", payload="p", provider_token="", currency="XTR", prices=star
        )
        assert invoice.invoice

    told(sandbox, story)
    assert sandbox.chat(MEI)["reply_keyboard"] == [[{"text": "Share", "request_contact": True}]]


def test_polls_and_webhooks_exclude_each_other(sandbox: Sandbox, receiver: Receiver) -> None:
    """409 while a webhook is set, and in the older of two polls."""

    async def story(bot: Bot) -> None:
        older = asyncio.create_task(bot.get_updates(timeout=5))
        await asyncio.sleep(0.2)
        assert await bot.get_updates(timeout=0) == []
        with pytest.raises(exceptions.TelegramConflictError, match="terminated by other getUpdates"):
            await older
        await bot.set_webhook(f"{receiver.url}/tg", secret_token="s" * 32, allowed_updates=["message"])
        assert (await bot.get_webhook_info()).url == f"{receiver.url}/tg"
        with pytest.raises(exceptions.TelegramConflictError, match="webhook is active"):
            await bot.get_updates()
        with pytest.raises(exceptions.TelegramBadRequest, match="HTTPS URL"):
            await bot.set_webhook("http://example.org/tg")
        await bot.delete_webhook()

    told(sandbox, story)
