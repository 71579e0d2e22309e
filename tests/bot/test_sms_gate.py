"""Which texts may leave: to whom, how many a day, and what the staff hears when they do not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from sqlalchemy import Connection
from sqlalchemy import text as sql

from bot.sms import SmsSender
from bot.sms_gate import refusal
from desk.sending import Failed, Outcome, Sent
from flows.case import Status
from flows.clinic import SmsCountry
from storage import cases, outbox
from storage.engine import Store
from storage.outbox import OutboxRow, Outgoing
from tests import spec_check
from tests.bot.test_sms import CASE, NOW, NUMBER, played, row
from tests.bot.test_sms_server import twilio_server
from tests.payments.words import clinic
from tests.storage.doing import do

pytestmark = pytest.mark.enable_socket
WORLD = replace(clinic(), sms=(SmsCountry("TW", "+886", False, False), SmsCountry("US", "+1", True, False)))


def asked(store: Store, sent: OutboxRow, **limits: int) -> str:
    return do(store, refusal, sent, replace(WORLD, **limits), NOW)


@pytest.fixture
def booked(store: Store) -> Store:
    do(store, cases.insert, CASE)
    return store


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (NUMBER, ""),
        ("+12025550123", ""),
        ("+19005550123", "bad_number"),  # costs whoever calls it
        ("+886800123456", "bad_number"),  # costs whoever is called
        ("+886223456789", "bad_number"),  # a telephone on a wall
        ("+18765550123", "country_closed"),  # Jamaica shares +1 with the United States
        ("+16135550123", "country_closed"),  # so does Canada
        ("+886", "country_closed"),
        ("+4915112345678", "country_closed"),
    ],
)
def test_only_phones_that_somebody_carries_in_a_country_of_the_list(booked: Store, number: str, problem: str) -> None:
    assert asked(booked, row(number)) == problem


def _left(conn: Connection, number: str, count: int, ago: timedelta = timedelta(hours=1)) -> None:
    items = [Outgoing("sms", number, "text", dict(row().payload), "ask-first", CASE.id, revision=3)] * count
    for made in outbox.put(conn, items, NOW - ago):
        outbox.settle(conn, made, NOW - ago, 30, "SM")


def test_one_number_gets_so_many_a_day_and_no_more(booked: Store) -> None:
    """What left before the last 24 hours counts no more; nor does the row itself, which is being sent."""
    do(booked, _left, NUMBER, 5, timedelta(hours=25))
    do(booked, _left, NUMBER, 2)
    assert asked(booked, row(id=99), sms_per_number=3) == ""
    assert asked(booked, row(id=99), sms_per_number=2) == "capped"
    assert asked(booked, row("+12025550123", id=99), sms_per_number=2) == ""


def test_all_numbers_together_get_so_many_a_day(booked: Store) -> None:
    for number in range(5):
        do(booked, _left, f"+88691234560{number}", 1)
    assert asked(booked, row(id=99), sms_per_day=6) == ""
    assert asked(booked, row(id=99), sms_per_day=5) == "capped"


def test_a_flood_from_one_source_is_stopped_and_the_staff_told_once(sqlite_url: str) -> None:
    """500 numbers in a row: spending stays below the cap."""

    async def story(sms: SmsSender, store: Store) -> tuple[list[Outcome], int]:
        outcomes = []
        for number in range(500):
            item = Outgoing("sms", f"+88691{number:07}", "text", {**row().payload, "number": f"+88691{number:07}"}, "ask-first", CASE.id, revision=3)  # fmt: skip
            (made,) = await store.run(lambda conn, item=item: outbox.put(conn, [item], NOW))  # type: ignore[misc]
            outcome = await sms.send(made)
            outcomes.append(outcome)
            if isinstance(outcome, Failed):
                await store.run(lambda conn, made=made: outbox.bury(conn, made, NOW, "capped"))  # type: ignore[misc]
        told = "SELECT count(*) FROM outbox WHERE channel = 'staff'"
        return outcomes, await store.read(lambda conn: conn.execute(sql(told)).scalar_one())

    with twilio_server() as phone:
        outcomes, told = played(sqlite_url, phone, story)
    assert len(phone.texts) == clinic().sms_per_day
    assert outcomes.count(Failed("capped")) == 500 - clinic().sms_per_day
    assert told == 1


def test_an_answer_to_her_own_text_needs_no_booking(booked: Store) -> None:
    help_row = row(revision=0)
    assert asked(booked, help_row) == ""
    assert asked(booked, replace(help_row, case_id="gone")) == "no_longer_wanted"


@pytest.mark.parametrize("changes", [{"status": Status.PAID, "call": None}, {"call": replace(CASE.call, revision=4)}])  # type: ignore[type-var]
def test_a_reminder_of_another_booking_does_not_leave(store: Store, changes: dict[str, Any]) -> None:
    do(store, cases.insert, replace(CASE, **changes))
    assert asked(store, row()) == "no_longer_wanted"


# --- what Twilio is asked is what Twilio describes -------------------------------------------------------------------
@pytest.mark.skipif(bool(spec_check.missing()), reason="the published descriptions are not here")
def test_both_calls_are_as_twilio_describes_them(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text that is sent, and the question what became of it."""
    paths: list[str] = []

    async def story(sms: SmsSender, _: Store) -> None:
        _noting(monkeypatch, sms, paths.append)
        assert isinstance(await sms.send(row()), Sent)
        await sms.reconcile(row(interrupted=True))

    with twilio_server() as phone:
        played(sqlite_url, phone, story)
    (sent,) = phone.texts
    assert spec_check.twilio(list(sent.items())) == []
    ((address, query),) = [(urlsplit(path).path, parse_qsl(urlsplit(path).query)) for path in paths]
    assert address == "/2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json"
    assert spec_check.twilio_list(query) == []


def _noting(monkeypatch: pytest.MonkeyPatch, sms: SmsSender, note: Callable[[str], None]) -> None:
    session = sms._client.http_client
    before = session.request

    def request(method: str, url: str, params: Any = None, *rest: Any, **more: Any) -> Any:
        if method == "GET":
            note(f"{url}?{urlencode(params or {})}")
        return before(method, url, params, *rest, **more)

    monkeypatch.setattr(session, "request", request)


def test_the_stand_in_is_not_more_patient_than_twilio() -> None:
    """The check itself: an unknown field and a missing one are found."""
    assert spec_check.twilio([("Body", "x")]) != []
    assert spec_check.twilio([("To", "+886912345678"), ("Colour", "red")]) != []
    assert spec_check.twilio_list([("To", "+886912345678"), ("Colour", "red")]) != []
