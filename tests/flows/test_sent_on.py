"""A doctor sends the owner to an emergency vet: told at once, after one confirmation, and a case that was sent is never lost by it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows import effects as fx
from flows import incoming as come
from flows import standing
from flows.card import card_text
from flows.case import Case, Status
from flows.context import Decision
from flows.decide import decide
from flows.effects import Outward
from flows.wording import LANGUAGES
from tests.builders import NOON, a_case
from tests.flows.test_reasons import LIN, WEBER, actions, hint, kidneys, press, taken, told
from tests.flows.test_review_findings import context
from tests.flows.test_undo import at, go

BOTH = pytest.mark.parametrize("language", LANGUAGES)
HELD = pytest.mark.parametrize("status", [Status.REVIEW, Status.MORE_NEEDED])


def held(status: Status, language: str = "en") -> Case:
    """A case that the doctors have, or that waits for something they asked for."""
    case = replace(kidneys(language), status=status, submitted_at=NOON, screen="s", options=("supplied",))
    return replace(case, review=replace(case.review, topic=7))


def sent_on(case: Case) -> Decision:
    return press(taken(case, "emergency"), "emergency_yes")


def moves(decision: Decision) -> list[tuple[str, str, str]]:
    return [(e.trigger, e.went_to, e.actor) for e in decision.effects if isinstance(e, fx.Moved)]


@BOTH
@HELD
def test_after_one_confirmation_the_owner_reads_what_to_do_and_whom_to_ring(status: Status, language: str) -> None:
    """Nothing leaves for her at the first press; with the second she is told at once, and the group who told her."""
    case = held(status, language)
    assert "emergency" in actions(case)
    asked = press(case, "emergency")
    assert asked.case.status is status
    assert not told(asked)
    assert [e.buttons[0][0].data for e in asked.effects if isinstance(e, fx.Post)] == ["K7M2QX.key.emergency_yes"]
    done = press(asked.case, "emergency_yes")
    assert moves(done) == [("send_on", "emergency", "lin")]
    assert context().clinic.emergency[0].phone in told(done)
    assert "Dr. Lin" in told(done)
    assert done.case.options == ("false_alarm",)
    assert any("Dr. Lin" in e.text for e in done.effects if isinstance(e, fx.Post))
    assert fx.Wake("lapse", NOON + timedelta(days=60)) in done.effects


@HELD
def test_safe_again_the_case_is_with_the_doctors_and_nothing_of_it_is_lost(status: Status) -> None:
    """Not back into the questions of a draft: it was sent already."""
    before = held(status)
    there = sent_on(before).case
    back = decide(there, come.Pressed(f"{there.screen}.0"), context(token="fresh123"))
    assert moves(back) == [("safe_again", "review", "owner")]
    assert (back.case.answers, back.case.submitted_at) == (before.answers, before.submitted_at)
    assert back.case.review.round == before.review.round + 1
    assert {"go", "no_go", "need_more", "emergency"} <= set(actions(back.case))
    roles = [e.role for e in back.effects if isinstance(e, fx.Post)]
    assert roles.count("card") == 1
    assert fx.Forget("lapse") in back.effects
    assert "with the doctors again" in told(back)


def test_a_draft_in_an_emergency_goes_on_with_its_questions_as_before() -> None:
    """It was never sent, so there is nothing that the doctors could have back."""
    draft = a_case(status=Status.EMERGENCY, step="emergency", screen="s", options=("false_alarm",))
    assert moves(decide(draft, come.Pressed("s.0"), context())) == [("false_alarm", "intake", "owner")]


def test_the_owner_can_end_a_case_in_an_emergency() -> None:
    """Her ways out stay as they are."""
    asked = decide(sent_on(held(Status.REVIEW)).case, come.Asked("cancel"), context()).case
    assert moves(decide(asked, come.Pressed(f"{asked.screen}.0"), context())) == [("withdraw", "withdrawn", "owner")]


def test_a_decision_that_was_pending_is_over_and_cannot_be_undone_any_more() -> None:
    """A go that rings two minutes later would speak of a fee to somebody at the emergency vet."""
    there = sent_on(replace(go(), submitted_at=NOON)).case
    assert (there.status, there.review.pending) == (Status.EMERGENCY, None)
    assert decide(there, come.Due("undo", ""), at(300)).effects == ()
    assert not [e for e in press(there, "undo").effects if isinstance(e, Outward)]


@pytest.mark.parametrize("who", [LIN, WEBER])
@pytest.mark.parametrize("action", ["emergency", "emergency_yes", "go", "undo"])
def test_a_second_press_changes_nothing(action: str, who: tuple[str, int]) -> None:
    """She was told once; a second alarm would be a second fright."""
    there = sent_on(held(Status.REVIEW)).case
    again = press(there, action, who)
    assert hint(again)
    assert not [e for e in again.effects if isinstance(e, Outward)]
    assert again.case.status is Status.EMERGENCY


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.REVIEW, Status.MORE_NEEDED)])
def test_at_no_other_stage_a_doctor_can_do_it_from_the_card(status: Status) -> None:
    """A draft is nobody's business yet; from go on the owner and the doctor talk to each other."""
    case = replace(held(Status.REVIEW), status=status)
    assert "emergency" not in actions(case)
    for action in ("emergency", "emergency_yes"):
        assert press(case, action).case.status is status


def test_a_confirmation_of_an_earlier_round_does_nothing() -> None:
    """The owner has supplied something since: the doctor looks at the new card first."""
    case = held(Status.REVIEW)
    newer = replace(case, review=replace(case.review, key="newer", round=2))
    stale = decide(newer, come.StaffPressed(*LIN, "K7M2QX.key.emergency_yes"), context())
    assert stale.case.status is Status.REVIEW
    assert "no longer current" in hint(stale)


@BOTH
def test_where_the_owner_has_blocked_the_chat_somebody_is_to_ring_her_at_once(language: str) -> None:
    """Known before, or learnt when the message does not arrive."""
    known = sent_on(replace(held(Status.REVIEW, language), blocked=True))
    assert any("ring" in e.text for e in known.effects if isinstance(e, fx.Post))
    there = sent_on(held(Status.REVIEW, language)).case
    learnt = decide(there, come.Undelivered("say", "blocked"), context())
    assert any("blocked the chat" in e.text for e in learnt.effects if isinstance(e, fx.Post))


def test_what_the_owner_writes_on_her_way_reaches_the_group() -> None:
    """The advice stays what she reads."""
    there = sent_on(held(Status.REVIEW)).case
    noted = standing.noted(there, context(), "We are in the car")
    assert any("We are in the car" in e.text for e in noted.effects if isinstance(e, fx.Post))
    assert told(noted).startswith("Please go to an emergency vet now")


def test_the_card_says_so_and_offers_nothing_to_decide() -> None:
    """The case page and the case file stay."""
    there = sent_on(held(Status.REVIEW)).case
    assert card_text(there, context().clinic, "en").startswith("Case K7M2QX · emergency")
    assert actions(there) == ["page", "file_en", "file_zh_hant"]
