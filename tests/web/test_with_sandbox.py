"""Texts and payments through the real door: the sandbox calls our webhooks, signed as the providers sign."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.sms import SmsSender
from desk.desk import Desk
from flows.case import Call, Case, Payment, Status
from payments.stripe import StripeSender
from storage import cases, outbox
from storage.engine import open_store
from storage.outbox import Outgoing
from tests.payments.words import clinic
from tests.sandbox_process import Sandbox, free_port, running_sandbox
from web.app import make_app
from web.server import serve

pytestmark = pytest.mark.enable_socket

NUMBER = "+886912345678"
SID = "AC" + "0123456789abcdef" * 2
ASKED = {"attempt": 1, "amount": 300000, "currency": "TWD", "product": "Second opinion", "language": "en"}


def now() -> datetime:
    return datetime.now(UTC)


def a_case() -> Case:
    fee = Payment(300000, "TWD", 1, state="opening")
    at = now()
    return Case(
        id="c0ffee", code="ACDEF3", chat=5001, created_at=at, updated_at=at, language="en", status=Status.ACCEPTED, submitted_at=at,
        payment=fee,
    )  # fmt: skip


def a_booked_case() -> Case:
    at = now()
    starts = (at + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    call = Call("lin", starts, starts + timedelta(minutes=30), 1)
    return Case(
        id="b00ced", code="ACDEF4", chat=5002, created_at=at, updated_at=at, language="en", status=Status.BOOKED,
        phone=NUMBER, vouched=True, sms=True, call=call, revision=1,
    )  # fmt: skip


async def story(address: str, sandbox: Sandbox, port: int) -> dict[str, Any]:
    store, stop = open_store(address), asyncio.Event()
    desk = Desk(store, clinic(), now)
    sms = SmsSender(
        SID, "sandbox-twilio-token", "+12025550100", sandbox.url, f"http://127.0.0.1:{port}", desk, clinic()
    )
    rail = StripeSender("sk_test_sandbox", ["whsec_sandbox"], sandbox.url, f"http://127.0.0.1:{port}", desk)
    desk.connect({"sms": sms, "stripe": rail})

    async def state() -> Mapping[str, Any]:
        return await store.read(lambda conn: outbox.depth(conn, now()))

    doors = {"/sms/inbound": sms.inbound, "/sms/status": sms.status, "/stripe/webhook": rail.webhook}
    serving = asyncio.create_task(serve(make_app(doors, state), "127.0.0.1", port, stop))
    try:
        await store.run(lambda conn: cases.insert(conn, a_case()))
        await store.run(lambda conn: cases.insert(conn, a_booked_case()))
        items = [
            Outgoing(
                "sms",
                NUMBER,
                "text",
                {"number": NUMBER, "body": "Hello", "purpose": "booked", "revision": 1},
                "ask-first",
                "b00ced",
                revision=1,
            ),
            Outgoing("stripe", "c0ffee", "open_checkout", ASKED, "safe", "c0ffee"),
        ]
        desk.deliverer.take(await store.run(lambda conn: outbox.put(conn, items, now())))
        await desk.deliverer.idle()
        session = await asyncio.to_thread(sandbox.until, lambda: sandbox.log(kind="session"))
        await asyncio.to_thread(sandbox.pay, session[0]["id"])
        await asyncio.to_thread(sandbox.sms, NUMBER, "1")
        await asyncio.to_thread(sandbox.until, lambda: not any(sandbox.pending().values()))
        await asyncio.sleep(0.3)
        await desk.deliverer.idle()
        query = sql("SELECT provider_status FROM outbox WHERE channel = 'sms'")
        return {
            "case": await store.read(lambda conn: cases.by_id(conn, "c0ffee", peek=True)),
            "sms": await store.read(lambda conn: [row[0] for row in conn.execute(query)]),
            "webhooks": sandbox.log(kind="webhook"),
            "texts": sandbox.phone(NUMBER),
        }
    finally:
        stop.set()
        await serving
        store.close()


def test_a_text_is_delivered_and_a_fee_is_received(sqlite_url: str) -> None:
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    with running_sandbox(
        twilio_inbound_url=f"{here}/sms/inbound",
        stripe_webhook_url=f"{here}/stripe/webhook",
        stripe_webhook_secret="whsec_sandbox",
    ) as sandbox:
        end = asyncio.run(story(sqlite_url, sandbox, port))
    assert {hook["status"] for hook in end["webhooks"]} == {200}
    assert {hook["to"].partition("?")[0] for hook in end["webhooks"]} == {
        f"{here}/sms/inbound", f"{here}/sms/status", f"{here}/stripe/webhook"
    }  # fmt: skip
    assert end["sms"][0] == "delivered"
    assert end["texts"][0]["body"] == "Hello"
    assert (end["case"].status, end["case"].payment.state) == (Status.PAID, "paid")
