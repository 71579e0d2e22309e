"""Paying back: once for each number whatever is lost, and all that Stripe's books say of a payment is read at once."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.sending import Failed, Outcome, Sent, Unsure
from flows.incoming import CheckoutSeen, DisputeSeen, RefundSeen
from payments.stripe import StripeSender
from tests.payments.stripe_server import Books, stripe_server
from tests.payments.test_stripe import played, row

pytestmark = pytest.mark.enable_socket

BACK = {"session": "cs_test_1", "number": 1, "amount": 300000, "currency": "TWD"}


async def paid(rail: StripeSender, books: Books) -> None:
    """A session that was paid."""
    await rail.send(row())
    books.sessions["cs_test_1"] |= {"status": "complete", "payment_status": "paid", "payment_intent": "pi_1"}


def seen(*refunds: RefundSeen, disputes: tuple[DisputeSeen, ...] = ()) -> Sent:
    return Sent("cs_test_1", CheckoutSeen("cs_test_1", "paid", 300000, "TWD", refunds, disputes, "pi_1"))


@pytest.mark.parametrize(
    ("fault", "first"), [(None, None), (0, Unsure()), (500, Failed("their_fault")), (429, Failed("too_fast"))]
)
@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=3)])  # after a day Stripe has forgotten the key
def test_a_refund_that_is_sent_again_pays_back_once(
    tmp_path: Path, fault: int | None, first: Outcome | None, age: timedelta
) -> None:
    async def story(rail: StripeSender) -> list[Outcome]:
        await paid(rail, books)
        books.faults = [] if fault is None else [fault]
        return [await rail.send(row("refund", BACK, age)) for _ in range(3)]

    with stripe_server() as books:
        outcomes = played(tmp_path, books, story)
    assert first in (None, outcomes[0])
    assert outcomes[1:] == [seen(RefundSeen("1", "under_way", 300000, "TWD"))] * 2
    assert [(one["amount"], one["key"]) for one in books.refunds] == [(300000, "outbox-41")]


def test_what_stripe_refuses_to_pay_back_is_a_refund_that_failed(tmp_path: Path) -> None:
    async def story(rail: StripeSender) -> Outcome:
        await paid(rail, books)
        await rail.send(row("refund", BACK))
        return await rail.send(replace(row("refund", BACK | {"number": 2}), id=42))

    with stripe_server() as books:
        outcome = played(tmp_path, books, story)
    assert outcome == seen(RefundSeen("1", "under_way", 300000, "TWD"), RefundSeen("2", "failed", 300000, "TWD"))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending", "under_way"),
        ("requires_action", "under_way"),
        ("succeeded", "done"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_one_read_tells_of_refunds_made_elsewhere_and_of_disputes(tmp_path: Path, status: str, state: str) -> None:
    async def story(rail: StripeSender) -> Outcome:
        await paid(rail, books)
        books.refunds = [
            {"id": "re_9", "object": "refund", "amount": 100, "currency": "twd", "status": status, "metadata": {}}
        ]
        books.disputes = [
            {"id": f"dp_{word}", "object": "dispute", "amount": 200, "currency": "twd", "status": word}
            for word in ("needs_response", "under_review", "won", "lost", "warning_needs_response", "prevented")
        ]
        return await rail.send(row("read_checkout", {"session": "cs_test_1"}))

    with stripe_server() as books:
        outcome = played(tmp_path, books, story)
    told = [("needs_response", "open"), ("under_review", "open"), ("won", "won"), ("lost", "lost")]
    disputes = tuple(DisputeSeen(f"dp_{word}", what, 200, "TWD") for word, what in told)
    assert outcome == seen(RefundSeen("re_9", state, 100, "TWD"), disputes=disputes)


@pytest.mark.parametrize(
    ("intent", "state"), [("processing", "unpaid"), ("requires_payment_method", "failed"), ("canceled", "failed")]
)
def test_a_delayed_payment_that_failed_is_told_from_one_that_is_on_its_way(
    tmp_path: Path, intent: str, state: str
) -> None:
    async def story(rail: StripeSender) -> Any:
        await rail.send(row())
        books.intent = intent
        books.sessions["cs_test_1"] |= {"status": "complete", "payment_intent": "pi_1"}
        return await rail.send(row("read_checkout", {"session": "cs_test_1"}))

    with stripe_server() as books:
        outcome = played(tmp_path, books, story)
    assert outcome == Sent("cs_test_1", CheckoutSeen("cs_test_1", state, 300000, "TWD"))
