"""A doctor presses Undo at the very moment at which the decision takes effect: one of the two happens, and whoever came second hears of it."""

from dataclasses import replace
from functools import partial

from desk.receive import ByCode, Receipt
from flows.case import Case, Pending, Review, Status
from flows.incoming import Due, StaffPressed
from storage.engine import Store
from tests.builders import NOON, case_number
from tests.e2e.racing import arrive, at_once, case_now, happen, keep, kinds, moves

ROUNDS = 50


def pending(number: int) -> Case:
    """A go whose time for an undo is over in this moment."""
    review = Review(round=1, key="key1", topic=5, card=70 + number, pending=Pending("go", "lin", NOON, NOON, "We can."))
    return replace(case_number(number, status=Status.REVIEW, step="", submitted_at=NOON), review=review)


def undo(store: Store, case: Case) -> Receipt:
    press = StaffPressed("wang", 9002, f"{case.code}.key1.undo")
    return arrive(store, case.code, ByCode(case.code), press, "staff")


def ring(store: Store, case: Case) -> Receipt:
    return happen(store, case.id, Due("undo", ""))


def test_of_an_undo_and_the_timer_at_once_exactly_one_happens(store: Store) -> None:
    """Either the owner reads the decision and the doctor that it is too late, or nothing leaves for the owner."""
    for number in range(ROUNDS):
        case = pending(number)
        keep(store, case)
        pressed, rung = at_once([partial(undo, store, case), partial(ring, store, case)])
        after, found = case_now(store, case.id), [trigger for trigger, _ in moves(store, case.id)]
        assert found in (["undo"], ["go"]), number
        assert after.review.pending is None
        assert pressed.answer is not None
        if found == ["undo"]:
            assert (after.status, rung.rows) == (Status.REVIEW, ())
        else:
            assert after.status is Status.ACCEPTED
            assert {"say", "open_checkout"} <= set(kinds(rung))
            assert ("Dr. Lin" in pressed.answer.text, kinds(pressed)) == (True, [])
