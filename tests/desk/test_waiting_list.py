"""The waiting list in the database, on both engines: one time, one person, in turn; nothing is lost by a crash, nothing given twice by two processes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.leave import come_back, go
from desk.receive import ByCase
from desk.waiting_list import look_through
from flows.case import Call, Case, Status
from flows.incoming import Asked, Blocked, OnPage, Pressed
from storage import bookings, cases, leaves, waiting_list
from storage.engine import Store
from tests.builders import NOON, case_number
from tests.desk.office import Office, in_office

HALF = timedelta(minutes=30)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2026, on Dr. Lin's clock; NOON is Monday the second, eight in the evening there."""
    return datetime(2026, 3, day, hour - 8, minute, tzinfo=UTC)


WED, THU, FRI = at(4, 9), at(5, 9), at(6, 9)
AWAY = ((at(3, 9), at(3, 12)), (at(4, 9, 30), at(4, 12)), (at(5, 9, 30), at(5, 12)), (at(6, 9, 30), at(6, 12)))


class Line:
    """Three booked calls and not one free time before the last of them; the owners of the later two wait for an earlier one."""

    def __init__(self, office: Office) -> None:
        self.office = office

    async def begin(self) -> None:
        store, now = self.office.desk.store, self.office.now
        for starts, ends in AWAY:
            await store.run(lambda c, s=starts, e=ends: leaves.add(c, "lin", s, e) and None)
        for number, starts in ((1, WED), (2, THU), (3, FRI)):
            call = Call("lin", starts, starts + HALF, 1)
            case = case_number(number, status=Status.BOOKED, call=call, revision=1, submitted_at=NOON, zone="Asia/Taipei", answers={"cat_name": f"Cat{number}"})  # fmt: skip
            await store.run(lambda c, case=case: cases.insert(c, case))
            await store.run(
                lambda c, k=case.id, s=starts: bookings.hold(c, k, "lin", s, s + HALF, now + HALF, now) and None
            )
            await store.run(lambda c, k=case.id: bookings.confirm(c, k, now) and None)
        for number in (2, 3):
            await self.press(number, "status")
            await self.press(number, "earlier:ask")
        await self.look()

    async def press(self, number: int, value: str) -> None:
        """By the button's value; "status" opens the booked call's screen."""
        case = await self.case(number)
        pressed = Asked("status") if value == "status" else Pressed(f"{case.screen}.{case.options.index(value)}")
        await self.office.desk.react(ByCase(case.id), pressed)
        await self.office.desk.deliverer.idle()

    async def case(self, number: int) -> Case:
        found = await self.office.desk.store.read(lambda c: cases.by_id(c, f"case-{number}", peek=True))
        assert found is not None
        return found

    async def look(self, processes: int = 1) -> None:
        await asyncio.gather(*(look_through(self.office.desk) for _ in range(processes)))
        await self.office.desk.deliverer.idle()

    async def offers(self) -> dict[int, datetime]:
        """Who is offered what just now."""
        found = {number: await self.case(number) for number in (1, 2, 3)}
        return {number: case.offer.starts_at for number, case in found.items() if case.offer}

    async def calls(self) -> list[datetime | None]:
        found = [await self.case(number) for number in (1, 2, 3)]
        return [case.call.starts_at if case.call else None for case in found]

    async def cancel(self, number: int) -> None:
        await self.press(number, "status")
        await self.press(number, "cancel")
        await self.press(number, "cancel_yes")


def in_line(store: Store, story: Callable[[Line], Awaitable[Any]]) -> None:
    async def whole(office: Office) -> None:
        line = Line(office)
        await line.begin()
        assert await line.offers() == {}
        await story(line)

    in_office(store, whole)


@pytest.mark.parametrize("processes", [1, 4])
def test_a_time_that_comes_free_is_offered_to_who_has_waited_longest(store: Store, processes: int) -> None:
    """Also when several processes look through the list at once."""

    async def story(line: Line) -> None:
        await line.cancel(1)
        await line.look(processes)
        assert await line.offers() == {2: WED}
        await line.press(2, "earlier:take")
        assert await line.calls() == [None, WED, FRI]
        await line.look(processes)
        assert await line.offers() == {3: THU}  # what she left is offered in its turn
        assert await line.office.desk.store.read(waiting_list.noted) == {}

    in_line(store, story)


def test_one_that_is_not_wanted_goes_to_the_next_at_once_and_one_not_answered_when_its_time_is_over(
    store: Store,
) -> None:
    async def story(line: Line) -> None:
        await line.cancel(1)
        await line.look()
        await line.press(2, "earlier:keep")
        await line.look()
        assert await line.offers() == {3: WED}
        line.office.later(minutes=31)
        await line.office.desk.fire_due()
        await line.office.desk.store.run(lambda c: bookings.sweep(c, line.office.now) and None)
        await line.look()
        assert await line.offers() == {}  # neither of them is asked for it twice
        assert await line.calls() == [None, THU, FRI]

    in_line(store, story)


def test_a_crash_before_anybody_was_asked_loses_nothing(store: Store) -> None:
    """What came free is noted in the unit that freed it; asking again changes nothing for who has an offer."""

    async def story(line: Line) -> None:
        await line.cancel(1)
        noted = await line.office.desk.store.read(waiting_list.noted)
        assert list(noted) == ["lin"]
        await line.look()
        before = (await line.case(2)).version
        await line.office.desk.store.run(lambda c: waiting_list.freed(c, "lin", "again", line.office.now))
        await line.look()
        assert await line.offers() == {2: WED}
        assert (await line.case(2)).version == before

    in_line(store, story)


def test_whoever_takes_it_meanwhile_on_the_page_has_it_and_nobody_is_offered_it(store: Store) -> None:
    """The one calendar decides, whoever comes first; who was not asked hears of no refusal."""

    async def story(line: Line) -> None:
        await line.cancel(1)
        press = OnPage("hold", (await line.case(3)).revision, "lin", WED)
        await line.office.desk.react(ByCase("case-3"), press)
        assert (await line.offers()) == {3: WED}
        said = len(line.office.channels["owner"].sent)
        await line.look()
        assert await line.offers() == {3: WED}
        assert len(line.office.channels["owner"].sent) == said

    in_line(store, story)


def test_who_cannot_be_reached_is_passed_over(store: Store) -> None:
    async def story(line: Line) -> None:
        await line.office.desk.react(ByCase("case-2"), Blocked(True))
        await line.cancel(1)
        await line.look()
        assert await line.offers() == {3: WED}

    in_line(store, story)


def test_who_moved_or_cancelled_by_herself_waits_no_more(store: Store) -> None:
    async def story(line: Line) -> None:
        await line.cancel(2)
        await line.look()
        assert await line.offers() == {3: THU}
        assert await line.office.desk.store.read(lambda c: waiting_list.waiting(c, "lin")) != []
        await line.press(3, "earlier:stop")
        assert await line.offers() == {}
        assert (await line.calls())[2] == FRI

    in_line(store, story)


def test_a_leave_that_is_taken_back_brings_its_times(store: Store) -> None:
    """And one that begins takes an offered time away again."""

    async def story(line: Line) -> None:
        desk = line.office.desk
        (leave, *_) = await desk.store.read(lambda c: leaves.ahead(c, "lin", NOON))
        doctor = desk.clinic.doctor("lin")
        assert doctor is not None
        await desk.store.run(lambda c: come_back(c, leave.id, doctor, desk.moment()) and None)
        await line.look()
        offered = await line.offers()
        assert {starts.day for starts in offered.values()} == {3}
        assert len(set(offered.values())) == len(offered) == 2
        await desk.store.run(lambda c: go(c, ("lin", *AWAY[0]), desk.moment()) and None)
        await desk.fire_due()
        await line.look()
        assert await line.offers() == {}
        assert await line.calls() == [WED, THU, FRI]

    in_line(store, story)


def test_nobody_is_asked_in_her_night_and_everybody_in_the_morning(store: Store) -> None:
    async def story(line: Line) -> None:
        line.office.later(hours=3)  # eleven in the evening
        await line.cancel(1)
        await line.look()
        assert await line.offers() == {}
        line.office.later(hours=9.1)
        await line.office.desk.fire_due()
        await line.look()
        assert list(await line.offers()) == [2]

    in_line(store, story)


def test_no_time_is_ever_given_twice_when_everybody_presses_at_once(store: Store) -> None:
    """Both have an offer; one takes, one takes, and a third holds on the page at the same moment."""

    async def story(line: Line) -> None:
        await line.cancel(1)
        await line.look(3)
        (number,) = await line.offers()
        case = await line.case(number)
        take = Pressed(f"{case.screen}.{case.options.index('earlier:take')}")
        other = OnPage("hold", (await line.case(3)).revision, "lin", WED)
        desk = line.office.desk
        await asyncio.gather(desk.react(ByCase(case.id), take), desk.react(ByCase("case-3"), other), look_through(desk))
        await line.look(2)
        calls = [starts for starts in await line.calls() if starts]
        held = [starts for starts in (await line.offers()).values()]
        assert len({*calls, *held}) == len(calls) + len(held)
        assert (await line.case(number)).call.starts_at == WED  # type: ignore[union-attr]

    in_line(store, story)
