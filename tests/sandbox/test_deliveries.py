"""Webhooks, faults, the clock and the other instruments."""

import asyncio
import json
import threading
import time

import httpx
import pytest
from aiogram import Bot, exceptions

from tests.sandbox.conftest import MEI, OWNER_TOKEN, Receiver
from tests.sandbox.test_owner_chat import buttons, told
from tests.sandbox_process import Sandbox

SEND = f"/bot{OWNER_TOKEN}/sendMessage"


def hooked(sandbox: Sandbox, receiver: Receiver) -> None:
    """Point the owner bot's webhook at the receiver."""
    answer = sandbox.http.post(
        f"/bot{OWNER_TOKEN}/setWebhook", data={"url": f"{receiver.url}/tg", "secret_token": "s" * 40}
    )
    assert answer.json() == {"ok": True, "result": True}


def texts(receiver: Receiver) -> list[str]:
    """The texts that came by webhook."""
    return [json.loads(body)["message"]["text"] for _, _, body in receiver.taken]


def test_a_webhook_is_repeated_until_taken(sandbox: Sandbox, receiver: Receiver) -> None:
    """Order within the chat is kept although the first is refused twice; the secret travels along."""
    hooked(sandbox, receiver)
    receiver.statuses = [500, 503]
    for text in ("one", "two", "three"):
        sandbox.send(MEI, text)
    sandbox.until(lambda: sandbox.pending()["owner"] == 0)
    assert texts(receiver) == ["one", "one", "one", "two", "three"]
    assert receiver.taken[0][1]["X-Telegram-Bot-Api-Secret-Token"] == "s" * 40
    assert len(sandbox.log(kind="acknowledged")) == 3
    assert [record["status"] for record in sandbox.log(kind="webhook")] == [500, 503, 200, 200, 200]


def test_a_method_in_the_webhooks_answer_is_carried_out(sandbox: Sandbox, receiver: Receiver) -> None:
    """As the Bot API documents."""
    hooked(sandbox, receiver)
    receiver.reply = json.dumps({"method": "sendMessage", "chat_id": MEI, "text": "at once"}).encode()
    sandbox.send(MEI, "hello")
    sandbox.until(lambda: sandbox.log(kind="message"))
    assert sandbox.chat(MEI)["messages"][-1]["text"] == "at once"


def test_duplicates_reordering_and_redelivery(sandbox: Sandbox, receiver: Receiver) -> None:
    """Updates come twice, late, and again when asked."""
    hooked(sandbox, receiver)
    sandbox.fault("telegram", "duplicate")
    sandbox.send(MEI, "one")
    sandbox.until(lambda: len(receiver.taken) == 2)
    sandbox.fault("telegram", "reorder", delay_s=0.3)
    sandbox.send(MEI, "two")
    sandbox.send(MEI, "three")
    sandbox.until(lambda: len(receiver.taken) == 4)
    assert texts(receiver) == ["one", "one", "three", "two"]
    sandbox.until(lambda: sandbox.pending()["owner"] == 0)
    number = sandbox.log(kind="update")[0]["update_id"]
    again = sandbox.redeliver(bot="owner", update_ids=[number], times=20, parallel=True, shuffle=True)
    assert again == {"handed": 20, "statuses": [200] * 20}
    assert texts(receiver)[4:] == ["one"] * 20


def test_too_many_requests(sandbox: Sandbox) -> None:
    """429 carries how long to wait, and only one method is struck."""
    sandbox.send(MEI, "/start")
    sandbox.fault("telegram", "429", method="sendMessage", retry_after=3)

    async def story(bot: Bot) -> None:
        await bot.get_me()
        with pytest.raises(exceptions.TelegramRetryAfter) as caught:
            await bot.send_message(MEI, "x")
        assert caught.value.retry_after == 3
        await bot.send_message(MEI, "x")

    told(sandbox, story)


@pytest.mark.parametrize(("kind", "sent"), [("lost_reply", 1), ("half_reply", 1), ("reset", 0)])
def test_a_reply_that_never_comes(sandbox: Sandbox, kind: str, sent: int) -> None:
    """The connection is cut; the log tells whether it happened."""
    sandbox.send(MEI, "/start")
    sandbox.fault("telegram", kind)

    async def story(bot: Bot) -> None:
        with pytest.raises(exceptions.TelegramNetworkError):
            await bot.send_message(MEI, "x")

    told(sandbox, story)
    assert len(sandbox.log(kind="message")) == sent


@pytest.mark.parametrize(("kind", "status", "sent"), [("500", 500, 0), ("502", 502, 0), ("500_after", 500, 1)])
def test_server_errors(sandbox: Sandbox, kind: str, status: int, sent: int) -> None:
    """Before or after the effect."""
    sandbox.send(MEI, "/start")
    sandbox.fault("telegram", kind)
    assert sandbox.http.post(SEND, data={"chat_id": MEI, "text": "x"}).status_code == status
    assert len(sandbox.log(kind="message")) == sent


def test_a_slow_answer_and_cleared_faults(sandbox: Sandbox) -> None:
    """``delay`` waits; clearing takes the rest away; an unknown fault is refused."""
    sandbox.fault("telegram", "delay", delay_s=0.3)
    sandbox.fault("telegram", "500")
    begun = time.monotonic()
    sandbox.clear_faults()
    assert sandbox.http.get(f"/bot{OWNER_TOKEN}/getMe").status_code == 200
    sandbox.fault("telegram", "delay", delay_s=0.3)
    sandbox.http.get(f"/bot{OWNER_TOKEN}/getMe")
    assert time.monotonic() - begun >= 0.3
    with pytest.raises(httpx.HTTPStatusError):
        sandbox.fault("telegram", "nonsense")


def test_the_clock_moves_stamps_and_expiries(sandbox: Sandbox) -> None:
    """A waiting reader hears of the jump; a press grows too old; an old message cannot be deleted."""
    sandbox.send(MEI, "/start")

    async def story(bot: Bot) -> None:
        sent = await bot.send_message(MEI, "x", reply_markup=buttons())
        query = sandbox.press(MEI, sent.message_id, "Press")
        threading.Timer(0.3, lambda: sandbox.advance(3 * 86400)).start()
        heard = await asyncio.to_thread(
            lambda: httpx.get(f"{sandbox.url}/sandbox/clock", params={"wait": 20, "known": 0}, timeout=30).json()
        )
        assert heard["offset_s"] == pytest.approx(3 * 86400)
        with pytest.raises(exceptions.TelegramBadRequest, match="query is too old"):
            await bot.answer_callback_query(query)
        with pytest.raises(exceptions.TelegramBadRequest, match="can't be deleted"):
            await bot.delete_message(MEI, sent.message_id)

    told(sandbox, story)


def test_events_tell_the_page(sandbox: Sandbox) -> None:
    """One event per change."""
    with httpx.stream("GET", f"{sandbox.url}/sandbox/events", timeout=10) as stream:
        lines = stream.iter_lines()
        next(lines)
        sandbox.send(MEI, "/start")
        sandbox.http.post(SEND, data={"chat_id": MEI, "text": "x"})
        changes = (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data"))
        found = [next(changes), next(changes)]
    assert [change["kind"] for change in found] == ["said", "message"]
    assert found[0]["chat"] == MEI


def test_two_thousand_sends(sandbox: Sandbox) -> None:
    """The stand-in is not what a load test measures: many sends, one after the other, take little each."""
    sandbox.send(MEI, "/start")
    begun = time.monotonic()
    for number in range(300):
        assert sandbox.http.post(SEND, data={"chat_id": MEI, "text": str(number)}).status_code == 200
    assert time.monotonic() - begun < 6
    assert len(sandbox.log(kind="message")) == 300
