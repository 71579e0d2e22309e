"""/away in the doctors' group or alone with the staff bot: what it asks for, and what is answered. A doctor speaks for himself only."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import telegram as tg
from sqlalchemy import Connection

from bot.group import Group
from desk import leave as books
from desk.desk import Desk
from desk.receive import Receipt
from flows.clinic import Clinic, Doctor
from flows.leave import HOW, LISTED, NONE, TODAY, WEEK, at_once, span_words, understood
from flows.summary import zone_words
from flows.wording import mark, say
from storage import inbox
from storage.leaves import Leave

CHANNEL: Final = "staff"
DONE: Final = mark("Noted.")
ALREADY: Final = mark("That is noted already.")
GONE: Final = mark("That leave is no longer in the list.")
_DATA: Final = re.compile(rf"away\.(?:({TODAY}|{WEEK})\.(\d{{4}}-\d\d-\d\d)|back\.(\d{{1,18}}))", re.ASCII)
_COMMAND: Final = re.compile(r"/away(?:@\w+)?(?:\s+(.*))?", re.ASCII | re.DOTALL)

Deed = Callable[[Connection], Receipt]


class Away(NamedTuple):
    """What an enrolled doctor wants: the words behind /away, or the data of a button below its answer."""

    doctor: Doctor
    typed: str = ""
    data: str = ""


class Reply(NamedTuple):
    """What is answered. ``keys``: buttons below it."""

    text: str
    keys: tg.InlineKeyboardMarkup | None = None


def is_ours(data: str) -> bool:
    """Whether a button's data belongs here."""
    return _DATA.fullmatch(data) is not None


def alone(message: tg.Message, clinic: Clinic) -> Away | None:
    """/away in a doctor's private chat with the bot; nothing else is heard there, and nobody else."""
    said = _COMMAND.fullmatch((message.text or "").strip())
    sender = message.from_user
    if said is None or sender is None or message.chat.id != sender.id:
        return None
    doctor = clinic.doctor_by_telegram(sender.id)
    return Away(doctor, (said[1] or "").strip()) if doctor else None


async def answer(group: Group, update: tg.Update, reply: Reply) -> None:
    """To whoever pressed as a short notice, to whoever wrote below the words."""
    if update.callback_query is not None:
        await group.notice(update.callback_query.id, reply.text, alert=False)
    elif update.message is not None:
        await group.reply(update.message, reply.text, keys=reply.keys)


async def carry_out(desk: Desk, wish: Away, key: str) -> Reply | None:
    """Does it in the unit of work that claims the update; the group is told by the outbox. None for an update that came before."""
    language, now = desk.clinic.languages[0], desk.clock()
    deed = _deed(desk, wish, now)
    if deed is not None:
        receipt = await desk.store.run(lambda conn: _once(conn, key, now, deed))
        if receipt is None:
            return None
        desk.deliverer.take(receipt.rows)
        return Reply(say(language, GONE if not receipt.found else DONE if receipt.fresh else ALREADY))
    if not await desk.store.run(lambda conn: inbox.claim(conn, CHANNEL, key, now)):
        return None
    if wish.typed or wish.data:
        return Reply(say(language, HOW))
    found = await desk.store.read(lambda conn: books.ahead(conn, wish.doctor, now))
    return Reply(_list(found, wish.doctor, language), _keys(found, wish.doctor, now, language))


def _deed(desk: Desk, wish: Away, now: datetime) -> Deed | None:
    """What is to be done; None where it is only to be looked at, or makes no sense."""
    pressed = _DATA.fullmatch(wish.data)
    if pressed and pressed[3]:
        return lambda conn: books.come_back(conn, int(pressed[3]), wish.doctor, desk.moment())
    meant = _of_button(pressed, wish.doctor) if pressed else understood(wish.typed, wish.doctor, now)
    if meant is None or meant[2] <= now:
        return None
    return lambda conn: books.go(conn, meant, desk.moment())


def _of_button(pressed: "re.Match[str]", doctor: Doctor) -> tuple[str, datetime, datetime] | None:
    """The button carries the day on which it was shown: pressed later it still means that one."""
    try:
        return at_once(pressed[1], date.fromisoformat(pressed[2]), doctor)
    except (ValueError, OverflowError):
        return None


def _once(conn: Connection, key: str, now: datetime, deed: Deed) -> Receipt | None:
    return deed(conn) if inbox.claim(conn, CHANNEL, key, now) else None


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
            _key(say(language, "Away today"), f"away.{TODAY}.{today}"),
            _key(say(language, "Away this week"), f"away.{WEEK}.{today}"),
        ]
    ]
    for one in found:
        words = say(language, "Take back: {span}", span=_words(one, doctor, language))
        rows.append([_key(words, f"away.back.{one.id}")])
    return tg.InlineKeyboardMarkup(rows)


def _key(words: str, data: str) -> tg.InlineKeyboardButton:
    return tg.InlineKeyboardButton(words, callback_data=data)
