"""A time that is kept for ten minutes while the owner makes up her mind."""

from datetime import timedelta

from app.rehearsal.clinic import clinic
from flows.case import Call, Case, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.effects import Say
from flows.incoming import Due
from tests.builders import NOON, a_case

STARTS = NOON + timedelta(days=2)
OFFER = Call("lin", STARTS, STARTS + timedelta(minutes=30), 0)


def rung(case: Case, key: str = "0") -> Decision:
    """The ten minutes are over."""
    return decide(case, Due("hold", key), Context(NOON, clinic(), "token123"))


def test_a_hold_that_ran_out_is_forgotten_while_she_looks_at_other_days() -> None:
    """It may be somebody else's by now, and must not be shown to her as free; of a time she no longer wants she need not hear."""
    decision = rung(a_case(status=Status.PAID, offer=OFFER, step="day"))
    assert decision.case.offer is None
    assert decision.effects == ()


def test_she_is_told_where_she_was_asked_for_a_yes() -> None:
    decision = rung(a_case(status=Status.PAID, offer=OFFER, step="confirm"))
    assert decision.case.offer is None
    assert [effect for effect in decision.effects if isinstance(effect, Say)]


def test_the_timer_of_an_earlier_call_takes_no_newer_hold_away() -> None:
    """Its revision is another one."""
    held = a_case(status=Status.PAID, offer=OFFER, step="day", revision=1)
    assert rung(held).case is held
