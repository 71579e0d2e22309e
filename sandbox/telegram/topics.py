"""Forum topics of the staff group."""

from sandbox.shapes import Json
from sandbox.telegram.places import Bot, Chat, Topic
from sandbox.telegram.refusal import bad
from sandbox.telegram.sending import posted
from sandbox.telegram.town import Town

_COLOURS = {7322096, 16766590, 13338331, 9367192, 16749490, 16478047}


def _forum(town: Town, bot: Bot, params: Json, what: str) -> Chat:
    """The forum the bot may change; raises ``Refusal`` when it is none or the right is missing."""
    chat = town.chat(bot, params.get("chat_id"))
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    if not chat.rights:
        raise bad(f"not enough rights to {what} a topic")
    return chat


def _topic(chat: Chat, params: Json) -> Topic:
    topic = chat.topics.get(params.get("message_thread_id", 0))
    if topic is None:
        raise bad("message thread not found")
    return topic


def _named(name: str) -> str:
    if not name.strip():
        raise bad("TOPIC_TITLE_EMPTY")
    if len(name) > 128:
        raise bad("topic name is too long")
    return name.strip()


def _noted(town: Town, bot: Bot, chat: Chat, topic: Topic, action: str, service: Json) -> None:
    place: Json = {"message_thread_id": topic.thread_id, "is_topic_message": True}
    if service:
        posted(town, bot, chat, place, service)
    town.ledger.write("topic", bot=bot.key, chat=chat.id, thread_id=topic.thread_id, name=topic.name, action=action)


async def create_forum_topic(town: Town, bot: Bot, params: Json) -> Json:
    """``createForumTopic`` → ``ForumTopic``; asking twice makes two topics, as in the real thing."""
    chat = _forum(town, bot, params, "create")
    name = _named(params.get("name", ""))
    colour = params.get("icon_color", 7322096)
    if colour not in _COLOURS:
        raise bad("invalid icon color specified")
    service = posted(town, bot, chat, {}, {"forum_topic_created": {"name": name, "icon_color": colour}})
    topic = Topic(service["message_id"], name, colour)
    service.update(message_thread_id=topic.thread_id, is_topic_message=True)
    chat.topics[topic.thread_id] = topic
    _noted(town, bot, chat, topic, "created", {})
    return {"message_thread_id": topic.thread_id, "name": name, "icon_color": colour}


async def edit_forum_topic(town: Town, bot: Bot, params: Json) -> bool:
    """``editForumTopic`` → ``True``."""
    chat = _forum(town, bot, params, "edit")
    topic = _topic(chat, params)
    name = _named(params["name"]) if "name" in params else topic.name
    if name == topic.name and "icon_custom_emoji_id" not in params:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.name = name
    _noted(town, bot, chat, topic, "renamed", {"forum_topic_edited": {"name": name}})
    return True


async def close_forum_topic(town: Town, bot: Bot, params: Json) -> bool:
    """``closeForumTopic`` → ``True``."""
    return _turned(town, bot, params, closed=True)


async def reopen_forum_topic(town: Town, bot: Bot, params: Json) -> bool:
    """``reopenForumTopic`` → ``True``."""
    return _turned(town, bot, params, closed=False)


def _turned(town: Town, bot: Bot, params: Json, closed: bool) -> bool:
    chat = _forum(town, bot, params, "close" if closed else "reopen")
    topic = _topic(chat, params)
    if topic.closed is closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    action = "closed" if closed else "reopened"
    _noted(town, bot, chat, topic, action, {f"forum_topic_{action}": {}})
    return True


async def delete_forum_topic(town: Town, bot: Bot, params: Json) -> bool:
    """``deleteForumTopic`` → ``True``; its messages go with it."""
    chat = _forum(town, bot, params, "delete")
    topic = _topic(chat, params)
    removed(chat, topic)
    _noted(town, bot, chat, topic, "deleted", {})
    return True


def removed(chat: Chat, topic: Topic) -> None:
    """Take a topic and its messages out of the chat."""
    del chat.topics[topic.thread_id]
    for number in [n for n, m in chat.messages.items() if m.get("message_thread_id") == topic.thread_id]:
        del chat.messages[number]
