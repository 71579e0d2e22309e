"""One desk with one rail, beside the stand-in of its provider: what the contract of ``test_rails`` needs to make happen on each of them."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson

from bot.invoices import InvoiceSender
from bot.owner import OwnerBot
from desk.desk import Desk
from desk.post import outgoing
from desk.receive import ByCase
from desk.sending import Sender, Sent
from flows import effects as fx
from flows import rails, refunds
from flows.case import Case, Payment, Review, Status
from flows.clinic import BankAccount
from flows.incoming import Due, StaffPressed, StaffReplied
from flows.ledger import Sum, sums
from payments.bank import BankSender
from payments.stripe import StripeSender
from storage import cases, ledger, outbox
from storage.engine import Store
from storage.outbox import OutboxRow
from tests.payments.words import clinic
from tests.sandbox_process import OWNER_TOKEN, Sandbox

MEI = 5001
ID = "c0ffee"
FEE = 300_000


class Sink:
    """A channel that keeps the words it was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def send(self, row: OutboxRow) -> Sent:
        """Taken."""
        self.texts.append(str(row.payload.get("text", "")))
        return Sent()

    def can_ask(self, row: OutboxRow) -> bool:
        """Nobody asks."""
        return False

    async def reconcile(self, row: OutboxRow) -> None:
        """Nobody asks."""


def now() -> datetime:
    """The real clock: the stand-ins judge ages by it."""
    return datetime.now(UTC)


class House:
    """A case that was accepted; its fee is asked for on one rail. Subclasses play the payer and the clinic's books."""

    rail = ""

    def __init__(self, store: Store, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        account = BankAccount("Cat Hospital", "Example Bank", "013-12345678901")
        house = replace(clinic(), rails=rails.RAILS, bank=account)
        self.desk = Desk(store, house, now)
        self.staff = Sink()
        self.desk.connect({"owner": Sink(), "staff": self.staff, "copy": Sink(), self.rail: self.sender()})

    def sender(self) -> Sender:
        """The rail itself."""
        raise NotImplementedError

    async def open(self, amount: int = FEE) -> None:
        """The fee is asked for, and the answer has come."""
        payment = Payment(FEE, "TWD", 1, state="opening", rail=self.rail)
        case = Case(
            ID, "ACDEF3", MEI, now(), now(), status=Status.ACCEPTED, language="en", consent_at=now(), submitted_at=now(),
            payment=payment, review=Review(topic=7),
        )  # fmt: skip
        await self.desk.store.run(lambda conn: cases.insert(conn, case))
        row = outgoing(case, fx.OpenCheckout(1, amount, "TWD", "Second opinion", "en", self.rail))
        self.desk.deliverer.take(await self.desk.store.run(lambda conn: outbox.put(conn, [row], now())))
        await self.desk.deliverer.idle()

    async def case(self) -> Case:
        """As it stands now."""
        found = await self.desk.store.read(lambda conn: cases.by_id(conn, ID, peek=True))
        assert found is not None
        return found

    async def lines(self) -> list[ledger.LedgerLine]:
        """The whole ledger of the case."""
        return await self.desk.store.read(lambda conn: ledger.of_case(conn, ID))

    async def sums(self) -> tuple[Sum, ...]:
        """What is left of each payment."""
        return sums(await self.desk.store.read(lambda conn: ledger.facts(conn, ID)))

    async def owed(self) -> list[int]:
        """What is to go back now."""
        facts = await self.desk.store.read(lambda conn: ledger.facts(conn, ID))
        return [one.amount for one in refunds.owed(await self.case(), facts)]

    async def end(self, status: Status, share: int = 0) -> None:
        """The case ends while money is on its way, or after it came."""
        case = await self.case()
        after = replace(case, status=status, payment=replace(case.payment, share=share))
        await self.desk.store.run(lambda conn: cases.save(conn, case, replace(after, version=case.version)))

    async def press(self, key: str, action: str) -> None:
        """A doctor's press, and all that follows from it."""
        await self.desk.react(ByCase(ID), StaffPressed("lin", 9001, f"ACDEF3.{key}.{action}"))
        await self.desk.deliverer.idle()

    async def give_back(self) -> None:
        """The doctor confirms what is owed, twice."""
        facts = await self.desk.store.read(lambda conn: ledger.facts(conn, ID))
        one = refunds.owed(await self.case(), facts)[0]
        for _ in range(2):
            await self.press(f"{one.place}-{one.number}-{one.amount}", "refund")

    # --- what differs from rail to rail -------------------------------------------------------------------------------
    async def pay(self, amount: int = FEE, times: int = 1) -> None:
        """The owner pays, and word of it comes so often."""
        raise NotImplementedError

    async def refund(self, done: bool) -> None:
        """The money goes back, or comes back to the clinic."""
        name = rails.name_of((await self.sums())[0].session)
        await self.press(f"{name}-1", "paid_back" if done else "not_paid_back")

    async def unknown(self) -> None:
        """Word of something that was never asked for."""
        raise NotImplementedError


class StripeHouse(House):
    """Stripe, read by a notice's wish; the sandbox keeps its books."""

    rail = "stripe"

    def sender(self) -> Sender:
        """Over the network to the stand-in."""
        return StripeSender("sk_test_sandbox", ["whsec_sandbox"], self.sandbox.url, "http://127.0.0.1:1", self.desk)

    async def pay(self, amount: int = FEE, times: int = 1) -> None:
        """The page takes what the session asks for; a notice brings the case to look."""
        session = (await self.case()).payment.session
        await asyncio.to_thread(self.sandbox.pay, session)
        for _ in range(times):
            await self._look(session)

    async def _look(self, session: str) -> None:
        await self.desk.react(ByCase(ID), Due("read_checkout", session))
        await self.desk.deliverer.idle()

    async def refund(self, done: bool) -> None:
        """The stand-in pays back at once; a bank may return it."""
        if not done:
            made = await asyncio.to_thread(lambda: self.sandbox.log(kind="refund"))
            await asyncio.to_thread(lambda: self.sandbox.control("refund/returned", refund=made[0]["id"]))
        await self._look((await self.case()).payment.session)

    async def unknown(self) -> None:
        """A notice of a session that Stripe does not know."""
        await self._look("cs_unknown")


class BankHouse(House):
    """A doctor reads the clinic's account."""

    rail = "bank"

    def sender(self) -> Sender:
        """Nothing leaves the house."""
        return BankSender(self.desk)

    async def pay(self, amount: int = FEE, times: int = 1) -> None:
        """Two taps, or the amount in a reply."""
        name = rails.name_of((await self.case()).payment.session)
        for _ in range(times):
            if amount == FEE:
                await self.press(f"{name}-0", "bank_arrived")
                await self.press(f"{name}-0", "bank_yes")
                continue
            await self.press(f"{name}-0", "bank_other")
            await self.desk.react(ByCase(ID), StaffReplied("lin", 9001, 77, str(amount // 100)))
            await self.desk.deliverer.idle()

    async def unknown(self) -> None:
        """A reference that was never given out."""
        await self.press("QGXCRDCG-0", "bank_yes")


class TelegramHouse(House):
    """The sandbox's Telegram asks before it takes money, and says that it has."""

    rail = "telegram"

    def sender(self) -> Sender:
        """A bot of its own token; its updates are fetched in ``pay``."""
        self.bot = OwnerBot(OWNER_TOKEN, self.sandbox.url, self.desk)
        self.sandbox.send(MEI, "/start")
        return InvoiceSender(self.bot.bot, self.desk, "provider:token")

    async def pay(self, amount: int = FEE, times: int = 1) -> None:
        """By the invoice's button; an amount that no invoice of ours asks for comes as a made-up word."""
        due = (await self.case()).status is Status.ACCEPTED
        if amount != FEE or not due:  # Telegram asks first and is told no: only a payment that was under way can come
            assert amount != FEE or not await self.press_pay()
            return await self.say_paid((await self.case()).payment.session, amount, times)
        assert await self.press_pay()
        await self._take(times)

    async def press_pay(self) -> bool:
        """Whether the money was taken. The newest invoice in the chat; the bot answers meanwhile."""
        shown = await asyncio.to_thread(lambda: self.sandbox.chat(MEI)["messages"])
        invoice = [message["invoice"] for message in shown if "invoice" in message][-1]
        paying = asyncio.create_task(
            asyncio.to_thread(lambda: self.sandbox.control("invoice/pay", **{"as": MEI}, invoice=invoice))
        )
        for update in await self._updates("pre_checkout_query"):
            await self.bot.on_update(orjson.dumps(update))
        return bool((await paying)["paid"])

    async def _updates(self, kind: str) -> list[dict[str, Any]]:
        """Those with this word in them, once there are any."""
        for _ in range(200):
            found = [one for one in await self.bot.fetch(0, 0) if kind in orjson.dumps(one).decode()]
            if found:
                return found[-1:]
            await asyncio.sleep(0.02)
        raise AssertionError(f"no {kind} came")

    async def _take(self, times: int) -> None:
        for update in await self._updates("successful_payment"):
            for _ in range(times):
                await self.bot.on_update(orjson.dumps(update))
        await self.desk.deliverer.idle()

    async def say_paid(self, payload: str, amount: int, times: int = 1, charge: str = "c1") -> None:
        """Word of a payment as Telegram sends it."""
        update = paid_update(payload, amount, charge)
        for _ in range(times):
            assert await self.bot.on_update(orjson.dumps(update)) == 200
        await self.desk.deliverer.idle()

    async def unknown(self) -> None:
        """An invoice that no case knows, and one that is not ours."""
        await self.say_paid("telegram-QGXCRD-1", FEE)
        await self.say_paid("something else", FEE, charge="c2")


def paid_update(payload: str, amount: int, charge: str) -> Mapping[str, Any]:
    """The message that says so (Bot API, SuccessfulPayment)."""
    money = {
        "currency": "TWD", "total_amount": amount, "invoice_payload": payload,
        "telegram_payment_charge_id": charge, "provider_payment_charge_id": f"p{charge}",
    }  # fmt: skip
    person = {"id": MEI, "is_bot": False, "first_name": "Mei"}
    chat = {"id": MEI, "type": "private", "first_name": "Mei"}
    message = {"message_id": 900, "date": 1_795_000_000, "chat": chat, "from": person, "successful_payment": money}
    return {"update_id": 900_000 + sum(charge.encode()), "message": message}


HOUSES = {house.rail: house for house in (StripeHouse, TelegramHouse, BankHouse)}
