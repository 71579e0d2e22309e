"""The staff group, through the real python-telegram-bot client."""

import asyncio
import io
from collections.abc import Awaitable, Callable

import pytest
import telegram
from PIL import Image
from telegram import error

from tests.sandbox.conftest import GROUP, LIN, STAFF_TOKEN
from tests.sandbox_process import Sandbox

Story = Callable[[telegram.Bot], Awaitable[None]]


def told(sandbox: Sandbox, story: Story) -> None:
    """Run a story with the staff bot."""

    async def run() -> None:
        url = sandbox.url
        async with telegram.Bot(STAFF_TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot:
            await story(bot)

    asyncio.run(run())


def test_topics(sandbox: Sandbox) -> None:
    """A topic is made, written in, renamed, closed, reopened and deleted; then it is gone."""

    async def story(bot: telegram.Bot) -> None:
        assert (await bot.get_chat(GROUP)).is_forum
        topic = await bot.create_forum_topic(GROUP, "Case A1")
        thread = topic.message_thread_id
        sent = await bot.send_message(GROUP, "prompt", message_thread_id=thread)
        assert sent.is_topic_message
        assert sent.message_thread_id == thread
        answer = sandbox.send(LIN, "looks bad", GROUP, reply_to=sent.message_id)
        update = (await bot.get_updates(timeout=1))[0]
        assert update.message
        assert update.message.message_id == answer
        assert update.message.message_thread_id == thread
        assert update.message.reply_to_message
        assert update.message.reply_to_message.text == "prompt"
        await bot.edit_forum_topic(GROUP, thread, name="Case A1 done")
        with pytest.raises(error.BadRequest, match=r"(?i)topic_not_modified"):
            await bot.edit_forum_topic(GROUP, thread, name="Case A1 done")
        await bot.close_forum_topic(GROUP, thread)
        assert sandbox.chat(LIN, GROUP)["topics"] == [{"thread_id": thread, "name": "Case A1 done", "closed": True}]
        await bot.reopen_forum_topic(GROUP, thread)
        await bot.delete_forum_topic(GROUP, thread)
        with pytest.raises(error.BadRequest, match=r"[Mm]essage thread not found"):
            await bot.send_message(GROUP, "x", message_thread_id=thread)
        with pytest.raises(error.BadRequest, match=r"(?i)topic name is too long"):
            await bot.create_forum_topic(GROUP, "x" * 129)

    told(sandbox, story)


def test_members_and_rights(sandbox: Sandbox) -> None:
    """Who is in the group, and what is refused when the bot loses its rights."""

    async def story(bot: telegram.Bot) -> None:
        assert (await bot.get_chat_member(GROUP, LIN)).status == "creator"
        assert (await bot.get_chat_member(GROUP, 5001)).status == "left"
        admins = await bot.get_chat_administrators(GROUP)
        assert {admin.user.id for admin in admins} == {LIN, bot.id}
        sandbox.control("rights", chat=GROUP, admin=False)
        with pytest.raises(error.BadRequest, match=r"[Nn]ot enough rights to create a topic"):
            await bot.create_forum_topic(GROUP, "x")
        assert (await bot.get_updates())[0].my_chat_member
        keys = [[telegram.KeyboardButton("x", request_contact=True)]]
        with pytest.raises(error.BadRequest, match=r"[Pp]hone number can be requested in private chats only"):
            await bot.send_message(GROUP, "x", reply_markup=telegram.ReplyKeyboardMarkup(keys))
        assert await bot.leave_chat(GROUP)
        with pytest.raises(error.Forbidden, match="not a member"):
            await bot.send_message(GROUP, "x")

    told(sandbox, story)


def test_files_of_both_multipart_forms(sandbox: Sandbox) -> None:
    """This client names the part as the field, and uses ``attach://`` inside albums."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40)).save(out, "PNG")

    async def story(bot: telegram.Bot) -> None:
        photo = await bot.send_photo(GROUP, out.getvalue(), caption="<u>x</u>", parse_mode="HTML")
        assert photo.photo[-1].width == 60
        assert photo.caption_entities[0].type == "underline"
        file = await bot.get_file(photo.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == out.getvalue()
        items = [telegram.InputMediaDocument(b"one", filename="1.txt"), telegram.InputMediaDocument(b"two")]
        assert len(await bot.send_media_group(GROUP, items)) == 2
        keys = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Go", callback_data="go")]])
        message = await bot.send_document(GROUP, b"abc", filename="報告.pdf", reply_markup=keys)
        await bot.edit_message_reply_markup(GROUP, message.message_id)
        with pytest.raises(error.BadRequest, match="not modified"):
            await bot.edit_message_reply_markup(GROUP, message.message_id)

    told(sandbox, story)


def test_the_group_moves(sandbox: Sandbox) -> None:
    """The old id is refused with the new one; both service messages reach the bot."""

    async def story(bot: telegram.Bot) -> None:
        new = sandbox.migrate(GROUP)
        with pytest.raises(error.ChatMigrated) as caught:
            await bot.send_message(GROUP, "x")
        assert caught.value.new_chat_id == new
        await bot.send_message(new, "here")
        first, second = (update.message for update in await bot.get_updates())
        assert first
        assert first.migrate_to_chat_id == new
        assert second
        assert second.migrate_from_chat_id == GROUP

    told(sandbox, story)


def test_a_stranger_presses_and_a_message_is_gone(sandbox: Sandbox) -> None:
    """Anyone in the group may press; a press on a deleted message carries an inaccessible one."""

    async def story(bot: telegram.Bot) -> None:
        keys = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Go", callback_data="go")]])
        sent = await bot.send_message(GROUP, "decide", reply_markup=keys)
        sandbox.press(9009, sent.message_id, "Go", GROUP)
        await bot.delete_message(GROUP, sent.message_id)
        sandbox.press(LIN, sent.message_id, chat=GROUP, data="go")
        presses = [update.callback_query for update in await bot.get_updates()]
        assert presses[0]
        assert presses[0].from_user.id == 9009
        assert presses[1]
        assert presses[1].message
        assert not presses[1].message.is_accessible

    told(sandbox, story)
