"""The link to the case page in private: how it is shown, what happens where the bot may not write, and who gets one by /start."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
import telegram as tg

from bot.page_link import PageLinks, Rebuff, invitation, started
from desk.receive import ByCode, Envelope
from flows.case_page import ACTION, GREETING
from flows.incoming import StaffPressed
from storage.outbox import OutboxRow
from tests.bot.test_staff import LIN, VISITOR, message
from tests.payments.words import clinic

POST = {"person": 9001, "text": "The case page of ACDEF3", "words": "Open", "closed": "Please write to the bot", "start": "Write", "code": "ACDEF3"}  # fmt: skip


@dataclass
class Telegram:
    """Notes what is sent; ``refuses``: the doctor never started the bot."""

    refuses: bool = False
    sent: list[tuple[Any, ...]] = field(default_factory=list)
    link: str = "https://t.example/staff_bot"

    async def send_message(self, chat: int, text: str, **more: Any) -> str:
        if self.refuses:
            raise tg.error.Forbidden("bot can't initiate conversation with a user")
        self.sent.append((chat, text, more["reply_markup"]))
        return "sent"


def row(payload: dict[str, Any]) -> OutboxRow:
    class Row:
        case_id = "case-1"

    found: Any = Row()
    found.payload = payload
    return found  # type: ignore[no-any-return]


def address(case: str, person: int) -> str:
    return f"https://here.example/sign-in/{case}-{person}"


@pytest.mark.parametrize("on_button", [True, False])
def test_the_link_is_made_for_this_case_and_this_person_when_it_leaves(on_button: bool) -> None:
    """As a button where Telegram takes the address, else below the words; the row itself holds none."""
    bot: Any = Telegram()
    assert asyncio.run(PageLinks(address, on_button).send(bot, row(POST))) == "sent"
    ((chat, text, keys),) = bot.sent
    assert chat == 9001
    where = keys.inline_keyboard[0][0].url if on_button else text.rpartition("\n\n")[2]
    assert where == "https://here.example/sign-in/case-1-9001"
    assert (keys is None) is not on_button


def test_who_never_wrote_to_the_bot_gets_no_link_and_is_invited_in_the_topic() -> None:
    """The group's button leads to the bot with the case's code, never to the page."""
    bot: Any = Telegram(refuses=True)
    assert asyncio.run(PageLinks(address).send(bot, row(POST))) is None
    words, keys = invitation(bot, POST)
    assert words == POST["closed"]
    assert keys.inline_keyboard[0][0].url == "https://t.example/staff_bot?start=ACDEF3"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"text": "/start acdef3"}, Envelope("staff", "900", ByCode("ACDEF3"), StaffPressed("lin", 9001, f"ACDEF3.-.{ACTION}"))),
        ({"text": "/start"}, Rebuff(GREETING)),
        ({"text": "/start ACDEF3", "chat": {"id": VISITOR["id"], "type": "private"}}, None),
        ({"text": "hello ACDEF3"}, None),
        ({"text": "/start ACDEF3", "chat": {"id": -5, "type": "group", "title": "x"}}, None),
    ],
)  # fmt: skip
def test_by_start_an_enrolled_doctor_gets_the_same_link_and_nobody_else(
    changes: dict[str, Any], wanted: object
) -> None:
    raw = message(**{"chat": {"id": LIN["id"], "type": "private"}, **changes})
    heard = tg.Message.de_json(raw)
    assert heard is not None
    assert started("staff", 900, heard, clinic()) == wanted
