"""The pace of the staff group, and Telegram's refusals as rows of the table."""

import asyncio
import logging
from pathlib import Path

import pytest
from telegram import error as tge

from bot.group import Pace, StaffSender, outcome_of
from bot.showing import Showing
from bot.staff import StaffBot
from desk.desk import Desk
from desk.sending import Failed, Outcome, Sent
from storage.engine import open_store
from storage.shelf import Shelf
from tests.bot.test_staff_sender import GROUP, NOW, TOKEN, post
from tests.payments.words import clinic
from tests.sandbox_process import running_sandbox

pytestmark = pytest.mark.enable_socket


def test_the_pace_never_exceeds_its_number_in_any_minute() -> None:
    now = [0.0]
    pace, made = Pace(18, lambda: now[0]), []
    for step in range(2000):
        now[0] = step * 0.7
        if not pace.wait_for(1):
            made.append(now[0])
    assert all(made[at + 18] - made[at] >= 60 for at in range(len(made) - 18))
    assert len(made) >= 18 * 20


def test_a_row_of_more_calls_than_a_minute_bears_still_leaves() -> None:
    assert Pace(3, lambda: 0.0).wait_for(5) == 0.0


def test_nobody_listening_means_that_nothing_was_sent(sqlite_url: str, tmp_path: Path) -> None:
    async def whole() -> Outcome:
        store = open_store(sqlite_url)
        try:
            bot = StaffBot(TOKEN, "http://127.0.0.1:9", Desk(store, clinic(), lambda: NOW), clinic(), GROUP)
            return await StaffSender(bot.group, Showing(Shelf(tmp_path))).send(post())
        finally:
            store.close()

    assert asyncio.run(whole()) == Failed("no_connection")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (tge.Forbidden("bot was kicked from the supergroup chat"), Failed("not_authorised")),
        (tge.InvalidToken("x"), Failed("not_authorised")),
        (tge.BadRequest("Message is not modified: x"), Sent()),
        (tge.BadRequest("Message thread not found"), Failed("topic_gone")),
        (tge.BadRequest("TOPIC_CLOSED"), Failed("topic_gone")),
        (tge.BadRequest("Message to edit not found"), Failed("message_gone")),
        (tge.BadRequest("can't parse entities: x"), Failed("bad_markup")),
        (tge.BadRequest("not enough rights to send text messages to the chat"), Failed("not_authorised")),
        (tge.BadRequest("something new"), Failed("refused")),
        (tge.ChatMigrated(-1), Failed("chat_moved")),
        (tge.NetworkError("Bad Gateway"), Failed("their_fault")),
        (tge.Conflict("x"), Failed("unknown")),
    ],
)
def test_each_refusal_is_a_row_of_the_table(error: tge.TelegramError, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome


def test_no_log_line_holds_the_token_or_a_word(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    async def whole() -> None:
        store = open_store(sqlite_url)
        try:
            with running_sandbox() as sandbox:
                bot = StaffBot(TOKEN, sandbox.url, Desk(store, clinic(), lambda: NOW), clinic(), GROUP)
                sender = StaffSender(bot.group, Showing(Shelf(tmp_path)))
                for fault in ("", "500", "lost_reply", "429"):
                    if fault:
                        sandbox.fault("telegram", fault, method="sendMessage")
                    await sender.send(post("Canary words", "note"))
                await bot.on_update(b'{"update_id":1,"message":{"text":"Canary words"}}')
                await bot.close()
        finally:
            store.close()

    with caplog.at_level(logging.DEBUG):
        asyncio.run(whole())
    written = caplog.text + "".join(capsys.readouterr())
    secret = TOKEN.partition(":")[2]
    assert "Canary" not in written
    assert secret not in written
