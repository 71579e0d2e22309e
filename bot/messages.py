"""What the case wants said, as the plain fields of sendMessage: pieces of the right length, and the keyboard with the last."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from aiogram.exceptions import TelegramBadRequest

from bot import pieces, visible
from desk.case_links import nowhere
from flows.effects import PAGES

Fields = dict[str, Any]
Address = Callable[[str], str]  # one of ``effects.PAGES`` → where it is now, "" where it cannot be reached
_QUIET: Final = {"is_disabled": True}


def messages_of(chat: int, payload: Mapping[str, Any], address: Address = nowhere) -> list[Fields]:
    """sendMessage's fields for each piece of a text; the keyboard comes with the last."""
    texts = pieces(visible(payload["text"])) or [""]
    found: list[Fields] = [{"chat_id": chat, "text": text, "link_preview_options": _QUIET} for text in texts]
    keyboard = _keyboard(payload, address)
    if keyboard:
        found[-1]["reply_markup"] = keyboard
    return found


class Editing(Protocol):
    """What can change a message by the plain fields of editMessageText; raises what Telegram's refusals raise."""

    async def edit_message(self, token: str, fields: Mapping[str, Any]) -> None: ...


async def redrawn(
    session: Editing, token: str, chat: int, payload: Mapping[str, Any], address: Address = nowhere
) -> bool:
    """Whether the list now stands in its place; one that the owner deleted, or that grew too long, has to be sent below instead."""
    found = messages_of(chat, payload, address)
    if len(found) > 1:
        return False
    try:
        await session.edit_message(token, {**found[0], "message_id": payload["message"]})
    except TelegramBadRequest as error:
        return "message is not modified" in error.message.lower()
    return True


def _keyboard(payload: Mapping[str, Any], address: Address) -> Fields | None:
    """A message carries one keyboard: the contact button goes before the inline ones, and taking a keyboard away comes last."""
    if payload.get("contact"):
        share = {"text": visible(payload["contact"]), "request_contact": True}
        return {"keyboard": [[share]], "resize_keyboard": True, "one_time_keyboard": True}
    if payload["buttons"]:
        shown = [[fields for button in line if (fields := _button(button, address))] for line in payload["buttons"]]
        return {"inline_keyboard": [line for line in shown if line]}
    return {"remove_keyboard": True} if payload.get("clear") else None


def _button(button: Mapping[str, str], address: Address) -> Fields | None:
    what = _what(button, address)
    return {"text": visible(button["words"]), **what} if what else None


def _what(button: Mapping[str, str], address: Address) -> Fields | None:
    """A page of ours opens inside Telegram where that is allowed: over https only. None where nobody could follow it."""
    if button["data"]:
        return {"callback_data": button["data"]}
    if button["url"] not in PAGES:
        return {"url": button["url"]}
    url = address(button["url"])
    return ({"web_app": {"url": url}} if url.startswith("https://") else {"url": url}) if url else None
