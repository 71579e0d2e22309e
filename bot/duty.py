"""/oncall: who is on call now and in the week ahead, and the buttons with which a doctor takes it or gives it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import telegram as tg

from bot.own_words import Deed, OwnTime, Reply, data_of, key, span_of
from desk import duty as books
from desk.desk import Desk
from flows.clinic import Doctor
from flows.duty import HOW as HOW
from flows.duty import words
from flows.leave import TODAY, WEEK, span_words, understood
from flows.wording import mark, say
from storage.duties import Stretch

GONE: Final = mark("That is no longer in the list.")
DATA: Final = data_of("duty")


def deed(desk: Desk, wish: OwnTime, now: datetime) -> Deed | None:
    """What is to be done; None where it is only to be looked at, or makes no sense."""
    pressed = DATA.fullmatch(wish.data)
    if pressed and pressed[3]:
        return lambda conn: books.give_back(conn, int(pressed[3]), wish.doctor, desk.moment())
    meant = span_of(pressed, wish.doctor) if pressed else understood(wish.typed, wish.doctor, now)
    if meant is None or meant[2] <= now:
        return None
    return lambda conn: books.take(conn, meant, desk.moment())


async def listed(desk: Desk, doctor: Doctor, language: str) -> Reply:
    """The week, with a button to give back each stretch that is the asking doctor's."""
    now = desk.clock()
    roster, stretches = await desk.store.read(lambda conn: books.ahead(conn, now))
    mine = [one for one in stretches if one.doctor == doctor.key]
    return Reply(words(desk.clinic, roster, now, language), _keys(mine, doctor, now, language))


def _keys(mine: Sequence[Stretch], doctor: Doctor, now: datetime, language: str) -> tg.InlineKeyboardMarkup:
    today = now.astimezone(ZoneInfo(doctor.zone)).date()
    rows = [
        [key(say(language, "I am on call today"), f"duty.{TODAY}.{today}")],
        [key(say(language, "I am on call this week"), f"duty.{WEEK}.{today}")],
    ]
    for one in mine:
        span = span_words((one.doctor, one.starts_at, one.ends_at), doctor, language)
        rows.append([key(say(language, "Give back: {span}", span=span), f"duty.back.{one.id}")])
    return tg.InlineKeyboardMarkup(rows)
