"""Checks of ``reply_markup`` as strict as Telegram's, with nothing unknown let through."""

import re
from typing import Any

from sandbox.shapes import Json
from sandbox.telegram.refusal import bad

_ACTIONS = {"url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
            "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"}  # fmt: skip
_LOOK = {"text", "icon_custom_emoji_id", "style"}
_ASKS = {"request_users", "request_chat", "request_managed_bot", "request_contact", "request_location",
         "request_poll", "web_app"}  # fmt: skip
_SHAPES = {
    "inline_keyboard": {"inline_keyboard"},
    "keyboard": {"keyboard", "is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder",
                 "selective"},
    "remove_keyboard": {"remove_keyboard", "selective"},
    "force_reply": {"force_reply", "input_field_placeholder", "selective"},
}  # fmt: skip
_LINK = re.compile(r"https?://[^\s/?#]+\S*$")


def checked(markup: Any, private: bool) -> Json:
    """The markup, once it is known to be one of the four documented kinds; raises ``Refusal`` otherwise."""
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    kind = next((name for name in _SHAPES if name in markup), None)
    if kind is None:
        raise bad("can't parse reply keyboard markup JSON object")
    if unknown := sorted(set(markup) - _SHAPES[kind]):
        raise bad(f"unknown field {unknown[0]} in reply_markup")
    for button in _buttons(markup, kind):
        _inline(button) if kind == "inline_keyboard" else _asking(button, private)
    return markup


def _buttons(markup: Json, kind: str) -> list[Any]:
    if kind not in {"inline_keyboard", "keyboard"}:
        return []
    rows = markup[kind]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(f'field "{kind}" of the reply markup must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return buttons


def _text(button: Any, known: set[str], what: str) -> Json:
    if not isinstance(button, dict):
        raise bad(f"can't parse {what} button: expected an Object")
    if unknown := sorted(set(button) - known):
        raise bad(f"unknown field {unknown[0]} in {what} button")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad(f'can\'t parse {what} button: Can\'t find field "text"' if "text" not in button
                  else f"can't parse {what} button: Text buttons must be non-empty")  # fmt: skip
    return button


def _inline(button: Any) -> None:
    """An inline button has words and exactly one action; data is 1 to 64 bytes; a link is http or https."""
    what = "inline keyboard"
    given = _text(button, _ACTIONS | _LOOK, what).keys() & _ACTIONS
    if len(given) != 1:
        raise bad(
            f"can't parse {what} button: Text buttons are unallowed in the inline keyboard"
            if not given
            else f"can't parse {what} button: exactly one action is needed"
        )
    if "callback_data" in given and not _fits(button["callback_data"]):
        raise bad("BUTTON_DATA_INVALID")
    if "url" in given and not _LINK.match(str(button["url"])):
        raise bad(f"{what} button URL '{button['url']}' is invalid: Wrong HTTP URL")


def _fits(data: Any) -> bool:
    return isinstance(data, str) and 1 <= len(data.encode()) <= 64


def _asking(button: Any, private: bool) -> None:
    if isinstance(button, str):
        return
    given = _text(button, _ASKS | _LOOK, "keyboard").keys() & _ASKS
    if len(given) > 1:
        raise bad("can't parse keyboard button: at most one action is allowed")
    if button.get("request_contact") and not private:
        raise bad("phone number can be requested in private chats only")


def inline(markup: Any) -> Json | None:
    """Only an inline keyboard may be put on a message that is edited; an empty one takes the buttons away."""
    if markup is None:
        return None
    if "inline_keyboard" not in checked(markup, private=True):
        raise bad("inline keyboard expected")
    return {"inline_keyboard": markup["inline_keyboard"]} if any(markup["inline_keyboard"]) else None
