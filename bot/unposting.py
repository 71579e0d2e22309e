"""An erased case leaves the group: its topic where that can be deleted, else its messages, else at least the words on its card."""

from collections.abc import Mapping
from typing import Any, Final

import structlog
import telegram as tg
from telegram import error as tge

from desk.desk import Desk
from storage import posts

log = structlog.get_logger(__name__)
AT_ONCE: Final = 100  # deleteMessages' limit


async def unpost(bot: tg.Bot, desk: Desk, chat: int, wanted: Mapping[str, Any]) -> None:
    """``wanted``: the fields of ``effects.Unpost``. Raises TelegramError when something stayed there; doing it again harms nothing."""
    case_id, topic = str(wanted["case"]), int(wanted["topic"])
    # Read now and not when it was decided: a message that was under way then is known by now.
    known = await desk.store.read(lambda conn: posts.of_case(conn, chat, case_id))
    stays = 0 if topic and await _topic_deleted(bot, chat, topic) else int(wanted["card"])
    if stays:
        await _card_edited(bot, chat, stays, str(wanted["words"]))
    others = [number for number in known if number != stays]
    for first in range(
        0, len(others), AT_ONCE
    ):  # what went with the topic is skipped; what had missed the topic goes now
        await bot.delete_messages(chat, others[first : first + AT_ONCE])
    for person, numbers in (await desk.store.read(lambda conn: posts.alone(conn, case_id))).items():
        for number in numbers:
            await _unsaid(bot, person, number, str(wanted["words"]))
    await desk.store.run(lambda conn: posts.forget(conn, case_id))


async def _topic_deleted(bot: tg.Bot, chat: int, topic: int) -> bool:
    try:
        return await bot.delete_forum_topic(chat, topic)
    except tge.BadRequest as error:  # without the right, or gone already with all that was in it
        log.warning("topic_not_deleted", error=type(error).__name__)
        return False


async def _unsaid(bot: tg.Bot, person: int, number: int, words: str) -> None:
    """Telegram deletes nothing that is older than two days; then the words are taken out instead."""
    try:
        await bot.delete_message(person, number)
    except tge.Forbidden:  # she has blocked the bot
        log.info("private_message_stays")
    except tge.BadRequest:
        await _card_edited(bot, person, number, words)


async def _card_edited(bot: tg.Bot, chat: int, card: int, words: str) -> None:
    try:
        await bot.edit_message_text(words, chat, card)
    except tge.BadRequest as error:  # gone, or it says so already
        log.info("card_not_edited", error=type(error).__name__)
