"""/start and a one-time code, alone with the staff bot: the account becomes a doctor's (``second-look enrol``). In a group it is not heard."""

import re
from typing import Final, NamedTuple

import telegram as tg
from sqlalchemy import Connection

from desk.desk import Desk
from desk.enrolment import redeem
from desk.receive import Receipt
from flows.clinic import Clinic
from flows.enrolment import DIGITS, plain
from storage import inbox

CHANNEL: Final = "staff"
_START: Final = re.compile(r"/start(?:@\w+)?(?:\s+(.*))?", re.ASCII | re.DOTALL)


class Enrol(NamedTuple):
    """What an account sent. ``language``: of its Telegram, "" where that says nothing. The code never reaches a log."""

    person: int
    code: str
    language: str = ""


def asked(message: tg.Message, clinic: Clinic) -> Enrol | None:
    """/start in a private chat; from a doctor only with what looks like such a code, since the rest leads to the case page."""
    said, sender = _START.fullmatch((message.text or "").strip()), message.from_user
    if said is None or sender is None or sender.is_bot or message.chat.id != sender.id:
        return None
    if clinic.doctor_by_telegram(sender.id) and len(plain(said[1] or "")) != DIGITS:
        return None
    hint = (sender.language_code or "").lower()
    return Enrol(sender.id, (said[1] or "")[:64], "zh_Hant" if hint.startswith("zh") else "en" if hint else "")


async def carry_out(desk: Desk, wish: Enrol, key: str) -> str:
    """Uses the code in the unit of work that claims the update. Gives the answer; "" for a repeat, and for who tried too often."""
    language = wish.language or desk.clinic.languages[0]

    def once(conn: Connection) -> Receipt:
        moment = desk.moment()
        if not inbox.claim(conn, CHANNEL, key, moment.now):
            return Receipt(fresh=False)
        return redeem(conn, wish.code, wish.person, language, moment)

    receipt = await desk.store.run(once)
    desk.deliverer.take(receipt.rows)
    return receipt.answer.text if receipt.answer else ""
