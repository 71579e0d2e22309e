"""The link to the case page, in a doctor's private chat with the staff bot. It is made when it leaves: no row of the outbox holds one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import telegram as tg

from bot import pieces, visible
from desk.receive import ByCode, Envelope
from flows import case_page
from flows.clinic import Clinic
from flows.incoming import StaffPressed
from storage.outbox import OutboxRow

QUIET = tg.LinkPreviewOptions(is_disabled=True)  # whoever looks at a link beforehand need not have it


class Rebuff(NamedTuple):
    """Nothing happens, and the person is told why. ``sentence`` is the English one."""

    sentence: str


@dataclass(frozen=True, slots=True)
class PageLinks:
    """``address``: case id and Telegram id → a link that signs this person in. ``on_button``: whether Telegram takes it as a button."""

    address: Callable[[str, int], str]
    on_button: bool = True

    async def send(self, bot: tg.Bot, row: OutboxRow) -> tg.Message | None:
        """None where the bot may not write to her. Raises TelegramError for the rest."""
        post, link = row.payload, self.address(row.case_id, int(row.payload["person"]))
        text, keys = pieces(visible(post["text"]))[0], None
        if self.on_button:
            keys = tg.InlineKeyboardMarkup([[tg.InlineKeyboardButton(visible(post["words"]), url=link)]])
        else:
            text = f"{text}\n\n{link}"
        try:
            return await bot.send_message(int(post["person"]), text, reply_markup=keys, link_preview_options=QUIET)
        except tg.error.Forbidden:
            return None


def invitation(bot: tg.Bot, post: Mapping[str, Any]) -> tuple[str, tg.InlineKeyboardMarkup]:
    """What is posted in the case's topic instead: how she lets the bot write to her, and comes to the same link by it."""
    start = f"{bot.link}?start={post['code']}"
    return visible(post["closed"]), tg.InlineKeyboardMarkup(
        [[tg.InlineKeyboardButton(visible(post["start"]), url=start)]]
    )


def started(channel: str, update_id: int, message: tg.Message, clinic: Clinic) -> Envelope | Rebuff | None:
    """A doctor lets the bot write to her ("/start", with the code of a case behind the group's button): the press, or a sentence for her.

    None for everybody else, and for everything else that is written in private.
    """
    doctor = clinic.doctor_by_telegram(message.chat.id) if message.chat.type == tg.Chat.PRIVATE else None
    said = (message.text or "").split()
    if doctor is None or not said or said[0] != "/start":
        return None
    if len(said) < 2:
        return Rebuff(case_page.GREETING)
    code = said[1].upper()[:12]
    pressed = StaffPressed(doctor.key, doctor.telegram, f"{code}.{case_page.BY_START}.{case_page.ACTION}")
    return Envelope(channel, str(update_id), ByCode(code), pressed)
