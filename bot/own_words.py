"""What /away and /oncall have in common: the wish, the answer, and a button that carries the day on which it was shown."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final, NamedTuple

import telegram as tg
from sqlalchemy import Connection

from desk.receive import Receipt
from flows.clinic import Doctor
from flows.context import Span
from flows.leave import TODAY, WEEK, at_once, understood
from flows.wording import mark

DONE: Final = mark("Noted.")
ALREADY: Final = mark("That is noted already.")

Deed = Callable[[Connection], Receipt]


class OwnTime(NamedTuple):
    """What an enrolled doctor wants: the words behind the command ``about``, or the data of a button below its answer."""

    doctor: Doctor
    typed: str = ""
    data: str = ""
    about: str = "away"


class Reply(NamedTuple):
    """What is answered. ``keys``: buttons below it."""

    text: str
    keys: tg.InlineKeyboardMarkup | None = None


def data_of(word: str) -> "re.Pattern[str]":
    """The buttons of one command: today, this week, or what is taken back by its number."""
    return re.compile(rf"{word}\.(?:({TODAY}|{WEEK})\.(\d{{4}}-\d\d-\d\d)|back\.(\d{{1,18}}))", re.ASCII)


def span_of(pressed: "re.Match[str]", doctor: Doctor) -> Span | None:
    """The button carries the day on which it was shown: pressed later it still means that one."""
    try:
        return at_once(pressed[1], date.fromisoformat(pressed[2]), doctor)
    except (ValueError, OverflowError):
        return None


def deed_of(
    wish: OwnTime, data: "re.Pattern[str]", now: datetime,
    take: Callable[[Connection, Span], Receipt], give_back: Callable[[Connection, int], Receipt],
) -> Deed | None:  # fmt: skip
    """What is to be done; None where it is only to be looked at, or makes no sense."""
    pressed = data.fullmatch(wish.data)
    if pressed and pressed[3]:
        return lambda conn: give_back(conn, int(pressed[3]))
    meant = span_of(pressed, wish.doctor) if pressed else understood(wish.typed, wish.doctor, now)
    if meant is None or meant[2] <= now:
        return None
    return lambda conn: take(conn, meant)


def key(words: str, data: str) -> tg.InlineKeyboardButton:
    """One button."""
    return tg.InlineKeyboardButton(words, callback_data=data)
