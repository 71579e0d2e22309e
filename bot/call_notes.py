"""What the doctor of a call does in her private chat with the staff bot: she says how it went, and leaves a note."""

from collections.abc import Callable
from typing import Final

import telegram as tg

from bot import visible
from bot.refused import DATA
from desk.receive import ByCase, Envelope
from flows import case_page
from flows.after_call import BUTTONS, PRESSES
from flows.clinic import Clinic
from flows.incoming import StaffReplied
from flows.prompts import CALL_NOTE
from storage.posts import Post

ALONE: Final = frozenset({case_page.ACTION, *(f"{PRESSES}{how}" for how in BUTTONS)})


def may_be_alone(data: str) -> bool:
    """Whether a button may stand in a private chat: how a call went, and the way to the case page. Whose call it was the case knows."""
    found = DATA.fullmatch(data)
    return found is not None and found[2] in ALONE


def replied(
    channel: str, update_id: int, message: tg.Message, clinic: Clinic, find_post: Callable[[int], Post | None]
) -> Envelope | None:
    """A doctor's reply to the request for a note. None for everything else, and for everybody else."""
    doctor = clinic.doctor_by_telegram(message.chat.id) if message.chat.type == tg.Chat.PRIVATE else None
    asked = message.reply_to_message
    post = find_post(asked.message_id) if doctor is not None and asked is not None else None
    if doctor is None or asked is None or post is None or post.role != CALL_NOTE or message.via_bot is not None:
        return None
    text = visible(message.text or message.caption or "")
    reply = StaffReplied(doctor.key, doctor.telegram, asked.message_id, text, post.role)
    return Envelope(channel, str(update_id), ByCase(post.case_id), reply)
