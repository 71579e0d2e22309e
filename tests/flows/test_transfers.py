"""A fee by bank transfer: references that notice a slip, what a doctor's presses do, and that no press counts money twice."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from app.bank import Bank
from app.rehearsal.clinic import clinic
from flows import by_hand, rails, transfer_buttons, transfers
from flows import effects as fx
from flows import incoming as come
from flows.case import Case, Payment, Review, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.ledger import Fact
from flows.opening import LETTERS
from tests.builders import NOON, a_case

HOUSE = replace(clinic(), rails=("stripe", "bank"))
NAME = transfers.reference("K7M2QX".replace("2", "4"), 1)
SESSION = f"bank-{NAME}"
OPENED = Fact(SESSION, "opened", 300_000, "TWD", NOON)


def waiting(**changes: object) -> Case:
    """Accepted; the account was shown, and the transfer is awaited."""
    payment = Payment(300_000, "TWD", 1, SESSION, state="open", rail="bank", until=NOON + timedelta(days=14))
    return a_case(code="K7M4QX", **({"status": Status.ACCEPTED, "consent_at": NOON, "submitted_at": NOON, "payment": payment, "review": Review(topic=7)} | changes))  # fmt: skip


def context(*facts: Fact) -> Context:
    return Context(NOON, HOUSE, "token123", ledger=facts)


def press(case: Case, action: str, *facts: Fact, key: str = f"{NAME}-0", doctor: int = 9001) -> Decision:
    return decide(case, come.StaffPressed("lin", doctor, f"{case.code}.{key}.{action}"), context(*facts))


def entries(decision: Decision) -> list[tuple[str, str, int]]:
    return [(e.reference, e.kind, e.amount) for e in decision.effects if isinstance(e, fx.Enter)]


def refused(decision: Decision, case: Case) -> bool:
    """Nothing changes, and the one who pressed is told why."""
    return decision.case is case and all(isinstance(e, fx.Answer) and e.alert for e in decision.effects)


# --- the reference ----------------------------------------------------------------------------------------------------
def test_a_reference_notices_every_wrong_letter_and_every_two_that_changed_places() -> None:
    for attempt in (1, 7, 24, 25, 624):
        name = transfers.reference("QGXCRD", attempt)
        assert transfers.is_sound(name)
        for place, letter in itertools.product(range(len(name)), LETTERS):
            typed = name[:place] + letter + name[place + 1 :]
            assert transfers.is_sound(typed) == (typed == name)
        for place in range(len(name) - 1):
            typed = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
            assert transfers.is_sound(typed) == (typed == name)


def test_no_two_attempts_of_a_case_share_a_reference() -> None:
    names = [transfers.reference("QGXCRD", attempt) for attempt in range(1, 700)]
    assert len(set(names)) == len(names)
    assert len(names[0]) == 8


# --- what the staff presses -------------------------------------------------------------------------------------------
def test_one_tap_counts_no_money() -> None:
    """The first tap asks again; the second is the payment."""
    first = press(waiting(), "bank_arrived", OPENED)
    assert entries(first) == []
    second = press(waiting(), "bank_yes", OPENED)
    assert (second.case.status, entries(second)) == (Status.PAID, [(SESSION, "paid", 300_000)])
    assert fx.Noted("transfer_confirmed", "lin", f"{NAME} NT$3,000") in second.effects


@pytest.mark.parametrize("action", ["bank_arrived", "bank_yes", "bank_not_yet"])
def test_what_arrived_once_is_settled(action: str) -> None:
    paid = press(waiting(), "bank_yes", OPENED).case
    assert refused(press(paid, action, OPENED, Fact(SESSION, "paid", 300_000, "TWD", NOON)), paid)


@pytest.mark.parametrize("action", transfer_buttons.ACTIONS)
def test_a_reference_that_was_never_given_out_is_refused(action: str) -> None:
    case = waiting()
    assert refused(press(case, action, OPENED, key=f"{transfers.reference('QGXCRD', 1)}-0"), case)


def test_the_owner_hears_once_for_each_look_that_it_is_not_there() -> None:
    told = press(waiting(), "bank_not_yet", OPENED)
    assert [e for e in told.effects if isinstance(e, fx.Say)]
    assert refused(press(told.case, "bank_not_yet", OPENED), told.case)


def test_money_that_comes_after_the_end_is_owed_back() -> None:
    for status in (Status.WITHDRAWN, Status.EXPIRED):
        late = press(waiting(status=status), "bank_yes", OPENED)
        assert late.case.status is status
        assert [b.data for e in late.effects if isinstance(e, fx.Post) for row in e.buttons for b in row if b.data.endswith(".refund")]  # fmt: skip


def reply(case: Case, text: str, *facts: Fact, person: int = 9001) -> Decision:
    return decide(case, come.StaffReplied("lin", person, 50, text), context(*facts))


def asked() -> Case:
    case = press(waiting(), "bank_other", OPENED).case
    return replace(case, review=replace(case.review, prompt=50))


def test_another_amount_goes_the_way_of_every_wrong_amount() -> None:
    came = reply(asked(), "NT$2,000", OPENED)
    assert (came.case.status, came.case.payment.state) == (Status.ACCEPTED, "wrong_amount")
    assert entries(came) == [(SESSION, "wrong_amount", 200_000)]


def test_a_second_sum_under_one_reference_is_a_line_of_its_own() -> None:
    facts = (OPENED, Fact(SESSION, "paid", 300_000, "TWD", NOON))
    assert [line[0] for line in entries(reply(asked(), "3000", *facts))] == [f"{SESSION}-2"]


def test_only_who_was_asked_names_the_amount() -> None:
    case = asked()
    other = reply(case, "3000", OPENED, person=9002)
    assert (other.case is case, entries(other)) == (True, [])


@pytest.mark.parametrize(
    ("text", "amount"),
    [("2500", 250_000), ("NT$2,500", 250_000), ("２５００", 250_000), ("TWD 2500.00", 250_000), ("2500.005", 0), ("0", 0), ("-5", 0), ("about 5", 0), ("", 0), ("9" * 20, 0)],
)  # fmt: skip
def test_an_amount_is_read_exactly_or_not_at_all(text: str, amount: int) -> None:
    assert transfer_buttons.amount_in(text, "TWD") == amount


# --- the owner --------------------------------------------------------------------------------------------------------
def test_a_file_that_may_be_the_receipt_asks_the_staff_once_and_again_each_day() -> None:
    sent = decide(waiting(), come.Attached("photo", "f", "u", "", 1000), context(OPENED))
    wakes = [e for e in sent.effects if isinstance(e, fx.Wake) and e.kind == "transfer"]
    assert [wake.at - NOON for wake in wakes] == [timedelta(days=1)]
    again = decide(sent.case, come.Attached("photo", "f2", "u2", "", 1000), context(OPENED))
    assert not [e for e in again.effects if isinstance(e, fx.Post)]
    rung = decide(sent.case, come.Due("transfer", SESSION), context(OPENED))
    assert [type(e) for e in rung.effects] == [fx.Post, fx.Wake]
    paid = press(sent.case, "bank_yes", OPENED).case
    assert decide(paid, come.Due("transfer", SESSION), context(OPENED)).effects == ()


def test_a_rail_that_the_clinic_does_not_have_opens_nothing() -> None:
    case = waiting(payment=Payment(state="choosing"), screen="scr", options=("rail:bank", "rail:gold"))
    for place, rails_there in ((1, ("stripe", "bank")), (0, ("stripe",))):
        house = replace(HOUSE, rails=rails_there)
        done = decide(case, come.Pressed(f"scr.{place}"), Context(NOON, house, "token123"))
        assert not [e for e in done.effects if isinstance(e, fx.OpenCheckout)]


# --- back by hand -----------------------------------------------------------------------------------------------------
def paid_back(action: str) -> Decision:
    facts: Sequence[Fact] = (OPENED, Fact(SESSION, "paid", 300_000, "TWD", NOON), Fact(f"{SESSION}#1", "refund_asked", 300_000, "TWD", NOON))  # fmt: skip
    case = waiting(status=Status.WITHDRAWN, payment=Payment(300_000, "TWD", 1, SESSION, counted=(SESSION,), state="paid", rail="bank", share=100, account="13579"))  # fmt: skip
    return press(case, action, *facts, key=f"{NAME}-1")


def test_a_refund_by_hand_is_done_once_a_doctor_says_so() -> None:
    assert entries(paid_back("paid_back")) == [(f"{SESSION}#1", "refund_done", 300_000)]
    failed = paid_back("not_paid_back")
    assert entries(failed) == [(f"{SESSION}#1", "refund_failed", 300_000)]
    assert failed.case.payment.account == ""  # she is asked anew


@pytest.mark.parametrize("action", ["paid_back", "not_paid_back"])
def test_what_became_of_a_refund_by_hand_is_said_once(action: str) -> None:
    facts = (OPENED, Fact(SESSION, "paid", 300_000, "TWD", NOON), Fact(f"{SESSION}#1", "refund_asked", 300_000, "TWD", NOON), Fact(f"{SESSION}#1", "refund_done", 300_000, "TWD", NOON))  # fmt: skip
    case = waiting(status=Status.WITHDRAWN)
    assert refused(press(case, action, *facts, key=f"{NAME}-1"), case)


def test_the_owners_account_is_in_nothing_that_the_group_reads() -> None:
    case = waiting(status=Status.WITHDRAWN, payment=replace(waiting().payment, account=by_hand.ASKED))
    facts = (OPENED, Fact(SESSION, "paid", 300_000, "TWD", NOON), Fact(f"{SESSION}#1", "refund_asked", 300_000, "TWD", NOON))  # fmt: skip
    given = decide(case, come.Said("Example Bank 8888 7777 66"), context(*facts))
    assert given.case.payment.account == "Example Bank 8888 7777 66"
    posts = [effect for effect in given.effects if isinstance(effect, fx.Post)]
    assert posts
    assert not [post for post in posts if "8888" in repr(post)]


def test_a_rail_is_known_by_its_reference() -> None:
    assert [rails.rail_of(one) for one in ("cs_1", "pi_1", SESSION, f"{SESSION}#1")] == ["stripe", "stripe", "bank", "bank"]  # fmt: skip


@pytest.mark.parametrize(
    ("account", "good"),
    [("013-12345678901", True), ("DE89 3704 0044 0532 0130 00", True), ("DE89 3704 0044 0532 0130 01", False), ("----- ", False), ("1234", False)],
)  # fmt: skip
def test_an_account_that_cannot_be_paid_to_is_refused(account: str, good: bool) -> None:
    try:
        Bank(holder="Cat Hospital", bank="Example Bank", account=account)
    except ValueError:
        assert not good
    else:
        assert good
