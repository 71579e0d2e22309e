"""Newer rules of the clocks against what is booked, from the database to the doctors' group, on both engines."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from desk.zone_rules import EVERY, look_through
from flows.case import Call, Case, Status
from flows.context import Context
from flows.zone_rules import written_down
from storage import bookings, cases
from storage.engine import Store
from tests.builders import NOON, case_number
from tests.clock_rules import new_rules
from tests.desk.office import Office, in_office
from tests.storage.doing import do

TEN = NOON + timedelta(days=2)
HALF = timedelta(minutes=30)


def prepared(store: Store, office: Office) -> None:
    """Calls of an owner in London and of one in Taipei, one of yesterday, and a time that is only held."""
    context = Context(NOON, office.desk.clinic, "token123")
    for number, zone in enumerate(("Europe/London", "Asia/Taipei", "Europe/London", "Europe/London")):
        starts = TEN - timedelta(days=3) if number == 2 else TEN + number * HALF
        case = case_number(number, status=Status.BOOKED, revision=1, zone=zone)
        call = written_down(case, context, Call("lin", starts, starts + HALF, 1))
        kept: Case = replace(case, status=Status.PAID, offer=call) if number == 3 else replace(case, call=call)
        do(store, cases.insert, kept)
        assert do(store, bookings.hold, case.id, "lin", starts, starts + HALF, NOON + timedelta(minutes=10), NOON)
        if number != 3:
            assert do(store, bookings.confirm, case.id, NOON)


async def told(office: Office) -> tuple[int, list[str]]:
    """How many cases were rung, and what the group has read until now."""
    found = await look_through(office.desk)
    await office.desk.fire_due()
    await office.desk.deliverer.idle()
    return found, office.channels["staff"].texts()


def test_only_the_call_whose_clock_has_changed_is_brought_before_the_doctors_and_once(store: Store, tmp_path: Path) -> None:  # fmt: skip
    async def story(office: Office) -> list[tuple[int, list[str]]]:
        prepared(store, office)
        seen = [await told(office)]
        with new_rules(tmp_path, Europe__London="Europe/Paris"):
            seen.append(await told(office))  # looked at today already
            office.later(seconds=EVERY.total_seconds())
            seen.append(await told(office))
            office.later(seconds=EVERY.total_seconds())
            seen.append(await told(office))
        return seen

    first, early, day, next_day = in_office(store, story)
    assert first == early == (0, [])
    assert (day[0], len(day[1])) == (1, 1)
    assert "Case C00000" in day[1][0]
    assert next_day == (0, day[1])
