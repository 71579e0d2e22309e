"""A doctor's own calendar over the page's address, read back with a calendar's parser, beside the files that the owner got."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import httpx
from icalendar import Calendar

from bot.calendar import calendar_file
from desk.feeds import feed_link, read_feed
from desk.receive import ByCase, handle
from flows.case import Status
from flows.incoming import Asked, Pressed
from storage import cases, feeds
from storage.engine import Store
from tests.builders import a_case
from tests.desk.office import Office
from web.app import make_app

CASE = a_case(status=Status.PAID, step="", phone="+886912345678", answers={"cat_name": "Tofu", "name": "Ms Chen"})
BOOKS = ("day:", "at:", "book")


class Clinic(Office):
    """An office with a web page, and one case whose owner presses."""

    async def open(self) -> None:
        await self.desk.store.run(lambda conn: cases.insert(conn, CASE))
        await self.press()

    async def press(self, *kinds: str) -> None:
        """The first button of each kind in turn; without one only /status."""
        for kind in kinds:
            case = await self.desk.store.read(lambda conn: cases.by_id(conn, CASE.id))
            assert case is not None
            number = next(n for n, value in enumerate(case.options) if value.startswith(kind))
            await self._do(Pressed(f"{case.screen}.{number}"))
        if not kinds:
            await self._do(Asked("status"))

    async def _do(self, incoming: Any) -> None:
        receipt = await self.desk.store.run(lambda c: handle(c, ByCase(CASE.id), incoming, self.desk.moment()))
        self.desk.deliverer.take(receipt.rows)
        await self.desk.deliverer.idle()

    async def address(self, doctor: str = "lin") -> str:
        version = await self.desk.store.run(lambda conn: feeds.renew(conn, doctor))
        return f"/calendar/{feed_link(self.desk.links, doctor, version)}"

    async def get(self, path: str) -> httpx.Response:
        async def nothing() -> dict[str, float]:
            return {}

        app = make_app({}, nothing, links=self.desk.links, feed=partial(read_feed, self.desk))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
            return await client.get(path)

    def files(self) -> list[Any]:
        """The events of the calendar files that the owner got."""
        rows = [row for row in self.channels["owner"].sent if row.kind == "say_calendar"]
        return [Calendar.from_ical(calendar_file(row.payload, "Clinic", self.now)).walk("VEVENT")[0] for row in rows]


def played(store: Store, story: Callable[[Clinic], Awaitable[None]]) -> None:
    async def whole() -> None:
        clinic = Clinic(store)
        await clinic.open()
        await story(clinic)

    asyncio.run(whole())


def events(answer: httpx.Response) -> list[Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_call_keeps_its_uid_and_its_sequence_rises_for_owner_and_doctor_alike(store: Store) -> None:
    """Booked, moved, cancelled: what a calendar needs in order to replace one event and take it away (RFC 5546)."""

    async def story(clinic: Clinic) -> None:
        path = await clinic.address()
        assert events(await clinic.get(path)) == []
        shown = []
        for kinds in (BOOKS, ("move", *BOOKS), ("cancel", "cancel_yes")):
            await clinic.press(*kinds)
            shown.append(events(await clinic.get(path)))
        files = clinic.files()
        assert {str(one["UID"]) for one in files} == {f"{CASE.id}@second-look"}
        assert [int(one["SEQUENCE"]) for one in files] == [1, 2, 3]
        assert [str(one["STATUS"]) for one in files] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        assert [len(found) for found in shown] == [1, 1, 0]
        for (event,), file in zip(shown[:2], files, strict=False):
            assert [event[name] for name in ("UID", "SEQUENCE")] == [file[name] for name in ("UID", "SEQUENCE")]
            assert [event[name].dt for name in ("DTSTART", "DTEND")] == [file[name].dt for name in ("DTSTART", "DTEND")]
        assert shown[0][0]["DTSTART"].dt != shown[1][0]["DTSTART"].dt

    played(store, story)


def test_the_feed_says_the_case_code_and_nothing_of_the_owner(store: Store) -> None:
    """An address may be forwarded, and calendars are shared."""

    async def story(clinic: Clinic) -> None:
        await clinic.press(*BOOKS)
        text = (await clinic.get(await clinic.address())).text
        assert CASE.code in text
        assert not [word for word in ("Tofu", "Chen", "912345678", str(CASE.chat)) if word in text]

    played(store, story)


def test_a_former_address_and_an_altered_one_are_answered_like_a_page_that_is_not_there(store: Store) -> None:
    """Nobody learns whether there was such a doctor."""

    async def story(clinic: Clinic) -> None:
        former = await clinic.address()
        now = await clinic.address()
        assert (await clinic.get(now)).status_code == 200
        unknown = f"/calendar/{feed_link(clinic.desk.links, 'nobody', 1)}"
        never = f"/calendar/{feed_link(clinic.desk.links, 'lin', 7)}"
        altered = [now[:at] + ("A" if now[at] != "A" else "B") + now[at + 1 :] for at in range(len("/calendar/"), len(now))]  # fmt: skip
        answers = [await clinic.get(path) for path in (former, unknown, never, "/calendar/x", *altered)]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1

    played(store, story)


def test_calls_long_over_are_not_in_it(store: Store) -> None:
    """A calendar that never forgets would grow for ever."""

    async def story(clinic: Clinic) -> None:
        await clinic.press(*BOOKS)
        path = await clinic.address()
        assert len(events(await clinic.get(path))) == 1
        clinic.later(days=60)
        assert events(await clinic.get(path)) == []

    played(store, story)
