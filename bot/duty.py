"""/oncall: who is on call now and in the week ahead, and the buttons with which a doctor takes it or gives it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import telegram as tg

from bot.own_words import Deed, OwnTime, Reply, data_of, deed_of, key
from desk import duty as books
from desk.desk import Desk
from flows.clinic import Doctor
from flows.duty import HOW as HOW
from flows.duty import words
from flows.leave import TODAY, WEEK, span_words
from flows.wording import mark, say
from storage.duties import Stretch

GONE: Final = mark("That is no longer in the list.")
DATA: Final = data_of("duty")


def deed(desk: Desk, wish: OwnTime, now: datetime) -> Deed | None:
    """What the command or one of its buttons does."""
    return deed_of(
        wish, DATA, now,
        lambda conn, span: books.take(conn, span, desk.moment()),
        lambda conn, number: books.give_back(conn, number, wish.doctor, desk.moment()),
    )  # fmt: skip


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
