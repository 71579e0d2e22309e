"""Forum topics that somebody has closed: the bot may still write there, doctors who are no administrators may not.

Telegram says so by a message of its own in the topic, and cannot be asked; what it said is kept until it says that the topic is open again.
"""

import structlog
import telegram as tg
from telegram import error as tge

from desk.desk import Desk
from storage import noticed

log = structlog.get_logger(__name__)
KIND = "closed"


def _key(chat: int, topic: int) -> str:
    return f"{KIND} {chat} {topic}"


async def watch(desk: Desk, message: tg.Message | None, chat: int) -> None:
    """Keeps that a topic of the group was closed, or forgets it; every other message is none of its business."""
    topic = message.message_thread_id if message and message.chat.id == chat else None
    if message is None or topic is None:
        return
    key, now = _key(chat, topic), desk.clock()
    if message.forum_topic_closed:
        await desk.store.run(lambda conn: noticed.lasts(conn, key, now))
    elif message.forum_topic_reopened:
        await desk.store.run(lambda conn: noticed.over(conn, [key]))


async def reopened(bot: tg.Bot, desk: Desk, chat: int, topic: int | None) -> None:
    """Before somebody is asked for a reply there. Best effort: without the right to do it she is asked all the same."""
    key = _key(chat, topic or 0)
    if not topic or key not in await desk.store.read(lambda conn: set(noticed.of_kind(conn, KIND))):
        return
    try:
        await bot.reopen_forum_topic(chat, topic)
    except tge.TelegramError as error:
        log.info("topic_not_reopened", error=type(error).__name__)
    await desk.store.run(lambda conn: noticed.over(conn, [key]))
