"""Whether a message of ours stands in a private chat, asked without changing anything there.

The Bot API has neither a key against repeats nor a way to read a chat. But it refuses to move a live location on a message that
has none, and its words of refusal tell whether the message is there and ours (``docs/decisions/0003-promises.md``). In private
chats numbers rise over all chats of a bot, so a message sent after number N has a higher one, not far above.
"""

from typing import Final

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import EditMessageLiveLocation

OURS: Final = "no live location in the message"
# Said of the owner's messages, and of ours that came with a reply keyboard: Telegram never lets these be edited.
FIXED: Final = "message can't be edited"
BEYOND: Final = 24  # so many messages may be in other chats on their way at once, later than the last one known
AT_MOST: Final = 96  # calls for one row: after that a second message is the smaller harm


async def ours_above(bot: Bot, chat: int, above: int, highest: int, wanted: int, keyboard: bool = False) -> list[int]:
    """Numbers of the bot's own messages in ``chat`` above ``above``, rising, at most ``wanted``. Nothing known (0): none.

    ``highest``: the highest number known anywhere. ``keyboard``: the last one looked for came with a reply keyboard. That one
    cannot be told from a message which the owner wrote since and which has not reached us yet; it is taken for ours, because
    hers will be answered with the question that is open. Raises what the call raises when Telegram cannot be asked.
    """
    if not above:
        return []
    end = min(max(above, highest) + BEYOND, above + AT_MOST)
    found: list[int] = []
    for number in range(above + 1, end + 1):
        words = await _refusal(bot, chat, number)
        if OURS in words or (keyboard and len(found) == wanted - 1 and FIXED in words):
            found.append(number)
        if len(found) == wanted:
            break
    return found


async def _refusal(bot: Bot, chat: int, number: int) -> str:
    try:
        await bot(EditMessageLiveLocation(chat_id=chat, message_id=number, latitude=0, longitude=0))
    except TelegramBadRequest as error:
        return error.message.lower()
    return ""
