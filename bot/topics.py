"""A forum topic that somebody has closed: the bot may still write there, doctors who are no administrators may not."""

import structlog
import telegram as tg
from telegram import error as tge

log = structlog.get_logger(__name__)


async def reopened(bot: tg.Bot, chat: int, topic: int | None) -> None:
    """Before somebody is asked for a reply there. Best effort: an open topic is refused as "not modified", and without the right she is asked all the same."""
    if not topic:
        return
    try:
        await bot.reopen_forum_topic(chat, topic)
        log.info("topic_reopened")
    except tge.TelegramError as error:
        log.debug("topic_not_reopened", error=type(error).__name__)
