"""The SMS channel: no text twice, none that is not wanted any more, and only Twilio's own notices let in."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text as sql
from twilio.request_validator import RequestValidator

from bot.sms import PROBLEMS, RANKS, SmsSender, keyword, problem_of, reading
from desk.desk import Desk
from desk.errors import FAILURES
from desk.receive import ByCase
from desk.sending import Failed, Outcome, Sent, Unsure
from flows.case import Call, Case, Status
from flows.incoming import Texted
from storage import cases, optouts, outbox
from storage.engine import Store, open_store
from storage.outbox import Outgoing, OutboxRow
from tests.bot.test_sms_server import Phone, twilio_server
from tests.payments.words import clinic

pytestmark = pytest.mark.enable_socket

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NUMBER = "+886912345678"
SID = "AC" + "0" * 32
PUBLIC = "https://clinic.example"
CALL = Call("lin", NOW + timedelta(days=1), NOW + timedelta(days=1, minutes=30), revision=3)
CASE = Case(
    id="c0ffee", code="ACDEF3", chat=5001, created_at=NOW, updated_at=NOW, language="en", status=Status.BOOKED, call=CALL,
    phone=NUMBER, sms=True, revision=3,
)  # fmt: skip


def row(number: str = NUMBER, revision: int = 0, **changes: Any) -> OutboxRow:
    payload = {"number": number, "body": "Reminder ACDEF3", "purpose": "reminder", "revision": revision}
    plain = OutboxRow(
        id=7, channel="sms", recipient=number, kind="text", payload=payload, policy="ask-first", case_id=CASE.id, attempts=1,
        fence=1, created_at=NOW, provider_id="", interrupted=False, revision=revision,
    )  # fmt: skip
    return replace(plain, **changes)


def played(address: str, phone: Phone | str, story: Callable[[SmsSender, Store], Any], former: str = "") -> Any:
    """Runs a story with an SMS channel on a database of its own."""

    async def whole() -> Any:
        store = open_store(address)
        try:
            await store.run(lambda conn: cases.insert(conn, CASE))
            desk = Desk(store, clinic(), lambda: NOW)
            api = phone if isinstance(phone, str) else phone.url
            return await story(SmsSender(SID, "token", "+12025550100", api, PUBLIC, desk, clinic(), former), store)
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


# --- hearing ----------------------------------------------------------------------------------------------------------
INBOUND = {
    "MessageSid": "SM1",
    "From": NUMBER,
    "To": "+12025550100",
    "Body": "1 好 & ok ",
    "NumMedia": "0",
    "Blank": "",
}


def signed(url: str, form: dict[str, str], token: str = "token") -> tuple[dict[bytes, list[bytes]], bytes, str]:
    signature = RequestValidator(token).compute_signature(PUBLIC + url, form)
    return {b"x-twilio-signature": [signature.encode()]}, urlencode(form).encode(), url


def heard(address: str, form: dict[str, str], former: str = "", token: str = "token", times: int = 1) -> list[Any]:
    """Statuses, whether the number is stopped, and the inbox's keys."""

    async def story(sms: SmsSender, store: Store) -> list[Any]:
        statuses = [(await sms.inbound(*signed("/sms/inbound", form, token)))[0] for _ in range(times)]
        stopped = await store.read(lambda conn: optouts.stopped(conn, form["From"]))
        keys = await store.read(
            lambda conn: [tuple(r) for r in conn.execute(sql("SELECT channel, key, state FROM inbox"))]
        )
        return [statuses, stopped, keys]

    return list(played(address, "http://127.0.0.1:9", story, former))


def test_a_genuine_text_is_taken_once(sqlite_url: str) -> None:
    assert heard(sqlite_url, INBOUND, times=2) == [[200, 200], False, [("sms", "SM1", "done")]]


def test_both_tokens_are_believed_during_a_rotation(sqlite_url: str) -> None:
    assert heard(sqlite_url, INBOUND, former="old", token="old")[0] == [200]


@pytest.mark.parametrize("number", ["+85291234567", NUMBER])
@pytest.mark.parametrize("word", ["STOP", " stop\n", "Unsubscribe", "ＳＴＯＰ", "停止", "取消訂閱 ", "optout"])
def test_stop_counts_for_every_number_known_or_not(sqlite_url: str, number: str, word: str) -> None:
    assert heard(sqlite_url, {**INBOUND, "From": number, "Body": word})[1] is True


@pytest.mark.parametrize("body", ["please stop", "STOP it", "1", "", "STOP\0x"])
def test_only_the_bare_word_counts(sqlite_url: str, body: str) -> None:
    assert heard(sqlite_url, {**INBOUND, "Body": body})[1] is False


def test_start_takes_stop_back_and_twilios_own_word_counts(sqlite_url: str) -> None:
    async def story(sms: SmsSender, store: Store) -> list[bool]:
        found = []
        for at, (body, word) in enumerate([("STOP", ""), ("start", ""), ("arrêt", "STOP"), ("Yes", "")]):
            form = {**INBOUND, "MessageSid": f"SM{at}", "Body": body, "OptOutType": word, "From": "+85291234567"}
            await sms.inbound(*signed("/sms/inbound", form))
            found.append(await store.read(lambda conn: optouts.stopped(conn, "+85291234567")))
        return found

    assert played(sqlite_url, "http://127.0.0.1:9", story) == [True, False, True, False]


def test_the_keyword_table_in_every_spelling() -> None:
    for word in ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"):
        wide = "".join(chr(ord(char) + 0xFEE0) for char in word)
        for spelt in (word, word.lower(), word.title(), f"\t {word} \r\n", wide, wide.lower(), f"\u3000{word}"):
            assert keyword(spelt) == "stop"
    assert [keyword(w) for w in ("START", "yes", "ＵＮＳＴＯＰ", "YES please")] == ["start", "start", "start", ""]


def test_a_text_that_failed_is_read_again_for_the_same_case() -> None:
    envelope = reading(b'{"sid":"SM1","case":"c0ffee","body":"1"}')
    assert envelope is not None
    assert (envelope.key, envelope.address, envelope.incoming) == ("SM1", ByCase("c0ffee"), Texted("1"))


def test_every_mutated_byte_is_answered_403_and_nothing_is_kept(sqlite_url: str) -> None:
    headers, body, url = signed("/sms/inbound", INBOUND)
    signature = headers[b"x-twilio-signature"][0]
    status_headers, status_body, status_url = signed("/sms/status?o=7", {"MessageSid": "SM1", "MessageStatus": "sent"})

    def spoilt(data: bytes) -> list[bytes]:
        return [data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :] for at in range(len(data)) for bit in (1, 128)]

    async def story(sms: SmsSender, store: Store) -> tuple[set[int], int, int]:
        found, count = set(), 0
        for wrong in spoilt(body):
            found.add((await sms.inbound(headers, wrong, url))[0])
            count += 1
        for wrong in spoilt(signature):
            found.add((await sms.inbound({b"x-twilio-signature": [wrong]}, body, url))[0])
            count += 1
        for wrong in spoilt(status_body):
            found.add((await sms.status(status_headers, wrong, status_url))[0])
        for address in ("/sms/status?o=8", "/sms/status", "/sms/status?o=7&x=1", "/sms/statut?o=7"):
            found.add((await sms.status(status_headers, status_body, address))[0])
        for given in ([], [b""], [signature, signature], [b"\xff"]):
            found.add((await sms.inbound({b"x-twilio-signature": given}, body, url))[0])
        found.add((await sms.inbound({}, body, url))[0])
        kept = await store.read(lambda conn: conn.execute(sql("SELECT count(*) FROM inbox")).scalar_one())
        return found, count, kept

    found, count, kept = played(sqlite_url, "http://127.0.0.1:9", story)
    assert (found, kept) == ({403}, 0)
    assert count > 200


def test_a_form_with_thousands_of_fields_is_refused(sqlite_url: str) -> None:
    form = {f"f{at}": "1" for at in range(500)}

    async def story(sms: SmsSender, _: Store) -> int:
        return (await sms.inbound(*signed("/sms/inbound", form)))[0]

    assert played(sqlite_url, "http://127.0.0.1:9", story) == 403


# --- delivery reports -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("order", list(itertools.permutations(["queued", "sending", "sent", "delivered"])))
def test_reports_in_any_order_end_in_the_same_state(sqlite_url: str, order: tuple[str, ...]) -> None:
    async def story(sms: SmsSender, store: Store) -> tuple[str, str, str]:
        item = Outgoing("sms", NUMBER, "text", dict(row().payload), "ask-first", CASE.id)
        (sent,) = await store.run(lambda conn: outbox.put(conn, [item], NOW))
        for status in order:
            form = {"MessageSid": "SM1", "MessageStatus": status, "To": NUMBER}
            answer = await sms.status(*signed(f"/sms/status?o={sent.id}", form))
            assert answer == (200, b"")
        query = sql("SELECT provider_id, provider_status, state FROM outbox")
        return tuple(await store.read(lambda conn: conn.execute(query).one()))

    assert played(sqlite_url, "http://127.0.0.1:9", story) == ("SM1", "delivered", "done")


def test_a_text_that_the_carrier_could_not_deliver_reaches_the_case_once(sqlite_url: str) -> None:
    async def story(sms: SmsSender, store: Store) -> tuple[list[int], list[Any], bool]:
        item = Outgoing("sms", NUMBER, "text", dict(row().payload), "ask-first", CASE.id)
        (sent,) = await store.run(lambda conn: outbox.put(conn, [item], NOW))
        form = {"MessageSid": "SM1", "MessageStatus": "failed", "To": NUMBER, "ErrorCode": "21610"}
        statuses = [(await sms.status(*signed(f"/sms/status?o={sent.id}", form)))[0] for _ in range(3)]
        keys = await store.read(lambda conn: [tuple(r) for r in conn.execute(sql("SELECT key, state FROM inbox"))])
        return statuses, keys, await store.read(lambda conn: optouts.stopped(conn, NUMBER))

    assert played(sqlite_url, "http://127.0.0.1:9", story) == ([200] * 3, [("SM1/failed", "done")], True)


@pytest.mark.parametrize("query", ["", "?o=", "?o=x", "?o=-1", "?o=²", "?o=" + "9" * 30, "?o=999"])
def test_a_report_of_a_row_that_is_not_ours_is_taken_and_forgotten(sqlite_url: str, query: str) -> None:
    async def story(sms: SmsSender, store: Store) -> tuple[int, int]:
        form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
        headers, body, _ = signed(f"/sms/status{query}", form)
        status = (await sms.status(headers, body, f"/sms/status{query}"))[0]
        return status, await store.read(lambda conn: conn.execute(sql("SELECT count(*) FROM inbox")).scalar_one())

    assert played(sqlite_url, "http://127.0.0.1:9", story) == (200, 0)


def test_ranks_only_rise_toward_an_end() -> None:
    assert (
        RANKS["queued"]
        < RANKS["sending"]
        < RANKS["sent"]
        < RANKS["delivered"]
        == RANKS["failed"]
        == RANKS["undelivered"]
    )


def test_a_database_that_is_away_is_answered_503(sqlite_url: str) -> None:
    async def story(sms: SmsSender, store: Store) -> list[int]:
        store.close()
        report = signed("/sms/status?o=7", {"MessageSid": "SM1", "MessageStatus": "sent"})
        return [(await sms.inbound(*signed("/sms/inbound", INBOUND)))[0], (await sms.status(*report))[0]]

    assert played(sqlite_url, "http://127.0.0.1:9", story) == [503, 503]
