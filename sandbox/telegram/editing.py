"""Changes of messages that are already there."""

from typing import Any, NoReturn

from sandbox.shapes import Json
from sandbox.telegram import keyboards
from sandbox.telegram.media import Parts, item
from sandbox.telegram.places import Bot, Chat
from sandbox.telegram.refusal import bad
from sandbox.telegram.sending import CAPTION_LIMIT, text_content, worded
from sandbox.telegram.town import Town

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)
_DELETE_SECONDS = 48 * 3600
_CONTENT = ("text", "entities", "link_preview_options", "caption", "caption_entities", "photo", "document")
_SEEN = ("text", "entities", "caption", "caption_entities", "reply_markup")


def _target(town: Town, bot: Bot, params: Json) -> tuple[Chat, Json]:
    """The bot's own message that is to change; raises ``Refusal`` when it is missing or of a sort that cannot be."""
    if "inline_message_id" in params:
        raise bad("MESSAGE_ID_INVALID")
    chat = town.chat(bot, params.get("chat_id"))
    message = town.message(chat, params.get("message_id"), "edit")
    if not _editable(bot, chat, message):
        raise bad("message can't be edited")
    return chat, message


def _editable(bot: Bot, chat: Chat, message: Json) -> bool:
    """Not what others wrote, not what came with a reply keyboard, not the note that a topic was opened or renamed."""
    service = any(key.startswith("forum_topic_") for key in message)
    return message["from"]["id"] == bot.id and message["message_id"] not in chat.keyboarded and not service


def _changed(town: Town, bot: Bot, target: tuple[Chat, Json], content: Json, markup: Any) -> Json:
    """Put new content and buttons on a message; raises ``Refusal`` when nothing would change."""
    chat, old = target
    new = {key: value for key, value in old.items() if key not in (*_CONTENT, "reply_markup")} | content
    if buttons := keyboards.inline(markup):
        new["reply_markup"] = buttons
    if _seen(old) == _seen(new):
        raise bad(_SAME)
    new["edit_date"] = town.clock.stamp()
    chat.messages[old["message_id"]] = new
    town.ledger.write(
        "edit",
        bot=bot.key,
        chat=chat.id,
        message_id=new["message_id"],
        thread_id=new.get("message_thread_id"),
        text=new.get("text", new.get("caption", "")),
    )
    return new


def _seen(message: Json) -> list[Any]:
    media = message.get("photo", [{}])[-1].get("file_id"), message.get("document", {}).get("file_id")
    return [*(message.get(key) for key in _SEEN), media]


def _current(message: Json) -> Json:
    return {key: message[key] for key in _CONTENT if key in message}


async def edit_message_text(town: Town, bot: Bot, params: Json) -> Json:
    """``editMessageText`` → ``Message``."""
    target = _target(town, bot, params)
    if "text" not in target[1]:
        raise bad("there is no text in the message to edit")
    return _changed(town, bot, target, text_content(params), params.get("reply_markup"))


async def edit_message_caption(town: Town, bot: Bot, params: Json) -> Json:
    """``editMessageCaption`` → ``Message``."""
    target = _target(town, bot, params)
    if "photo" not in target[1] and "document" not in target[1]:
        raise bad("there is no caption in the message to edit")
    content = _current(target[1])
    content = {key: value for key, value in content.items() if not key.startswith("caption")}
    content |= worded(params, "caption", CAPTION_LIMIT)
    return _changed(town, bot, target, content, params.get("reply_markup"))


async def edit_message_reply_markup(town: Town, bot: Bot, params: Json) -> Json:
    """``editMessageReplyMarkup`` → ``Message``."""
    target = _target(town, bot, params)
    return _changed(town, bot, target, _current(target[1]), params.get("reply_markup"))


async def edit_message_media(town: Town, bot: Bot, params: Json, parts: Parts) -> Json:
    """``editMessageMedia`` → ``Message``."""
    target = _target(town, bot, params)
    content = item(town, bot, params.get("media"), parts)
    return _changed(town, bot, target, content, params.get("reply_markup"))


async def edit_message_live_location(town: Town, bot: Bot, params: Json) -> NoReturn:
    """``editMessageLiveLocation``; always raises ``Refusal``, for nobody can send a live location here.

    The refusals come in the order of the Bot API server: the request's own parts, the chat, the message.
    """
    for name in ("latitude", "longitude"):
        if name not in params:
            raise bad(f"{name} is empty")
    keyboards.inline(params.get("reply_markup"))
    _target(town, bot, params)
    raise bad("there is no live location in the message to edit")


async def delete_message(town: Town, bot: Bot, params: Json) -> bool:
    """``deleteMessage`` → ``True``; in a private chat within 48 hours, as the group's administrator always."""
    chat = town.chat(bot, params.get("chat_id"))
    message = town.message(chat, params.get("message_id"), "delete")
    too_old = town.clock.seconds() - message["date"] > _DELETE_SECONDS
    anothers = message["from"]["id"] != bot.id
    if "forum_topic_created" in message or (too_old and (chat.private or not chat.rights)):
        raise bad("message can't be deleted for everyone")
    if anothers and not chat.private and not chat.rights:
        raise bad("message can't be deleted")
    del chat.messages[message["message_id"]]
    town.ledger.write("delete", bot=bot.key, chat=chat.id, message_id=message["message_id"])
    return True


async def delete_messages(town: Town, bot: Bot, params: Json) -> bool:
    """``deleteMessages`` → ``True``; numbers that are not there are skipped."""
    chat, numbers = town.chat(bot, params.get("chat_id")), params.get("message_ids")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= 100:
        raise bad("message identifiers are not specified")
    for number in (n for n in numbers if n in chat.messages):
        await delete_message(town, bot, {"chat_id": chat.id, "message_id": number})
    return True
