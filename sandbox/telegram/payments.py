"""Invoices of the Bot API and the question a bot must answer before one is paid."""

import asyncio
import secrets
from typing import Any

from sandbox.shapes import Json
from sandbox.telegram.places import Bot
from sandbox.telegram.refusal import bad
from sandbox.telegram.sending import placed, posted
from sandbox.telegram.town import Bill, Town

_ANSWER_SECONDS = 10.0


def _billed(params: Json) -> Json:
    """The invoice, once its parts are within the published limits; raises ``Refusal``."""
    for name, limit in (("title", 32), ("description", 255)):
        if not 1 <= len(params.get(name, "")) <= limit:
            raise bad(f"INVOICE_{name.upper()}_INVALID" if params.get(name) else f"{name} must be non-empty")
    if not 1 <= len(params.get("payload", "").encode()) <= 128:
        raise bad("INVOICE_PAYLOAD_INVALID")
    if len(params.get("currency", "")) != 3:
        raise bad("CURRENCY_INVALID")
    if params["currency"] != "XTR" and not params.get("provider_token"):
        raise bad("PAYMENT_PROVIDER_INVALID")
    if _total(params.get("prices"), params["currency"]) <= 0:
        raise bad("CURRENCY_TOTAL_AMOUNT_INVALID")
    return params


def _total(prices: Any, currency: str) -> int:
    if not isinstance(prices, list) or not prices or (currency == "XTR" and len(prices) != 1):
        raise bad("can't parse prices JSON object")
    for price in prices:
        if not isinstance(price, dict) or set(price) != {"label", "amount"} or not isinstance(price["amount"], int):
            raise bad("can't parse labeled price")
    return sum(price["amount"] for price in prices)


async def create_invoice_link(town: Town, bot: Bot, params: Json) -> str:
    """``createInvoiceLink`` → the link."""
    slug = secrets.token_urlsafe(12)
    town.bills[slug] = Bill(bot.key, _billed(params))
    town.ledger.write("invoice", bot=bot.key, link=slug, payload=params["payload"])
    return f"https://t.me/$invoice{slug}"


async def send_invoice(town: Town, bot: Bot, params: Json) -> Json:
    """``sendInvoice`` → ``Message``."""
    chat, place = placed(town, bot, params)
    bill = _billed(params)
    invoice = {
        "title": bill["title"],
        "description": bill["description"],
        "start_parameter": bill.get("start_parameter", ""),
        "currency": bill["currency"],
        "total_amount": _total(bill["prices"], bill["currency"]),
    }
    message = posted(town, bot, chat, place, {"invoice": invoice})
    town.bills[f"{chat.id}:{message['message_id']}"] = Bill(bot.key, bill)
    number = message["message_id"]
    town.ledger.write("message", bot=bot.key, chat=chat.id, message_id=number, text=bill["title"], method="sendInvoice")
    return message


async def answer_pre_checkout_query(town: Town, bot: Bot, params: Json) -> bool:
    """``answerPreCheckoutQuery`` → ``True``."""
    wanted = params.get("pre_checkout_query_id")
    bill = next((b for b in town.bills.values() if b.checkout and b.checkout == wanted and b.bot == bot.key), None)
    if bill is None or bill.answer is not None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if not params.get("ok") and not params.get("error_message"):
        raise bad("error_message must be non-empty")
    bill.answer = {"ok": params.get("ok", False), "error_message": params.get("error_message")}
    town.ledger.write("checkout_answer", bot=bot.key, query=wanted, **bill.answer)
    return True


async def pay(town: Town, user_id: int, bill_key: str) -> Json:
    """What a payer does: ask first, and pay when the bot says yes within ten seconds.

    Gives ``{"paid": bool, "error_message"?}``; raises ``KeyError`` for an unknown person or invoice.
    """
    bill, person = town.bills[bill_key], town.people[user_id]
    bot = town.bots[bill.bot]
    amount = {"currency": bill.params["currency"], "total_amount": _total(bill.params["prices"], "")}
    bill.checkout, bill.answer = town.number(), None
    asked = {"id": bill.checkout, "from": person.user(), **amount, "invoice_payload": bill.params["payload"]}
    town.tell(bot, "pre_checkout_query", asked, f"checkout{bill.checkout}")
    await _answered(bill)
    if not bill.answer or not bill.answer["ok"]:
        return {"paid": False, "error_message": bill.answer["error_message"] if bill.answer else "timeout"}
    chat = town.private_chat(bot, person)
    done = {
        **amount,
        "invoice_payload": bill.params["payload"],
        "telegram_payment_charge_id": secrets.token_hex(16),
        "provider_payment_charge_id": secrets.token_hex(16),
    }
    head = {"message_id": chat.next_number(), "from": person.user(), "chat": chat.shape()}
    message = {**head, "date": town.clock.stamp(), "successful_payment": done}
    chat.messages[message["message_id"]] = message
    town.ledger.write("paid", session=bill_key, amount=amount["total_amount"], currency=amount["currency"])
    town.tell(bot, "message", message, str(chat.id))
    return {"paid": True}


async def _answered(bill: Bill) -> None:
    for _ in range(int(_ANSWER_SECONDS / 0.05)):
        if bill.answer is not None:
            return
        await asyncio.sleep(0.05)
