"""Enrolment by a one-time code, on both engines: what counts from when on, and what a wrong code gets."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from desk.enrolment import dismiss, enrolled, give_code, redeem
from desk.receive import Moment, Receipt
from flows.enrolment import DIGITS, TRIES, new_code
from storage.engine import Store
from storage.tables import enrolment_codes, enrolment_log
from tests.builders import NOON
from tests.payments.words import clinic
from tests.storage.doing import at_once, do

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CODE, OTHER = "ACDE-FGHJ-KMNP", "WXY3-4679-ACDE"
NEW = 7001  # a Telegram account that is in no clinic.toml


def moment(now: datetime = NOON) -> Moment:
    return Moment(now, clinic(), "token", "0" * 24)


def tried(store: Store, code: str, person: int = NEW, now: datetime = NOON, language: str = "en") -> Receipt:
    return do(store, redeem, code, person, language, moment(now))


def words(receipt: Receipt) -> str:
    return receipt.answer.text if receipt.answer else ""


def who(store: Store, person: int) -> str:
    doctor = do(store, enrolled, clinic()).doctor_by_telegram(person)
    return doctor.key if doctor else ""


def lines(store: Store) -> list[Any]:
    columns = (enrolment_log.c.what, enrolment_log.c.doctor, enrolment_log.c.person)
    return do(store, lambda conn: [tuple(row) for row in conn.execute(select(*columns).order_by(enrolment_log.c.id))])


def test_a_code_enrols_the_account_that_sends_it_and_the_former_one_no_longer_counts(store: Store) -> None:
    """However it is typed; the group is told through the outbox, and the log has a line of each."""
    assert who(store, 9002) == "wang"
    do(store, give_code, "wang", CODE, NOON)
    receipt = tried(store, "acde fghj-kmnp ")
    assert words(receipt).startswith("You are enrolled as Dr. Wang.")
    assert [(row.channel, row.kind) for row in receipt.rows] == [("staff", "post")]
    assert (who(store, NEW), who(store, 9002), who(store, 9001)) == ("wang", "", "lin")
    assert lines(store) == [("code", "wang", 0), ("enrolled", "wang", NEW)]


def test_used_expired_replaced_and_wrong_codes_get_the_same_line_and_change_nothing(store: Store) -> None:
    """Who tries must not learn how near she was; the log tells them apart."""
    do(store, give_code, "wang", CODE, NOON)
    do(store, give_code, "wang", OTHER, NOON)
    assert words(tried(store, OTHER, 7002)).startswith("You are enrolled")
    late = "3467-9ACD-EFGH"
    do(store, give_code, "lin", late, NOON)
    said = {words(tried(store, code, now=at)) for code, at in ((CODE, NOON), (OTHER, NOON), ("no", NOON), (late, NOON + DAY))}  # fmt: skip
    assert len(said) == 1
    assert said.pop().startswith("This code is not valid")
    assert who(store, NEW) == ""
    assert [line for line in lines(store) if line[2] == NEW] == [
        ("expired", "", NEW),
        ("used", "", NEW),
        ("wrong", "", NEW),
        ("expired", "", NEW),
    ]


def test_after_too_many_tries_an_account_is_told_once_then_not_heard_for_an_hour(store: Store) -> None:
    """A right code does not help it meanwhile; others are not held up."""
    said = [words(tried(store, f"wrong{at}")) for at in range(TRIES + 3)]
    assert [text != "" for text in said] == [True] * (TRIES + 1) + [False, False]
    assert said[TRIES].startswith("That was tried too often")
    do(store, give_code, "wang", CODE, NOON)
    assert words(tried(store, CODE)) == ""
    assert len(lines(store)) == TRIES + 2
    assert words(tried(store, CODE, now=NOON + HOUR)).startswith("You are enrolled")


def test_of_twenty_accounts_with_one_code_one_is_enrolled(store: Store) -> None:
    do(store, give_code, "wang", CODE, NOON)
    said = at_once(20, lambda number: words(tried(store, CODE, NEW + number)))
    assert sum(text.startswith("You are enrolled") for text in said) == 1
    assert sum(who(store, NEW + number) == "wang" for number in range(20)) == 1


def test_a_dismissed_doctor_does_not_count_whatever_the_file_says_nor_does_a_code_given_before(store: Store) -> None:
    do(store, give_code, "wang", CODE, NOON)
    do(store, dismiss, "wang", NOON + HOUR)
    assert who(store, 9002) == ""
    assert words(tried(store, CODE, now=NOON + HOUR)).startswith("This code is not valid")
    do(store, give_code, "wang", OTHER, NOON + HOUR)
    assert words(tried(store, OTHER, 9002, NOON + HOUR)).startswith("You are enrolled")
    assert who(store, 9002) == "wang"


def test_one_account_is_one_doctor(store: Store) -> None:
    """A doctor who sends a colleague's code uses nothing up; one who sends her own again is told that all is well."""
    do(store, give_code, "wang", CODE, NOON)
    assert "Dr. Lin already" in words(tried(store, CODE, 9001))
    assert words(tried(store, CODE)).startswith("You are enrolled as Dr. Wang.")
    assert words(tried(store, CODE)) == words(tried(store, "")) == "You are enrolled as Dr. Wang."


def test_an_account_enrolled_by_code_takes_its_number_from_the_file(store: Store) -> None:
    """Else a number that clinic.toml gives to somebody else would be two doctors."""
    do(store, dismiss, "lin", NOON)
    do(store, give_code, "wang", CODE, NOON)
    tried(store, CODE, 9001)
    assert who(store, 9001) == "wang"
    assert [doctor.telegram for doctor in do(store, enrolled, clinic()).doctors] == [0, 9001]


def test_a_doctor_without_a_number_is_nobody_until_a_code_is_sent(store: Store) -> None:
    lin, wang = clinic().doctors
    bare = replace(clinic(), doctors=(replace(lin, telegram=0), wang))
    assert do(store, enrolled, bare).doctor_by_telegram(0) is None
    do(store, give_code, "lin", CODE, NOON)
    do(store, redeem, CODE, NEW, "en", replace(moment(), clinic=bare))
    found = do(store, enrolled, bare).doctor_by_telegram(NEW)
    assert found is not None
    assert found.key == "lin"


def test_answers_come_in_the_language_of_whoever_tries(store: Store) -> None:
    assert "驗證碼" in words(tried(store, "wrong", language="zh_Hant"))


def test_a_code_is_kept_as_its_hash_alone(store: Store) -> None:
    do(store, give_code, "wang", CODE, NOON)
    kept = do(store, lambda conn: [str(row) for row in conn.execute(select(enrolment_codes))])
    assert len(kept) == 1
    assert "ACDE" not in kept[0]


def test_codes_are_long_and_of_letters_that_are_not_mistaken() -> None:
    codes = {new_code(chance**5) for chance in range(1, 400)}
    assert len(codes) == 399
    assert all(len(code.replace("-", "")) == DIGITS and not set(code) & set("O0I1L2Z5S8B") for code in codes)
