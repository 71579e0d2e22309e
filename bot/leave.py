"""/away: what it asks for, and what is answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import telegram as tg

from bot.own_words import Deed, OwnTime, Reply, data_of, deed_of, key
from desk import leave as books
from desk.desk import Desk
from flows.clinic import Doctor
from flows.leave import HOW as HOW
from flows.leave import LISTED, NONE, TODAY, WEEK, span_words
from flows.summary import zone_words
from flows.wording import mark, say
from storage.leaves import Leave

GONE: Final = mark("That leave is no longer in the list.")
DATA: Final = data_of("away")


def deed(desk: Desk, wish: OwnTime, now: datetime) -> Deed | None:
    """What the command or one of its buttons does."""
    return deed_of(
        wish, DATA, now,
        lambda conn, span: books.go(conn, span, desk.moment()),
        lambda conn, number: books.come_back(conn, number, wish.doctor, desk.moment()),
    )  # fmt: skip


async def listed(desk: Desk, doctor: Doctor, language: str) -> Reply:
    """A doctor's leaves that are not over, with a button to take each back."""
    now = desk.clock()
    found = await desk.store.read(lambda conn: books.ahead(conn, doctor, now))
    return Reply(_list(found, doctor, language), _keys(found, doctor, now, language))


def _list(found: Sequence[Leave], doctor: Doctor, language: str) -> str:
    if not found:
        return say(language, NONE, doctor=doctor.name)
    head = say(language, LISTED, doctor=doctor.name)
    where = say(language, "Times are in {zone} time.", zone=zone_words(doctor.zone, language))
    return "\n".join((head, where, *(f"· {_words(one, doctor, language)}" for one in found)))


def _words(leave: Leave, doctor: Doctor, language: str) -> str:
    return span_words((leave.doctor, leave.starts_at, leave.ends_at), doctor, language)


def _keys(found: Sequence[Leave], doctor: Doctor, now: datetime, language: str) -> tg.InlineKeyboardMarkup:
    today = now.astimezone(ZoneInfo(doctor.zone)).date()
    rows = [
        [
            key(say(language, "Away today"), f"away.{TODAY}.{today}"),
            key(say(language, "Away this week"), f"away.{WEEK}.{today}"),
        ]
    ]
    for one in found:
        words = say(language, "Take back: {span}", span=_words(one, doctor, language))
        rows.append([key(words, f"away.back.{one.id}")])
    return tg.InlineKeyboardMarkup(rows)
