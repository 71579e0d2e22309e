"""Buttons of a post in the staff group, as Telegram wants them."""

from collections.abc import Mapping
from typing import Any

import telegram as tg

from bot import visible


def keys_of(post: Mapping[str, Any]) -> tg.InlineKeyboardMarkup | None:
    """None where the post has none."""
    if not post["buttons"]:
        return None
    return tg.InlineKeyboardMarkup([[_button(button) for button in line] for line in post["buttons"]])


def _button(button: Mapping[str, str]) -> tg.InlineKeyboardButton:
    words = visible(button["words"])
    return tg.InlineKeyboardButton(words, url=button["url"] or None, callback_data=button["data"] or None)
