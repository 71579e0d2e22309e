"""The door for webhooks: exact paths, before any router, because it is the hot path of the whole service.

A webhook is given its raw parts and gives back a status and a body; nothing is built per request that it does not need.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

log = structlog.get_logger(__name__)

Headers = dict[bytes, list[bytes]]  # names in lower case; every value that came
Webhook = Callable[[Headers, bytes, str], Awaitable[tuple[int, bytes]]]
Tally = Callable[[str, int], None]  # path, status

LARGEST = 1024 * 1024
READ_S = 10.0

_PLAIN = (b"content-type", b"text/plain; charset=utf-8")
_XML = (b"content-type", b"text/xml; charset=utf-8")  # Twilio reads what we answer
_JSON = (b"content-type", b"application/json")  # Telegram carries out a call that our answer names


class Gone(Exception):
    """The other side hung up before the body was complete; there is nobody to answer."""


class TooLarge(Exception):
    """The body is larger than any provider's notice."""


def with_doors(app: ASGIApp, webhooks: Mapping[str, Webhook], tally: Tally) -> ASGIApp:
    """An ASGI app that takes the webhooks' paths and leaves everything else to ``app``."""
    doors = dict(webhooks)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        webhook = doors.get(scope["path"]) if scope["type"] == "http" else None
        if webhook is None:
            await app(scope, receive, send)
        elif scope["method"] != "POST":
            await _answer(send, 405, b"", ((b"allow", b"POST"),))
        else:
            await _let_in(webhook, tally, scope, receive, send)

    return front


async def _let_in(webhook: Webhook, tally: Tally, scope: Scope, receive: Receive, send: Send) -> None:
    headers: Headers = {}
    for name, value in scope["headers"]:
        headers.setdefault(name, []).append(value)
    try:
        status, body = await _handled(webhook, headers, scope, receive)
    except Gone:
        return
    tally(scope["path"], status)
    await _answer(send, status, body)


async def _handled(webhook: Webhook, headers: Headers, scope: Scope, receive: Receive) -> tuple[int, bytes]:
    try:
        async with asyncio.timeout(READ_S):
            body = await _body(headers, receive)
    except TimeoutError:
        return 408, b""
    except TooLarge:
        return 413, b""
    try:
        return await webhook(headers, body, _address(scope))
    except Exception as error:  # a fault of ours: the provider must come again, and the other doors stay open
        log.error("webhook_failed", path=scope["path"], error=type(error).__name__)
        return 503, b""


async def _body(headers: Headers, receive: Receive) -> bytes:
    announced = headers.get(b"content-length", [b""])[0]
    if announced.isdigit() and int(announced) > LARGEST:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST:
            raise TooLarge
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _address(scope: Scope) -> str:
    """Path and query exactly as they came: a signature covers the raw bytes, not what they decode to."""
    raw = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    whole = raw + b"?" + query if query else raw
    return str(whole.decode("latin-1"))


async def _answer(send: Send, status: int, body: bytes, more: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    kind = _JSON if body.startswith(b"{") else _XML if body.startswith(b"<?xml") else _PLAIN
    headers = [kind, (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
