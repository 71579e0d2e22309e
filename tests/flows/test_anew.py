"""A decision is taken up again, with a reason, as long as nothing is paid: audited, the link closed, the owner told."""

from dataclasses import replace

import pytest

from flows import effects as fx
from flows import incoming as come
from flows.case import ENDED, Case, Payment, Status
from flows.context import Decision
from flows.decide import decide
from flows.effects import Outward
from flows.wording import LANGUAGES
from tests.builders import NOON
from tests.flows.test_reasons import LIN, WEBER, actions, hint, kidneys, press, told
from tests.flows.test_review_findings import context

BOTH = pytest.mark.parametrize("language", LANGUAGES)
ENDS = pytest.mark.parametrize("status", [Status.ACCEPTED, Status.DECLINED, Status.MORE_NEEDED])
BY = {Status.ACCEPTED: "go", Status.DECLINED: "no_go", Status.MORE_NEEDED: "need_more"}
WHY = "The pathology report changes the picture."
LINK = Payment(300_000, "TWD", 1, "cs_1", "https://pay.example/1", state="open")


def decided(status: Status, language: str = "en") -> Case:
    """A case as Dr. Weber's decision left it; after a go the link is open."""
    case = decide(
        press(kidneys(language), BY[status], WEBER).case, come.StaffReplied(*WEBER, 101, "So it is."), context()
    ).case
    assert case.status is status
    payment = LINK if status is Status.ACCEPTED else case.payment
    return replace(case, submitted_at=NOON, payment=payment)


def anew(case: Case, why: str = WHY) -> Decision:
    """Dr. Lin decides anew."""
    asked = press(case, "anew", LIN).case
    return decide(asked, come.StaffReplied(*LIN, 102, why), context(token="fresh123"))


@BOTH
@ENDS
def test_with_a_reason_the_case_is_in_review_again_with_a_fresh_card(status: Status, language: str) -> None:
    """History and group name who and why; the owner is told that it is looked at once more, and not why."""
    before = decided(status, language)
    assert "anew" in actions(before)
    done = anew(before)
    (line,) = [e for e in done.effects if isinstance(e, fx.Moved)]
    assert (line.trigger, line.went_to, line.actor, line.detail) == ("decide_anew", "review", "lin", WHY)
    assert [e.role for e in done.effects if isinstance(e, fx.Post)].count("card") == 1
    assert any(WHY in e.text and "Dr. Lin" in e.text for e in done.effects if isinstance(e, fx.Post))
    review = done.case.review
    assert (review.decision, review.decided_by, review.decided_at, review.reason) == ("", "", None, "")
    assert review.key != before.review.key
    assert told(done)
    assert WHY not in told(done)
    assert fx.Forget("lapse") in done.effects
    assert {"go", "no_go", "need_more"} <= set(actions(done.case))


def test_an_open_payment_link_is_closed_first_and_the_owner_knows() -> None:
    """Closed before she is told, so that what she reads is true."""
    done = anew(decided(Status.ACCEPTED))
    kinds = [type(e) for e in done.effects]
    assert kinds.index(fx.CloseCheckout) < kinds.index(fx.Say)
    assert fx.CloseCheckout("cs_1") in done.effects
    assert (done.case.payment.state, done.case.payment.url) == ("expired", "")
    assert "payment link is closed" in told(done)


def test_a_link_that_is_made_only_afterwards_is_closed_at_once() -> None:
    """The provider was asked for it before the case was taken up again."""
    opening = replace(LINK, state="opening", session="", url="")
    again = anew(replace(decided(Status.ACCEPTED), payment=opening)).case
    late = decide(again, come.CheckoutOpened(1, "cs_1", "https://pay.example/1", NOON), context())
    assert fx.CloseCheckout("cs_1") in late.effects
    assert not told(late)


def test_a_payment_that_arrives_all_the_same_is_money_that_the_staff_decides_on() -> None:
    """Nothing is lost and nothing is taken for granted: the case stays in review."""
    again = anew(decided(Status.ACCEPTED)).case
    late = decide(again, come.CheckoutSeen("cs_1", "paid", 300_000, "TWD"), context())
    assert late.case.status is Status.REVIEW
    assert "Nothing is lost" in told(late)
    assert any(e.buttons for e in late.effects if isinstance(e, fx.Post))


def test_the_next_go_opens_a_session_of_its_own() -> None:
    """The provider would give back the closed one for the same number."""
    again = anew(decided(Status.ACCEPTED)).case
    go = decide(press(again, "go", WEBER).case, come.StaffReplied(*WEBER, 103, "We can."), context())
    assert [e.attempt for e in go.effects if isinstance(e, fx.OpenCheckout)] == [2]


@pytest.mark.parametrize("state", ["arriving", "wrong_amount", "paid"])
def test_once_money_has_come_or_is_on_its_way_nothing_is_decided_anew(state: str) -> None:
    """The button is gone, a press on an old card changes nothing, and a reply that comes too late neither."""
    case = decided(Status.ACCEPTED)
    asked = press(case, "anew", LIN).case
    for before in (case, asked):
        paid = replace(before, payment=replace(LINK, state=state))
        assert "anew" not in actions(paid)
        pressed = press(paid, "anew", LIN)
        assert "Already decided" in hint(pressed)
        assert not [e for e in pressed.effects if isinstance(e, Outward)]
        late = decide(paid, come.StaffReplied(*LIN, 102, WHY), context())
        assert late.case.status is Status.ACCEPTED
        assert any("Already decided" in e.text for e in late.effects if isinstance(e, fx.Post))


def test_a_case_that_the_clinic_called_off_after_the_payment_is_not_decided_anew() -> None:
    """Its fee goes back; the owner begins another."""
    paid = replace(LINK, state="paid", paid_at=NOON)
    off = press(replace(decided(Status.ACCEPTED), status=Status.PAID, payment=paid), "call_off_yes").case
    assert off.status is Status.DECLINED
    assert "anew" not in actions(off)
    assert press(off, "anew").case.status is Status.DECLINED


@pytest.mark.parametrize("status", [s for s in Status if s not in BY])
def test_at_no_other_stage_it_is_offered(status: Status) -> None:
    """Before the decision there is an undo, after the payment there are refunds."""
    case = replace(decided(Status.MORE_NEEDED), status=status)
    assert "anew" not in actions(case)
    assert press(case, "anew").case.status is status


@ENDS
def test_without_a_reason_nothing_changes(status: Status) -> None:
    """An empty reply is answered, and only who pressed may give the reason."""
    before = decided(status)
    empty = anew(before, "  \n ")
    assert empty.case.status is status
    assert any("why is it decided anew" in e.text for e in empty.effects if isinstance(e, fx.Post))
    asked = press(before, "anew", LIN).case
    other = decide(asked, come.StaffReplied(*WEBER, 102, WHY), context())
    assert other.case.status is status
    assert any("Only Dr. Lin" in e.text for e in other.effects if isinstance(e, fx.Post))


def test_an_owner_who_sends_what_was_wanted_meanwhile_gets_her_new_round_and_the_reason_comes_too_late() -> None:
    """Both lead to review; only one of them happens."""
    asked = press(decided(Status.MORE_NEEDED), "anew", LIN).case
    supplied = decide(asked, come.Pressed(f"{asked.screen}.0"), context(token="fresh123")).case
    assert supplied.status is Status.REVIEW
    late = decide(supplied, come.StaffReplied(*LIN, 102, WHY), context())
    assert late.case.status is Status.REVIEW
    assert not [e for e in late.effects if isinstance(e, fx.Moved)]


def test_a_case_that_was_declined_lives_again() -> None:
    """What she writes is read by the doctors again."""
    again = anew(decided(Status.DECLINED)).case
    assert again.status not in ENDED
    card = replace(again, consent_at=NOON, review=replace(again.review, card=91))
    noted = decide(card, come.Said("Thank you for looking again"), context())
    assert any("Thank you for looking again" in e.text for e in noted.effects if isinstance(e, fx.Post))
