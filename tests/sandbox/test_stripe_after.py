"""Refunds and disputes of the stand-in: the fields of Stripe's published samples, and the events that tell of them."""

import json

import pytest
import stripe

from tests import spec_check
from tests.sandbox.conftest import Receiver
from tests.sandbox.test_stripe import client, events, made
from tests.sandbox_process import Sandbox

SAMPLES = spec_check.FOLDER / "stripe-fixtures.json"


@pytest.mark.skipif(not SAMPLES.is_file(), reason=f"no published samples: {SAMPLES}")
def test_a_refund_and_a_dispute_have_the_fields_of_the_published_samples(sandbox: Sandbox, receiver: Receiver) -> None:
    session = made(sandbox)
    sandbox.pay(session.id)
    intent = client(sandbox).v1.checkout.sessions.retrieve(session.id).payment_intent
    refund = client(sandbox).v1.refunds.create({"payment_intent": intent, "amount": 2000})
    sandbox.control("dispute", session=session.id, status="needs_response")
    dispute = client(sandbox).v1.disputes.list({"payment_intent": intent}).data[0]
    assert dispute.amount == 3000
    samples = json.loads(SAMPLES.read_bytes())["resources"]
    assert set(refund.to_dict()) == set(samples["refund"])
    assert set(dispute.to_dict()) == set(samples["dispute"])


def test_what_happens_after_a_payment_is_told(sandbox: Sandbox, receiver: Receiver) -> None:
    """A refund that the bank returns may be made again; a dispute is decided once."""
    session = made(sandbox)
    sandbox.pay(session.id)
    intent = client(sandbox).v1.checkout.sessions.retrieve(session.id).payment_intent
    refunds = client(sandbox).v1.refunds
    refund = refunds.create({"payment_intent": intent})
    assert sandbox.control("refund/returned", refund=refund.id)["status"] == "failed"
    assert refunds.create({"payment_intent": intent, "amount": 1000}).status == "succeeded"
    sandbox.control("dispute", session=session.id, status="needs_response")
    sandbox.control("dispute", session=session.id, status="won")
    told = [
        "checkout.session.completed",
        "charge.refunded",
        "refund.failed",
        "charge.refunded",
        "charge.dispute.created",
        "charge.dispute.closed",
    ]
    assert sorted(event.type for event in events(sandbox, receiver, 6)) == sorted(told)
    assert client(sandbox).v1.disputes.list({"payment_intent": intent}).data[0].status == "won"


def test_what_is_disputed_cannot_be_paid_back_until_the_dispute_is_won(sandbox: Sandbox, receiver: Receiver) -> None:
    """Else the payer would have it twice; our product hears of a dispute later than her bank does."""
    session = made(sandbox)
    sandbox.pay(session.id)
    intent = client(sandbox).v1.checkout.sessions.retrieve(session.id).payment_intent
    sandbox.control("dispute", session=session.id, status="needs_response")
    refunds = client(sandbox).v1.refunds
    with pytest.raises(stripe.InvalidRequestError) as refused:
        refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_disputed"
    sandbox.control("dispute", session=session.id, status="won")
    assert refunds.create({"payment_intent": intent}).status == "succeeded"
