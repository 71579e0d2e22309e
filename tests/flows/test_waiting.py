"""A case that waits: reminders that grow apart, one honest word to the owner, and no promise that lies in the past."""

from datetime import timedelta

import pytest

from flows import effects as fx
from flows import incoming as come
from flows.case import Case, Status
from flows.context import Decision
from flows.decide import decide
from flows.review import new_round
from tests.builders import NOON
from tests.flows.test_review_findings import context, in_review


def waiting() -> tuple[Case, fx.Wake]:
    """A case whose round has just begun, and its first reminder."""
    opened = new_round(in_review(), context())
    return opened.case, next(e for e in opened.effects if isinstance(e, fx.Wake))


def rings(count: int) -> list[tuple[fx.Wake, Decision]]:
    """The first reminders of a case that nobody decides."""
    case, wake = waiting()
    found = []
    for _ in range(count):
        decision = decide(case, come.Due(wake.kind, wake.key), context(now=wake.at))
        found.append((wake, decision))
        case, wake = decision.case, next(e for e in decision.effects if isinstance(e, fx.Wake))
    return found


def test_the_reminders_of_the_group_grow_apart() -> None:
    """Half the promised day, the whole of it, then each twice as far from the last, two days at most."""
    after = [(wake.at - NOON) // timedelta(hours=1) for wake, _ in rings(6)]
    assert after == [12, 24, 48, 96, 144, 192]
    assert all(any(isinstance(e, fx.Post) for e in decision.effects) for _, decision in rings(6))


def test_the_owner_is_told_once_when_the_promised_time_is_over() -> None:
    """Not before, and not again with each reminder of the group."""
    told = [any(isinstance(e, fx.Say) for e in decision.effects) for _, decision in rings(6)]
    assert told == [False, True, False, False, False, False]


@pytest.mark.parametrize("key", ["1.1", "1.2", "1", "3.2"])
def test_a_reminder_of_another_round_or_after_the_decision_says_nothing(key: str) -> None:
    """A second round has its own promise."""
    case, _ = waiting()
    assert case.review.round == 2
    assert decide(case, come.Due("review", key), context()).effects == ()
    declined = in_review()
    over = decide(declined, come.StaffPressed("lin", 9001, "K7M2QX.key.no_go"), context()).case
    over = decide(over, come.StaffPressed("lin", 9001, "K7M2QX.key.ground_field"), context()).case
    assert over.status is Status.DECLINED
    assert decide(over, come.Due("review", key), context()).effects == ()


def test_a_reminder_of_an_earlier_version_rings_as_the_first() -> None:
    """Its key names the round alone; it must neither be lost nor tell the owner too early."""
    decision = decide(in_review(), come.Due("review", "1"), context())
    assert [type(e) for e in decision.effects if isinstance(e, fx.Say | fx.Post)] == [fx.Post]


@pytest.mark.parametrize(("hours", "late"), [(23, False), (24, True), (90, True)])
def test_status_names_no_time_that_is_over(hours: int, late: bool) -> None:
    """Who asks is told the promise while it holds, and then that it did not hold."""
    case, _ = waiting()
    asked = decide(case, come.Asked("status"), context(now=NOON + timedelta(hours=hours)))
    (text,) = [e.text for e in asked.effects if isinstance(e, fx.Say)]
    assert ("longer than we had said" in text) is late
    assert ("usually by" in text) is not late
