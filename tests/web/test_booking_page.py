"""The call on a page, on both engines: kept, booked, moved and cancelled there, side by side with the chat; and every wrong form."""

import html
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from desk.case_links import CALLS, UPLOADS
from flows.case import Call, Case, Status
from flows.context import Context
from flows.decide import decide
from flows.incoming import Pressed, Refused
from flows.wording import say
from storage import bookings, cases
from storage.engine import Store
from tests.builders import NOON, a_case
from tests.desk.office import CHANNELS, Office, in_office
from web.app import make_app

PAID: dict[str, Any] = {"status": Status.PAID, "step": "day", "zone": "Asia/Taipei", "answers": {"cat_name": "Tofu"}}
TIME = re.compile('name="time" value="([^"]+)"')
REVISION = re.compile('name="revision" value="([0-9]+)"')
LATE = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)


async def _no_state() -> Mapping[str, Any]:
    return {}


class Booth:
    """The app, and the link of a case."""

    def __init__(self, office: Office) -> None:
        self.office = office
        app = make_app({}, _no_state, "", office.desk.links, None, office.desk)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")
        self.at = f"/call/{CALLS.made(office.desk.links, 'case-1', office.now)}"

    async def seen(self, query: str = "") -> str:
        """The page's words and forms."""
        answer = await self.http.get(self.at + query)
        assert answer.status_code == 200
        return html.unescape(answer.text)

    async def sent(self, action: str, time: str = "", revision: str = "", **headers: str) -> httpx.Response:
        """A form sent back, with the revision that the page shows now unless another is meant."""
        shown = revision or REVISION.findall(await self.seen("?again=1"))[0]
        form = {"action": action, "revision": shown, **({"time": time} if time else {})}
        return await self.http.post(self.at, data=form, headers=headers)

    async def page_after(self, action: str, time: str = "", revision: str = "") -> str:
        """The page to which a form leads."""
        answer = await self.sent(action, time, revision)
        assert answer.status_code == 303
        return await self.seen("?" + answer.headers["location"].partition("?")[2])

    async def times(self) -> list[str]:
        """What is offered."""
        return TIME.findall(await self.seen("?again=1"))

    async def case(self) -> Case:
        """The case as it is now."""
        found = await self.office.desk.store.read(lambda conn: cases.by_id(conn, "case-1", peek=True))
        assert found is not None
        return found

    def said(self) -> list[str]:
        """What the chat was told."""
        return self.office.channels["owner"].texts()


def in_booth(store: Store, story: Callable[[Booth], Awaitable[Any]], **case: Any) -> None:
    """Plays a story with one paid case in the database."""

    async def whole(office: Office) -> None:
        mine = a_case(**{**PAID, **case})
        await store.run(lambda conn: cases.insert(conn, mine))
        await story(Booth(office))
        await office.desk.deliverer.idle()

    in_office(store, whole, CHANNELS)


async def _booked(booth: Booth, number: int = 0) -> str:
    time = (await booth.times())[number]
    await booth.sent("hold", time)
    return await booth.page_after("book")


# --- what it is for ---------------------------------------------------------------------------------------------------
def test_a_time_is_kept_booked_moved_and_cancelled(store: Store) -> None:
    """The chat hears what was booked, moved and cancelled, and nothing of what was only looked at."""

    async def story(booth: Booth) -> None:
        first, second = (await booth.times())[:2]
        assert "It is kept for you for ten minutes" in await booth.page_after("hold", first)
        assert booth.said() == []
        assert "Done: your call is booked." in await booth.page_after("book")
        await booth.office.desk.deliverer.idle()
        case = await booth.case()
        assert (case.status, case.call and case.call.starts_at) == (
            Status.BOOKED,
            datetime.fromisoformat(first.split()[0]),
        )
        assert sum("Done: your call is booked." in text for text in booth.said()) == 1
        assert "Your call now: " in await booth.seen("?again=1")
        await booth.sent("hold", second)
        assert "Done: your call is booked." in await booth.page_after("book")
        assert (await booth.case()).revision == 2
        assert "Cancel the call?" in await booth.seen("?cancel=1")
        assert "The call is cancelled" in await booth.page_after("cancel")
        assert ((await booth.case()).call, (await booth.case()).status) == (None, Status.PAID)
        assert sorted(await booth.times())[:2] == sorted([first, second])

    in_booth(store, story)


def test_where_the_clinic_has_rooms_the_same_tap_chooses_telephone_or_online(store: Store) -> None:
    """Online the page shows the room; a second sending of the form changes nothing."""

    async def story(booth: Booth) -> None:
        clinic = booth.office.desk.clinic
        booth.office.desk.clinic = replace(clinic, room="https://meet.example.org/{room}")
        page = await booth.page_after("hold", (await booth.times())[0])
        assert re.findall('name="action" value="([^"]+)">([^<]+)<', page) == [
            ("book", "Yes, by telephone"),
            ("book:online", "Yes, online with video"),
        ]
        revision = REVISION.findall(page)[0]
        page = await booth.page_after("book:online", revision=revision)
        assert "Done: your call is booked." in page
        call = (await booth.case()).call
        assert call is not None
        assert call.room.startswith("https://meet.example.org/call-")
        assert f'<a href="{call.room}">' in page
        assert "The doctor will ring you" not in page
        assert "Nothing was changed" in await booth.page_after("book", revision=revision)

    in_booth(store, story, phone="+886912345678")


def test_everything_is_in_the_language_of_the_case(store: Store) -> None:
    async def story(booth: Booth) -> None:
        page = await booth.seen()
        assert 'lang="zh-Hant"' in page
        assert say("zh_Hant", "Call about {cat}", cat="豆腐") in page
        assert say("zh_Hant", "If your cat gets worse, do not wait for us: go to an emergency vet at once.") in page

    in_booth(store, story, language="zh_Hant", answers={"cat_name": "豆腐"})


def test_the_doctors_own_clock_stands_beside_another_one_of_the_owner(store: Store) -> None:
    async def story(booth: Booth) -> None:
        assert " in Taipei</small>" in await booth.seen()

    in_booth(store, story, zone="Europe/London")


def test_who_chooses_in_the_chat_after_the_page_gets_no_second_call(store: Store) -> None:
    """A button that stood in the chat before is answered with how things stand."""

    async def story(booth: Booth) -> None:
        await booth.office.owner(Pressed("old.0"))
        screen = (await booth.case()).screen
        await _booked(booth)
        await booth.office.owner(Pressed(f"{screen}.0"))
        case = await booth.case()
        assert (case.status, case.revision) == (Status.BOOKED, 1)
        assert "Your call: " in booth.said()[-1]

    in_booth(store, story)


# --- wrong forms ------------------------------------------------------------------------------------------------------
def test_the_same_form_sent_twice_changes_nothing_more(store: Store) -> None:
    async def story(booth: Booth) -> None:
        await booth.sent("hold", (await booth.times())[0])
        revision = str((await booth.case()).revision)
        await booth.sent("book", revision=revision)
        assert "Nothing was changed" in await booth.page_after("book", revision=revision)
        assert "Nothing was changed" in await booth.page_after("cancel", revision=revision)
        assert ((await booth.case()).status, (await booth.case()).revision) == (Status.BOOKED, 1)

    in_booth(store, story)


def test_a_time_that_somebody_else_took_meanwhile_is_refused_with_the_others_below(store: Store) -> None:
    async def story(booth: Booth) -> None:
        first = (await booth.times())[0]
        starts, doctor = datetime.fromisoformat(first.split()[0]), first.split()[1]
        ends = starts + timedelta(minutes=booth.office.desk.clinic.call_minutes)
        await store.run(lambda conn: cases.insert(conn, a_case(id="case-2", code="OTHERS", chat=2)))
        await store.run(
            lambda conn: bookings.hold(conn, "case-2", doctor, starts, ends, NOON + timedelta(hours=1), NOON)
        )
        page = await booth.page_after("hold", first)
        assert "Sorry, that time has just been taken." in page
        assert first not in TIME.findall(page)
        assert (await booth.case()).offer is None

    in_booth(store, story)


def test_a_refused_time_leaves_the_one_that_is_kept(store: Store) -> None:
    """Somebody else was quicker between the look and the lock: what she had before is hers still."""

    async def story(booth: Booth) -> None:
        await booth.sent("hold", (await booth.times())[0])
        held = (await booth.case()).offer
        decision = decide(await booth.case(), Refused(hold=True), Context(NOON, booth.office.desk.clinic, "abcdefgh"))
        assert (decision.case.offer, held is not None) == (held, True)
        assert (
            decide(await booth.case(), Refused(), Context(NOON, booth.office.desk.clinic, "abcdefgh")).case.offer
            is None
        )

    in_booth(store, story)


def test_a_time_whose_ten_minutes_are_over_is_not_booked_when_it_is_gone(store: Store) -> None:
    async def story(booth: Booth) -> None:
        first = (await booth.times())[0]
        starts, doctor = datetime.fromisoformat(first.split()[0]), first.split()[1]
        ends = starts + timedelta(minutes=booth.office.desk.clinic.call_minutes)
        await booth.sent("hold", first)
        now = booth.office.later(minutes=11)
        await store.run(lambda conn: cases.insert(conn, a_case(id="case-2", code="OTHERS", chat=2)))
        await store.run(lambda conn: bookings.hold(conn, "case-2", doctor, starts, ends, now + timedelta(hours=1), now))
        assert "Sorry, that time has just been taken." in await booth.page_after("book")
        assert (await booth.case()).call is None

    in_booth(store, story)


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-04T03:10:00+00:00 lin",  # no time of the calendar
        "1999-03-04T03:00:00+00:00 lin",
        "2026-03-04T01:00:00+00:00 nobody",
        "9999-12-31T23:59:59+00:00 lin",
    ],
)
def test_an_impossible_time_is_answered_with_the_possible_ones(store: Store, time: str) -> None:
    async def story(booth: Booth) -> None:
        page = await booth.page_after("hold", time)
        assert "Sorry, that time has just been taken. Please choose another." in page
        assert TIME.findall(page)
        assert (await booth.case()).offer is None

    in_booth(store, story)


@pytest.mark.parametrize(
    "form",
    [{}, {"action": "hold", "revision": "many"}, {"action": "hold", "revision": "0", "time": "tomorrow lin"},
     {"action": "hold", "revision": "0", "time": "2026-03-04T03:00:00 lin"}, {"revision": "0" * 2000}],
)  # fmt: skip
def test_a_form_that_is_none_of_ours_is_refused(store: Store, form: dict[str, str]) -> None:
    async def story(booth: Booth) -> None:
        before = await booth.case()
        assert (await booth.http.post(booth.at, data=form)).status_code in (400, 413)
        assert await booth.case() == before

    in_booth(store, story)


def test_a_form_on_somebody_elses_page_is_refused(store: Store) -> None:
    async def story(booth: Booth) -> None:
        first = (await booth.times())[0]
        assert (await booth.sent("hold", first, **{"sec-fetch-site": "cross-site"})).status_code == 403
        assert (await booth.case()).offer is None

    in_booth(store, story)


# --- wrong links and wrong times --------------------------------------------------------------------------------------
def test_links_of_nobody_of_another_page_and_altered_ones_look_alike(store: Store) -> None:
    async def story(booth: Booth) -> None:
        links = booth.office.desk.links
        for link in (booth.at[6:-1] + "~", UPLOADS.made(links, "case-1", NOON), CALLS.made(links, "case-9", NOON), "x"):
            for answer in (await booth.http.get(f"/call/{link}"), await booth.http.post(f"/call/{link}", data={"revision": "0"})):  # fmt: skip
                assert answer.status_code == 404
                assert "There is nothing here." in answer.text

    in_booth(store, story)


def test_an_old_link_says_how_to_get_a_new_one(store: Store) -> None:
    async def story(booth: Booth) -> None:
        booth.office.later(days=61)
        for answer in (await booth.http.get(booth.at), await booth.http.post(booth.at, data={"revision": "0"})):
            assert answer.status_code == 410
            assert "Write /status in the chat" in answer.text

    in_booth(store, story)


CALL = Call("lin", LATE, LATE + timedelta(minutes=30), 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": Status.ACCEPTED}, "as soon as your payment has arrived"),
        (
            {"status": Status.BOOKED, "call": Call("lin", NOON, NOON, 1), "revision": 1},
            "The time of your call has come",
        ),
        ({"status": Status.WITHDRAWN}, "This case is closed"),
        ({"status": Status.INTAKE}, "There is no call to book"),
    ],
)
def test_where_nothing_can_be_chosen_the_page_says_why(store: Store, changes: dict[str, Any], words: str) -> None:
    async def story(booth: Booth) -> None:
        before = await booth.case()
        form = {"action": "cancel", "revision": "1"}
        for answer in (await booth.http.get(booth.at), await booth.http.post(booth.at, data=form)):
            assert answer.status_code == 403
            assert words in html.unescape(answer.text)
        assert await booth.case() == before

    in_booth(store, story, **changes)


def test_the_page_needs_no_script_and_leads_nowhere_else(store: Store) -> None:
    """Its policy allows none; a referrer would carry the link away."""

    async def story(booth: Booth) -> None:
        answer = await booth.http.get(booth.at)
        assert "script" not in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "<script" not in answer.text
        assert (await booth.case()).phone not in answer.text
        assert (await booth.http.get("/call.css")).headers["content-type"].startswith("text/css")

    in_booth(store, story, phone="+886912345678")


def test_a_full_calendar_is_said(store: Store) -> None:
    async def story(booth: Booth) -> None:
        booth.office.desk.clinic = replace(booth.office.desk.clinic, doctors=())
        assert "All times in the coming days are taken." in await booth.seen()

    in_booth(store, story)
