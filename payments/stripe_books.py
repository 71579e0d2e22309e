"""What Stripe's books say of one session: the payment, its refunds, its disputes; and the call that pays back.

One read gives all of it, so nothing depends on which notice came, how often, or in what order (pitfalls 69, 70). Calls here are
synchronous and belong in a thread.
"""

from typing import Any

import stripe
from stripe.checkout import Session

from flows.incoming import CheckoutSeen, DisputeSeen, RefundSeen
from payments.money import from_stripe, to_stripe

# docs.stripe.com/api/refunds/object and /disputes/object. An inquiry ("warning_…") has taken no money: it is not in our books.
REFUNDS = {"pending": "under_way", "requires_action": "under_way", "succeeded": "done", "failed": "failed", "canceled": "failed"}  # fmt: skip
DISPUTES = {"needs_response": "open", "under_review": "open", "won": "won", "lost": "lost"}
GONE = ("requires_payment_method", "canceled")  # a delayed payment that failed leaves its session complete and unpaid


class StripeBooks:
    """Reads and pays back over one client."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._api = client.v1

    def seen(self, session: Session) -> CheckoutSeen:
        """All that there is to know of a session that was just read."""
        currency = (session.currency or "").upper()
        amount = from_stripe(session.amount_total or 0, currency) if currency else 0
        state, intent = state_of(session), _id(session.payment_intent)
        if state == "unpaid" and intent and self._api.payment_intents.retrieve(intent).status in GONE:
            state = "failed"
        if state != "paid" or not intent:
            return CheckoutSeen(session.id, state, amount, currency)
        return CheckoutSeen(session.id, state, amount, currency, self._refunds(intent), self._disputes(intent), intent)

    def read(self, session: str) -> CheckoutSeen:
        """The same for a session by its id."""
        return self.seen(self._api.checkout.sessions.retrieve(session))

    def refund(self, asked: dict[str, Any], key: str) -> CheckoutSeen:
        """Pays back once, however often it is asked: what carries our number already is not asked for again.

        What Stripe refuses for good (paid back already, disputed meanwhile) is told as a refund that failed.
        """
        session = self._api.checkout.sessions.retrieve(str(asked["session"]))
        number, intent = str(asked["number"]), _id(session.payment_intent)
        seen = self.seen(session)
        if any(refund.name == number for refund in seen.refunds):
            return seen
        currency = str(asked["currency"])
        units = to_stripe(int(asked["amount"]), currency)
        try:
            self._api.refunds.create(
                {"payment_intent": intent, "amount": units, "metadata": {"refund": number}}, {"idempotency_key": key}
            )
        except stripe.InvalidRequestError:
            refused = RefundSeen(number, "failed", int(asked["amount"]), currency)
            return CheckoutSeen(seen.session, seen.state, seen.amount, seen.currency, (*seen.refunds, refused), seen.disputes, seen.intent)  # fmt: skip
        return self.seen(session)

    def _refunds(self, intent: str) -> tuple[RefundSeen, ...]:
        listed = self._api.refunds.list({"payment_intent": intent, "limit": 100}).auto_paging_iter()
        return tuple(
            RefundSeen(_number(one), REFUNDS[one.status or "pending"], *_money(one.amount, one.currency))
            for one in listed
        )

    def _disputes(self, intent: str) -> tuple[DisputeSeen, ...]:
        listed = self._api.disputes.list({"payment_intent": intent, "limit": 100}).auto_paging_iter()
        return tuple(
            DisputeSeen(one.id, DISPUTES[one.status], *_money(one.amount, one.currency))
            for one in listed
            if one.status in DISPUTES
        )


def state_of(session: Any) -> str:
    """Complete is not paid: a delayed method is complete first and pays, or fails, days later (pitfall 70)."""
    if session.status == "complete":
        return "paid" if session.payment_status == "paid" else "unpaid"
    return "expired" if session.status == "expired" else "open"


def _money(units: int, currency: str) -> tuple[int, str]:
    return from_stripe(units, currency), currency.upper()


def _number(refund: stripe.Refund) -> str:
    """Ours, or the provider's own name for one that was made on its pages."""
    known = refund.metadata
    return str(known["refund"]) if known and "refund" in known else refund.id


def _id(found: Any) -> str:
    return found if isinstance(found, str) else str(getattr(found, "id", None) or "")
