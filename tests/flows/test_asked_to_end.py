"""While the owner thinks about ending her case, nothing that we begin of ourselves takes the button of her answer away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.rehearsal.clinic import clinic
from flows import effects as fx
from flows.case import Case, Payment, Status
from flows.context import Context
from flows.decide import decide
from flows.incoming import Asked, Due, Pressed
from flows.later import THINKS
from tests.builders import a_case

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
PAYMENT = Payment(300_000, "TWD", 1, "s", counted=("s",), state="paid", paid_at=NOW)


def at(now: datetime) -> Context:
    return Context(now, clinic(), f"tok{int(now.timestamp()) % 100_000:05}")


def asked(command: str = "cancel") -> Case:
    """Paid, and /cancel or /erase was sent just now."""
    paid = a_case(status=Status.PAID, zone="Asia/Taipei", payment=PAYMENT, submitted_at=NOW, updated_at=NOW)
    return decide(paid, Asked(command), at(NOW)).case


@pytest.mark.parametrize("timer", [("choose", "0"), ("remind", "24:1"), ("draft", "0")])
@pytest.mark.parametrize("command", ["cancel", "erase"])
def test_a_nudge_that_falls_into_it_comes_ten_minutes_later(timer: tuple[str, str], command: str) -> None:
    case, soon = asked(command), NOW + timedelta(seconds=1)
    decision = decide(case, Due(*timer), at(soon))
    assert decision.effects == (fx.Wake(timer[0], soon + THINKS, timer[1]),)
    assert decision.case.screen == case.screen


def test_her_yes_counts_although_a_nudge_fell_into_it() -> None:
    case = decide(asked(), Due("choose", "0"), at(NOW)).case
    yes = f"{case.screen}.{case.options.index('withdraw')}"
    assert decide(case, Pressed(yes), at(NOW + timedelta(minutes=1))).case.status is Status.WITHDRAWN


def test_a_question_that_nobody_answered_holds_nothing_up() -> None:
    late = NOW + THINKS
    decision = decide(asked(), Due("choose", "0"), at(late))
    assert any(isinstance(effect, fx.Say) for effect in decision.effects)
    again = decide(replace(decision.case, updated_at=NOW), Due("choose", "1"), at(late))
    assert any(isinstance(effect, fx.Say) for effect in again.effects)
