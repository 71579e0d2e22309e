"""Stripe's objects and errors in the form that its published samples have."""

import secrets
from typing import Any

from sandbox.answers import Answer
from sandbox.shapes import Json
from sandbox.stripe_blanks import NULL_IN_CHARGE, NULL_IN_INTENT, NULL_IN_SESSION

API_VERSION = "2026-10-28.endive"


class Refused(Exception):
    """An error of Stripe's API; ``saved`` tells whether an idempotency key would repeat it."""

    def __init__(self, status: int, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.saved = bool(facts.pop("saved", False))
        kind = facts.pop("type", "invalid_request_error")
        self.answer = Answer(status, {"error": {"message": message, "type": kind, **facts}})


def new_id(prefix: str) -> str:
    """An id of Stripe's form."""
    return f"{prefix}_{secrets.token_hex(12)}"


def listed(url: str, items: list[Json], params: Json) -> Json:
    """A page of a list, newest first; honours ``limit``, ``starting_after`` and ``ending_before``."""
    limit = min(max(int(params.get("limit", 10)), 1), 100)
    ids = [item["id"] for item in items]
    if params.get("starting_after") in ids:
        items = items[ids.index(params["starting_after"]) + 1 :]
    if params.get("ending_before") in ids:
        items = items[: ids.index(params["ending_before"])][-limit:]
    return {"object": "list", "url": url, "has_more": len(items) > limit, "data": items[:limit]}


def _settings() -> Json:
    """What is the same in every new session."""
    return {
        "adaptive_pricing": {"enabled": False},
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "customer_creation": "if_required",
        "invoice_creation": {"enabled": False, "invoice_data": {"metadata": {}}},
        "livemode": False,
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "saved_payment_method_options": None,
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted",
    }


def session(params: Json, items: list[Json], created: int, expires_at: int, url: str) -> Json:
    """A new ``checkout.session``."""
    total = sum(item["amount_total"] for item in items)
    empty = dict.fromkeys(NULL_IN_SESSION)
    identifier = f"cs_test_{secrets.token_hex(24)}"
    return {
        **empty,
        **_settings(),
        "id": identifier,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": created,
        "currency": items[0]["currency"],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer_email": params.get("customer_email"),
        "expires_at": expires_at,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "url": f"{url}/pay/{identifier}",
    }


def intent(paid: Json, params: Json, created: int) -> Json:
    """A new ``payment_intent`` for a session, not yet settled."""
    empty = dict.fromkeys(NULL_IN_INTENT)
    data = params.get("payment_intent_data", {})
    identifier = new_id("pi")
    return {
        **empty,
        "id": identifier,
        "object": "payment_intent",
        "amount": paid["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic",
        "client_secret": f"{identifier}_secret_{secrets.token_hex(8)}",
        "confirmation_method": "automatic",
        "created": created,
        "currency": paid["currency"],
        "description": data.get("description"),
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }


def charge(paid: Json, created: int) -> Json:
    """A ``charge`` that took the money of a payment intent."""
    empty = dict.fromkeys(NULL_IN_CHARGE)
    card = {"brand": "visa", "country": "US", "exp_month": 8, "exp_year": 2030, "funding": "credit", "last4": "4242"}
    return {
        **empty,
        "id": new_id("ch"),
        "object": "charge",
        "amount": paid["amount"],
        "amount_captured": paid["amount"],
        "amount_refunded": 0,
        "billing_details": {"address": None, "email": None, "name": None, "phone": None},
        "captured": True,
        "created": created,
        "currency": paid["currency"],
        "description": paid["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": paid["metadata"],
        "outcome": {"network_status": "approved_by_network", "reason": None, "type": "authorized"},
        "paid": True,
        "payment_intent": paid["id"],
        "payment_method_details": {"card": card, "type": "card"},
        "refunded": False,
        "status": "succeeded",
    }


def refund(taken: Json, amount: int, params: Json, created: int) -> Json:
    """A ``refund`` of a charge, wholly or in part."""
    empty = (
        "balance_transaction", "receipt_number", "source_transfer_reversal", "transfer_reversal", "customer", "customer_account",
        "payment_method",
    )  # fmt: skip
    return {
        **dict.fromkeys(empty),
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": taken["id"],
        "created": created,
        "currency": taken["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": params.get("metadata", {}),
        "payment_intent": taken["payment_intent"],
        "reason": params.get("reason"),
        "status": "succeeded",
    }


def dispute(taken: Json, amount: int, created: int) -> Json:
    """A ``dispute`` of a charge, with nothing said in answer to it yet."""
    return {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": taken["id"],
        "created": created,
        "currency": taken["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {"due_by": created + 7 * 86400, "has_evidence": False, "past_due": False,
                             "submission_count": 0, "enhanced_eligibility": {}},
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": taken["payment_intent"],
        "payment_method_details": {"card": {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"},
                                   "type": "card"},
        "reason": "general",
        "status": "needs_response",
    }  # fmt: skip


def event(kind: str, about: Json, created: int, key: str | None) -> Json:
    """An ``event`` that carries the object as it is now."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": created,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": key},
        "type": kind,
    }
