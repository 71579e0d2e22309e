"""What a colleague who was asked does in her private chat with the staff bot: presses of her own buttons, and replies to our requests."""

from collections.abc import Callable
from typing import Final

import telegram as tg

from bot import visible
from bot.page_link import Rebuff
from bot.refused import DATA
from desk.receive import ByCase, Envelope
from flows import case_page
from flows.adviser import PRESSES
from flows.clinic import Clinic
from flows.incoming import StaffReplied
from flows.inquiries import ROLE
from flows.wording import mark
from storage.posts import Post

REPLY: Final = mark(
    "Please answer with “Reply” on the message in which I asked you; I cannot tell otherwise which case you mean."
)


def may_be_alone(data: str) -> bool:
    """Whether a button may stand in a private chat: a colleague's own, and the way to the case page. Whose it is the case knows."""
    found = DATA.fullmatch(data)
    return found is not None and (found[2].startswith(PRESSES) or found[2] == case_page.ACTION)


def replied(
    channel: str, update_id: int, message: tg.Message, clinic: Clinic, find_post: Callable[[int], Post | None]
) -> Envelope | Rebuff | None:
    """A doctor's reply to one of our requests; a sentence for words that answer none. None for everybody else, and for commands."""
    doctor = clinic.doctor_by_telegram(message.chat.id) if message.chat.type == tg.Chat.PRIVATE else None
    text = visible(message.text or message.caption or "")
    if doctor is None or message.via_bot is not None or text.startswith("/"):
        return None
    asked = message.reply_to_message
    post = find_post(asked.message_id) if asked is not None else None
    if asked is None or post is None or not post.role.startswith(f"{ROLE}."):
        return Rebuff(REPLY)
    reply = StaffReplied(doctor.key, doctor.telegram, asked.message_id, text, post.role)
    return Envelope(channel, str(update_id), ByCase(post.case_id), reply)
