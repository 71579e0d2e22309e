"""Channel "telegram": the fee as an invoice in the owner's chat, the question before it is paid, and the word that it was.

The question is answered beside everything else: one read of the case, one call, no row of the outbox. So it waits for no backlog.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import structlog
from aiogram import Bot, methods, types
from aiogram.enums import Currency

from bot.session import OUR_CALLS_ERRORS, outcome_of
from desk import own_books
from desk.alarm import group_note
from desk.desk import Desk
from desk.receive import ByCode, Envelope, Receipt
from desk.sending import Failed, Outcome, Sent
from flows import invoices
from flows.currencies import money
from flows.incoming import CheckoutOpened, CheckoutSeen
from flows.rails import TELEGRAM, name_of, named
from flows.wording import mark, say
from storage import cases, outbox
from storage.outbox import OutboxRow

log = structlog.get_logger(__name__)

LOST: Final = mark("A payment of {amount} came by an invoice in Telegram ({reference}) whose case is not there any more. Please pay it back on the pages of the provider behind Telegram's invoices.")  # fmt: skip
LOOK_S: Final = 1.0  # for the read; the call has the rest of the two seconds that a payer waits gladly
CALL_S: Final = 1
LIVES: Final = timedelta(days=14)  # an invoice has no end of its own: the case ends before
TITLE_CHARS: Final = 32


def takes(currency: str) -> bool:
    """Whether Telegram makes out invoices in it. Those that it knows have the decimals there that they have in our books, so no amount is translated."""
    return currency in set(Currency)


async def asked(bot: Bot, desk: Desk, update: Mapping[str, Any]) -> bool:
    """Whether the update is the question before a payment; then it is answered. One that cannot be read is left unanswered: no money is taken."""
    if "pre_checkout_query" not in update:
        return False
    try:
        query = types.PreCheckoutQuery.model_validate(update["pre_checkout_query"])
    except ValueError as error:
        log.error("checkout_unreadable", error=type(error).__name__)
        return True
    await _answer(bot, desk, query)
    return True


async def _answer(bot: Bot, desk: Desk, query: types.PreCheckoutQuery) -> None:
    payload, chat, code = query.invoice_payload, query.from_user.id, invoices.code_of(query.invoice_payload)
    try:
        found = desk.store.read(lambda conn: cases.by_code(conn, code, peek=True))
        case = await asyncio.wait_for(found, LOOK_S)
        hindrance = invoices.hindered(case, chat, payload, query.total_amount, query.currency)
        language = case.language if case and case.chat == chat else ""
    except Exception as error:  # a database that is away or slow: no money is taken that nobody could write down
        log.error("checkout_not_looked_up", error=type(error).__name__)
        hindrance, language = invoices.LATER, ""
    language = language or ("zh_Hant" if (query.from_user.language_code or "").startswith("zh") else "en")
    words = say(language, hindrance) if hindrance else None
    try:
        yes = methods.AnswerPreCheckoutQuery(pre_checkout_query_id=query.id, ok=not words, error_message=words)
        await bot(yes, request_timeout=CALL_S)
    except OUR_CALLS_ERRORS as error:  # Telegram takes no money without an answer
        log.info("checkout_not_answered", error=type(error).__name__)


def paid(update: types.Update) -> Envelope | None:
    """The word that an invoice was paid, for the case that its payload names; None for every other update."""
    money = update.message.successful_payment if update.message else None
    code = invoices.code_of(money.invoice_payload) if money else ""
    if money is None or not code:
        return None
    charge = named(TELEGRAM, f"charge-{money.telegram_payment_charge_id}")
    seen = CheckoutSeen(money.invoice_payload, "paid", money.total_amount, money.currency, intent=charge)
    return Envelope("owner", str(update.update_id), ByCode(code), seen)


async def tell_if_lost(desk: Desk, envelope: Envelope, receipt: Receipt) -> None:
    """Money for a case that was erased in the seconds since the question: nobody but the staff can see to it."""
    if receipt.found or not isinstance(envelope.incoming, CheckoutSeen):
        return
    seen, language = envelope.incoming, desk.clinic.languages[0]
    note = group_note(say(language, LOST, amount=money(seen.amount, seen.currency), reference=name_of(seen.session)))
    desk.deliverer.take(await desk.store.run(lambda conn: outbox.put(conn, [note], desk.clock())))


class InvoiceSender:
    """The same kinds as ``payments.rail.Rail``; Telegram keeps no books that could be read, and pays nothing back."""

    def __init__(self, bot: Bot, desk: Desk, provider_token: str) -> None:
        self._bot = bot
        self._desk = desk
        self._token = provider_token

    async def send(self, row: OutboxRow) -> Outcome:
        """A second invoice of the same attempt harms nobody: once one of them is paid, the question before the other is answered with no."""
        if row.kind == "refund":  # paid back by hand (``flows.by_hand``): no row of this kind is written
            return Failed("refused")
        if row.kind != "open_checkout":
            return await own_books.read(self._desk, row)
        case = await self._desk.store.read(lambda conn: cases.by_id(conn, row.case_id, peek=True))
        if case is None:
            return Failed("no_longer_wanted")
        asked = row.payload
        session = invoices.session(case.code, int(asked["attempt"]))
        price = types.LabeledPrice(label=str(asked["product"]), amount=int(asked["amount"]))
        invoice = methods.SendInvoice(
            chat_id=case.chat, title=str(asked["product"])[:TITLE_CHARS], description=say(str(asked["language"]), invoices.DETAILS),
            payload=session, provider_token=self._token, currency=str(asked["currency"]), prices=[price],
        )  # fmt: skip
        try:
            await self._bot(invoice)
        except OUR_CALLS_ERRORS as error:
            return outcome_of(error)
        return Sent(session, CheckoutOpened(int(asked["attempt"]), session, "", row.created_at + LIVES))

    def can_ask(self, row: OutboxRow) -> bool:
        """All rows are safe to repeat."""
        return True

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """Repeating a row is the way to find out."""
        return await self.send(row)
