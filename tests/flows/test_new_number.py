"""A new number while a call is chosen or booked: it is rung, and the group never reads it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.rehearsal.clinic import clinic
from flows import effects as fx
from flows.case import Call, Case, Review, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.incoming import Said
from tests.builders import a_case

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
CALL = Call("lin", NOW + timedelta(minutes=5), NOW + timedelta(minutes=35), 4)


def said(text: str, **changes: Any) -> Decision:
    plain: dict[str, Any] = {"status": Status.BOOKED, "call": CALL, "revision": 4, "phone": "+886912345678", "vouched": True, "sms": True, "review": Review(1, "key", card=5), "consent_at": NOW, "submitted_at": NOW}  # fmt: skip
    return decide(_case(plain | changes), Said(text), Context(NOW, clinic(), "token123"))


def _case(values: dict[str, Any]) -> Case:
    return a_case(**values)


@pytest.mark.parametrize("text", ["0922 333 444", "+886922333444", "My new number is 0922-333-444", "我的新號碼是 0922-333-444", "００８８６ 922 333 444"])  # fmt: skip
def test_a_number_alone_or_in_a_short_sentence_is_the_one_to_ring(text: str) -> None:
    decision = said(text)
    assert decision.case.phone == "+886922333444"
    assert (decision.case.vouched, decision.case.sms) == (False, False)
    assert decision.case.notes == ()
    group = [e.text for e in decision.effects if isinstance(e, fx.Post | fx.EditCard)]
    assert not any("922" in words for words in group)


def test_a_doctor_who_was_told_of_the_call_hears_of_the_new_number() -> None:
    (tell,) = [e for e in said("0922 333 444").effects if isinstance(e, fx.Tell)]
    assert "+886922333444" in tell.text


def test_the_same_number_again_changes_nothing_of_it() -> None:
    decision = said("0912 345 678")
    assert (decision.case.phone, decision.case.vouched, decision.case.sms) == ("+886912345678", True, True)


@pytest.mark.parametrize("text", ["At 09:30 then?", "2026-11-30", "Creatinine was 0.9, then 1.4", "I weigh her daily: 3.1, 3.0", "x" * 80 + " 0922333444"])  # fmt: skip
def test_other_words_are_kept_for_the_doctors_as_ever(text: str) -> None:
    decision = said(text)
    assert (decision.case.phone, decision.case.notes) == ("+886912345678", (text,))


@pytest.mark.parametrize("status", [Status.REVIEW, Status.ACCEPTED, Status.ANSWERED])
def test_at_any_other_stage_it_is_a_note(status: Status) -> None:
    assert said("0922 333 444", status=status, call=None).case.phone == "+886912345678"
