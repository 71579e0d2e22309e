"""A fee is paid back through the real door: a doctor's press, Stripe's refund, its notice, and a bank that returns it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from desk.desk import Desk
from desk.receive import ByCase
from desk.sending import Sent
from flows import refunds
from flows.case import Status
from flows.incoming import StaffPressed
from flows.ledger import Fact, sums
from payments.stripe import StripeSender
from storage import cases, ledger, outbox
from storage.engine import open_store
from storage.outbox import OutboxRow, Outgoing
from tests.payments.words import clinic
from tests.sandbox_process import Sandbox, free_port, running_sandbox
from tests.web.test_with_sandbox import ASKED, a_case, now
from web.app import make_app
from web.server import serve

pytestmark = pytest.mark.enable_socket


class Sink:
    """A channel whose messages are not looked at here."""

    async def send(self, row: OutboxRow) -> Sent:
        """Taken."""
        return Sent()

    def can_ask(self, row: OutboxRow) -> bool:
        """Nobody asks."""
        return False

    async def reconcile(self, row: OutboxRow) -> None:
        """Nobody asks."""


class House:
    """The desk, the rail and the webhook's door on one database, beside a sandbox."""

    def __init__(self, desk: Desk, sandbox: Sandbox) -> None:
        self.desk, self.sandbox = desk, sandbox

    async def facts(self) -> tuple[Fact, ...]:
        return await self.desk.store.read(lambda conn: ledger.facts(conn, "c0ffee"))

    async def until(self, *kinds: str) -> None:
        """The ledger has come to hold these kinds, each as often as it is named."""
        for _ in range(400):
            found = [fact.kind for fact in await self.facts()]
            if all(found.count(kind) == kinds.count(kind) for kind in kinds):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{kinds} never came: {found}")

    async def press(self, action: str) -> None:
        """The button that the staff would see now, pressed twice."""
        case = await self.desk.store.read(lambda conn: cases.by_id(conn, "c0ffee", peek=True))
        assert case is not None
        keys = [f"{one.place}-{one.number}-{one.amount}" for one in refunds.owed(case, await self.facts())] or ["key"]
        for _ in range(2):
            pressed = StaffPressed("lin", 9001, f"{case.code}.{keys[0]}.{action}")
            await self.desk.react(ByCase("c0ffee"), pressed)


async def in_house(address: str, sandbox: Sandbox, port: int, story: Callable[[House], Any]) -> Any:
    store, stop = open_store(address), asyncio.Event()
    desk = Desk(store, clinic(), now)
    rail = StripeSender("sk_test_sandbox", ["whsec_sandbox"], sandbox.url, f"http://127.0.0.1:{port}", desk)
    desk.connect({"stripe": rail, "owner": Sink(), "staff": Sink()})

    async def state() -> Mapping[str, Any]:
        return await store.read(lambda conn: outbox.depth(conn, now()))

    sweeping = asyncio.create_task(desk.deliverer.run(0.2))  # as in the service: what was put back is tried again
    serving = asyncio.create_task(serve(make_app({"/stripe/webhook": rail.webhook}, state), "127.0.0.1", port, stop))
    try:
        await store.run(lambda conn: cases.insert(conn, a_case()))
        item = Outgoing("stripe", "c0ffee", "open_checkout", ASKED, "safe", "c0ffee")
        desk.deliverer.take(await store.run(lambda conn: outbox.put(conn, [item], now())))
        return await story(House(desk, sandbox))
    finally:
        stop.set()
        await serving
        await desk.deliverer.stop()
        await sweeping
        store.close()


async def called_off(house: House) -> dict[str, Any]:
    """Paid, called off by the clinic, paid back; the bank returns it, so it goes back once more; word of each comes by webhook."""
    await house.until("opened")
    session = (await house.facts())[0].reference
    await asyncio.to_thread(house.sandbox.pay, session)
    await house.until("paid", "charge")
    await house.press("call_off_yes")
    await house.press("refund")
    await house.until("refund_done")
    first = await asyncio.to_thread(house.sandbox.log, kind="refund")
    await asyncio.to_thread(lambda: house.sandbox.control("refund/returned", refund=first[0]["id"]))
    await house.until("refund_failed")
    await house.press("refund")
    await house.until("refund_asked", "refund_asked", "refund_done", "refund_done")
    return {
        "case": await house.desk.store.read(lambda conn: cases.by_id(conn, "c0ffee", peek=True)),
        "sums": sums(await house.facts()),
        "refunds": await asyncio.to_thread(house.sandbox.log, kind="refund"),
        "webhooks": await asyncio.to_thread(house.sandbox.log, kind="webhook"),
    }


def test_a_fee_goes_back_whole_and_again_where_the_bank_returned_it(database_url: str) -> None:
    port = free_port()
    hook = f"http://127.0.0.1:{port}/stripe/webhook"
    with running_sandbox(stripe_webhook_url=hook, stripe_webhook_secret="whsec_sandbox") as sandbox:
        end = asyncio.run(in_house(database_url, sandbox, port, called_off))
    assert end["case"].status is Status.DECLINED
    assert [(one.received, one.given_back, one.left) for one in end["sums"]] == [(300000, 300000, 0)]
    assert [one["amount"] for one in end["refunds"]] == [300000, 300000]  # the first of them was returned
    assert {hook["status"] for hook in end["webhooks"]} == {200}


async def disputed(house: House) -> tuple[tuple[int, int], ...]:
    """The bank takes the money back, and decides for the owner."""
    await house.until("opened")
    session = (await house.facts())[0].reference
    await asyncio.to_thread(house.sandbox.pay, session)
    await house.until("paid", "charge")
    await asyncio.to_thread(lambda: house.sandbox.control("dispute", session=session, status="needs_response"))
    await house.until("disputed")
    await asyncio.to_thread(lambda: house.sandbox.control("dispute", session=session, status="lost"))
    await house.until("dispute_lost")
    return tuple((one.lost, one.left) for one in sums(await house.facts()))


def test_a_dispute_is_heard_of_and_so_is_its_end(database_url: str) -> None:
    port = free_port()
    hook = f"http://127.0.0.1:{port}/stripe/webhook"
    with running_sandbox(stripe_webhook_url=hook, stripe_webhook_secret="whsec_sandbox") as sandbox:
        assert asyncio.run(in_house(database_url, sandbox, port, disputed)) == ((300000, 0),)
