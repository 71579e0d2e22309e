"""A call in the database, on both engines: its timers, the doctor's message, what comes back when she cannot be written to, and its room."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.rehearsal.clinic import clinic
from desk.links import Links
from desk.receive import ByCase
from desk.rooms import room_address
from desk.sending import Failed
from desk.wanted import is_wanted
from flows.case import Call, Case, Status
from flows.incoming import Pressed, StaffPressed
from storage import bookings, case_pages, cases
from storage.engine import Store
from storage.outbox import OutboxRow
from tests.builders import NOON, a_case
from tests.desk.office import CHANNELS, Office, in_office
from tests.storage.doing import do

STARTS = NOON + timedelta(days=1)
OFFER = Call("lin", STARTS, STARTS + timedelta(minutes=30), 0)
TEMPLATE = "https://meet.example.org/{room}"


def ready(store: Store, **changes: Any) -> None:
    """Paid, and a time is held."""
    held: dict[str, Any] = {"status": Status.PAID, "submitted_at": NOON, "offer": OFFER, "step": "confirm", "screen": "screen01", "options": ("book", "book:online"), "phone": "+886912345678"}  # fmt: skip
    do(store, cases.insert, a_case(**(held | changes)))
    until = NOON + timedelta(minutes=10)
    assert do(store, bookings.hold, "case-1", "lin", OFFER.starts_at, OFFER.ends_at, until, NOON)


async def press(office: Office, place: int = 0) -> None:
    await office.desk.react(ByCase("case-1"), Pressed(f"screen01.{place}"))
    await office.desk.deliverer.idle()


async def ring(office: Office, at: timedelta) -> None:
    """The clock stands at so long after the call's beginning, and what is due rings."""
    office.now = STARTS + at
    await office.desk.fire_due()
    await office.desk.deliverer.idle()


def the_case(store: Store) -> Case:
    found = do(store, cases.by_id, "case-1")
    assert found is not None
    return found


def office_of(store: Store, story: Any) -> Any:
    return in_office(store, story, (*CHANNELS, "doctor"))


def test_the_doctor_is_told_before_and_asked_after_and_each_once(store: Store) -> None:
    ready(store)

    async def story(office: Office) -> list[str]:
        await press(office)
        await ring(office, -timedelta(minutes=11))
        assert office.channels["doctor"].texts() == []
        for at in (-10, -10, 30, 30):
            await ring(office, timedelta(minutes=at))
        return office.channels["doctor"].texts()

    told = office_of(store, story)
    assert ["+886912345678" in text for text in told] == [True, False]
    assert "通話進行得如何" in told[1]


def test_a_call_that_was_moved_is_not_told_of(store: Store) -> None:
    """The timer that rings for it is gone; one that had rung already is dropped where it waits."""
    ready(store)

    async def story(office: Office) -> tuple[list[str], list[bool]]:
        await press(office)
        case = the_case(store)
        row = a_row()
        asked = [await office.desk.store.read(lambda conn: is_wanted(conn, row, STARTS - timedelta(minutes=5)))]
        asked.append(await office.desk.store.read(lambda conn: is_wanted(conn, row, STARTS + timedelta(minutes=29))))
        asked.append(await office.desk.store.read(lambda conn: is_wanted(conn, row, STARTS + timedelta(minutes=30))))
        later = replace(case, offer=replace(OFFER, starts_at=STARTS + timedelta(days=1), ends_at=OFFER.ends_at + timedelta(days=1)), step="confirm", screen="screen01", options=("book",))  # fmt: skip
        await office.desk.store.run(lambda conn: cases.save(conn, case, later))
        await office.desk.store.run(lambda conn: bookings.hold(conn, "case-1", "lin", later.offer.starts_at, later.offer.ends_at, office.now + timedelta(minutes=9), office.now))  # type: ignore[union-attr]  # fmt: skip
        await press(office)
        asked.append(await office.desk.store.read(lambda conn: is_wanted(conn, row, STARTS - timedelta(minutes=5))))
        await ring(office, timedelta(minutes=31))
        return office.channels["doctor"].texts(), asked

    told, asked = office_of(store, story)
    assert the_case(store).revision == 2
    assert told == []
    assert asked == [True, True, False, False]


def a_row() -> OutboxRow:
    """What speaks of the first booking."""
    return OutboxRow(1, "doctor", "lin", "tell", {}, "may-repeat", "case-1", 1, 1, NOON, "", False, 1)


def test_where_she_cannot_be_written_to_the_topic_hears_it_without_the_number_and_nobody_is_alarmed(
    store: Store,
) -> None:
    ready(store)

    async def story(office: Office) -> list[str]:
        office.channels["doctor"].answers = [Failed("not_begun"), Failed("not_begun")]
        await press(office)
        before = len(office.channels["staff"].sent)
        for at in (-10, 30):
            await ring(office, timedelta(minutes=at))
        return office.channels["staff"].texts()[before:]

    posts = office_of(store, story)
    assert ["may not write to you alone" in post for post in posts] == [True, False]
    assert "how did the call" in posts[1]
    assert not any("912345678" in post for post in posts)


def test_a_refused_press_leaves_a_line_for_the_audit_and_changes_nothing(store: Store) -> None:
    ready(store)

    async def story(office: Office) -> list[tuple[str, str, str]]:
        await press(office)
        await ring(office, timedelta(minutes=30))
        case = the_case(store)
        assert case.call is not None
        data = f"{case.code}.{case.call.asked}.call_not_reached"
        receipt = await office.desk.react(ByCase("case-1"), StaffPressed("weber", 9002, data))
        assert receipt.answer is not None
        assert receipt.answer.alert
        assert the_case(store) == case
        lines = await office.desk.store.read(lambda conn: case_pages.views_of(conn, "case-1"))
        return [(line.doctor, line.what, line.part) for line in lines]

    assert office_of(store, story) == [("weber", "refused", "call_not_reached")]


def test_not_reached_frees_the_time_and_leaves_the_money_alone(store: Store) -> None:
    ready(store)

    async def story(office: Office) -> None:
        await press(office)
        await ring(office, timedelta(minutes=30))
        case = the_case(store)
        assert case.call is not None
        data = f"{case.code}.{case.call.asked}.call_not_reached"
        await office.desk.react(ByCase("case-1"), StaffPressed("lin", 9001, data))
        await office.desk.deliverer.idle()

    office_of(store, story)
    assert (the_case(store).status, the_case(store).call) == (Status.PAID, None)
    assert do(store, bookings.taken, NOON, NOON + timedelta(days=9), NOON) == []


# --- rooms ------------------------------------------------------------------------------------------------------------
def test_a_room_is_of_one_booking_and_cannot_be_told_without_the_secret() -> None:
    ours, theirs = Links("a" * 32), Links("b" * 32)
    rooms = {room_address(links, TEMPLATE, case, number) for links in (ours, theirs) for case in ("case-1", "case-2") for number in (1, 2)}  # fmt: skip
    assert len(rooms) == 8
    assert room_address(ours, TEMPLATE, "case-1", 1) == room_address(Links("a" * 32), TEMPLATE, "case-1", 1)
    assert all(room.startswith("https://meet.example.org/call-") and len(room) >= 50 for room in rooms)
    assert "case-1" not in room_address(ours, TEMPLATE, "case-1", 1)
    assert room_address(ours, "", "case-1", 1) == ""


@pytest.mark.parametrize(("template", "online"), [(TEMPLATE, True), ("", False)])
def test_the_desk_gives_the_room_of_the_booking_that_is_made(store: Store, template: str, online: bool) -> None:
    ready(store)

    async def story(office: Office) -> str:
        office.desk.clinic = replace(clinic(), room=template)
        await press(office, 1)
        return room_address(office.desk.links, template, "case-1", 1)

    wanted = office_of(store, story)
    call = the_case(store).call
    assert call is not None
    assert (call.room, bool(call.room)) == (wanted, online)
