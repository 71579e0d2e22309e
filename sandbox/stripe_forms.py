"""Stripe's form encoding and the checks of what a Checkout session is asked for."""

import re
from typing import Any

from sandbox.shapes import Json
from sandbox.stripe_shapes import Refused

_SESSION = {
    "mode",
    "line_items",
    "success_url",
    "cancel_url",
    "expires_at",
    "metadata",
    "client_reference_id",
    "customer",
    "customer_email",
    "locale",
    "payment_method_types",
    "payment_intent_data",
    "submit_type",
    "expand",
    "billing_address_collection",
    "customer_creation",
    "phone_number_collection",
    "allow_promotion_codes",
    "ui_mode",
    "custom_text",
    "invoice_creation",
    "automatic_tax",
    "payment_method_options",
    "consent_collection",
    "currency",
    "adaptive_pricing",
}
_ITEM = {"price_data", "quantity", "price", "adjustable_quantity", "tax_rates", "dynamic_tax_rates"}
_PRICE = {"currency", "unit_amount", "unit_amount_decimal", "product_data", "product", "tax_behavior", "recurring"}
_PRODUCT = {"name", "description", "images", "metadata", "tax_code", "unit_label"}
_INTENT = {
    "description",
    "metadata",
    "receipt_email",
    "capture_method",
    "setup_future_usage",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "on_behalf_of",
    "transfer_data",
    "transfer_group",
    "application_fee_amount",
    "shipping",
}
_SMALLEST = {"usd": 50, "eur": 50, "gbp": 30, "hkd": 400, "jpy": 50, "sgd": 50, "twd": 2000, "cad": 50, "aud": 50}
_HALF_HOUR, _DAY = 30 * 60, 24 * 3600


def unfolded(pairs: list[tuple[str, str]]) -> Json:
    """``a[b][0][c]=v`` pairs as nested objects and lists."""
    tree: Json = {}
    for name, value in pairs:
        keys = [name.partition("[")[0], *re.findall(r"\[([^\]]*)\]", name)]
        node = tree
        for key in keys[:-1]:
            node = node.setdefault(key or str(len(node)), {})
        node[keys[-1] or str(len(node))] = value
    return {key: _listed(value) for key, value in tree.items()}


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_listed(node[key]) for key in sorted(node, key=int)]
    return {key: _listed(value) for key, value in node.items()}


def known(given: Any, allowed: set[str], path: str) -> Json:
    """The object, once all its names are allowed; raises ``Refused`` ``parameter_unknown``."""
    if not isinstance(given, dict):
        raise Refused(400, f"Invalid object: {path}", param=path)
    for name in given:
        if name not in allowed:
            full = f"{path}[{name}]" if path else name
            raise Refused(400, f"Received unknown parameter: {full}", code="parameter_unknown", param=full)
    return given


def whole(value: Any, path: str) -> int:
    """A whole number; raises ``Refused`` ``parameter_invalid_integer``."""
    if not re.fullmatch(r"-?\d+", str(value)):
        raise Refused(400, f"Invalid integer: {value}", code="parameter_invalid_integer", param=path)
    return int(value)


def _needed(given: Json, name: str, path: str = "") -> Any:
    full = f"{path}[{name}]" if path else name
    if given.get(name) in (None, ""):
        raise Refused(400, f"Missing required param: {full}.", code="parameter_missing", param=full)
    return given[name]


def checkout(params: Json, now: int) -> tuple[list[Json], int]:
    """Line items and expiry of a session; raises ``Refused`` in Stripe's words."""
    known(params, _SESSION, "")
    if _needed(params, "mode") != "payment":
        raise Refused(400, "Invalid mode: must be one of payment", param="mode")
    for name in ("success_url", "cancel_url"):
        if name == "success_url" or name in params:
            _link(_needed(params, name), name)
    known(params.get("payment_intent_data", {}), _INTENT, "payment_intent_data")
    _noted(params.get("metadata", {}))
    if len(params.get("client_reference_id", "")) > 200:
        raise Refused(400, "Invalid string: must be at most 200 characters", param="client_reference_id")
    rows = _needed(params, "line_items")
    items = [_item(row, f"line_items[{number}]") for number, row in enumerate(rows)]
    _summed(items)
    expires = whole(params.get("expires_at", now + _DAY), "expires_at")
    if not now + _HALF_HOUR - 60 <= expires <= now + _DAY + 60:
        raise Refused(400, "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout "
                           "Session creation.", param="expires_at")  # fmt: skip
    return items, expires


def _link(url: str, name: str) -> None:
    if not re.fullmatch(r"https?://\S+", url):
        raise Refused(400, "Not a valid URL", code="url_invalid", param=name)


def _noted(metadata: Any) -> None:
    if not isinstance(metadata, dict) or len(metadata) > 50:
        raise Refused(400, "Metadata can have up to 50 keys", param="metadata")
    for key, value in metadata.items():
        if len(key) > 40 or len(str(value)) > 500:
            raise Refused(400, "Metadata keys can have 40 and values 500 characters", param=f"metadata[{key}]")


def _item(row: Any, path: str) -> Json:
    known(row, _ITEM, path)
    price = known(_needed(row, "price_data", path), _PRICE, f"{path}[price_data]")
    product = known(
        _needed(price, "product_data", f"{path}[price_data]"), _PRODUCT, f"{path}[price_data][product_data]"
    )
    currency = str(_needed(price, "currency", f"{path}[price_data]")).lower()
    if currency not in _SMALLEST:
        raise Refused(400, f"Invalid currency: {currency}.", param=f"{path}[price_data][currency]")
    amount = whole(_needed(price, "unit_amount", f"{path}[price_data]"), f"{path}[price_data][unit_amount]")
    quantity = whole(_needed(row, "quantity", path), f"{path}[quantity]")
    name = _needed(product, "name", f"{path}[price_data][product_data]")
    if amount < 0 or quantity < 1:
        raise Refused(400, "This value must be greater than or equal to 1.", param=path)
    total = amount * quantity
    return {"currency": currency, "amount_total": total, "name": name, "description": product.get("description")}


def _summed(items: list[Json]) -> None:
    currencies = {item["currency"] for item in items}
    if len(currencies) > 1:
        raise Refused(400, "All line items must have the same currency.", param="line_items")
    smallest = _SMALLEST[items[0]["currency"]]
    if sum(item["amount_total"] for item in items) < smallest:
        words = f"The Checkout Session's total amount due must add up to at least {smallest} (smallest unit)."
        raise Refused(400, words, code="amount_too_small", param="line_items")
