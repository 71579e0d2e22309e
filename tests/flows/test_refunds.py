"""What the consent promises about money is what the code does."""

from datetime import timedelta

import pytest

from app.rehearsal.clinic import clinic
from flows import refunds
from flows.case import Call, Payment, Status
from flows.consents import SCREENS
from flows.context import Context
from flows.ledger import Fact
from tests.builders import NOON, a_case

PAID = Payment(300_000, "TWD", 1, "cs_1", counted=("cs_1",), state="paid")


def facts(*more: Fact) -> tuple[Fact, ...]:
    return (Fact("cs_1", "paid", 300_000, "TWD", NOON), *more)


def test_the_consent_says_what_the_code_promises() -> None:
    """Whoever changes the sentence must change the numbers, and the other way round."""
    point = next(one for screen in SCREENS for one in screen.points if one.id == "refund")
    assert (
        "withdraw before the call, the whole fee is paid back within 14 days. After the call it is not."
        in point.sentence("en")
    )
    assert "您在通話前撤回，費用會在 14 天內全額退還；通話之後就不再退費" in point.sentence("zh_Hant")
    assert refunds.PROMISED == {"before_call": 100, "after_call": 0}


@pytest.mark.parametrize(("minutes", "share"), [(-1, 100), (0, 0), (45, 0)])
def test_the_call_begins_at_its_minute(minutes: int, share: int) -> None:
    call = Call("lin", NOON, NOON + timedelta(minutes=30), 1)
    case = a_case(status=Status.BOOKED, call=call, payment=PAID)
    assert refunds.percent(case, Context(NOON + timedelta(minutes=minutes), clinic(), "token123")) == share


@pytest.mark.parametrize(
    ("status", "share", "owed"),
    [(Status.WITHDRAWN, 100, 300_000), (Status.WITHDRAWN, 0, 0), (Status.WITHDRAWN, 33, 99_000), (Status.DECLINED, 100, 300_000),
     (Status.PAID, 0, 0), (Status.ANSWERED, 0, 0), (Status.CLOSED, 0, 0)],
)  # fmt: skip
def test_what_is_owed_of_the_fee(status: Status, share: int, owed: int) -> None:
    case = refunds.with_share(a_case(status=status, payment=PAID), share)
    assert sum(one.amount for one in refunds.owed(case, facts())) == owed


def test_a_share_is_rounded_up_to_whole_dollars_and_never_paid_twice() -> None:
    """Taiwan dollars go back in whole ones only; what is on its way counts."""
    case = refunds.with_share(a_case(status=Status.WITHDRAWN, payment=PAID), 50)
    odd = (Fact("cs_1", "paid", 300_100, "TWD", NOON),)
    assert [one.amount for one in refunds.owed(case, odd)] == [150_100]
    part = Fact("cs_1#1", "refund_asked", 100_000, "TWD", NOON)
    assert [(one.number, one.amount) for one in refunds.owed(case, facts(part))] == [(2, 50_000)]
    by_hand = Fact("cs_1#re_9", "refund_done", 150_000, "TWD", NOON)
    assert refunds.owed(case, facts(by_hand)) == ()
