"""A decision can be undone for a while: nothing leaves for the owner before, and whatever happens meanwhile ends well."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from flows import effects as fx
from flows import incoming as come
from flows import waiting
from flows.card import card_buttons, card_text
from flows.case import Case, Status, case_from
from flows.context import Context, Decision
from flows.decide import decide
from flows.effects import Outward
from tests.builders import NOON
from tests.flows.test_reasons import LIN, WEBER, actions, hint, kidneys
from tests.flows.test_review_findings import context

SECONDS = 120
TO_OWNER = (fx.Say, fx.Redraw, fx.Text, fx.OpenCheckout)
WAYS = [
    (["go"], "We can advise.", Status.ACCEPTED),
    (["no_go", "ground_field"], "", Status.DECLINED),
    (["no_go"], "We are sorry.", Status.DECLINED),
    (["need_more", "tick_urinalysis", "ask_ticked"], "", Status.MORE_NEEDED),
    (["need_more"], "Please send the X-ray.", Status.MORE_NEEDED),
]


def at(seconds: float) -> Context:
    """So long after noon, in a clinic that leaves two minutes for an undo."""
    house = context()
    return replace(house, now=NOON + timedelta(seconds=seconds), clinic=replace(house.clinic, undo_seconds=SECONDS))


def press(case: Case, action: str, who: tuple[str, int] = LIN, seconds: float = 0) -> Decision:
    return decide(case, come.StaffPressed(*who, f"{case.code}.{case.review.key}.{action}"), at(seconds))


def pending(presses: list[str], sentence: str) -> Decision:
    """What the last step of a decision gives."""
    case, last = kidneys(), Decision(kidneys())
    for action in presses:
        last = press(case, action)
        case = last.case
    return decide(case, come.StaffReplied(*LIN, 101, sentence), at(0)) if sentence else last


def go() -> Case:
    return pending(*WAYS[0][:2]).case


def triggers(decision: Decision) -> list[tuple[str, str]]:
    return [(e.trigger, e.actor) for e in decision.effects if isinstance(e, fx.Moved)]


@pytest.mark.parametrize(("presses", "sentence", "after"), WAYS)
def test_a_decision_reaches_the_owner_when_the_time_for_an_undo_is_over_and_not_sooner(
    presses: list[str], sentence: str, after: Status
) -> None:
    """The case is read back from its document in between, as the database does it."""
    made = pending(presses, sentence)
    assert made.case.status is Status.REVIEW
    assert not [e for e in made.effects if isinstance(e, (*TO_OWNER, fx.Moved))]
    (wake,) = [e for e in made.effects if isinstance(e, fx.Wake)]
    assert (wake.kind, wake.at) == ("undo", NOON + timedelta(seconds=SECONDS))
    stored = case_from(orjson.loads(orjson.dumps(made.case)))
    early = decide(stored, come.Due("undo", ""), at(SECONDS - 1))
    assert early.effects == (wake,)
    done = decide(stored, come.Due("undo", ""), at(SECONDS))
    assert done.case.status is after
    assert triggers(done) == [(done.case.review.decision, "lin")]
    assert (done.case.review.decided_at, done.case.review.pending) == (NOON, None)
    assert sentence in "".join(e.text for e in done.effects if isinstance(e, fx.Say))
    again = decide(done.case, come.Due("undo", ""), at(SECONDS + 1))
    assert again.effects == ()


@pytest.mark.parametrize("who", [LIN, WEBER])
def test_any_doctor_may_undo_and_the_card_is_undecided_again(who: tuple[str, int]) -> None:
    """The history names who undid it and whose decision it was, and the group reads it: an edited card rings nobody."""
    case = go()
    assert "undo" in actions(case)
    assert "go" not in actions(case)
    undone = press(case, "undo", who, 30)
    assert undone.case.status is Status.REVIEW
    assert not [e for e in undone.effects if isinstance(e, TO_OWNER)]
    (line,) = [e for e in undone.effects if isinstance(e, fx.Moved)]
    assert (line.trigger, line.actor, line.detail) == ("undo", who[0], "go lin")
    assert {"go", "no_go", "need_more"} <= set(actions(undone.case))
    (note,) = [e.text for e in undone.effects if isinstance(e, fx.Post)]
    assert "Dr. Lin" in note
    assert decide(undone.case, come.Due("undo", ""), at(SECONDS)).effects == ()


@pytest.mark.parametrize("action", ["go", "no_go", "need_more", "ground_field", "ask_ticked"])
@pytest.mark.parametrize("who", [LIN, WEBER])
def test_whoever_presses_meanwhile_is_told_who_decided_and_until_when_it_can_be_undone(
    action: str, who: tuple[str, int]
) -> None:
    """Noon in UTC and two minutes is two past eight in the evening in Taipei."""
    late = press(go(), action, who, 5)
    assert "Dr. Lin has decided: Go. It can be undone until" in hint(late)
    assert "20:02" in hint(late)
    assert replace(late.case, updated_at=NOON) == replace(go(), updated_at=NOON)


def test_a_second_reply_to_the_prompt_is_answered_and_changes_nothing() -> None:
    """The doctor adds a sentence: it is too late for this decision, and not yet for an undo."""
    late = decide(go(), come.StaffReplied(*LIN, 101, "And one more thing."), at(5))
    assert late.case.review.pending == go().review.pending
    assert ["can be undone" in e.text for e in late.effects if isinstance(e, fx.Post)] == [True]


def test_after_it_took_effect_nothing_is_undone() -> None:
    """The owner may have paid: the press is answered as one on an old card."""
    done = decide(go(), come.Due("undo", ""), at(SECONDS)).case
    late = press(done, "undo", LIN, SECONDS + 1)
    assert "Already decided" in hint(late)
    assert not [e for e in late.effects if isinstance(e, Outward)]
    assert late.case.status is Status.ACCEPTED


def test_a_timer_of_a_decision_that_was_undone_does_not_carry_out_the_next_one() -> None:
    """Go at noon, undone; no-go a minute later: at two past noon nothing may leave."""
    second = press(press(press(go(), "undo", LIN, 30).case, "no_go", LIN, 60).case, "ground_field", LIN, 60).case
    early = decide(second, come.Due("undo", ""), at(SECONDS))
    assert early.effects == (fx.Wake("undo", NOON + timedelta(seconds=60 + SECONDS)),)
    assert decide(second, come.Due("undo", ""), at(60 + SECONDS)).case.status is Status.DECLINED


def test_an_owner_who_withdraws_meanwhile_hears_of_no_decision() -> None:
    """The move itself ends what was pending."""
    asked = decide(go(), come.Asked("cancel"), at(10)).case
    gone = decide(asked, come.Pressed(f"{asked.screen}.0"), at(20)).case
    assert (gone.status, gone.review.pending) == (Status.WITHDRAWN, None)
    assert decide(gone, come.Due("undo", ""), at(SECONDS)).effects == ()
    assert "Undo" not in str(card_buttons(gone, "en", context().clinic))


def test_an_emergency_meanwhile_puts_the_decision_back_and_the_group_is_told() -> None:
    """An owner on her way to the vet must not read of a fee."""
    said = decide(go(), come.Said("She cannot breathe, her mouth is open!"), at(10))
    assert said.case.alarm
    assert said.case.review.pending is None
    assert ("undo", "owner") in triggers(said)
    assert any("is put back" in e.text for e in said.effects if isinstance(e, fx.Post))
    assert decide(said.case, come.Due("undo", ""), at(SECONDS)).effects == ()


def test_new_records_meanwhile_leave_the_decision_standing() -> None:
    """The group sees them come and can undo; the owner waits no longer for it."""
    case = go()
    sent = decide(case, come.Attached("photo", "file1", "unique1", "", 300_000), at(10)).case
    assert sent.review.pending == case.review.pending
    assert decide(sent, come.Due("undo", ""), at(SECONDS)).case.status is Status.ACCEPTED


def test_a_reminder_that_rings_meanwhile_waits_for_the_outcome() -> None:
    """A case that was decided a minute ago is not called undecided."""
    case = replace(go(), review=replace(go().review, round=1))
    rung = waiting.due(case, at(10), "1.1")
    assert rung.effects == (fx.Wake("review", NOON + timedelta(seconds=SECONDS + 60), "1.1"),)


def test_the_card_tells_what_was_decided_and_when_the_owner_hears_of_it() -> None:
    """Both what and why, so that a colleague can judge."""
    text = card_text(go(), at(0).clinic, "en")
    assert "Go by Dr. Lin: We can advise.\nThe owner hears of it at" in text
    assert "Can we give an appropriate recommendation?" not in text
