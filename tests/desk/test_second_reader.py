"""Two colleagues read the same draft: on either engine one of them wins, and the other is told who it was."""

import asyncio
from dataclasses import replace

from app.rehearsal.clinic import LIN, WEBER, clinic
from desk.receive import ByCode, Envelope, Receipt
from flows.case import Call, Case, Review, Status
from flows.incoming import StaffPressed
from flows.opinion_draft import GIVEN, OpinionDraft
from storage import case_pages, cases
from storage.engine import Store
from tests.builders import NOON, case_number
from tests.desk.office import CHANNELS, Office, in_office
from tests.storage.doing import do

CHEN = replace(WEBER, key="chen", name="Dr. Chen", telegram=9003)
PEOPLE = {"weber": 9002, "chen": 9003}


def a_given_draft(store: Store) -> Case:
    draft = OpinionDraft("It fits.", 1, GIVEN, "lin", NOON, "given1")
    case = case_number(
        0, status=Status.BOOKED, submitted_at=NOON, step="", revision=1, call=Call("lin", NOON, NOON, 1),
        review=Review(round=1, key="key", card=40), draft=draft,
    )  # fmt: skip
    do(store, cases.insert, case)
    return case


async def press(office: Office, case: Case, doctor: str, action: str, number: int) -> Receipt:
    pressed = StaffPressed(doctor, PEOPLE[doctor], f"{case.code}.given1.{action}")
    return await office.desk.accept(Envelope("staff", str(number), ByCode(case.code), pressed), b"{}")


def test_of_two_readers_at_once_one_releases_and_the_other_is_told_who(store: Store) -> None:
    """The owner gets it once; the second press is a line of the audit."""
    case = a_given_draft(store)

    async def story(office: Office) -> list[str]:
        office.desk.clinic = replace(clinic((LIN, WEBER, CHEN)), second_reader=True)
        receipts = await asyncio.gather(*(press(office, case, key, "release", n) for n, key in enumerate(PEOPLE)))
        await office.desk.deliverer.idle()
        letters = [row for row in office.channels["owner"].sent if row.kind == "say_letter"]
        assert len(letters) == 1
        return [receipt.answer.text for receipt in receipts if receipt.answer]

    done, late = sorted(in_office(store, story, (*CHANNELS, "doctor")), key=len)
    (line,) = [line for line in do(store, cases.history, case.id) if line.trigger == "answer"]
    winner = {"weber": "Dr. Weber", "chen": "Dr. Chen"}[line.detail]
    assert done == "Done."
    assert late.startswith(f"{winner} has released it already, ")
    (view,) = do(store, case_pages.views_of, case.id)
    assert (view.what, view.part) == ("refused", "release")
