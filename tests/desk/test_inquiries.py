"""A colleague who is asked, in the database: whoever cannot be written to or is on leave is passed over, and the group hears it."""

from datetime import timedelta

import pytest

from app.rehearsal.clinic import LIN, SATO, WEBER, clinic
from desk.receive import ByCase
from desk.sending import Failed
from flows.case import Case, Review, Status
from flows.incoming import StaffReplied
from flows.team import Inquiry, Team
from storage import cases, leaves
from storage.engine import Store
from tests.builders import NOON, a_case
from tests.desk.office import CHANNELS, Office, in_office
from tests.storage.doing import do

HOUR = timedelta(hours=1)
ASKED = Inquiry(1, "oncology", "lin", "writing")


def asking(store: Store, unreached: int = 0, away: str = "") -> tuple[list[str], list[str], Inquiry]:
    """Lin writes her question, and the first who can be asked is. Gives who was written to, what the group read, and the inquiry."""
    case = a_case(status=Status.REVIEW, submitted_at=NOON, team=Team("", (ASKED,)), review=Review(1, "key", topic=7, card=40))  # fmt: skip
    do(store, cases.insert, case)
    if away:
        do(store, leaves.add, away, NOON - HOUR, NOON + 9 * HOUR)

    async def story(office: Office) -> tuple[list[str], list[str], Inquiry]:
        office.desk.clinic = clinic((LIN, WEBER, SATO))
        office.channels["doctor"].answers = [Failed("not_begun")] * unreached
        await office.desk.react(ByCase(case.id), StaffReplied("lin", 9001, 50, "Malignant?", "inquiry.1"))
        for _ in range(3):
            await office.desk.deliverer.idle()
            await office.sweep()
        after = await office.desk.store.read(lambda c: cases.by_id(c, case.id, peek=True))
        assert isinstance(after, Case)
        told = [row.payload["doctor"] for row in office.channels["doctor"].sent]
        notes = [row.payload["text"] for row in office.channels["staff"].sent if row.kind == "post"]
        return told, notes, after.team.inquiries[0]

    return in_office(store, story, (*CHANNELS, "doctor"))


def test_the_first_colleague_of_the_discipline_is_asked_alone(store: Store) -> None:
    told, notes, one = asking(store)
    assert (told, one.state, one.doctor) == (["weber"], "offered", "weber")
    assert not any("Dr. Sato" in note for note in notes)


def test_who_cannot_be_written_to_is_passed_over_and_the_group_is_told(store: Store) -> None:
    """She never wrote to the bot: the next colleague is asked at once, and nobody waits half a day for her."""
    told, notes, one = asking(store, unreached=1)
    assert (told, one.doctor, one.tried) == (["weber", "sato"], "sato", ("weber", "sato"))
    assert any("Dr. Weber" in note for note in notes)


@pytest.mark.parametrize(("away", "asked"), [("weber", "sato"), ("sato", "weber")])
def test_who_is_on_leave_is_not_asked(store: Store, away: str, asked: str) -> None:
    told, _, one = asking(store, away=away)
    assert (told, one.doctor) == ([asked], asked)


def test_when_nobody_is_left_the_group_hears_it(store: Store) -> None:
    told, notes, one = asking(store, unreached=2)
    assert (told, one.state, one.doctor) == (["weber", "sato"], "nobody", "")
    assert any("nobody of oncology could take" in note for note in notes)
