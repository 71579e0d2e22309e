"""What a person sees in a chat, in the form of the control API."""

from sandbox.shapes import Json
from sandbox.telegram.markup import rendered
from sandbox.telegram.places import Chat

_SERVICES = {
    "forum_topic_created": "opened the topic “{name}”",
    "forum_topic_edited": "renamed the topic to “{name}”",
    "forum_topic_closed": "closed the topic",
    "forum_topic_reopened": "reopened the topic",
    "migrate_to_chat_id": "upgraded the group",
    "migrate_from_chat_id": "upgraded the group",
    "successful_payment": "paid",
}


def seen(chat: Chat, after: int, media_url: str) -> Json:
    """``{"chat", "topics", "messages", "reply_keyboard"}`` as the contract describes them."""
    topics = [{"thread_id": t.thread_id, "name": t.name, "closed": t.closed} for t in chat.topics.values()]
    messages = [_message(message, media_url) for number, message in chat.messages.items() if number > after]
    about = {**chat.shape(), "bot": chat.bot.card(), "blocked": chat.blocked, "started": chat.started}
    return {"chat": about, "topics": topics, "messages": messages, "reply_keyboard": chat.reply_keyboard}


def _message(message: Json, media_url: str) -> Json:
    sender = message["from"]
    shown: Json = {
        "message_id": message["message_id"],
        "from": {"id": sender["id"], "name": sender["first_name"], "is_bot": sender["is_bot"]},
        "date": message["date"],
    }
    shown |= _words(message) | _media(message, media_url) | _place(message)
    if buttons := message.get("reply_markup"):
        shown["buttons"] = [[_button(button) for button in row] for row in buttons["inline_keyboard"]]
    for name, words in _SERVICES.items():
        if name in message:
            facts = message[name] if isinstance(message[name], dict) else {}
            shown["service"] = words.format(name=facts.get("name", ""))
    return shown


def _words(message: Json) -> Json:
    if "text" in message:
        return {"text": message["text"], "html": rendered(message["text"], message.get("entities", []))}
    if "caption" in message:
        html = rendered(message["caption"], message.get("caption_entities", []))
        return {"caption": message["caption"], "html": html}
    if contact := message.get("contact"):
        return {"text": f"☎ {contact['phone_number']}", "contact": contact}
    if invoice := message.get("invoice"):
        amount = f"{invoice['total_amount']} {invoice['currency']}"
        bill = f"{message['chat']['id']}:{message['message_id']}"
        return {"text": f"{invoice['title']} — {amount}", "invoice": bill}
    return {}


def _media(message: Json, media_url: str) -> Json:
    found: Json = {}
    if photo := message.get("photo"):
        largest = photo[-1]
        size = {"width": largest["width"], "height": largest["height"]}
        found["photo"] = {"url": f"{media_url}/{largest['file_unique_id']}", **size}
    if document := message.get("document"):
        url = f"{media_url}/{document['file_unique_id']}"
        found["document"] = {"url": url, "name": document["file_name"], "size": document["file_size"]}
    if "media_group_id" in message:
        found["media_group_id"] = message["media_group_id"]
    return found


def _place(message: Json) -> Json:
    place: Json = {}
    if "reply_to_message" in message:
        place["reply_to"] = message["reply_to_message"]["message_id"]
    if message.get("is_topic_message"):
        place["thread_id"] = message["message_thread_id"]
    if "edit_date" in message:
        place["edited"] = True
    return place


def _button(button: Json) -> Json:
    shown = {"text": button["text"]}
    if "callback_data" in button:
        shown["data"] = button["callback_data"]
    if "url" in button:
        shown["url"] = button["url"]
    return shown
