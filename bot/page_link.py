"""The link to the case page, in a doctor's private chat with the staff bot. It is made when it leaves: no row of the outbox holds one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import telegram as tg

from bot import pieces, visible
from storage.outbox import OutboxRow

QUIET = tg.LinkPreviewOptions(is_disabled=True)  # whoever looks at a link beforehand need not have it


@dataclass(frozen=True, slots=True)
class PageLinks:
    """``address``: case id and Telegram id → a link that signs this person in. ``on_button``: whether Telegram takes it as a button."""

    address: Callable[[str, int], str]
    on_button: bool = True

    async def send(self, bot: tg.Bot, row: OutboxRow) -> tg.Message:
        """Raises TelegramError; Forbidden where the bot may not write to her."""
        post, link = row.payload, self.address(row.case_id, int(row.payload["person"]))
        text, keys = pieces(visible(post["text"]))[0], None
        if self.on_button:
            keys = tg.InlineKeyboardMarkup([[tg.InlineKeyboardButton(visible(post["words"]), url=link)]])
        else:
            text = f"{text}\n\n{link}"
        return await bot.send_message(int(post["person"]), text, reply_markup=keys, link_preview_options=QUIET)


def invitation(bot: tg.Bot, post: Mapping[str, Any]) -> tuple[str, tg.InlineKeyboardMarkup]:
    """What is posted in the case's topic instead: how she lets the bot write to her, and comes to the same link by it."""
    start = f"{bot.link}?start={post['code']}"
    return visible(post["closed"]), tg.InlineKeyboardMarkup(
        [[tg.InlineKeyboardButton(visible(post["start"]), url=start)]]
    )
