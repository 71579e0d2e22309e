"""Who leads a case, in the database: one line of history for each change, a private line of the outbox for each doctor."""

import asyncio

from app.rehearsal.clinic import LIN, WEBER, clinic
from desk.receive import ByCode, Envelope, Receipt
from desk.sending import Failed
from flows.case import Case, Review, Status
from flows.colleagues import TAKE, TO, short_key
from flows.incoming import StaffPressed
from flows.team_words import KEY
from storage import cases
from storage.cases import HistoryLine
from storage.engine import Store
from tests.builders import NOON, case_number
from tests.desk.office import CHANNELS, Office, in_office
from tests.storage.doing import do

PEOPLE = {"lin": 9001, "weber": 9002}
TO_LIN, TO_WEBER = (TO + short_key(key) for key in PEOPLE)


def prepared(store: Store) -> Case:
    case = case_number(
        0, revision=1, status=Status.REVIEW, submitted_at=NOON, review=Review(round=1, key="key", card=40)
    )
    do(store, cases.insert, case)
    return case


async def press(office: Office, case: Case, doctor: str, action: str, number: int) -> Receipt:
    pressed = StaffPressed(doctor, PEOPLE[doctor], f"{case.code}.{KEY}.{action}")
    return await office.desk.accept(Envelope("staff", str(number), ByCode(case.code), pressed), b"{}")


def both(office: Office) -> None:
    """The clinic has two doctors."""
    office.desk.clinic = clinic((LIN, WEBER))


def written(store: Store, case: Case) -> list[tuple[str, str, str]]:
    lines: list[HistoryLine] = do(store, cases.history, case.id)
    return [(line.trigger, line.actor, line.detail) for line in lines]


def test_of_two_who_take_a_case_at_once_one_leads_it_and_one_is_told(store: Store) -> None:
    """One line of history, whoever was first."""
    case = prepared(store)

    async def story(office: Office) -> list[str]:
        both(office)
        receipts = await asyncio.gather(*(press(office, case, key, TAKE, n) for n, key in enumerate(PEOPLE)))
        await office.desk.deliverer.idle()
        return [receipt.answer.text for receipt in receipts if receipt.answer]

    answers = in_office(store, story, (*CHANNELS, "doctor"))
    (line,) = written(store, case)
    assert line in [("lead", key, key) for key in PEOPLE]
    leads = {"lin": "Dr. Lin", "weber": "Dr. Weber"}[line[1]]
    assert sorted(answers) == sorted(["You lead this case.", f"{leads} leads this case already."])


def test_handing_over_is_told_once_however_often_the_press_comes(store: Store) -> None:
    """The same update again is not a second one."""
    case = prepared(store)

    async def story(office: Office) -> list[tuple[str, str]]:
        both(office)
        for number in (1, 2, 2):
            await press(office, case, "lin", TAKE if number == 1 else TO_WEBER, number)
        await office.desk.deliverer.idle()
        return [(row.recipient, row.payload["text"]) for row in office.channels["doctor"].sent]

    told = in_office(store, story, (*CHANNELS, "doctor"))
    assert told == [("weber", f"Case {case.code}: Dr. Lin hands it over to you. You lead it from now on.")]
    assert written(store, case) == [("lead", "lin", "lin"), ("lead", "lin", "weber")]
    assert do(store, cases.by_id, case.id).status is Status.REVIEW


def test_a_private_message_that_cannot_leave_holds_up_nobody_else(store: Store) -> None:
    """Each doctor has a line of her own, and the topic another."""
    case = prepared(store)

    async def story(office: Office) -> tuple[list[str], list[str]]:
        both(office)
        office.channels["doctor"].answers = [Failed("no_connection")]
        await press(office, case, "lin", TO_WEBER, 1)
        await office.desk.deliverer.idle()
        await press(office, case, "weber", TO_LIN, 2)
        await office.desk.deliverer.idle()
        return [row.recipient for row in office.channels["doctor"].sent], office.channels["staff"].texts()

    alone, staff = in_office(store, story, (*CHANNELS, "doctor"))
    assert alone == ["weber", "lin"]
    assert sum("hands it over to you" in text for text in staff) == 2
