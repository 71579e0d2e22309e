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
BEYOND: Final = 24  # so many messages may be in other chats on their way at once, later than the last one known
AT_MOST: Final = 96  # calls for one row: after that a second message is the smaller harm


async def ours_above(bot: Bot, chat: int, above: int, highest: int, wanted: int) -> list[int]:
    """Numbers of the bot's own messages in ``chat`` above ``above``, rising, at most ``wanted``. Nothing known (0): none.

    ``highest``: the highest number known anywhere. Raises what the call raises when Telegram cannot be asked.
    """
    if not above:
        return []
    end = min(max(above, highest) + BEYOND, above + AT_MOST)
    found: list[int] = []
    for number in range(above + 1, end + 1):
        if await _is_ours(bot, chat, number):
            found.append(number)
        if len(found) == wanted:
            break
    return found


async def _is_ours(bot: Bot, chat: int, number: int) -> bool:
    try:
        await bot(EditMessageLiveLocation(chat_id=chat, message_id=number, latitude=0, longitude=0))
    except TelegramBadRequest as error:
        # Not ours or not there: "message can't be edited", "message to edit not found"; a blocked chat is another error.
        return OURS in error.message.lower()
    return False
