"""The Stripe rail: one session per row whatever is lost, and only genuine notices let in."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import stripe
from structlog.testing import capture_logs

from desk.desk import Desk
from desk.receive import ByCase
from desk.sending import Failed, Outcome, Sent, Unsure
from flows.case import Case
from flows.incoming import CheckoutOpened, CheckoutSeen, Due
from payments.notices import NotGenuine, Notices, reading
from payments.stripe import StripeSender
from storage import cases
from storage.engine import open_store
from storage.migrate import migrate
from storage.outbox import OutboxRow
from tests.payments.stripe_server import Books, stripe_server
from tests.payments.words import clinic

pytestmark = pytest.mark.enable_socket

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECRET = "whsec_first"
CASE = Case(id="c0ffee", code="ACDEF3", chat=5001, created_at=NOW, updated_at=NOW)
ASKED = {"attempt": 1, "amount": 300000, "currency": "TWD", "product": "Second opinion", "language": "zh_Hant"}


def row(kind: str = "open_checkout", payload: dict[str, Any] | None = None, age: timedelta = timedelta(0)) -> OutboxRow:
    return OutboxRow(
        id=41, channel="stripe", recipient=CASE.id, kind=kind, payload=payload or ASKED, policy="safe", case_id=CASE.id,
        attempts=1, fence=1, created_at=NOW - age, provider_id="", interrupted=False, revision=0,
    )  # fmt: skip


def played(folder: Path, books: Books, story: Callable[[StripeSender], Any], url: str = "") -> Any:
    """Runs a story with a rail on a database of its own."""

    async def whole() -> Any:
        address = f"sqlite:///{folder}/rail.db"
        migrate(address)
        store = open_store(address)
        try:
            await store.run(lambda conn: cases.insert(conn, CASE))
            desk = Desk(store, clinic(), lambda: NOW)
            return await story(StripeSender("sk_test_1", [SECRET], url or books.url, "https://clinic.example/", desk))
        finally:
            store.close()

    return asyncio.run(whole())


def test_a_session_says_what_is_paid_and_nothing_of_illness(tmp_path: Path) -> None:
    with stripe_server() as books:
        outcome = played(tmp_path, books, lambda rail: rail.send(row()))
    expires = NOW + timedelta(hours=23, minutes=30)
    answer = CheckoutOpened(1, "cs_test_1", "https://pay.example/cs_test_1", expires)
    assert outcome == Sent("cs_test_1", answer)
    path, form, key = books.asked[0]
    assert (path, key) == ("/v1/checkout/sessions", "outbox-41")
    page = form["success_url"]
    assert page.startswith("https://clinic.example/paid/ACDEF3.zh_Hant.")
    assert form == {
        "mode": "payment", "client_reference_id": "c0ffee", "metadata[case]": "ACDEF3", "metadata[attempt]": "1",
        "line_items[0][quantity]": "1", "line_items[0][price_data][currency]": "twd",
        "line_items[0][price_data][unit_amount]": "300000", "locale": "zh-TW",
        "line_items[0][price_data][product_data][name]": "Second opinion", "expires_at": str(int(expires.timestamp())),
        "success_url": page, "cancel_url": page,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "first"),
    [(0, Unsure()), (500, Failed("their_fault")), (503, Failed("their_fault")), (429, Failed("too_fast"))],
)
def test_a_row_that_is_sent_again_opens_no_second_session(tmp_path: Path, fault: int, first: Outcome) -> None:
    async def story(rail: StripeSender) -> tuple[Outcome, Outcome, Outcome]:
        return await rail.send(row()), await rail.send(row()), await rail.send(row())

    with stripe_server() as books:
        books.faults = [fault]
        outcomes = played(tmp_path, books, story)
    assert outcomes[0] == first
    assert isinstance(outcomes[1], Sent)
    assert outcomes[1] == outcomes[2]
    assert len(books.sessions) == 1


def test_after_the_key_is_forgotten_the_session_is_looked_for_first(tmp_path: Path) -> None:
    async def story(rail: StripeSender) -> tuple[Outcome, Outcome]:
        await rail.send(row())
        return await rail.send(row(age=timedelta(hours=25))), await rail.send(
            row(payload={**ASKED, "attempt": 2}, age=timedelta(hours=25))
        )

    with stripe_server() as books:
        found, fresh = played(tmp_path, books, story)
    assert found.provider_id == "cs_test_1"
    assert fresh.provider_id == "cs_test_2"
    assert books.asked[-1][2] == "outbox-41-1"
    assert fresh.answer.expires_at > NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("status", "payment", "seen"),
    [
        ("open", "unpaid", "open"),
        ("complete", "paid", "paid"),
        ("complete", "unpaid", "unpaid"),
        ("expired", "unpaid", "expired"),
    ],
)
def test_complete_is_not_paid(tmp_path: Path, status: str, payment: str, seen: str) -> None:
    async def story(rail: StripeSender) -> Outcome:
        await rail.send(row())
        books.sessions["cs_test_1"] |= {"status": status, "payment_status": payment}
        return await rail.send(row("read_checkout", {"session": "cs_test_1"}))

    with stripe_server() as books:
        outcome = played(tmp_path, books, story)
    assert outcome == Sent("cs_test_1", CheckoutSeen("cs_test_1", seen, 300000, "TWD"))


@pytest.mark.parametrize(("before", "seen"), [("open", "expired"), ("complete", "paid")])
def test_closing_a_session_that_was_paid_meanwhile_tells_so(tmp_path: Path, before: str, seen: str) -> None:
    async def story(rail: StripeSender) -> Outcome:
        await rail.send(row())
        books.sessions["cs_test_1"] |= {
            "status": before,
            "payment_status": "paid" if before == "complete" else "unpaid",
        }
        return await rail.send(row("close_checkout", {"session": "cs_test_1"}))

    with stripe_server() as books:
        outcome = played(tmp_path, books, story)
    assert outcome.answer.state == seen


def test_nobody_listening_means_that_nothing_was_asked(tmp_path: Path) -> None:
    outcome = played(tmp_path, Books(), lambda rail: rail.send(row()), url="http://127.0.0.1:9")
    assert outcome == Failed("no_connection")


def test_an_amount_that_cannot_be_charged_exactly_is_never_asked_for(tmp_path: Path) -> None:
    with stripe_server() as books:
        outcome = played(tmp_path, books, lambda rail: rail.send(row(payload={**ASKED, "amount": 300050})))
    assert (outcome, books.asked) == (Failed("refused"), [])


# --- notices ----------------------------------------------------------------------------------------------------------
def event(kind: str = "checkout.session.completed", **changes: Any) -> bytes:
    whole = {
        "id": "evt_1", "object": "event", "type": kind, "livemode": False,
        "data": {"object": {"id": "cs_test_1", "object": "checkout.session", "client_reference_id": CASE.id}},
    }  # fmt: skip
    return json.dumps(whole | changes).encode()


def signed(body: bytes, secret: str = SECRET, at: datetime = NOW) -> bytes:
    return str(stripe.WebhookSignature.generate_signature_header(body.decode(), secret, int(at.timestamp()))).encode()


def notices(*secrets: str, live: bool = False) -> Notices:
    return Notices(secrets or (SECRET,), live=live, clock=lambda: NOW)


def test_notices_of_another_version_are_taken_and_said_once() -> None:
    """An endpoint keeps the version it was made with; the library's moves on with each update of it."""
    reader = notices()
    with capture_logs() as logs:
        for number, version in enumerate((stripe.api_version, "2020-08-27", "2020-08-27", "2024-06-20")):
            body = event(id=f"evt_{number}", api_version=version)
            assert reader.read([signed(body)], body) is not None
    assert [(line["event"], line["version"]) for line in logs] == [("notices_of_another_version", version) for version in ("2020-08-27", "2024-06-20")]  # fmt: skip


@pytest.mark.parametrize("kind", ["completed", "async_payment_succeeded", "async_payment_failed", "expired"])
def test_a_notice_only_makes_the_case_ask(kind: str) -> None:
    body = event(f"checkout.session.{kind}")
    notice = notices().read([signed(body)], body)
    assert notice is not None
    envelope = notice.envelope()
    assert (envelope.channel, envelope.key, envelope.address) == ("stripe", "evt_1", ByCase(CASE.id))
    assert envelope.incoming == Due("read_checkout", "cs_test_1")
    assert reading(body) == envelope


def test_other_kinds_and_sessions_that_are_not_ours_are_ignored() -> None:
    for body in (event("charge.refunded"), event(data={"object": {"id": "cs_9", "client_reference_id": None}})):
        assert notices().read([signed(body)], body) is None


def test_both_secrets_are_good_during_a_rotation() -> None:
    body = event()
    assert notices("whsec_second", SECRET).read([signed(body)], body)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_stamp_that_is_too_old_or_too_new_is_refused(minutes: int) -> None:
    body = event()
    with pytest.raises(NotGenuine):
        notices().read([signed(body, at=NOW + timedelta(minutes=minutes))], body)


@pytest.mark.parametrize(
    "body", [event(livemode=True), event(livemode=None), b"", b"[]", b"null", b"{}", b"\xff", b"[" * 100_000]
)
def test_what_is_signed_but_not_a_notice_of_our_account_is_refused(body: bytes) -> None:
    with pytest.raises(NotGenuine):
        notices().read([signed(body) if body != b"\xff" else b"t=1,v1=2"], body)


@pytest.mark.parametrize(
    "signatures", [[], [b""], [b"t=,v1="], [b"\xff\xfe"], ["t=1,v1=é".encode()], [b"x" * 9000], [b"t=1"]]
)
def test_a_header_that_is_none_is_refused(signatures: list[bytes]) -> None:
    with pytest.raises(NotGenuine):
        notices().read(signatures, event())


def test_a_doubled_header_is_refused() -> None:
    body = event()
    with pytest.raises(NotGenuine):
        notices().read([signed(body)] * 2, body)


def test_every_mutated_byte_is_answered_400(tmp_path: Path) -> None:
    body = event()
    header = signed(body)

    async def story(rail: StripeSender) -> set[tuple[int, bytes]]:
        found = set()
        for at in range(len(body)):
            wrong = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
            found.add(await rail.webhook({b"stripe-signature": [header]}, wrong, "/stripe/webhook"))
        for at in range(len(header)):
            for bit in (1, 64, 128):
                wrong = header[:at] + bytes([header[at] ^ bit]) + header[at + 1 :]
                found.add(await rail.webhook({b"stripe-signature": [wrong]}, body, "/stripe/webhook"))
        return found

    assert len(body) + 3 * len(header) > 200
    assert played(tmp_path, Books(), story, url="http://127.0.0.1:9") == {(400, b"")}


def test_a_genuine_notice_is_taken_once_and_its_repeat_too(tmp_path: Path) -> None:
    body = event(data={"object": {"id": "cs_test_1", "client_reference_id": "nobody"}})

    async def story(rail: StripeSender) -> list[tuple[int, bytes]]:
        return [await rail.webhook({b"stripe-signature": [signed(body)]}, body, "/stripe/webhook") for _ in range(2)]

    assert played(tmp_path, Books(), story, url="http://127.0.0.1:9") == [(200, b""), (200, b"")]
