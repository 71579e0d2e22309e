"""What people do in their Telegram apps: write, press, share, block."""

import re
import secrets
from typing import Any

from sandbox.shapes import Json, Upload
from sandbox.telegram.markup import units
from sandbox.telegram.places import Bot, Chat, Person
from sandbox.telegram.town import CALLBACK_SECONDS, Press, Town

_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")


class Impossible(Exception):
    """Something a person cannot do in the app: an unknown chat, a button that is not there."""


def person(town: Town, user_id: Any) -> Person:
    """The person; raises ``Impossible`` when nobody has this id."""
    try:
        return town.people[int(user_id)]
    except (KeyError, TypeError, ValueError) as error:
        raise Impossible(f"nobody has the id {user_id}") from error


def bot_named(town: Town, name: Any) -> Bot:
    """A bot by key or id; raises ``Impossible``."""
    for bot in town.bots.values():
        if str(name) in {bot.key, str(bot.id)}:
            return bot
    raise Impossible(f"there is no bot {name}")


def chat_of(town: Town, who: Person, chat: Any) -> Chat:
    """The chat a person means: the staff group's id, a bot's id or key, or 0 for one's own bot."""
    if str(chat) in {"", "0", "None"}:
        return town.private_chat(town.bots["staff" if who.role == "doctor" else "owner"], who)
    group = town.groups.get(int(chat)) if str(chat).lstrip("-").isdigit() else None
    if group is None:
        return town.private_chat(bot_named(town, chat), who)
    if group.members.get(who.id, "left") in {"left", "kicked"}:
        raise Impossible(f"{who.id} is not in the chat {chat}")
    return town.groups[group.migrated_to] if group.migrated_to else group


def said(town: Town, who: Person, chat: Chat, content: Json, place: Json | None = None) -> Json:
    """Put a person's message into the chat and give it to the bot; gives the ``Message``."""
    message: Json = {
        "message_id": chat.next_number(),
        "from": who.user(),
        "chat": chat.shape(),
        "date": town.clock.stamp(),
        **(place or {}),
        **content,
    }
    chat.messages[message["message_id"]] = message
    if chat.private and chat.blocked:
        unblock(town, who, chat)
    chat.started = True
    town.ledger.announce({"kind": "said", "chat": chat.id})
    if chat.members.get(chat.bot.id) != "left":
        town.tell(chat.bot, "message", message, str(chat.id))
    return message


def place_of(chat: Chat, reply_to: Any, thread: Any) -> Json:
    """Where in the chat a message goes; an answer inside a topic stays in it. Raises ``Impossible``."""
    place: Json = {}
    if reply_to:
        found = chat.messages.get(int(reply_to))
        if found is None:
            raise Impossible(f"message {reply_to} is not in the chat")
        place["reply_to_message"] = {key: value for key, value in found.items() if key != "reply_to_message"}
        thread = thread or (found.get("message_thread_id") if found.get("is_topic_message") else None)
    if thread:
        return place | _in_topic(chat, int(thread))
    if reply_to and not chat.private and not chat.is_forum:
        place["message_thread_id"] = int(reply_to)
    return place


def _in_topic(chat: Chat, thread: int) -> Json:
    if thread not in chat.topics:
        raise Impossible(f"there is no topic {thread}")
    if chat.topics[thread].closed:
        raise Impossible(f"topic {thread} is closed")
    return {"message_thread_id": thread, "is_topic_message": True}


def text_content(text: str) -> Json:
    """A text with its ``bot_command`` entities, as the app marks them."""
    entities = [
        {"type": "bot_command", "offset": units(text[: match.start()]), "length": len(match[0])}
        for match in _COMMAND.finditer(text)
    ]
    return {"text": text, "entities": entities} if entities else {"text": text}


def send(town: Town, body: Json) -> Json:
    """``{"as", "chat", "text", "reply_to"?, "thread"?}`` → ``Message``; raises ``Impossible``."""
    who = person(town, body["as"])
    chat = chat_of(town, who, body.get("chat"))
    text = str(body["text"])
    if not text.strip() or units(text) > 4096:
        raise Impossible("a message has 1 to 4096 characters")
    place = place_of(chat, body.get("reply_to"), body.get("thread"))
    return said(town, who, chat, text_content(text), place)


def press(town: Town, body: Json) -> Press:
    """``{"as", "chat", "message_id", "button"? or "data"?}`` → the press; raises ``Impossible``.

    Words must be on the message now; data is taken as given, for an app may still show buttons that are gone.
    """
    who = person(town, body["as"])
    chat = chat_of(town, who, body.get("chat"))
    message = chat.messages.get(int(body["message_id"]))
    data = body.get("data") or _data(message, str(body.get("button", "")))
    found = Press(town.number(), chat.bot.key, chat.id, town.clock.seconds() + CALLBACK_SECONDS)
    town.presses[found.id] = found
    gone = {"chat": chat.shape(), "message_id": int(body["message_id"]), "date": 0}
    query = {"id": found.id, "from": who.user(), "message": message or gone, "chat_instance": chat.instance}
    town.tell(chat.bot, "callback_query", {**query, "data": data}, str(chat.id))
    return found


def _data(message: Json | None, words: str) -> str:
    rows = (message or {}).get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    for button in [b for b in buttons if b["text"] == words] or [b for b in buttons if words and words in b["text"]]:
        if "callback_data" in button:
            return str(button["callback_data"])
    raise Impossible(f"no such button: {words!r}; there are {[button['text'] for button in buttons]}")


def contact(town: Town, body: Json) -> Json:
    """``{"as", "chat", "phone"?, "user_id"?}`` → ``Message`` with a contact, one's own unless told otherwise.

    ``user_id`` null leaves it out, as in a card of someone without Telegram.
    """
    who = person(town, body["as"])
    chat = chat_of(town, who, body.get("chat"))
    phone = body.get("phone") or who.phone
    if not phone:
        raise Impossible(f"{who.id} has no phone number")
    card: Json = {"phone_number": phone, "first_name": who.name}
    user_id = body.get("user_id", who.id)
    if user_id is not None:
        card["user_id"] = user_id
    return said(town, who, chat, {"contact": card})


def files(town: Town, body: Json, kind: str, uploads: list[Upload]) -> list[Json]:
    """One photo or document, or an album of 2 to 10, its caption on the first; raises ``Impossible``."""
    who = person(town, body["as"])
    chat = chat_of(town, who, body.get("chat"))
    if kind not in {"photo", "document"} or not 1 <= len(uploads) <= 10:
        raise Impossible("kind is photo or document, with one to ten files")
    place = place_of(chat, body.get("reply_to"), body.get("thread"))
    group = {"media_group_id": str(secrets.randbits(60))} if len(uploads) > 1 else {}
    messages = []
    for number, upload in enumerate(uploads):
        store = town.files.photo if kind == "photo" else town.files.document
        content: Json = {kind: store(chat.bot, upload), **group}
        if body.get("caption") and number == 0:
            content["caption"] = str(body["caption"])
        messages.append(said(town, who, chat, content, place))
    return messages


def block(town: Town, body: Json) -> None:
    """``{"as", "bot"}``: the person blocks the bot, and the bot is told."""
    who = person(town, body["as"])
    chat = town.private_chat(bot_named(town, body.get("bot", "owner")), who)
    if not chat.blocked:
        chat.blocked = True
        _standing(town, who, chat, "member", "kicked")


def unblock(town: Town, who: Person, chat: Chat) -> None:
    """The person takes the block away, and the bot is told."""
    if chat.blocked:
        chat.blocked = False
        _standing(town, who, chat, "kicked", "member")


def _standing(town: Town, who: Person, chat: Chat, old: str, new: str) -> None:
    def card(status: str) -> Json:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"user": chat.bot.user(), "status": status, **until}

    change = {"chat": chat.shape(), "from": who.user(), "date": town.clock.stamp()}
    change |= {"old_chat_member": card(old), "new_chat_member": card(new)}
    town.ledger.announce({"kind": "blocked" if new == "kicked" else "unblocked", "chat": chat.id})
    town.tell(chat.bot, "my_chat_member", change, str(chat.id))
