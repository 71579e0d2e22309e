"""Less than the fee came in: what the staff may ask for, what counts together, and that no part of a fee is kept without a case."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.rehearsal.clinic import KINDS, clinic
from flows import consultations, refunds, rest, rights
from flows import effects as fx
from flows import incoming as come
from flows.case import Case, Payment, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.ledger import Fact
from tests.builders import NOON, a_case

HOUSE = clinic()  # the fee is 300000 TWD


def waiting(**payment: object) -> Case:
    """Accepted, and the first link is used up with another amount."""
    fields: dict[str, object] = {"amount": 300_000, "currency": "TWD", "attempt": 1, "session": "s1", "state": "wrong_amount"}  # fmt: skip
    return a_case(status=Status.ACCEPTED, submitted_at=NOON, payment=Payment(**(fields | payment)))  # type: ignore[arg-type]


def came(*amounts: int, currency: str = "TWD") -> tuple[Fact, ...]:
    return tuple(Fact(f"s{n}", "wrong_amount", amount, currency, NOON) for n, amount in enumerate(amounts, 1))


def context(facts: Sequence[Fact]) -> Context:
    return Context(NOON, HOUSE, "token123", ledger=tuple(facts))


def press(case: Case, facts: Sequence[Fact], action: str, place: int = 0) -> Decision:
    """The newest button of this kind about this payment."""
    one = next(one for one in refunds.owed(case, facts) if one.place == place)
    data = f"{case.code}.{one.place}-{one.number}-{one.amount}.{action}"
    return decide(case, come.StaffPressed("lin", 9001, data), context(facts))


def opened(decision: Decision) -> list[int]:
    return [effect.amount for effect in decision.effects if isinstance(effect, fx.OpenCheckout)]


def proposals(decision: Decision) -> list[str]:
    """What the staff's buttons about money do."""
    posts = [effect for effect in decision.effects if isinstance(effect, fx.Post)]
    return [button.data.rpartition(".")[2] for post in posts for row in post.buttons for button in row]


@pytest.mark.parametrize(
    ("amount", "currency", "missing"),
    [(200_000, "TWD", 100_000), (299_900, "TWD", 100), (299_950, "TWD", 0), (300_000, "TWD", 0), (400_000, "TWD", 0), (2_000, "USD", 0)],
)  # fmt: skip
def test_only_a_rest_that_can_be_charged_is_offered(amount: int, currency: str, missing: int) -> None:
    """Not half a dollar in Taiwan, nothing on top of too much, and no sum of two currencies."""
    facts = came(amount, currency=currency)
    assert rest.missing(waiting(), HOUSE, facts, "s1") == missing
    again = decide(waiting(), come.Due("refund", "s1"), context(facts))
    assert ("ask_rest" in proposals(again)) is bool(missing)


def test_the_rest_completes_the_fee() -> None:
    """A link for what is missing; when it is paid both sessions are the fee, and a share of both goes back by the rule."""
    facts = came(200_000)
    asked = press(waiting(), facts, "ask_rest")
    assert opened(asked) == [100_000]
    link = replace(asked.case, payment=replace(asked.case.payment, session="s2", state="open"))
    paid = decide(link, come.CheckoutSeen("s2", "paid", 100_000, "TWD"), context(facts))
    assert (paid.case.status, paid.case.payment.counted) == (Status.PAID, ("s1", "s2"))
    assert paid.case.payment.amount == 300_000
    both = (*facts, Fact("s2", "paid", 100_000, "TWD", NOON))
    assert refunds.owed(paid.case, both) == ()
    ended = refunds.with_share(replace(paid.case, status=Status.WITHDRAWN), 50)
    assert [one.amount for one in refunds.owed(ended, both)] == [100_000, 50_000]


def test_a_second_press_and_every_older_button_do_nothing() -> None:
    """Neither asks again, nor pays back what is a part of the fee now."""
    facts = came(200_000)
    case = press(waiting(), facts, "ask_rest").case
    for action in ("ask_rest", "refund", "take_as_fee"):
        late = decide(case, come.StaffPressed("lin", 9001, f"{case.code}.0-1-200000.{action}"), context(facts))
        assert late.case is case
        assert [effect for effect in late.effects if not isinstance(effect, fx.Answer)] == []


def test_the_rest_can_come_in_parts_too() -> None:
    """Another amount again: one more press, and the link is for what is missing then."""
    case = press(waiting(), came(100_000), "ask_rest").case
    facts = came(100_000, 50_000)
    assert opened(press(case, facts, "ask_rest", place=1)) == [150_000]


def test_a_part_that_is_disputed_or_went_back_is_none() -> None:
    """Then the rest alone is not the fee: the staff decides, and nothing is kept unseen."""
    case = press(waiting(), came(200_000), "ask_rest").case
    link = replace(case, payment=replace(case.payment, session="s2", state="open"))
    facts = (*came(200_000), Fact("s1#d1", "disputed", 200_000, "TWD", NOON))
    paid = decide(link, come.CheckoutSeen("s2", "paid", 100_000, "TWD"), context(facts))
    assert paid.case.status is Status.ACCEPTED
    assert "refund" in proposals(paid)


def test_a_whole_fee_that_comes_late_takes_the_place_of_the_part() -> None:
    """Taken as the fee it is enough by itself: what came first is owed back, and the staff is told in the same breath."""
    case = press(waiting(), came(200_000), "ask_rest").case
    facts = (*came(200_000), Fact("s9", "paid", 300_000, "TWD", NOON))
    taken = press(case, facts, "take_as_fee", place=1)
    assert taken.case.payment.counted == ("s9",)
    assert [(one.session, one.amount) for one in refunds.owed(taken.case, facts)] == [("s1", 200_000)]
    assert "refund" in proposals(taken)


@pytest.mark.parametrize("way", ["withdraw", "lapse"])
def test_a_case_that_ends_without_the_rest_owes_the_part_back(way: str) -> None:
    """The owner and the staff hear of it at once."""
    facts = came(200_000)
    case = press(waiting(), facts, "ask_rest").case
    if way == "lapse":
        over = decide(case, come.Due("lapse", ""), context(facts))
    else:
        asked = decide(case, come.Asked("cancel"), context(facts)).case
        over = decide(asked, come.Pressed(f"{asked.screen}.0"), context(facts))
    assert [one.amount for one in refunds.owed(over.case, facts)] == [200_000]
    assert "refund" in proposals(over)
    assert any("NT$2,000" in effect.text for effect in over.effects if isinstance(effect, fx.Say))


def test_an_erasure_names_the_part_that_came() -> None:
    """What nobody can look up any more is in the staff's last note."""
    facts = came(200_000)
    case = press(waiting(), facts, "ask_rest").case
    asked = [effect.text for effect in rights.ask_erase(case, context(facts)).effects if isinstance(effect, fx.Say)]
    notes = [effect.text for effect in rights.erase(case, context(facts)).effects if isinstance(effect, fx.Post)]
    assert "A part of the fee" in asked[0]
    assert any("NT$2,000" in note for note in notes)


def test_a_dearer_kind_is_what_the_rest_is_counted_from() -> None:
    """The fee of the case, and not that of clinic.toml."""
    dear = replace(waiting(), consultation=consultations.offered(replace(HOUSE, kinds=KINDS), False)[1])
    assert rest.missing(dear, HOUSE, came(200_000), "s1") == 350_000
