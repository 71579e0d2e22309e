"""The stand-in for Stripe's Checkout: sessions, payment intents, refunds and signed events (docs.stripe.com/api)."""

import asyncio
import copy
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from sandbox import stripe_after, stripe_shapes
from sandbox.answers import Answer
from sandbox.clock import Clock
from sandbox.config import Config
from sandbox.ledger import Ledger
from sandbox.push import Parcel, Pusher
from sandbox.shapes import Json
from sandbox.stripe_forms import checkout, known, whole
from sandbox.stripe_shapes import Refused

_KEY_SECONDS = 24 * 3600

Making = Callable[[], Json]
"""Carries out one POST; raises ``Refused``."""


@dataclass(slots=True)
class Remembered:
    """What an idempotency key stands for: the request and its answer."""

    request: str
    answer: Answer
    at: float


class Stripe:
    """All objects of the account by id."""

    def __init__(self, config: Config, clock: Clock, ledger: Ledger, pusher: Pusher) -> None:
        self._config = config
        self._clock = clock
        self._ledger = ledger
        self._pusher = pusher
        self.sessions: dict[str, Json] = {}
        self.asked: dict[str, Json] = {}
        self.items: dict[str, list[Json]] = {}
        self.intents: dict[str, Json] = {}
        self.charges: dict[str, Json] = {}
        self.refunds: dict[str, Json] = {}
        self.disputes: dict[str, Json] = {}
        self.events: dict[str, Json] = {}
        self.remembered: dict[str, Remembered] = {}
        self.pending = 0
        clock.watch(self.expire_due)

    def once(self, key: str | None, request: str, made: Making) -> Answer:
        """Answer a POST; the same key gives the same answer for a day, and another request under it is refused."""
        before = self.remembered.get(key or "")
        if before and before.at + _KEY_SECONDS > self._clock.seconds():
            return _repeated(before, request, key)
        try:
            answer, saved = Answer(200, copy.deepcopy(made())), True
        except Refused as refused:
            answer, saved = refused.answer, refused.saved
        if key and saved:
            self.remembered[key] = Remembered(request, answer, self._clock.seconds())
        return answer

    def create_session(self, params: Json, key: str | None) -> Json:
        """``POST /v1/checkout/sessions``; raises ``Refused``."""
        now = self._clock.stamp()
        items, expires = checkout(params, now)
        session = stripe_shapes.session(params, items, now, expires, self._config.public_url)
        self.sessions[session["id"]] = session
        self.asked[session["id"]], self.items[session["id"]] = params, items
        facts = {"amount": session["amount_total"], "currency": session["currency"], "metadata": session["metadata"]}
        self._ledger.write("session", id=session["id"], idempotency_key=key, chat=session["id"], **facts)
        delay = expires - self._clock.seconds()
        asyncio.get_running_loop().call_later(max(delay, 0) + 0.1, self.expire_due)
        return session

    def session(self, session_id: str) -> Json:
        """A session, expired if it is due; raises ``Refused`` 404."""
        self.expire_due()
        if session_id not in self.sessions:
            raise Refused(404, f"No such checkout.session: '{session_id}'", code="resource_missing", param="session")
        return self.sessions[session_id]

    def expire_due(self) -> None:
        """Expire every open session whose time has come."""
        for session in self.sessions.values():
            if session["status"] == "open" and session["expires_at"] <= self._clock.seconds():
                self._expired(session, None)

    def expire(self, session_id: str, key: str | None) -> Json:
        """``POST …/expire``; raises ``Refused`` unless the session is open."""
        session = self.session(session_id)
        if session["status"] != "open":
            raise Refused(400, 'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session '
                               f"has a status of `{session['status']}`.", saved=True)  # fmt: skip
        return self._expired(session, key)

    def _expired(self, session: Json, key: str | None) -> Json:
        session["status"], session["url"] = "expired", None
        self._ledger.write("session_expired", id=session["id"], chat=session["id"])
        self._happened("checkout.session.expired", session, key)
        return session

    def pay(self, session_id: str, outcome: str) -> Json:
        """What the payer's button does; raises ``Refused`` when the session cannot be paid any more."""
        session = self.session(session_id)
        if outcome in {"delayed_ok", "delayed_failed"}:
            return self._settled_late(session, outcome == "delayed_ok")
        if session["status"] != "open":
            raise Refused(409, f"This session is {session['status']}.")
        intent = self._intent(session)
        if outcome == "declined":
            intent["last_payment_error"] = {"type": "card_error", "code": "card_declined",
                                            "message": "Your card was declined."}  # fmt: skip
            self._ledger.write("declined", session=session_id, chat=session_id)
            return session
        if outcome not in {"paid", "delayed"}:
            raise Refused(400, f"unknown outcome {outcome}")
        session.update(status="complete", payment_intent=intent["id"], url=None)
        if outcome == "paid":
            self._take_money(session, intent)
        else:
            intent["status"] = "processing"
        self._happened("checkout.session.completed", session, None)
        return session

    def _intent(self, session: Json) -> Json:
        """The payment intent of a session; one that was declined is tried again."""
        tried = self.asked[session["id"]].get("_intent")
        if tried is None:
            intent = stripe_shapes.intent(session, self.asked[session["id"]], self._clock.stamp())
            self.intents[intent["id"]] = intent
            self.asked[session["id"]]["_intent"] = tried = intent["id"]
        return self.intents[tried]

    def _take_money(self, session: Json, intent: Json) -> None:
        charge = stripe_shapes.charge(intent, self._clock.stamp())
        self.charges[charge["id"]] = charge
        intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
        intent["last_payment_error"] = None
        session["payment_status"] = "paid"
        session["customer_details"] = {"address": None, "email": session["customer_email"] or "payer@example.com",
                                       "name": "Payer", "phone": None, "tax_exempt": "none", "tax_ids": []}  # fmt: skip
        facts = {"amount": intent["amount"], "currency": intent["currency"], "payment_intent": intent["id"]}
        self._ledger.write("paid", session=session["id"], chat=session["id"], metadata=session["metadata"], **facts)

    def _settled_late(self, session: Json, paid: bool) -> Json:
        if session["status"] == "open":
            self.pay(session["id"], "delayed")
        intent = self._intent(session)
        if intent["status"] != "processing":
            raise Refused(409, "This session has no payment under way.")
        if paid:
            self._take_money(session, intent)
        else:
            intent["status"] = "requires_payment_method"
        result = "succeeded" if paid else "failed"
        self._happened(f"checkout.session.async_payment_{result}", session, None)
        return session

    def intent(self, intent_id: str) -> Json:
        """``GET /v1/payment_intents/{id}``; raises ``Refused`` 404."""
        if intent_id not in self.intents:
            raise Refused(404, f"No such payment_intent: '{intent_id}'", code="resource_missing", param="intent")
        return self.intents[intent_id]

    def refund(self, params: Json, key: str | None) -> Json:
        """``POST /v1/refunds``, whole or in part; raises ``Refused`` when more than was paid is asked for."""
        known(params, {"payment_intent", "charge", "amount", "reason", "metadata", "expand"}, "")
        charge = self._charge(params)
        left = charge["amount"] - charge["amount_refunded"]
        amount = whole(params.get("amount", left), "amount")
        if left == 0:
            raise Refused(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded",
                          saved=True)  # fmt: skip
        if any(one["charge"] == charge["id"] and one["status"] != "won" for one in self.disputes.values()):
            raise Refused(400, f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed",
                          saved=True)  # fmt: skip
        if not 0 < amount <= left:
            words = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            raise Refused(400, words, param="amount", saved=True)
        refund = stripe_shapes.refund(charge, amount, params, self._clock.stamp())
        self.refunds[refund["id"]] = refund
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        facts = {"amount": amount, "currency": charge["currency"], "payment_intent": charge["payment_intent"]}
        self._ledger.write("refund", id=refund["id"], idempotency_key=key, metadata=refund["metadata"], **facts)
        self._happened("charge.refunded", charge, key)
        return refund

    def refund_returned(self, refund_id: str) -> Json:
        """A bank returns a refund; raises ``Refused``."""
        found = stripe_after.refund_returned(self.refunds, self.charges, refund_id, self._news)
        self._ledger.write(
            "refund_failed", id=refund_id, amount=found["amount"], payment_intent=found["payment_intent"]
        )
        return found

    def dispute(self, session_id: str, status: str) -> Json:
        """The payer's bank disputes what was paid through a session, or decides; raises ``Refused``."""
        charge = self._charge({"payment_intent": self.session(session_id)["payment_intent"]})
        found = stripe_after.disputed(self.disputes, charge, status, self._clock.stamp(), self._news)
        self._ledger.write("dispute", id=found["id"], status=status, amount=found["amount"], session=session_id)
        return found

    def _news(self, kind: str, about: Json) -> None:
        self._happened(kind, about, None)

    def _charge(self, params: Json) -> Json:
        charge_id = params.get("charge")
        if intent_id := params.get("payment_intent"):
            charge_id = self.intent(intent_id)["latest_charge"]
            if charge_id is None:
                raise Refused(400, f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
                              saved=True)  # fmt: skip
        if not charge_id:
            raise Refused(400, "One of the following params should be provided: payment_intent or charge.",
                          code="parameter_missing")  # fmt: skip
        if charge_id not in self.charges:
            raise Refused(404, f"No such charge: '{charge_id}'", code="resource_missing", param="charge")
        return self.charges[charge_id]

    def _happened(self, kind: str, about: Json, key: str | None) -> None:
        event = stripe_shapes.event(kind, copy.deepcopy(about), self._clock.stamp(), key)
        self.events[event["id"]] = event
        self._pusher.start(self._push(event))

    async def _push(self, event: Json) -> None:
        self.pending += 1
        try:
            taken = await self._pusher.until_taken(lambda: self._parcel(event))
            event["pending_webhooks"] = 0 if taken is not None else 1
            if self._pusher.twice():
                await self.again(event)
        finally:
            self.pending -= 1

    def _parcel(self, event: Json) -> Parcel:
        body = orjson.dumps(event)
        at = self._clock.stamp()
        signed = hmac.new(self._config.stripe_webhook_secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
        headers = {"Content-Type": "application/json; charset=utf-8",
                   "Stripe-Signature": f"t={at},v1={signed.hexdigest()}"}  # fmt: skip
        return Parcel(self._config.stripe_webhook_url, body, headers, {"event": event["id"], "type": event["type"]})

    async def again(self, event: Json) -> int:
        """Hand an event over once more; gives the status."""
        return (await self._pusher.once(self._parcel(event)))[0]


def _repeated(before: Remembered, request: str, key: str | None) -> Answer:
    if before.request != request:
        words = f"Keys for idempotent requests can only be used with the same parameters they were first used with. \
Try using a key other than '{key}' if you meant to execute a different request."
        return Answer(400, {"error": {"message": words, "type": "idempotency_error"}})
    return Answer(before.answer.status, before.answer.body, {"Idempotent-Replayed": "true"})
