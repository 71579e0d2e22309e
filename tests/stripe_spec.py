"""Checks requests to Stripe against its own description: the parameters that its library carries, which are generated from the published API.

A form's names say where a value belongs (``line_items[0][price_data][currency]``); each step must be known there.
"""

import re
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin

from stripe import params
from stripe.params import checkout
from typing_extensions import get_type_hints, is_typeddict

DESCRIBED: dict[tuple[str, str], Any] = {
    ("POST", r"/v1/checkout/sessions"): checkout.SessionCreateParams,
    ("GET", r"/v1/checkout/sessions"): checkout.SessionListParams,
    ("GET", r"/v1/checkout/sessions/\w+"): checkout.SessionRetrieveParams,
    ("POST", r"/v1/checkout/sessions/\w+/expire"): checkout.SessionExpireParams,
    ("POST", r"/v1/refunds"): params.RefundCreateParams,
    ("GET", r"/v1/refunds"): params.RefundListParams,
    ("GET", r"/v1/disputes"): params.DisputeListParams,
    ("GET", r"/v1/payment_intents/\w+"): params.PaymentIntentRetrieveParams,
}
# What the library takes beside a request's own fields: headers, which never stand in a form.
NAMES = {
    "StripeContext": object,
    "Mapping": Mapping,
}  # which those options name and their module imports for type checkers alone
OPTIONS = frozenset({"api_key", "stripe_version", "stripe_account", "stripe_context", "max_network_retries", "idempotency_key", "headers"})  # fmt: skip


def complaints(method: str, path: str, pairs: list[tuple[str, str]]) -> list[str]:
    """What is wrong with one request; an empty list means that all is well."""
    kind = next((k for (verb, route), k in DESCRIBED.items() if verb == method and re.fullmatch(route, path)), None)
    if kind is None:
        return [f"{method} {path}: not described"]
    found = [f"{name}: {wrong}" for name, value in pairs if (wrong := _wrong(kind, _steps(name), value))]
    given = {_steps(name)[0] for name, _ in pairs}
    return found + [f"{name}: missing" for name in sorted(kind.__required_keys__ - OPTIONS - given)]


def _steps(name: str) -> list[str]:
    return re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name)


def _wrong(kind: Any, steps: list[str], value: str) -> str:
    """Why this value cannot stand there; "" where it can. Of several types the one that takes it counts."""
    kind = get_args(kind)[0] if get_origin(kind) is NotRequired else kind
    if get_origin(kind) in (Union, UnionType):
        reasons = [_wrong(one, steps, value) for one in get_args(kind) if one is not NoneType]
        return "" if "" in reasons else min(reasons, key=len)
    if steps:
        return _deeper(kind, steps, value)
    if get_origin(kind) is Literal:
        return "" if value in map(str, get_args(kind)) else f"not one of {get_args(kind)}"
    forms = {int: r"-?\d+", bool: "true|false", float: r"-?\d+(\.\d+)?", str: r"(?s).*"}
    return "" if kind in forms and re.fullmatch(forms[kind], value) else f"no {getattr(kind, '__name__', kind)}"


def _deeper(kind: Any, steps: list[str], value: str) -> str:
    if is_typeddict(kind):
        hints = get_type_hints(kind, localns=NAMES)
        known = steps[0] in hints and steps[0] not in OPTIONS
        return _wrong(hints[steps[0]], steps[1:], value) if known else f"{steps[0]} is unknown"
    if get_origin(kind) is list:
        return _wrong(get_args(kind)[0], steps[1:], value) if steps[0].isdigit() else "no list"
    if get_origin(kind) is dict:
        return _wrong(get_args(kind)[1], steps[1:], value)
    return f"{steps[0]} where nothing is held"
