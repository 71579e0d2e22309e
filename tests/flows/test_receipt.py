"""The receipt says what the ledger says, in the owner's language, and nothing about the cat."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.rehearsal.clinic import clinic
from flows import fee, receipt, refunds
from flows.case import Case, Payment, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.effects import Say, SayLetter
from flows.incoming import Asked, CheckoutSeen, RefundSeen
from flows.ledger import Fact
from tests.builders import NOON, a_case

OPEN = Payment(300_000, "TWD", 1, "cs_1", "https://pay.example/1", state="open")
PAID = replace(OPEN, url="", counted=("cs_1",), state="paid", paid_at=NOON)
OPENED = Fact("cs_1", "opened", 300_000, "TWD", NOON)
CAME = Fact("cs_1", "paid", 300_000, "TWD", NOON)


def context(*facts: Fact, days: int = 0) -> Context:
    return Context(NOON + timedelta(days=days), clinic(), "token123", ledger=facts)


def papers(decision: Decision) -> list[SayLetter]:
    return [effect for effect in decision.effects if isinstance(effect, SayLetter)]


def seen(*back: RefundSeen) -> CheckoutSeen:
    return CheckoutSeen("cs_1", "paid", 300_000, "TWD", refunds=back)


def in_review(language: str) -> Case:
    return a_case(status=Status.ACCEPTED, language=language, payment=OPEN)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Receipt", "Received on 2 Mar 2026: NT$3,000", "cs_1", "not a tax invoice")),
     ("zh_Hant", ("付款收據", "2026年3月2日收到：NT$3,000", "cs_1", "不是統一發票"))],
)  # fmt: skip
def test_a_paid_fee_brings_its_receipt_once(language: str, words: tuple[str, ...]) -> None:
    paid = decide(in_review(language), seen(), context(OPENED))
    (paper,) = papers(paid)
    (page,) = paper.pages
    assert paper.name == "receipt.pdf"
    assert all(word in page for word in (*words, clinic().name, paid.case.code)), page
    told_twice = decide(paid.case, seen(), context(OPENED, CAME))
    assert papers(told_twice) == []


def test_another_amount_brings_a_receipt_only_once_it_is_taken_as_the_fee() -> None:
    little = replace(seen(), amount=100_000)
    unowed = decide(in_review("en"), little, context(OPENED))
    assert papers(unowed) == []
    came = Fact("cs_1", "wrong_amount", 100_000, "TWD", NOON)
    (paper,) = papers(fee.take_as_fee(unowed.case, context(OPENED, came), "cs_1"))
    assert "Received on 2 Mar 2026: NT$1,000" in paper.pages[0]


def test_money_that_went_back_brings_a_new_receipt_once() -> None:
    case = refunds.with_share(a_case(status=Status.WITHDRAWN, language="en", payment=PAID), 100)
    asked = Fact("cs_1#1", "refund_asked", 300_000, "TWD", NOON)
    back = seen(RefundSeen("1", "done", 300_000, "TWD"))
    (paper,) = papers(decide(case, back, context(OPENED, CAME, asked, days=3)))
    assert "Paid back on 5 Mar 2026: NT$3,000" in paper.pages[0]
    assert "NT$3,000 that went back to you" in paper.caption
    assert "On its way" not in paper.pages[0]
    done = Fact("cs_1#1", "refund_done", 300_000, "TWD", NOON + timedelta(days=3))
    assert papers(decide(case, back, context(OPENED, CAME, asked, done, days=4))) == []


def test_a_refund_that_the_bank_sent_back_is_taken_off_the_receipt() -> None:
    case = refunds.with_share(a_case(status=Status.WITHDRAWN, language="en", payment=PAID), 100)
    asked = Fact("cs_1#1", "refund_asked", 300_000, "TWD", NOON)
    done = Fact("cs_1#1", "refund_done", 300_000, "TWD", NOON)
    returned = decide(case, seen(RefundSeen("1", "failed", 300_000, "TWD")), context(OPENED, CAME, asked, done, days=5))
    (paper,) = papers(returned)
    assert "Paid back" not in paper.pages[0]


@pytest.mark.parametrize("status", list(Status))
def test_the_receipt_can_be_asked_for_at_any_time(status: Status) -> None:
    """Nothing else changes: the question that is open stays open."""
    case = a_case(status=status, language="en", payment=PAID)
    asked = decide(case, Asked("receipt"), context(OPENED, CAME))
    (paper,) = asked.effects
    assert isinstance(paper, SayLetter)
    assert asked.case == replace(case, updated_at=asked.case.updated_at, last_screen=asked.case.last_screen)


def test_before_a_payment_there_is_no_receipt() -> None:
    (effect,) = receipt.again(in_review("en"), context(OPENED)).effects
    assert effect == Say("No payment has arrived in this case yet.")


def test_the_receipt_tells_nothing_of_the_cat() -> None:
    """An owner hands it to an employer or an insurer."""
    case = a_case(status=Status.PAID, language="en", payment=PAID, answers={"cat_name": "Mochi", "problem": "tumour"})
    (page,) = receipt.paper(case, (CAME,), context()).pages
    assert "Mochi" not in page
    assert "tumour" not in page
