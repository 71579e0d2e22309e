"""Cases come back as they were stored, and only whoever saw the newest version may change one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from flows.case import Call, Payment, Record, Review, Status
from storage import bookings, cases
from storage.engine import Collision, Store
from tests.builders import NOON, a_case, case_number
from tests.storage.doing import at_once, do

CALL = Call("lin", NOON, NOON + timedelta(minutes=30), 2, confirmed=True)


def test_a_full_case_comes_back_equal(store: Store) -> None:
    """Every nested value, instant and sign of every script survives the document."""
    full = a_case(
        status=Status.BOOKED,
        options=("a", "b"),
        answers={"name": "小虎 🐈", "odd": "\u0000 ' \" %s :x"},
        records=(Record("u1", "photo", "x.jpg", 12, "stored", file="ab"),),
        notes=("one", "two"),
        review=Review(1, "key", decided_at=NOON),
        payment=Payment(12_000, "usd", 1, paid_at=NOON),
        call=CALL,
        consent_at=NOON,
    )
    do(store, cases.insert, full)
    for found in (do(store, cases.by_chat, 1001), do(store, cases.by_id, "case-1"), do(store, cases.by_code, "K7M2QX")):
        assert found == full


def test_what_is_not_there_is_none(store: Store) -> None:
    """By chat, id and code, locked or not."""
    assert do(store, cases.by_chat, 5) is None
    assert do(store, cases.by_id, "nobody", peek=True) is None
    assert do(store, cases.by_code, "NOBODY") is None


def test_a_chat_has_one_active_case(store: Store) -> None:
    """A second one collides until the first is retired; the retired one is still found by its id."""
    do(store, cases.insert, a_case())
    with pytest.raises(Collision):
        do(store, cases.insert, a_case(id="case-2", code="OTHER2"))
    do(store, cases.retire, "case-1")
    do(store, cases.insert, a_case(id="case-2", code="OTHER2"))
    active = do(store, cases.by_chat, 1001)
    assert active is not None
    assert active.id == "case-2"
    assert do(store, cases.by_id, "case-1") == a_case()


def test_one_of_twenty_parallel_first_messages_makes_the_case(store: Store) -> None:
    """Twenty taps on /start at once leave one active case."""

    def begin(number: int) -> bool:
        try:
            do(store, cases.insert, a_case(id=f"case-{number}", code=f"CODE{number}"))
        except Collision:
            return False
        return True

    assert at_once(20, begin).count(True) == 1


def test_saving_over_a_newer_version_collides(store: Store) -> None:
    """Whoever decided on what he saw before must decide again."""
    do(store, cases.insert, a_case())
    seen = do(store, cases.by_id, "case-1")
    assert seen is not None
    saved = do(store, cases.save, seen, replace(seen, status=Status.REVIEW, phone="+886900000000"))
    assert saved.version == seen.version + 1
    assert do(store, cases.by_id, "case-1") == saved
    with pytest.raises(Collision):
        do(store, cases.save, seen, replace(seen, status=Status.WITHDRAWN))
    assert do(store, cases.by_id, "case-1") == saved


def test_a_case_is_found_by_what_was_saved_last(store: Store) -> None:
    """The columns beside the document follow it."""
    do(store, cases.insert, a_case(phone="+1", vouched=True))
    do(store, cases.save, a_case(phone="+1", vouched=True), a_case(phone="+2", vouched=True, status=Status.REVIEW))
    assert do(store, cases.by_phone, "+1", NOON) == []
    assert do(store, cases.by_phone, "+2", NOON) == ["case-1"]
    assert [case.id for case in do(store, cases.listed, [Status.REVIEW], 9)] == ["case-1"]
    assert do(store, cases.listed, [Status.INTAKE], 9) == []


def test_open_cases_of_a_number_come_newest_first(store: Store) -> None:
    """What is over and not the current one of its chat is left out, and nobody has the empty number."""
    for number in range(4):
        over = Status.DECLINED if number == 1 else Status.INTAKE
        do(store, cases.insert, case_number(number, vouched=True, phone="+1" if number < 3 else "", status=over))
    do(store, cases.retire, "case-1")
    assert do(store, cases.by_phone, "+1", NOON) == ["case-2", "case-0"]
    assert do(store, cases.by_phone, "", NOON) == []


def test_the_case_with_the_nearest_call_comes_first_by_number(store: Store) -> None:
    """Whichever of the two is the current one; a call that is over counts no more."""
    for number in range(3):
        do(store, cases.insert, case_number(number, vouched=True, phone="+1"))
    for number, hours in ((0, 48), (1, 24)):
        starts, ends = NOON + timedelta(hours=hours), NOON + timedelta(hours=hours, minutes=30)
        do(store, bookings.hold, f"case-{number}", f"doctor-{number}", starts, ends, ends, NOON)
        do(store, bookings.confirm, f"case-{number}", NOON)
    assert do(store, cases.by_phone, "+1", NOON) == ["case-1", "case-0", "case-2"]
    assert do(store, cases.by_phone, "+1", NOON + timedelta(hours=30)) == ["case-0", "case-2", "case-1"]


def test_others_are_the_open_cases_that_are_not_current(store: Store) -> None:
    """Oldest first; neither ended ones nor those of another chat; and the place moves as a whole."""
    for number in range(4):
        status = Status.CLOSED if number == 1 else Status.REVIEW
        do(store, cases.insert, case_number(number, chat=1 if number < 3 else 2, status=status))
        if number < 2:
            do(store, cases.retire, f"case-{number}")
    assert [case.id for case in do(store, cases.others, 1)] == ["case-0"]
    do(store, cases.make_current, "case-2", "case-0")
    assert [case.id for case in do(store, cases.others, 1)] == ["case-2"]
    placed = do(store, cases.placed_by_id, "case-0")
    assert placed is not None
    assert placed[1] is True


def test_lists_come_oldest_first_and_in_pages(store: Store) -> None:
    """The pages join without a gap or a repeat."""
    for number in (3, 1, 4, 0, 2):
        do(store, cases.insert, case_number(number, status=Status.REVIEW if number % 2 else Status.PAID))
    wanted = [Status.REVIEW, Status.PAID]
    pages = [do(store, cases.listed, wanted, 2, offset) for offset in (0, 2, 4)]
    assert [case.id for page in pages for case in page] == [f"case-{number}" for number in range(5)]
    assert do(store, cases.listed, [], 5) == []


def test_history_keeps_its_order(store: Store) -> None:
    """Two moves of the same instant stay in the order they were made."""
    do(store, cases.insert, a_case())
    do(store, cases.add_history, "case-1", NOON, Status.INTAKE, "submit", Status.REVIEW, "owner", "")
    do(store, cases.add_history, "case-1", NOON, Status.REVIEW, "go", Status.ACCEPTED, "Dr Lin", "stable")
    assert do(store, cases.history, "case-1") == [
        cases.HistoryLine(NOON, "intake", "submit", "review", "owner", ""),
        cases.HistoryLine(NOON, "review", "go", "accepted", "Dr Lin", "stable"),
    ]


def test_an_unknown_status_is_refused_by_the_database(store: Store) -> None:
    """Table classes do not validate, so the tables do."""
    do(store, cases.insert, a_case())
    with pytest.raises(IntegrityError, match="ck_cases_status"):
        do(store, lambda conn: conn.exec_driver_sql("UPDATE cases SET status = 'cured'"))


def test_a_number_that_was_only_typed_finds_no_case(store: Store) -> None:
    """It may be a stranger's: what she answers must not land in somebody else's case."""
    do(store, cases.insert, a_case(phone="+1"))
    assert do(store, cases.by_phone, "+1", NOON) == []
