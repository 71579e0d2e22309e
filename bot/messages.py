"""What the case wants said, as the plain fields of sendMessage: pieces of the right length, and the keyboard with the last."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from aiogram.exceptions import TelegramBadRequest

from bot import pieces, visible
from flows.effects import UPLOAD

Fields = dict[str, Any]
_QUIET: Final = {"is_disabled": True}


def messages_of(chat: int, payload: Mapping[str, Any], upload: str = "") -> list[Fields]:
    """sendMessage's fields for each piece of a text; the keyboard comes with the last. ``upload``: where the upload page is now, "" where it cannot be reached."""
    texts = pieces(visible(payload["text"])) or [""]
    found: list[Fields] = [{"chat_id": chat, "text": text, "link_preview_options": _QUIET} for text in texts]
    keyboard = _keyboard(payload, upload)
    if keyboard:
        found[-1]["reply_markup"] = keyboard
    return found


class Editing(Protocol):
    """What can change a message by the plain fields of editMessageText; raises what Telegram's refusals raise."""

    async def edit_message(self, token: str, fields: Mapping[str, Any]) -> None: ...


async def redrawn(session: Editing, token: str, chat: int, payload: Mapping[str, Any], upload: str = "") -> bool:
    """Whether the list now stands in its place; one that the owner deleted, or that grew too long, has to be sent below instead."""
    found = messages_of(chat, payload, upload)
    if len(found) > 1:
        return False
    try:
        await session.edit_message(token, {**found[0], "message_id": payload["message"]})
    except TelegramBadRequest as error:
        return "message is not modified" in error.message.lower()
    return True


def _keyboard(payload: Mapping[str, Any], upload: str) -> Fields | None:
    """A message carries one keyboard: the contact button goes before the inline ones, and taking a keyboard away comes last."""
    if payload.get("contact"):
        share = {"text": visible(payload["contact"]), "request_contact": True}
        return {"keyboard": [[share]], "resize_keyboard": True, "one_time_keyboard": True}
    if payload["buttons"]:
        shown = [[b for b in line if upload or b["url"] != UPLOAD] for line in payload["buttons"]]
        return {"inline_keyboard": [[_button(button, upload) for button in line] for line in shown if line]}
    return {"remove_keyboard": True} if payload.get("clear") else None


def _button(button: Mapping[str, str], upload: str) -> Fields:
    return {"text": visible(button["words"]), **_what(button, upload)}


def _what(button: Mapping[str, str], upload: str) -> Fields:
    """The upload page opens inside Telegram where that is allowed: over https only."""
    if button["data"]:
        return {"callback_data": button["data"]}
    if button["url"] != UPLOAD:
        return {"url": button["url"]}
    return {"web_app": {"url": upload}} if upload.startswith("https://") else {"url": upload}
