"""Checkout, through the real stripe client and its own webhook check."""

import time
from typing import Any

import pytest
import stripe

from tests.sandbox.conftest import Receiver
from tests.sandbox_process import Sandbox

CHEAP = {"price_data": {"currency": "usd", "unit_amount": 1, "product_data": {"name": "x"}}, "quantity": 1}


def client(sandbox: Sandbox, key: str = "sk_test_x") -> stripe.StripeClient:
    """The real client, pointed at the sandbox, without retries of its own."""
    return stripe.StripeClient(key, base_addresses={"api": sandbox.url}, max_network_retries=0)


def params(sandbox: Sandbox, **more: Any) -> dict[str, Any]:
    """A session for 50 dollars."""
    price = {"currency": "usd", "unit_amount": 5000, "product_data": {"name": "Second opinion"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": f"{sandbox.url}/done?s={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{sandbox.url}/back",
        "client_reference_id": "case-1",
        "metadata": {"case": "A1"},
        **more,
    }


def made(sandbox: Sandbox, key: str | None = None, **more: Any) -> Any:
    """A new session."""
    options: Any = {"idempotency_key": key} if key else {}
    wanted: Any = params(sandbox, **more)
    return client(sandbox).v1.checkout.sessions.create(wanted, options)


def events(sandbox: Sandbox, receiver: Receiver, count: int) -> list[Any]:
    """The events that came, each checked by the library."""
    sandbox.until(lambda: len(receiver.taken) >= count)
    return [
        stripe.Webhook.construct_event(body, headers["Stripe-Signature"], "whsec_x")
        for _, headers, body in receiver.taken
    ]


def test_paid(sandbox: Sandbox, receiver: Receiver) -> None:
    """Pay, hear of it although the first webhook is refused, and refund in two parts; no more than was paid."""
    receiver.statuses = [500]
    session = made(sandbox)
    assert session.status == "open"
    assert session.payment_intent is None
    assert session.amount_total == 5000
    sandbox.pay(session.id)
    found = events(sandbox, receiver, 2)
    assert [event.type for event in found] == ["checkout.session.completed"] * 2
    assert found[0].id == found[1].id
    assert found[0].data.object.payment_status == "paid"
    now = client(sandbox).v1.checkout.sessions.retrieve(session.id)
    intent = client(sandbox).v1.payment_intents.retrieve(now.payment_intent)
    assert intent.status == "succeeded"
    assert intent.amount_received == 5000
    refunds = client(sandbox).v1.refunds
    assert refunds.create({"payment_intent": intent.id, "amount": 2000}).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        refunds.create({"payment_intent": intent.id, "amount": 3001})
    assert refunds.create({"payment_intent": intent.id}).amount == 3000
    with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
        refunds.create({"payment_intent": intent.id})
    assert len(refunds.list({"payment_intent": intent.id}).data) == 2
    assert [event.type for event in events(sandbox, receiver, 4)][2:] == ["charge.refunded"] * 2
    assert [record["amount"] for record in sandbox.log(kind="refund")] == [2000, 3000]
    listed = client(sandbox).v1.events.list({"types": ["checkout.session.completed"]}).data
    assert [event.id for event in listed] == [found[0].id]
    assert client(sandbox).v1.events.retrieve(found[0].id).type == "checkout.session.completed"
    sandbox.until(lambda: sandbox.pending()["stripe"] == 0)
    assert sandbox.redeliver(stripe_event=found[0].id, times=3, parallel=True)["statuses"] == [200] * 3


@pytest.mark.parametrize(("late", "kind"), [("delayed_ok", "succeeded"), ("delayed_failed", "failed")])
def test_money_that_comes_late(sandbox: Sandbox, receiver: Receiver, late: str, kind: str) -> None:
    """Completed is not paid."""
    session = made(sandbox)
    sandbox.pay(session.id, "delayed")
    assert events(sandbox, receiver, 1)[0].data.object.payment_status == "unpaid"
    sandbox.pay(session.id, late)
    assert events(sandbox, receiver, 2)[1].type == f"checkout.session.async_payment_{kind}"


def test_declined_then_expired(sandbox: Sandbox, receiver: Receiver) -> None:
    """A declined card leaves the session open; the clock closes it; then it can be neither paid nor expired."""
    session = made(sandbox, expires_at=int(time.time()) + 3600)
    assert sandbox.pay(session.id, "declined")["status"] == "open"
    sandbox.advance(3601)
    assert events(sandbox, receiver, 1)[0].type == "checkout.session.expired"
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        client(sandbox).v1.checkout.sessions.expire(session.id)
    assert sandbox.http.post("/sandbox/pay", json={"session": session.id}).status_code == 400


def test_expire_and_list(sandbox: Sandbox) -> None:
    """By hand; and sessions are listed by status, newest first."""
    first, second = made(sandbox), made(sandbox)
    assert client(sandbox).v1.checkout.sessions.expire(first.id).status == "expired"
    found = client(sandbox).v1.checkout.sessions.list({"status": "open"}).data
    assert [session.id for session in found] == [second.id]
    everything = list(client(sandbox).v1.checkout.sessions.list({"limit": 1}).auto_paging_iter())
    assert [session.id for session in everything] == [second.id, first.id]


def test_idempotency(sandbox: Sandbox) -> None:
    """One key, one session, for a day; another request under the key is refused."""
    first = made(sandbox, "key-1")
    again = made(sandbox, "key-1")
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(sandbox.log(kind="session")) == 1
    assert sandbox.log(kind="session")[0]["idempotency_key"] == "key-1"
    with pytest.raises(stripe.IdempotencyError):
        made(sandbox, "key-1", client_reference_id="case-2")
    sandbox.advance(25 * 3600)
    assert made(sandbox, "key-1").id != first.id


def test_a_lost_reply_leaves_one_session(sandbox: Sandbox) -> None:
    """The same key after a lost reply finds the session that was made."""
    sandbox.fault("stripe", "lost_reply", method="sessions.create")
    with pytest.raises(stripe.APIConnectionError):
        made(sandbox, "key-2")
    assert made(sandbox, "key-2").id == sandbox.log(kind="session")[0]["id"]
    assert len(sandbox.log(kind="session")) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"colour": "red"}, "parameter_unknown"),
        ({"line_items": [CHEAP]},
         "amount_too_small"),
        ({"line_items": [{"price_data": {"unit_amount": 5000, "product_data": {"name": "x"}}, "quantity": 1}]},
         "parameter_missing"),
        ({"success_url": "no link"}, "url_invalid"),
        ({"mode": "gift"}, None),
        ({"expires_at": 1}, None),
    ],
)  # fmt: skip
def test_refusals(sandbox: Sandbox, change: dict[str, Any], code: str | None) -> None:
    """Stripe's errors, and nothing is made."""
    with pytest.raises(stripe.InvalidRequestError) as caught:
        made(sandbox, **change)
    assert caught.value.code == code
    assert sandbox.log(kind="session") == []
    assert sandbox.log(kind="refused")


def test_wrong_key_and_unknown_objects(sandbox: Sandbox) -> None:
    """401 and 404."""
    with pytest.raises(stripe.AuthenticationError):
        client(sandbox, "sk_wrong").v1.checkout.sessions.list()
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
        client(sandbox).v1.payment_intents.retrieve("pi_1")


def test_the_pay_page(sandbox: Sandbox) -> None:
    """Amount and purpose are shown; Pay and Cancel lead back to the product."""
    session = made(sandbox)
    page = sandbox.http.get(f"/pay/{session.id}").text
    assert session.url == f"{sandbox.url}/pay/{session.id}"
    assert "USD 50.00" in page
    assert "Second opinion" in page
    cancelled = sandbox.http.post(f"/pay/{session.id}", data={"do": "cancel"})
    assert cancelled.headers["location"] == f"{sandbox.url}/back"
    paid = sandbox.http.post(f"/pay/{session.id}", data={"do": "paid"})
    assert paid.headers["location"] == f"{sandbox.url}/done?s={session.id}"
    assert "paid already" in sandbox.http.get(f"/pay/{session.id}").text
