"""Two who want the same thing at the same moment: one gets it, the others are told kindly (promises 7, 8, 9)."""

import os
import random
from dataclasses import replace
from datetime import timedelta
from functools import partial

import orjson
import pytest
from sqlalchemy import select, text

from desk.receive import ByCase, ByChat, ByCode, Receipt
from flows import refunds
from flows.case import Case, Payment, Review, Status
from flows.incoming import Asked, CheckoutOpened, CheckoutSeen, Due, Incoming, Pressed, StaffPressed, StaffReplied
from storage import ledger
from storage.engine import Store
from storage.tables import outbox
from tests.builders import NOON, case_number
from tests.e2e.racing import arrive, at_once, case_now, happen, keep, kinds, moves

ROUNDS = 100
DOCTOR_ROUNDS = 1000
CROWD = 50
SHUFFLES = 200
END_ROUNDS = int(os.environ.get("RACES", "60"))  # of each kind; ``make races`` runs a thousand in all
DOCTORS = (("lin", 9001, "Dr. Lin"), ("wang", 9002, "Dr. Wang"))


def in_review(number: int) -> Case:
    """A case whose card lies before the doctors."""
    review = Review(round=1, key="key1", topic=5, card=70 + number)
    return case_number(number, status=Status.REVIEW, step="", review=review, submitted_at=NOON)


def press(store: Store, case: Case, doctor: str, person: int, update: int) -> Receipt:
    pressed = StaffPressed(doctor, person, f"{case.code}.key1.go")
    return arrive(store, str(update), ByCode(case.code), pressed, "staff")


def test_of_two_doctors_who_press_at_once_one_is_asked_and_the_other_told_by_whom_and_since_when(store: Store) -> None:
    """A thousand races: one prompt each, and the loser's notice names the winner and the hour."""
    for number in range(DOCTOR_ROUNDS):
        case = in_review(number)
        keep(store, case)
        receipts = at_once(
            [partial(press, store, case, key, person, 2 * number + n) for n, (key, person, _) in enumerate(DOCTORS)]
        )
        asked = [n for n, receipt in enumerate(receipts) if "post" in kinds(receipt)]
        assert len(asked) == 1, number
        winner, answer = DOCTORS[asked[0]][2], receipts[1 - asked[0]].answer
        assert answer is not None
        assert winner in answer.text
        assert "20:00" in answer.text, "noon in UTC is eight in the evening in Taipei"


def test_of_a_reply_and_a_second_press_at_once_one_decision_stands_and_the_loser_hears_of_it(store: Store) -> None:
    """A thousand races: the history has one decision, by the doctor who was asked; the other is told who it is."""
    for number in range(DOCTOR_ROUNDS):
        taken = {"asked": "go", "asked_by": 9001, "asked_doctor": "lin", "asked_at": NOON - timedelta(hours=2)}
        case = in_review(number)
        case = replace(case, review=replace(case.review, prompt=9, **taken))
        keep(store, case)
        reply = StaffReplied("lin", 9001, 9, "We can help.")
        replies = [partial(arrive, store, f"{number}/{n}", ByCase(case.id), reply, "staff") for n in range(2)]
        receipts = at_once([*replies, partial(press, store, case, "wang", 9002, number)])
        after = case_now(store, case.id)
        decided = [trigger for trigger, _ in moves(store, case.id)]
        if decided == ["go"]:
            assert (after.status, after.review.decided_by) == (Status.ACCEPTED, "lin")
            assert receipts[2].answer is not None
            assert "Dr. Lin" in receipts[2].answer.text
        else:  # her colleague's press came first, two hours after she had taken the word, so that her reply is stale
            assert (decided, after.review.asked_by) == ([], 9002)
            assert receipts[2].answer is not None


def test_fifty_taps_on_one_button_have_one_effect_and_forty_nine_friendly_answers(store: Store) -> None:
    """Each tap is an update of its own, so that the inbox cannot help: the screen must."""
    keep(store, case_number(1, step="cat_sex", screen="scr", options=("female", "male")))
    receipts = at_once([partial(arrive, store, str(n), ByChat(1001), Pressed("scr.0")) for n in range(CROWD)])
    assert sorted(kinds(receipt) for receipt in receipts) == [[]] * (CROWD - 1) + [["say"]]
    assert [r.answer.text for r in receipts if r.answer] == ["Already noted."] * (CROWD - 1)
    assert case_now(store, "case-1").answers["cat_sex"] == "female"


def test_one_update_delivered_by_fifty_threads_is_handled_once(store: Store) -> None:
    """The inbox key decides; the other forty-nine stop at it without a word."""
    keep(store, case_number(1, step="cat_sex", screen="scr", options=("female", "male")))
    receipts = at_once([partial(arrive, store, "7", ByChat(1001), Pressed("scr.0")) for _ in range(CROWD)])
    assert [receipt.fresh for receipt in receipts].count(True) == 1
    assert sum(bool(receipt.rows) or receipt.answer is not None for receipt in receipts) == 1


def test_of_fifty_owners_who_want_one_time_one_gets_it_and_the_others_are_offered_another(store: Store) -> None:
    """One hold and then one booking; forty-nine hear that the time was taken and see what is left."""
    slot = (NOON + timedelta(days=1)).replace(
        hour=6
    )  # two in the afternoon in Taipei, in Dr. Wang's hours on a Tuesday
    wish = f"at:wang:{slot.isoformat()}"
    people = [case_number(n, status=Status.PAID, step="time", screen=f"s{n}", options=(wish,)) for n in range(CROWD)]
    keep(store, *people)
    receipts = at_once(
        [partial(arrive, store, str(n), ByChat(c.chat), Pressed(f"s{n}.0")) for n, c in enumerate(people)]
    )
    words = [receipt.rows[0].payload["text"] for receipt in receipts]
    holders = [n for n, said in enumerate(words) if "Shall we book it?" in said]
    assert len(holders) == 1
    assert all("has just been taken" in said for n, said in enumerate(words) if n != holders[0])
    holder = case_now(store, people[holders[0]].id)
    taps = [partial(arrive, store, f"b{n}", ByChat(holder.chat), Pressed(f"{holder.screen}.0")) for n in range(5)]
    at_once(taps)
    assert moves(store, holder.id) == [("book", "owner")]
    booked = store.perform(lambda conn: conn.execute(text("SELECT case_id, state FROM bookings")).all()).result(30)
    assert [tuple(row) for row in booked] == [(holder.id, "booked")]


def test_two_parallel_submits_send_a_case_once(store: Store) -> None:
    """A hundred races of a double tap on “Send to the doctors”."""
    for number in range(ROUNDS):
        keep(store, case_number(number, step="summary", screen="scr", options=("submit", "change")))
        tap = Pressed("scr.0")
        receipts = at_once([partial(arrive, store, f"{number}/{n}", ByChat(1000 + number), tap) for n in range(2)])
        assert moves(store, f"case-{number}") == [("submit", "owner")]
        assert sum(kinds(receipt).count("open_topic") for receipt in receipts) == 1


def payment_news(session: str) -> list[Incoming]:
    """Everything that can be heard of one session that is paid, and some of it more than once."""
    opened = CheckoutOpened(1, session, "https://pay.example/1", NOON + timedelta(days=1))
    seen = [CheckoutSeen(session, state, 300000, "TWD") for state in ("open", "unpaid", "paid", "paid", "paid")]
    return [opened, *seen, Due("read_checkout", session), Due("read_checkout", session)]


def test_payment_news_in_any_order_and_repeated_end_in_one_state(store: Store) -> None:
    """Two hundred shuffles, each handed in without waiting: paid once, entered once, nothing to pay left."""
    chance = random.Random(20261122)
    for number in range(SHUFFLES):
        fee = Payment(300000, "TWD", 1, state="opening")
        case = case_number(number, status=Status.ACCEPTED, step="", payment=fee)
        keep(store, case)
        session = f"cs_{number}"
        news = payment_news(session) + chance.choices(payment_news(session), k=4)
        chance.shuffle(news)
        at_once([partial(_in_turn, store, case.id, news[part::2]) for part in range(2)])
        after = case_now(store, case.id)
        assert (after.status, after.payment.state, after.payment.session) == (Status.PAID, "paid", session)
        assert moves(store, case.id) == [("pay", "payment")]
        facts = store.perform(partial(ledger.of_case, case_id=case.id)).result(30)
        told = sorted((fact.reference, fact.kind, fact.amount) for fact in facts)
        assert told == [(session, "opened", 300000), (session, "paid", 300000)]


@pytest.mark.parametrize("end", ["withdraw", "lapse", "anew"])
def test_money_that_comes_at_the_moment_the_case_ends_has_bought_a_service_or_is_owed_back(
    store: Store, end: str
) -> None:
    """Races of a payment, the end of its link, and whoever ends the case: the owner, the clock, the doctors."""
    won = set()
    for number in range(END_ROUNDS):
        session = f"cs_{end}_{number}"
        case = paying(number, session)
        keep(store, case)
        happen(store, case.id, CheckoutOpened(1, session, "https://pay.example/1", NOON + timedelta(days=1)))
        acts = [
            partial(happen, store, case.id, CheckoutSeen(session, "paid", 300000, "TWD")),
            partial(happen, store, case.id, CheckoutSeen(session, "open", 300000, "TWD")),
            partial(ended, store, case.id, end),
        ]
        at_once(acts[number % 3 :] + acts[: number % 3])
        after = case_now(store, case.id)
        facts = store.perform(partial(ledger.of_case, case_id=case.id)).result(30)
        due = [one.amount for one in refunds.owed(after, facts)]
        assert [fact.amount for fact in facts if fact.kind == "paid"] == [300000], (number, "the payment was lost")
        assert (due, len(offered(store, case.id))) == (([], 0) if after.status is Status.PAID else ([300000], 1)), (
            number,
            after.status,
        )
        won.add(after.status is Status.PAID)
    assert won == {True, False}, "it was no race"


def paying(number: int, session: str) -> Case:
    """A case whose link is being made, with the question for its end on the owner's screen and that for a reason before the doctors."""
    fee = Payment(300000, "TWD", 1, session=session, state="opening")
    asked = {"asked": "anew", "asked_by": 9001, "asked_doctor": "lin", "asked_at": NOON, "prompt": 9, "decision": "go"}
    review = Review(round=1, key="key1", topic=5, card=70 + number, decided_by="lin", decided_at=NOON, **asked)
    return case_number(
        number, status=Status.ACCEPTED, step="", payment=fee, review=review, submitted_at=NOON, updated_at=NOON
    )


def ended(store: Store, case_id: str, end: str) -> Receipt:
    """By whoever ends it."""
    if end == "withdraw":
        happen(store, case_id, Asked("cancel"))
        screen = case_now(store, case_id)
        return happen(store, case_id, Pressed(f"{screen.screen}.0"))
    lapse = Due("lapse", "")
    return happen(store, case_id, lapse if end == "lapse" else StaffReplied("lin", 9001, 9, "One more look."))


def offered(store: Store, case_id: str) -> list[str]:
    """The buttons that pay something back, on everything that the group was or will be sent."""
    posts = select(outbox.c.payload).where(outbox.c.case_id == case_id, outbox.c.kind == "post")
    found = store.perform(lambda conn: list(conn.scalars(posts))).result(30)
    buttons = [button for post in found for line in orjson.loads(post).get("buttons", ()) for button in line]
    return [str(one["data"]) for one in buttons if str(one.get("data", "")).endswith(".refund")]


def _in_turn(store: Store, case_id: str, news: list[Incoming]) -> None:
    for one in news:
        happen(store, case_id, one)
