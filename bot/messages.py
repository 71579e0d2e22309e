"""What the case wants said, as the plain fields of sendMessage: pieces of the right length, and the keyboard with the last."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from aiogram.exceptions import TelegramBadRequest

from bot import pieces, visible

Fields = dict[str, Any]
_QUIET: Final = {"is_disabled": True}


def messages_of(chat: int, payload: Mapping[str, Any]) -> list[Fields]:
    """sendMessage's fields for each piece of a text; the keyboard comes with the last."""
    texts = pieces(visible(payload["text"])) or [""]
    found: list[Fields] = [{"chat_id": chat, "text": text, "link_preview_options": _QUIET} for text in texts]
    keyboard = _keyboard(payload)
    if keyboard:
        found[-1]["reply_markup"] = keyboard
    return found


class Editing(Protocol):
    """What can change a message by the plain fields of editMessageText; raises what Telegram's refusals raise."""

    async def edit_message(self, token: str, fields: Mapping[str, Any]) -> None: ...


async def redrawn(session: Editing, token: str, chat: int, payload: Mapping[str, Any]) -> bool:
    """Whether the list now stands in its place; one that the owner deleted, or that grew too long, has to be sent below instead."""
    found = messages_of(chat, payload)
    if len(found) > 1:
        return False
    try:
        await session.edit_message(token, {**found[0], "message_id": payload["message"]})
    except TelegramBadRequest as error:
        return "message is not modified" in error.message.lower()
    return True


def _keyboard(payload: Mapping[str, Any]) -> Fields | None:
    """A message carries one keyboard: the contact button goes before the inline ones, and taking a keyboard away comes last."""
    if payload.get("contact"):
        share = {"text": visible(payload["contact"]), "request_contact": True}
        return {"keyboard": [[share]], "resize_keyboard": True, "one_time_keyboard": True}
    if payload["buttons"]:
        return {"inline_keyboard": [[_button(button) for button in line] for line in payload["buttons"]]}
    return {"remove_keyboard": True} if payload.get("clear") else None


def _button(button: Mapping[str, str]) -> Fields:
    what = {"callback_data": button["data"]} if button["data"] else {"url": button["url"]}
    return {"text": visible(button["words"]), **what}
