"""What a doctor does in her private chat with the staff bot: presses what was put to her alone, and replies to our requests."""

from collections.abc import Callable
from typing import Final

import telegram as tg

from bot import visible
from bot.page_link import Rebuff
from bot.refused import DATA
from desk.receive import ByCase, Envelope
from flows import adviser, after_call, case_page
from flows.clinic import Clinic
from flows.incoming import StaffReplied
from flows.prompts import is_for_one
from flows.wording import mark
from storage.posts import Post

REPLY: Final = mark(
    "Please answer with “Reply” on the message in which I asked you; I cannot tell otherwise which case you mean."
)
CALL_ACTIONS: Final = frozenset(f"{after_call.PRESSES}{how}" for how in after_call.BUTTONS)


def may_be_alone(data: str) -> bool:
    """Whether a button may stand there: of an inquiry, how a call went, or the way to the case page. Whose it is the case knows."""
    found = DATA.fullmatch(data)
    if found is None:
        return False
    action = found[2]
    return action == case_page.ACTION or action in CALL_ACTIONS or action.startswith(adviser.PRESSES)


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
    if asked is None or post is None or not is_for_one(post.role):
        return Rebuff(REPLY)
    reply = StaffReplied(doctor.key, doctor.telegram, asked.message_id, text, post.role)
    return Envelope(channel, str(update_id), ByCase(post.case_id), reply)
