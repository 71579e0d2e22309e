"""Messages that bots send: text first, and what every kind of message shares."""

from typing import Any

from sandbox.shapes import Json
from sandbox.telegram import keyboards
from sandbox.telegram.markup import parsed, units
from sandbox.telegram.places import Bot, Chat
from sandbox.telegram.refusal import bad
from sandbox.telegram.town import Town

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_REPLY_FIELDS = {"message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode",
                 "quote_entities", "quote_position", "checklist_task_id", "poll_option_id"}  # fmt: skip
_PREVIEW_FIELDS = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}


def worded(params: Json, name: str, limit: int) -> Json:
    """``text`` or ``caption`` with its entities; raises ``Refusal`` when too long after parsing."""
    entities = params.get("entities" if name == "text" else "caption_entities")
    text, found = parsed(params.get(name, ""), params.get("parse_mode"), entities)
    if units(text) > limit:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    content: Json = {name: text} if text else {}
    if text and found:
        content["entities" if name == "text" else "caption_entities"] = found
    return content


def text_content(params: Json) -> Json:
    """The text of a message; raises ``Refusal`` when empty, too long or broken."""
    content = worded(params, "text", TEXT_LIMIT)
    if not content:
        raise bad("message text is empty")
    _known(params.get("link_preview_options"), _PREVIEW_FIELDS, "link_preview_options")
    if options := params.get("link_preview_options"):
        content["link_preview_options"] = options
    return content


def _known(value: Any, fields: set[str], name: str) -> None:
    if value is None:
        return
    if not isinstance(value, dict):
        raise bad(f"can't parse {name} JSON object")
    if unknown := sorted(set(value) - fields):
        raise bad(f"unknown field {unknown[0]} in {name}")


def placed(town: Town, bot: Bot, params: Json) -> tuple[Chat, Json]:
    """Chat and the fields that say where in it: topic, answered message, buttons; raises ``Refusal``."""
    if "business_connection_id" in params:
        raise bad("business connection not found")
    chat = town.chat(bot, params.get("chat_id"))
    place: Json = {}
    if replied := _replied(chat, params.get("reply_parameters")):
        place["reply_to_message"] = {key: value for key, value in replied.items() if key != "reply_to_message"}
    place.update(_thread(chat, params.get("message_thread_id"), replied))
    markup = params.get("reply_markup")
    if markup is not None:
        place["markup"] = keyboards.checked(markup, chat.private)
    return chat, place


def _replied(chat: Chat, parameters: Any) -> Json | None:
    _known(parameters, _REPLY_FIELDS, "reply_parameters")
    if not parameters:
        return None
    if "message_id" not in parameters:
        raise bad("field message_id of reply_parameters is missing")
    found = chat.messages.get(int(parameters["message_id"]))
    if found is None and not parameters.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return found


def _thread(chat: Chat, thread_id: int | None, replied: Json | None) -> Json:
    if thread_id is None:
        inherited = replied and replied.get("is_topic_message") and replied["message_thread_id"] in chat.topics
        thread_id = replied["message_thread_id"] if replied and inherited else None
    if not thread_id:
        return {}
    topic = chat.topics.get(thread_id)
    if topic is None:
        raise bad("message thread not found")
    if topic.closed and not chat.rights:
        raise bad("TOPIC_CLOSED")
    return {"message_thread_id": thread_id, "is_topic_message": True}


def posted(town: Town, bot: Bot, chat: Chat, place: Json, content: Json) -> Json:
    """Put a bot's message into the chat; gives the ``Message``."""
    markup = place.pop("markup", None)
    message: Json = {
        "message_id": chat.next_number(),
        "from": bot.user(),
        "chat": chat.shape(),
        "date": town.clock.stamp(),
        **place,
        **content,
    }
    if markup:
        _dressed(chat, message, markup)
    chat.messages[message["message_id"]] = message
    return message


def _dressed(chat: Chat, message: Json, markup: Json) -> None:
    """Inline buttons stay on the message; a reply keyboard belongs to the chat."""
    if "inline_keyboard" not in markup:
        chat.keyboarded.add(message["message_id"])
    elif any(markup["inline_keyboard"]):
        message["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
    if "keyboard" in markup:
        chat.reply_keyboard = [[_key(button) for button in row] for row in markup["keyboard"]]
    if markup.get("remove_keyboard"):
        chat.reply_keyboard = None


def _key(button: Any) -> Json:
    if isinstance(button, str):
        return {"text": button, "request_contact": False}
    return {"text": button["text"], "request_contact": bool(button.get("request_contact"))}


async def send_message(town: Town, bot: Bot, params: Json) -> Json:
    """``sendMessage`` → ``Message``."""
    chat, place = placed(town, bot, params)
    content = text_content(params)
    message = posted(town, bot, chat, place, content)
    town.ledger.write(
        "message",
        bot=bot.key,
        chat=chat.id,
        message_id=message["message_id"],
        thread_id=message.get("message_thread_id"),
        text=message["text"],
        method="sendMessage",
    )
    return message


async def send_chat_action(town: Town, bot: Bot, params: Json) -> bool:
    """``sendChatAction`` → ``True``; nothing stays of it."""
    town.chat(bot, params.get("chat_id"))
    actions = {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
               "upload_document", "choose_sticker", "find_location", "record_video_note",
               "upload_video_note"}  # fmt: skip
    if params.get("action") not in actions:
        raise bad("wrong parameter action in request")
    return True


async def pin_chat_message(town: Town, bot: Bot, params: Json) -> bool:
    """``pinChatMessage`` → ``True``."""
    chat = town.chat(bot, params.get("chat_id"))
    message = town.message(chat, params.get("message_id"), "pin")
    if not chat.rights:
        raise bad("not enough rights to manage pinned messages in the chat")
    chat.pinned.append(message["message_id"])
    return True


async def answer_callback_query(town: Town, bot: Bot, params: Json) -> bool:
    """``answerCallbackQuery`` → ``True``; a second answer is refused as too old."""
    if len(params.get("text", "")) > 200:
        raise bad("MESSAGE_TOO_LONG")
    press = town.press(params.get("callback_query_id"), bot)
    press.answer = {"text": params.get("text"), "show_alert": params.get("show_alert", False)}
    town.ledger.write("callback_answer", bot=bot.key, chat=press.chat, callback_query_id=press.id, **press.answer)
    return True
