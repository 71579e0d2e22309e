"""What Twilio tells us: only its own notices are let in, and each counts once."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from sqlalchemy import Connection
from sqlalchemy import text as sql
from twilio.request_validator import RequestValidator

from bot.sms import SmsSender, reading
from bot.sms_notices import RANKS
from desk.receive import ByCase
from flows.case import Case
from flows.incoming import Texted
from storage import bookings, cases, inbox, optouts, outbox
from storage.engine import Store
from storage.outbox import Outgoing
from tests.bot.test_sms import CASE, NOW, NUMBER, PUBLIC, played, row

pytestmark = pytest.mark.enable_socket

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


def test_a_thousand_altered_notices_are_refused_and_nothing_is_kept(sqlite_url: str) -> None:
    """Bytes changed, dropped, added and swapped at random in body, signature and address, of both routes; a seed makes it repeatable."""
    dice = Random(20261123)
    genuine_ones = [
        (signed("/sms/inbound", {**INBOUND, "Body": "STOP"}), "inbound"),
        (signed("/sms/status?o=1", {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "21610", "To": NUMBER}), "status"),
    ]  # fmt: skip

    def altered(data: bytes) -> bytes:
        at, byte = dice.randrange(len(data)), bytes([dice.randrange(256)])
        return dice.choice((data[:at] + byte + data[at + 1 :], data[:at] + data[at + 1 :], data[:at] + byte + data[at:], data[at:] + data[:at]))  # fmt: skip

    async def story(sms: SmsSender, store: Store) -> tuple[dict[int, int], list[Any]]:
        item = Outgoing("sms", NUMBER, "text", dict(row().payload), "ask-first", CASE.id)
        await store.run(lambda conn: outbox.put(conn, [item], NOW))
        statuses: Counter[int] = Counter()
        while statuses.total() < 1000:
            (headers, body, url), route = dice.choice(genuine_ones)
            signature, changed = (
                headers[b"x-twilio-signature"][0],
                [body, headers[b"x-twilio-signature"][0], url.encode()],
            )
            place = dice.randrange(3)
            changed[place] = altered(changed[place])
            same_words = sorted(parse_qsl(changed[0].decode("latin-1"), keep_blank_values=True)) == sorted(parse_qsl(body.decode(), keep_blank_values=True))  # fmt: skip
            if same_words and changed[1:] == [
                signature,
                url.encode(),
            ]:  # "%2B" written "%2b" says the same and is as genuine
                continue
            hear = sms.inbound if route == "inbound" else sms.status
            given = {b"x-twilio-signature": [changed[1]]}
            statuses[(await hear(given, changed[0], changed[2].decode("latin-1")))[0]] += 1
        return statuses, await store.read(_everything)

    statuses, kept = played(sqlite_url, "http://127.0.0.1:9", story)
    assert statuses == {403: 1000}
    assert kept == [0, 0, "", -1, True]


def _counted(conn: Connection, what: str) -> int:
    return int(conn.execute(sql(f"SELECT count(*) FROM {what}")).scalar_one())


def _everything(conn: Connection) -> list[Any]:
    """What a notice could have left behind: keys, opt-outs, a provider's word on the row, and the case's own switch."""
    counts = [_counted(conn, table) for table in ("inbox", "optouts")]
    case = cases.by_id(conn, CASE.id, peek=True)
    return [*counts, *conn.execute(sql("SELECT provider_status, provider_rank FROM outbox")).one(), case and case.sms]


# --- which call a digit is about --------------------------------------------------------------------------------------
SECOND = replace(
    CASE, id="decaf", code="GHJKL7", chat=5002, call=replace(CASE.call, starts_at=NOW + timedelta(days=2), ends_at=NOW + timedelta(days=2, minutes=30), revision=9), revision=9,
)  # fmt: skip


def _two_calls(conn: Connection) -> None:
    """Two cats, one phone: the first call is tomorrow, the second the day after."""
    cases.insert(conn, SECOND)
    for case in (CASE, SECOND):
        assert case.call is not None
        assert bookings.hold(
            conn, case.id, case.id, case.call.starts_at, case.call.ends_at, NOW + timedelta(hours=1), NOW
        )
        assert bookings.confirm(conn, case.id, NOW)


def _text_about(conn: Connection, case: Case, at: datetime) -> None:
    item = Outgoing("sms", NUMBER, "text", {}, "ask-first", case.id, revision=case.revision)
    (made,) = outbox.put(conn, [item], at)
    outbox.settle(conn, made, at, 30, "SM")


@pytest.mark.parametrize(
    ("body", "texted", "confirmed"),
    [
        ("1", None, []),
        ("1", "decaf", ["decaf"]),
        ("1", "c0ffee", ["c0ffee"]),
        ("１", "decaf", ["decaf"]),
        ("1", "late", []),
        ("1 GHJKL7", None, ["decaf"]),
        ("1 ghjkl7", "c0ffee", ["decaf"]),
        ("1 ACDEF3", "decaf", ["c0ffee"]),
        ("1 ZZZZZZ", "decaf", []),
    ],
)
def test_a_digit_is_about_the_call_that_was_asked_about(sqlite_url: str, body: str, texted: str | None, confirmed: list[str]) -> None:  # fmt: skip
    """By its code, or by the last text within three days; where neither tells, nothing is confirmed and she is asked."""

    async def story(sms: SmsSender, store: Store) -> tuple[list[str], list[str]]:
        await store.run(_two_calls)
        if texted == "late":
            await store.run(lambda conn: _text_about(conn, SECOND, NOW - timedelta(hours=73)))
        elif texted:
            await store.run(
                lambda conn: _text_about(conn, CASE if texted == CASE.id else SECOND, NOW - timedelta(hours=1))
            )
        await sms.inbound(*signed("/sms/inbound", {**INBOUND, "Body": body}))
        both = [await store.read(lambda conn, one=one: cases.by_id(conn, one)) for one in (CASE.id, SECOND.id)]  # type: ignore[misc]
        sure = [case.id for case in both if case and case.call and case.call.confirmed]
        query = sql("SELECT payload FROM outbox WHERE channel = 'sms' AND state <> 'done'")
        return sure, await store.read(lambda conn: list(conn.execute(query).scalars()))

    sure, texts = played(sqlite_url, "http://127.0.0.1:9", story)
    assert sure == confirmed
    assert len(texts) == (1 if body == "1" and not confirmed else 0)
    assert all("1 ACDEF3" in text for text in texts)


def test_help_that_twilio_has_answered_is_not_answered_again(sqlite_url: str) -> None:
    """With its own opt-out service switched on it says so in the notice."""

    async def story(sms: SmsSender, store: Store) -> list[int]:
        found = []
        for sid, word in (("SM1", "HELP"), ("SM2", "")):
            form = {**INBOUND, "MessageSid": sid, "Body": "HELP", "OptOutType": word}
            await sms.inbound(*signed("/sms/inbound", form))
            found.append(await store.read(lambda conn: _counted(conn, "outbox WHERE channel = 'sms'")))
        return found

    assert played(sqlite_url, "http://127.0.0.1:9", story) == [0, 1]


def test_a_phone_that_is_off_twice_is_given_up(sqlite_url: str) -> None:
    """The first report sets a timer, the second one is told to her here."""

    async def story(sms: SmsSender, store: Store) -> list[tuple[int, int]]:
        found = []
        for sid in ("SM1", "SM2"):
            item = Outgoing("sms", NUMBER, "text", dict(row().payload), "ask-first", CASE.id, revision=3)
            (sent,) = await store.run(lambda conn, item=item: outbox.put(conn, [item], NOW))  # type: ignore[misc]
            form = {"MessageSid": sid, "MessageStatus": "undelivered", "To": NUMBER, "ErrorCode": "30003"}
            await sms.status(*signed(f"/sms/status?o={sent.id}", form))
            timers = await store.read(lambda conn: _counted(conn, "timers"))
            found.append((timers, await store.read(lambda conn: _counted(conn, "outbox WHERE channel = 'owner'"))))
        return found

    assert played(sqlite_url, "http://127.0.0.1:9", story) == [(1, 0), (1, 1)]


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


@pytest.mark.parametrize("query", ["", "?o=", "?o=x", "?o=-1", "?o=" + "9" * 30, "?o=999"])
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


def test_a_stop_that_was_cut_short_is_heard_by_its_case_when_it_comes_again(sqlite_url: str) -> None:
    """The process may die after the number was noted and before the case heard of it."""
    stop = {**INBOUND, "MessageSid": "SM7", "Body": "STOP"}

    async def story(sms: SmsSender, store: Store) -> list[str]:
        await store.run(lambda conn: inbox.claim(conn, "sms", "SM7/stop", NOW))  # as far as it came the first time
        await sms.inbound(*signed("/sms/inbound", stop))
        return await store.read(lambda conn: [r[0] for r in conn.execute(sql("SELECT key FROM inbox ORDER BY key"))])

    assert played(sqlite_url, "http://127.0.0.1:9", story) == ["SM7", "SM7/stop"]


def test_an_old_start_that_comes_again_does_not_undo_a_stop(sqlite_url: str) -> None:
    """A signature has no time, so a repeat may be years old."""

    async def story(sms: SmsSender, store: Store) -> bool:
        for sid, body in (("SM1", "START"), ("SM2", "STOP"), ("SM1", "START")):
            await sms.inbound(*signed("/sms/inbound", {**INBOUND, "MessageSid": sid, "Body": body}))
        return await store.read(lambda conn: optouts.stopped(conn, NUMBER))

    assert played(sqlite_url, "http://127.0.0.1:9", story) is True
