"""The providers' addresses: who is asked, is the key right, what was asked."""

import base64
import binascii
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import stripe_shapes
from sandbox.answers import Answer, carried
from sandbox.decode import pairs, parameters
from sandbox.faults import Fault
from sandbox.shapes import Json
from sandbox.stripe_forms import unfolded
from sandbox.stripe_shapes import Refused
from sandbox.telegram.calls import call
from sandbox.telegram.places import Bot
from sandbox.telegram.refusal import Refusal
from sandbox.twilio_words import refusal
from sandbox.world import World


def world_of(request: Request) -> World:
    """The sandbox this request came to."""
    world: World = request.app.state.world
    return world


def _bot(request: Request) -> Bot:
    bot = world_of(request).town.by_token.get(request.path_params["token"])
    if bot is None:
        raise Refusal(401, "Unauthorized")
    return bot


async def telegram(request: Request) -> Response:
    """``/bot{token}/{method}``."""
    try:
        bot = _bot(request)
    except Refusal as refused:
        return refused.answer().response()
    try:
        raw = await parameters(request)
    except ValueError:
        return Refusal(400, "Bad Request: can't parse request").answer().response()
    return await call(world_of(request).town, bot, request.path_params["method"], raw)


async def telegram_file(request: Request) -> Response:
    """``/file/bot{token}/{path}``."""
    try:
        content = world_of(request).town.files.at_path(_bot(request), request.path_params["path"])
    except Refusal as refused:
        return refused.answer().response()
    if content is None:
        return Refusal(404, "Not Found").answer().response()
    return Response(content, media_type="application/octet-stream")


def _basic(request: Request) -> tuple[str, str]:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given, ""
    try:
        name, _, word = base64.b64decode(given).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, word


async def twilio(request: Request) -> Response:
    """``/2010-04-01/Accounts/{account}/Messages….json``."""
    world = world_of(request)
    config = world.config
    if _basic(request) != (config.twilio_sid, config.twilio_token):
        return refusal(20003, "").response()
    if request.path_params["account"] != config.twilio_sid:
        return refusal(20404, request.url.path).response()
    given = await pairs(request)
    sid = request.path_params.get("sid")
    method = "Messages.fetch" if sid else "Messages.create" if request.method == "POST" else "Messages.list"

    async def act() -> Answer:
        if sid:
            return world.twilio.fetch(sid)
        return world.twilio.create(given) if request.method == "POST" else world.twilio.listed(given)

    status, response = await carried(world.faults, "twilio", method, act, _twilio_fault)
    world.ledger.request("twilio", method, {"pairs": given, **dict(given)}, status)
    return response


def _twilio_fault(fault: Fault) -> Answer:
    if fault.kind == "502":
        return Answer(502, {"message": "Bad Gateway", "status": 502})
    return refusal(20429 if fault.kind == "429" else 20500, "")


async def stripe(request: Request) -> Response:
    """``/v1/…``, with the key as a bearer token or as the name of basic authentication."""
    world = world_of(request)
    if _basic(request)[0] != world.config.stripe_key:
        words = {"message": "Invalid API Key provided", "type": "invalid_request_error"}
        return Answer(401, {"error": words}).response()
    params = unfolded(await pairs(request))
    path = request.url.path.removeprefix("/v1/").strip("/")
    key = request.headers.get("idempotency-key")

    async def act() -> Answer:
        if request.method == "GET":
            return _found(world, path, params)
        asked = f"{path} {orjson.dumps(params, option=orjson.OPT_SORT_KEYS).decode()}"
        return world.stripe.once(key, asked, lambda: _made(world, path, params, key))

    method = f"{request.method} {path}"
    status, response = await carried(world.faults, "stripe", _named(method), act, _stripe_fault)
    world.ledger.request("stripe", method, {**params, "idempotency_key": key} if key else params, status)
    if status >= 400:
        world.ledger.write("refused", method=method, error=status, params=params)
    return response


def _named(method: str) -> str:
    """The name a fault may give: ``sessions.create``, ``sessions.expire``, ``refunds.create``, or the path."""
    known = {"POST checkout/sessions": "sessions.create", "POST refunds": "refunds.create"}
    return "sessions.expire" if method.endswith("/expire") else known.get(method, method)


def _made(world: World, path: str, params: Json, key: str | None) -> Json:
    match path.split("/"):
        case ["checkout", "sessions"]:
            return world.stripe.create_session(params, key)
        case ["checkout", "sessions", session_id, "expire"]:
            return world.stripe.expire(session_id, key)
        case ["refunds"]:
            return world.stripe.refund(params, key)
    raise Refused(404, f"Unrecognized request URL (POST: /v1/{path}).")


def _found(world: World, path: str, params: Json) -> Answer:
    try:
        return Answer(200, _object(world, path, params))
    except Refused as refused:
        return refused.answer


def _object(world: World, path: str, params: Json) -> Any:
    account = world.stripe
    stores = {"checkout/sessions": account.sessions, "payment_intents": account.intents, "charges": account.charges,
              "refunds": account.refunds, "disputes": account.disputes, "events": account.events}  # fmt: skip
    account.expire_due()
    if path in stores:
        return stripe_shapes.listed(f"/v1/{path}", _filtered(stores[path], params), params)
    kind, _, identifier = path.rpartition("/")
    if kind == "checkout/sessions":
        return _expanded(account.session(identifier), params, account.intents)
    if identifier == "line_items":
        return _line_items(account.items[path.split("/")[2]])
    if identifier not in stores.get(kind, {}):
        raise Refused(404, f"No such {kind.rstrip('s') or path}: '{identifier}'", code="resource_missing", param="id")
    return _expanded(stores[kind][identifier], params, account.charges)


def _expanded(found: Json, params: Json, others: dict[str, Json]) -> Json:
    wanted = {name: others[found[name]] for name in params.get("expand", []) if found.get(name) in others}
    return {**found, **wanted}


def _filtered(store: dict[str, Json], params: Json) -> list[Json]:
    same = ("payment_intent", "status", "client_reference_id", "charge", "type")
    found = []
    for item in reversed(store.values()):
        kept = all(item.get(name) == params[name] for name in same if name in params)
        if kept and item.get("type") in params.get("types", [item.get("type")]) and _in_time(item, params):
            found.append(item)
    return found


def _in_time(item: Json, params: Json) -> bool:
    span = params.get("created", {})
    bounds: Json = span if isinstance(span, dict) else {"gte": span, "lte": span}
    at = int(item["created"])
    least = max(int(bounds.get("gte", at)), int(bounds.get("gt", at - 1)) + 1)
    return least <= at <= min(int(bounds.get("lte", at)), int(bounds.get("lt", at + 1)) - 1)


def _line_items(items: list[Json]) -> Json:
    data = [
        {"id": f"li_{number}", "object": "item", "amount_total": item["amount_total"], "currency": item["currency"],
         "description": item["name"], "quantity": 1}
        for number, item in enumerate(items)
    ]  # fmt: skip
    return {"object": "list", "data": data, "has_more": False, "url": "/v1/checkout/sessions/line_items"}


def _stripe_fault(fault: Fault) -> Answer:
    status = {"429": 429, "502": 502}.get(fault.kind, 500)
    headers = {"Stripe-Should-Retry": "false"} if status == 500 else {}
    words = {"message": "Too many requests" if status == 429 else "An error occurred", "type": "api_error"}
    return Answer(status, {"error": {**words, **({"code": "rate_limit"} if status == 429 else {})}}, headers)


ACCOUNT = "/2010-04-01/Accounts/{account}"
ROUTES = [
    Route("/bot{token}/{method}", telegram, methods=["GET", "POST"]),
    Route("/file/bot{token}/{path:path}", telegram_file, methods=["GET"]),
    Route(f"{ACCOUNT}/Messages.json", twilio, methods=["GET", "POST"]),
    Route(f"{ACCOUNT}/Messages/{{sid}}.json", twilio, methods=["GET"]),
    Route("/v1/{path:path}", stripe, methods=["GET", "POST"]),
]
