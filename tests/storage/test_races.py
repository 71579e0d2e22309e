"""Many people at once for few times: a short run of ``make races``, and its checker, which must be able to find something."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from storage import bookings
from storage.engine import open_store
from tests.races import BEGINS, MONDAY, Tables, World, everything, faults, raced

SPOILT = {
    "twice": "UPDATE bookings SET starts_at = (SELECT min(starts_at) FROM bookings), ends_at = (SELECT min(ends_at) FROM bookings), doctor = 'a'",
    "a cell is missing": "DELETE FROM cells",
    "the case says": "DELETE FROM bookings WHERE id = (SELECT min(id) FROM bookings)",
}


def test_a_hundred_people_at_once_leave_no_fault(database_url: str) -> None:
    """Three rounds; that there is more to press than to get is part of it."""
    tally = asyncio.run(raced(database_url, 100, 3, seed=5))
    assert tally.wrong == []
    assert tally.seen["booked"] >= 30
    assert tally.seen["held"] > 0
    assert all(tally.moves.get(move) for move in ("book", "unbook"))


@pytest.mark.parametrize("fault", SPOILT)
def test_the_checker_finds_what_was_spoilt(database_url: str, fault: str) -> None:
    """After a round without a fault, one is put in by hand."""

    async def story() -> tuple[list[str], list[str]]:
        store = open_store(database_url)
        world = World(store, 30, seed=1)
        await world.fill()
        await world.round()
        before = faults(await store.read(everything), world.now)
        await store.run(lambda conn: conn.execute(text(SPOILT[fault])))
        after = faults(await store.read(everything), world.now)
        store.close()
        return before, after

    before, after = asyncio.run(story())
    assert before == []
    assert [line for line in after if fault in line]


def test_a_hold_that_nobody_was_offered_is_found(database_url: str) -> None:
    """A time that would be kept from everybody for nothing."""

    async def story() -> list[str]:
        store = open_store(database_url)
        world = World(store, 1, seed=1)
        await world.fill()

        def hold(conn: Connection) -> Tables:
            starts = MONDAY + timedelta(hours=1)
            assert bookings.hold(conn, "case0", "a", starts, starts + timedelta(minutes=30), BEGINS + timedelta(hours=1), BEGINS)  # fmt: skip
            return everything(conn)

        found = faults(await store.run(hold), BEGINS)
        store.close()
        return found

    assert len(asyncio.run(story())) == 1
