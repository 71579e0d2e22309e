"""Whoever is on call, from her word in the database to the reminder in the group and alone, on both engines."""

from datetime import timedelta

import pytest

from app.rehearsal.clinic import LIN, WEBER, clinic
from desk.duty import give_back, take
from desk.receive import ByCase, handle
from flows.case import Review, Status
from flows.incoming import TopicOpened
from storage import cases, duties, leaves
from storage.engine import Store
from tests.builders import NOON, a_case
from tests.desk.office import CHANNELS, Office, in_office

HOUR = timedelta(hours=1)


def reminded(
    store: Store, *, taken: bool = True, away: bool = False, back: bool = False
) -> tuple[str, list[str], list[str]]:
    """A case waits a day. Gives whom the group's reminder speaks to, who was told alone, and what the group read."""

    async def story(office: Office) -> tuple[str, list[str], list[str]]:
        desk = office.desk
        desk.clinic = clinic((LIN, WEBER))
        case = a_case(status=Status.REVIEW, submitted_at=NOON, review=Review(topic=7))
        await store.run(lambda c: cases.insert(c, case))
        receipt = await store.run(lambda c: handle(c, ByCase(case.id), TopicOpened(7), desk.moment()))
        desk.deliverer.take(receipt.rows)
        if taken:
            await store.run(lambda c: take(c, ("weber", NOON, NOON + 48 * HOUR), desk.moment()) and None)
        if away:
            await store.run(lambda c: leaves.add(c, "weber", NOON + 20 * HOUR, NOON + 30 * HOUR) and None)
        if back:
            (one,) = await store.read(lambda c: duties.between(c, NOON, NOON + HOUR))
            await store.run(lambda c: give_back(c, one.id, WEBER, desk.moment()) and None)
        for hours in (12, 24):
            office.now = NOON + hours * HOUR
            await desk.fire_due()
            await desk.deliverer.idle()
            await office.sweep()
        notes = [row.payload for row in office.channels["staff"].sent if row.kind == "post"]
        last = next(note for note in reversed(notes) if "still waits for a decision" in note["text"])
        return (
            last.get("doctor", ""),
            [row.payload["doctor"] for row in office.channels["doctor"].sent],
            [n["text"] for n in notes],
        )

    return in_office(store, story, (*CHANNELS, "doctor"))


def test_she_is_named_in_the_group_and_told_alone_once_the_owners_time_is_over(store: Store) -> None:
    spoken_to, alone, notes = reminded(store)
    assert (spoken_to, alone) == ("weber", ["weber"])
    assert not any("Nobody is on call" in note for note in notes)


@pytest.mark.parametrize("change", [{"taken": False}, {"away": True}, {"back": True}])
def test_where_nobody_is_the_group_is_told_how_to_take_it(store: Store, change: dict[str, bool]) -> None:
    """Nobody has said so, she is on leave by then, or has given it back."""
    spoken_to, alone, notes = reminded(store, **change)
    assert (spoken_to, alone) == ("", [])
    assert any("/oncall" in note for note in notes)
