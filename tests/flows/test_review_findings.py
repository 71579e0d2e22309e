"""Faults that fresh eyes found once, each told as the story in which it hurt."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.rehearsal.clinic import clinic
from flows import effects as fx
from flows import incoming as come
from flows.case import Call, Case, Payment, Review, Status
from flows.context import Context, Decision
from flows.currencies import money
from flows.decide import decide
from flows.ledger import Fact
from tests.builders import NOON, a_case

LIN = come.StaffPressed("lin", 9001, "K7M2QX.key.go")


def context(**changes: Any) -> Context:
    return replace(Context(NOON, clinic(), "token123"), **changes)


def in_review(**review: Any) -> Case:
    return a_case(status=Status.REVIEW, step="", consent_at=NOON, review=Review(round=1, key="key", card=90, **review))


def posts(decision: Decision) -> list[str]:
    return [e.text for e in decision.effects if isinstance(e, fx.Post)]


def test_a_reply_to_the_former_prompt_is_not_taken_for_the_new_decision() -> None:
    """Go, then no-go: the sentence written for the first must not reach the owner with the second."""
    case = in_review(prompt=100, asked="go", asked_by=9001, asked_doctor="lin", asked_at=NOON)
    asked = decide(case, replace(LIN, data="K7M2QX.key.no_go"), context()).case
    late = decide(asked, come.StaffReplied("lin", 9001, 100, "Yes, we can advise"), context())
    assert late.case.status is Status.REVIEW
    told = decide(asked, come.StaffReplied("lin", 9001, 101, "We are sorry"), context())
    assert told.case.status is Status.DECLINED


def test_a_typed_number_can_never_be_switched_on() -> None:
    """It may be a stranger's, and her STOP must stand."""
    case = a_case(status=Status.REVIEW, step="", phone="+886912345678", vouched=False)
    decision = decide(case, come.Asked("texts"), context())
    assert not any(e.buttons for e in decision.effects if isinstance(e, fx.Say))


def test_who_cancels_a_paid_call_is_asked_again() -> None:
    """The fee is here, so the case may not fall silent."""
    call = Call("lin", NOON + timedelta(days=3), NOON + timedelta(days=3, minutes=30), 1)
    case = a_case(
        status=Status.BOOKED, step="", call=call, revision=1, screen="s", options=("cancel_yes",), zone="Asia/Taipei"
    )
    effects = decide(case, come.Pressed("s.0"), context()).effects
    assert any(isinstance(e, fx.Wake) and e.kind == "choose" for e in effects)


def test_a_second_payment_is_told_once_however_often_it_is_seen() -> None:
    """Two alarms would be two refunds."""
    case = a_case(status=Status.PAID, step="", payment=Payment(300_000, "TWD", 1, "A", "", state="paid"))
    seen = come.CheckoutSeen("B", "paid", 300_000, "TWD")
    first = decide(case, seen, context())
    facts = tuple(
        Fact(e.reference, e.kind, e.amount, e.currency, NOON) for e in first.effects if isinstance(e, fx.Enter)
    )
    again = decide(first.case, seen, context(ledger=facts))
    assert len(posts(first)) == 1
    assert [type(e) for e in again.effects] == [fx.Wake]


def test_words_after_submitting_are_posted_to_the_doctors() -> None:
    """An edited card rings nobody."""
    decision = decide(in_review(), come.Said("He stopped eating today"), context())
    assert any("He stopped eating today" in text for text in posts(decision))


def test_nothing_is_kept_before_consent_not_even_in_an_emergency() -> None:
    """Neither a file nor a word."""
    case = a_case(status=Status.EMERGENCY, step="emergency_advice")
    assert decide(case, come.Said("my name is Mei"), context()).case.notes == ()
    file = decide(case, come.Attached("photo", "f", "u", "", 10), context())
    assert not any(isinstance(e, fx.Fetch) for e in file.effects)


def test_words_typed_to_a_question_of_another_kind_are_no_answer() -> None:
    """“Yes, end it”, typed after /cancel, is not the cat's name."""
    asked = decide(a_case(step="cat_name", answers={}, screen="old"), come.Asked("cancel"), context()).case
    assert "cat_name" not in decide(asked, come.Said("Yes, end it"), context()).case.answers


def test_go_is_refused_where_nobody_could_pay() -> None:
    """The owner must not be promised a link that never comes."""
    bare = context(clinic=replace(clinic(), takes_payments=False))
    decision = decide(in_review(), LIN, bare)
    assert decision.case.review.asked == ""
    assert isinstance(decision.effects[0], fx.Answer)


def test_an_owner_who_blocks_the_chat_before_paying_is_told_of_once() -> None:
    """Ordinary life, but the staff must reach her another way."""
    case = a_case(status=Status.ACCEPTED, step="", review=Review(card=90))
    first = decide(case, come.Undelivered("say", "blocked"), context())
    assert len(posts(first)) == 1
    assert posts(decide(first.case, come.Undelivered("say", "blocked"), context())) == []


def test_amounts_have_the_decimals_of_their_currency() -> None:
    """What is shown is what is charged."""
    assert [money(5000, c) for c in ("TWD", "XAF", "JPY", "KWD")] == ["NT$50", "XAF 5,000", "¥5,000", "KWD 5"]
