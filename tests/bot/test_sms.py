"""The SMS channel: no text twice, none that is not wanted any more, and only Twilio's own notices let in."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.sms import SmsSender
from bot.sms_notices import PROBLEMS, problem_of
from desk.desk import Desk
from desk.errors import FAILURES
from desk.sending import Failed, Outcome, Sent, Unsure
from flows.case import Call, Case, Status
from storage import cases, optouts
from storage.engine import Store, open_store
from storage.outbox import OutboxRow
from tests.bot.test_sms_server import Phone, twilio_server
from tests.payments.words import clinic

pytestmark = pytest.mark.enable_socket

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NUMBER = "+886912345678"
SID = "AC" + "0" * 32
PUBLIC = "https://clinic.example"
CALL = Call("lin", NOW + timedelta(days=1), NOW + timedelta(days=1, minutes=30), revision=3)
CASE = Case(
    id="c0ffee", code="ACDEF3", chat=5001, created_at=NOW, updated_at=NOW, language="en", status=Status.BOOKED,
    call=CALL, phone=NUMBER, vouched=True, sms=True, revision=3,
)  # fmt: skip


def row(number: str = NUMBER, revision: int = 3, **changes: Any) -> OutboxRow:
    payload = {"number": number, "body": "Reminder ACDEF3", "purpose": "reminder", "revision": revision}
    plain = OutboxRow(
        id=7, channel="sms", recipient=number, kind="text", payload=payload, policy="ask-first", case_id=CASE.id,
        attempts=1, fence=1, created_at=NOW, provider_id="", interrupted=False, revision=revision,
    )  # fmt: skip
    return replace(plain, **changes)


def page_of(case_id: str, page: str) -> str:
    """An address that is another one each time, as those with an hour in them are."""
    return f"{PUBLIC}/{page}{case_id}/{next(_HOURS)}"


_HOURS = count()


def played(address: str, phone: Phone | str, story: Callable[[SmsSender, Store], Any], former: str = "") -> Any:
    """Runs a story with an SMS channel on a database of its own."""

    async def whole() -> Any:
        store = open_store(address)
        try:
            await store.run(lambda conn: cases.insert(conn, CASE))
            desk = Desk(store, clinic(), lambda: NOW)
            api = phone if isinstance(phone, str) else phone.url
            sms = SmsSender(SID, "token", "+12025550100", api, PUBLIC, desk, clinic(), former, page_of)
            return await story(sms, store)
        finally:
            store.close()

    return asyncio.run(whole())


# --- sending ----------------------------------------------------------------------------------------------------------
def test_a_text_names_its_row_in_the_callback(sqlite_url: str) -> None:
    with twilio_server() as phone:
        assert played(sqlite_url, phone, lambda sms, _: sms.send(row())) == Sent("SM" + "1".zfill(32))
    assert phone.texts == [
        {"To": NUMBER, "From": "+12025550100", "Body": "Reminder ACDEF3", "StatusCallback": f"{PUBLIC}/sms/status?o=7"}
    ]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (row("+4915112345678"), "country_closed"),
        (row(revision=2), "no_longer_wanted"),
        (row(revision=3, case_id="gone"), "no_longer_wanted"),
        (row("+85291234567"), ""),
        (row(revision=3), ""),
    ],
)
def test_what_is_not_wanted_any_more_never_leaves(sqlite_url: str, sent: OutboxRow, code: str) -> None:
    with twilio_server() as phone:
        outcome = played(sqlite_url, phone, lambda sms, _: sms.send(sent))
    assert outcome == Failed(code) if code else isinstance(outcome, Sent)
    assert len(phone.texts) == (0 if code else 1)


def test_nothing_leaves_after_an_opt_out(sqlite_url: str) -> None:
    async def story(sms: SmsSender, store: Store) -> Outcome:
        await store.run(lambda conn: optouts.stop(conn, NUMBER, NOW))
        return await sms.send(row())

    with twilio_server() as phone:
        assert played(sqlite_url, phone, story) == Failed("opted_out")
    assert phone.texts == []


@pytest.mark.parametrize(("code", "problem"), [*PROBLEMS.items(), (99999, "unknown"), (0, "unknown")])
def test_each_code_is_a_row_of_the_table(sqlite_url: str, code: int, problem: str) -> None:
    assert problem in FAILURES
    assert problem_of(str(code)) == problem
    with twilio_server() as phone:
        phone.refusal = (400, code)
        assert played(sqlite_url, phone, lambda sms, _: sms.send(row())) == Failed(problem)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(401, Failed("not_authorised")), (429, Failed("too_fast")), (500, Unsure()), (503, Unsure())],
)
def test_statuses_without_a_code_of_their_own(sqlite_url: str, status: int, outcome: Outcome) -> None:
    with twilio_server() as phone:
        phone.refusal = (status, 20500)
        assert played(sqlite_url, phone, lambda sms, _: sms.send(row())) == outcome


@pytest.mark.parametrize("code", ["", "None", "x", "-1", "²", "9" * 400])
def test_a_code_that_is_none_is_unknown(code: str) -> None:
    assert problem_of(code) == "unknown"


def test_a_number_that_opted_out_at_the_carrier_is_remembered(sqlite_url: str) -> None:
    async def story(sms: SmsSender, store: Store) -> bool:
        await sms.send(row())
        return await store.read(lambda conn: optouts.stopped(conn, NUMBER))

    with twilio_server() as phone:
        phone.refusal = (400, 21610)
        assert played(sqlite_url, phone, story)


def test_nobody_listening_means_that_nothing_was_sent(sqlite_url: str) -> None:
    assert played(sqlite_url, "http://127.0.0.1:9", lambda sms, _: sms.send(row())) == Failed("no_connection")


def test_a_lost_answer_is_found_by_asking(sqlite_url: str) -> None:
    async def story(sms: SmsSender, _: Store) -> tuple[Outcome, Outcome | None]:
        return await sms.send(row()), await sms.reconcile(row(interrupted=True))

    with twilio_server() as phone:
        phone.lose = True
        assert played(sqlite_url, phone, story) == (Unsure(), Sent("SM" + "1".zfill(32)))
    assert len(phone.texts) == 1


def test_the_one_text_with_a_link_gets_it_when_it_leaves_and_is_found_whatever_the_link_is(sqlite_url: str) -> None:
    page = row(payload={**row().payload, "purpose": "page", "body": "Move your call here:"})

    async def story(sms: SmsSender, _: Store) -> tuple[Outcome, Outcome | None]:
        return await sms.send(page), await sms.reconcile(replace(page, interrupted=True))

    with twilio_server() as phone:
        phone.lose = True
        assert played(sqlite_url, phone, story) == (Unsure(), Sent("SM" + "1".zfill(32)))
    ((words, link),) = (text["Body"].rsplit(" ", 1) for text in phone.texts)
    assert (words, link.startswith(f"{PUBLIC}/call:c0ffee/")) == ("Move your call here:", True)


def test_an_answer_that_is_no_json_may_mean_that_it_was_sent(sqlite_url: str) -> None:
    with twilio_server() as phone:
        phone.garbled = True
        assert played(sqlite_url, phone, lambda sms, _: sms.send(row())) == Unsure()


def test_asking_knows_no_trace_from_no_answer(sqlite_url: str) -> None:
    async def story(sms: SmsSender, _: Store) -> list[Outcome | None]:
        found = [await sms.reconcile(row()), await sms.reconcile(row(provider_id="SM9"))]
        old = {
            "sid": "SM5",
            "body": "Reminder ACDEF3",
            "status": "sent",
            "date_created": "Sat, 21 Nov 2026 12:00:00 +0000",
        }
        other = {
            "sid": "SM6",
            "body": "Something else",
            "status": "sent",
            "date_created": "Sun, 22 Nov 2026 12:00:01 +0000",
        }
        phone.listed = [other, old]
        found.append(await sms.reconcile(row()))
        phone.listed = [{**other, "body": "Reminder ACDEF3", "status": "undelivered", "error_code": 30005}]
        found.append(await sms.reconcile(row()))
        phone.refusal = (500, 20500)
        return [*found, await sms.reconcile(row())]

    with twilio_server() as phone:
        assert played(sqlite_url, phone, story) == [None, Sent("SM9"), None, Failed("bad_number"), Unsure()]
