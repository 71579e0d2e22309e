"""A doctor's own calendar from its address to the offers: fetched carefully, kept as spans, told of once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import NamedTuple

import httpx
import pytest
from sqlalchemy import text

from flows.case import Call, Status
from scheduler.calendars import Calendars
from storage import bookings, cases, leaves
from storage.engine import Store
from tests.builders import NOON, case_number
from tests.desk.office import Office, in_office
from tests.records.test_busy import calendar
from tests.storage.doing import do

ADDRESS = "https://calendar.example/private-1234/basic.ics"
TEN = NOON + timedelta(days=2)
HALF = timedelta(minutes=30)
EVENT = f"DTSTART:{TEN:%Y%m%dT%H%M%SZ}\r\nDURATION:PT1H\r\nSUMMARY:Dentist"


class Answer(NamedTuple):
    """What a server says, as it goes over the wire."""

    status: int
    headers: Mapping[str, str] = MappingProxyType({})
    content: bytes = b""


class Server:
    """Answers in turn, the last one for ever."""

    def __init__(self, *answers: Answer | Exception, ips: tuple[str, ...] = ("93.184.216.34",)) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.ips = ips

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status, headers=answer.headers, stream=httpx.ByteStream(answer.content))

    async def resolve(self, host: str) -> list[str]:
        """As the test says."""
        return list(self.ips) if host == "calendar.example" else ["127.0.0.1"]


def gave(*events: str, **headers: str) -> Answer:
    return Answer(200, content=calendar(*events), headers=headers)


def looked(store: Store, server: Server, times: int = 1, **apart: float) -> tuple[list[int], list[str]]:
    """How many were read each time, and what the staff was told."""

    async def story(office: Office) -> tuple[list[int], list[str]]:
        lin, *others = office.desk.clinic.doctors
        office.desk.clinic = replace(office.desk.clinic, doctors=(replace(lin, calendar=ADDRESS), *others))
        calendars = Calendars(office.desk, httpx.MockTransport(server), server.resolve)
        counts = []
        for _ in range(times):
            counts.append(await calendars.look())
            office.later(**(apart or {"minutes": 15}))
        await office.desk.deliverer.idle()
        return counts, office.channels["staff"].texts()

    return in_office(store, story)


def away(store: Store) -> list[tuple[str, object, object]]:
    return do(store, leaves.between, NOON, NOON + timedelta(days=60))


def hold(store: Store, number: int) -> bool:
    return do(store, bookings.hold, f"case-{number}", "lin", TEN, TEN + HALF, NOON + timedelta(minutes=10), NOON)


def test_a_busy_time_is_given_to_nobody_and_its_title_is_kept_nowhere(store: Store) -> None:
    do(store, cases.insert, case_number(0, revision=1))
    assert looked(store, Server(gave(EVENT))) == ([1], [])
    assert away(store) == [("lin", TEN, TEN + 2 * HALF)]
    assert not hold(store, 0)
    kept = do(store, lambda conn: [*conn.execute(text("SELECT * FROM busy")), *conn.execute(text("SELECT * FROM calendars"))])  # fmt: skip
    assert "Dentist" not in str(kept)
    assert ADDRESS not in str(kept)


def test_a_hold_in_a_new_busy_time_cannot_become_a_call(store: Store) -> None:
    do(store, cases.insert, case_number(0, revision=1))
    assert hold(store, 0)
    looked(store, Server(gave(EVENT)))
    assert not do(store, bookings.confirm, "case-0", NOON)


def test_a_booked_call_stays_and_the_staff_is_told_once(store: Store) -> None:
    call = Call("lin", TEN, TEN + HALF, 1)
    do(store, cases.insert, case_number(0, revision=1, status=Status.BOOKED, call=call))
    assert hold(store, 0)
    assert do(store, bookings.confirm, "case-0", NOON)
    counts, told = looked(store, Server(gave(EVENT)), 3)
    assert counts == [1, 1, 1]
    assert len(told) == 1
    assert "C00000" in told[0]
    assert do(store, bookings.taken, NOON, NOON + timedelta(days=9), NOON) == [("lin", TEN, TEN + HALF)]


def test_what_is_no_longer_in_the_calendar_is_free_again(store: Store) -> None:
    assert looked(store, Server(gave(EVENT), gave()), 2)[0] == [1, 1]
    assert away(store) == []


def test_an_unchanged_calendar_is_not_sent_again_until_a_day_is_over(store: Store) -> None:
    server = Server(gave(EVENT, ETag='"a"'), Answer(304), gave(EVENT))
    assert looked(store, server, 2)[0] == [1, 0]
    assert [request.headers.get("If-None-Match") for request in server.asked] == [None, '"a"']
    assert away(store)
    anew = Server(gave(EVENT, ETag='"a"'))
    looked(store, anew, 2, days=1)
    assert anew.asked[-1].headers.get("If-None-Match") is None


def test_a_calendar_that_fails_for_a_day_is_told_once_and_what_it_said_stays(store: Store) -> None:
    looked(store, Server(gave(EVENT)))
    server = Server(httpx.ConnectError("no"))

    async def story(office: Office) -> list[str]:
        lin, *others = office.desk.clinic.doctors
        office.desk.clinic = replace(office.desk.clinic, doctors=(replace(lin, calendar=ADDRESS), *others))
        calendars = Calendars(office.desk, httpx.MockTransport(server), server.resolve)
        for _ in range(6):
            office.later(hours=9)
            await calendars.look()
        await office.desk.deliverer.idle()
        return office.channels["staff"].texts()

    told = in_office(store, story)
    assert len(told) == 1
    assert away(store) == [("lin", TEN, TEN + 2 * HALF)]


@pytest.mark.parametrize("ip", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"])  # fmt: skip
def test_an_address_within_a_private_network_is_never_called(store: Store, ip: str) -> None:
    """Even where a public one stands beside it."""
    server = Server(gave(EVENT), ips=("93.184.216.34", ip))
    assert looked(store, server)[0] == [0]
    assert server.asked == []


@pytest.mark.parametrize("there", ["https://inside.example/x", "http://calendar.example/x", "file:///etc/passwd", "https://calendar.example:8443/x"])  # fmt: skip
def test_a_redirect_leads_nowhere_that_the_address_itself_may_not(store: Store, there: str) -> None:
    server = Server(Answer(302, headers={"Location": there}))
    assert looked(store, server)[0] == [0]
    assert len(server.asked) == 1


def test_redirects_end_and_the_address_that_was_looked_at_is_the_one_called(store: Store) -> None:
    server = Server(Answer(302, headers={"Location": "/again"}))
    assert looked(store, server)[0] == [0]
    assert len(server.asked) == 4
    assert {request.url.host for request in server.asked} == {"93.184.216.34"}
    assert {request.headers["Host"] for request in server.asked} == {"calendar.example"}
    assert {request.extensions["sni_hostname"] for request in server.asked} == {"calendar.example"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, content=b"x" * 10_000_000),
        Answer(200, content=b"<html>log in</html>"),
        Answer(200, content=calendar(EVENT), headers={"Content-Encoding": "br"}),
        Answer(404),
        Answer(304),  # it was not asked whether anything has changed
    ],
)
def test_an_answer_that_is_no_calendar_changes_nothing(store: Store, answer: Answer) -> None:
    looked(store, Server(gave(EVENT)))
    do(store, lambda conn: conn.execute(text("DELETE FROM inbox")))
    do(store, lambda conn: conn.execute(text("DELETE FROM calendars")))
    assert looked(store, Server(answer))[0] == [0]
    assert away(store)


def test_an_address_that_was_taken_out_counts_no_longer(store: Store) -> None:
    looked(store, Server(gave(EVENT)))

    async def story(office: Office) -> int:
        return await Calendars(office.desk).look()

    assert in_office(store, story) == 0
    assert away(store) == []
