"""What a doctor says about her own time in the doctors' group or alone with the staff bot: /away and /oncall. A doctor speaks for herself only."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, NamedTuple

import telegram as tg
from sqlalchemy import Connection

from bot import duty, leave
from bot.group import Group
from bot.own_words import ALREADY, DONE, Deed, OwnTime, Reply
from desk.desk import Desk
from desk.receive import Receipt
from flows.clinic import Clinic, Doctor
from flows.wording import say
from storage import inbox

CHANNEL: Final = "staff"
_COMMAND: Final = re.compile(r"/(away|oncall)(?:@\w+)?(?:\s+(.*))?", re.ASCII | re.DOTALL)


class Part(NamedTuple):
    """A command: what it does (None where it is only to be looked at, or makes no sense), how it is shown, its buttons, and its sentences."""

    deed: Callable[[Desk, OwnTime, datetime], Deed | None]
    listed: Callable[[Desk, Doctor, str], Awaitable[Reply]]
    data: "re.Pattern[str]"
    how: str
    gone: str


PARTS: Final = {
    "away": Part(leave.deed, leave.listed, leave.DATA, leave.HOW, leave.GONE),
    "oncall": Part(duty.deed, duty.listed, duty.DATA, duty.HOW, duty.GONE),
}


def about(data: str) -> str:
    """Which command a button below one of our answers belongs to; "" for every other one."""
    return next((name for name, part in PARTS.items() if part.data.fullmatch(data)), "")


def alone(message: tg.Message, clinic: Clinic) -> OwnTime | None:
    """One of the commands in a doctor's private chat with the bot; nothing else is heard there, and nobody else."""
    said = _COMMAND.fullmatch((message.text or "").strip())
    sender = message.from_user
    if said is None or sender is None or message.chat.id != sender.id:
        return None
    doctor = clinic.doctor_by_telegram(sender.id)
    return OwnTime(doctor, (said[2] or "").strip(), about=said[1]) if doctor else None


async def answer(group: Group, update: tg.Update, reply: Reply) -> None:
    """To whoever pressed as a short notice, to whoever wrote below the words."""
    if update.callback_query is not None:
        await group.notice(update.callback_query.id, reply.text, alert=False)
    elif update.message is not None:
        await group.reply(update.message, reply.text, keys=reply.keys)


async def carry_out(desk: Desk, wish: OwnTime, key: str) -> Reply | None:
    """Does it in the unit of work that claims the update; the group is told by the outbox. None for an update that came before."""
    language, now, part = desk.clinic.languages[0], desk.clock(), PARTS[wish.about]
    deed = part.deed(desk, wish, now)
    if deed is not None:
        receipt = await desk.store.run(lambda conn: _once(conn, key, now, deed))
        if receipt is None:
            return None
        desk.deliverer.take(receipt.rows)
        return Reply(say(language, part.gone if not receipt.found else DONE if receipt.fresh else ALREADY))
    if not await desk.store.run(lambda conn: inbox.claim(conn, CHANNEL, key, now)):
        return None
    return Reply(say(language, part.how)) if wish.typed or wish.data else await part.listed(desk, wish.doctor, language)


def _once(conn: Connection, key: str, now: datetime, deed: Deed) -> Receipt | None:
    return deed(conn) if inbox.claim(conn, CHANNEL, key, now) else None
