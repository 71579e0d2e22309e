"""The webhooks' door: exact paths, capped bodies, and the raw address that signatures cover."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.types import Message

from web import doors
from web.app import make_app
from web.doors import Headers, Webhook

Answer = tuple[int, dict[bytes, bytes], bytes]


async def _ready() -> Mapping[str, Any]:
    return {"waiting": 2, "sending": 0, "dead": 1, "unknown": 0, "oldest": 3.5}


async def ask(
    app: Any, path: str, method: str = "POST", chunks: tuple[bytes, ...] = (b"",), query: bytes = b"",
    headers: tuple[tuple[bytes, bytes], ...] = (), raw_path: bytes | None = None, hang: bool = False,
) -> Answer:  # fmt: skip
    """One request, made without a server; ``hang`` = the body never ends."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
        "raw_path": raw_path or path.encode(), "query_string": query, "headers": list(headers), "scheme": "http",
        "server": ("test", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    inbox = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if not hang:
        inbox[-1]["more_body"] = False
    sent: list[Message] = []

    async def receive() -> Message:
        if inbox:
            return inbox.pop(0)
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    body = b"".join(m.get("body", b"") for m in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


class Spy:
    """A webhook that remembers what it was given."""

    def __init__(self, status: int = 200, body: bytes = b"") -> None:
        self.seen: list[tuple[Headers, bytes, str]] = []
        self._answer = (status, body)

    async def __call__(self, headers: Headers, body: bytes, url: str) -> tuple[int, bytes]:
        self.seen.append((headers, body, url))
        return self._answer


def app_with(webhook: Webhook, state: Any = _ready) -> Any:
    return make_app({"/sms/status": webhook}, state)


def test_a_webhook_gets_the_raw_body_all_headers_and_the_raw_address() -> None:
    spy = Spy()
    sent = ((b"x-a", b"1"), (b"x-a", b"2"))
    raw = b"/sms/status"
    status, _, _ = asyncio.run(
        ask(app_with(spy), "/sms/status", chunks=(b"ab", b"c"), query=b"o=7&x=%20", headers=sent, raw_path=raw)
    )
    assert status == 200
    assert spy.seen == [({b"x-a": [b"1", b"2"]}, b"abc", "/sms/status?o=7&x=%20")]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_opens_a_webhook(method: str) -> None:
    spy = Spy()
    status, headers, _ = asyncio.run(ask(app_with(spy), "/sms/status", method))
    assert (status, headers[b"allow"], spy.seen) == (405, b"POST", [])


@pytest.mark.parametrize("path", ["/sms/status/", "/SMS/status", "/sms//status", "/sms/statu"])
def test_another_path_is_not_a_webhook(path: str) -> None:
    spy = Spy()
    status, _, _ = asyncio.run(ask(app_with(spy), path))
    assert status in (404, 405)
    assert spy.seen == []


def test_a_body_over_a_megabyte_is_refused_announced_or_not() -> None:
    spy = Spy()
    announced = ((b"content-length", b"1048577"),)
    assert asyncio.run(ask(app_with(spy), "/sms/status", headers=announced))[0] == 413
    assert asyncio.run(ask(app_with(spy), "/sms/status", chunks=(b"x" * 700_000, b"x" * 700_000)))[0] == 413
    assert asyncio.run(ask(app_with(spy), "/sms/status", chunks=(b"x" * 1_048_576,)))[0] == 200
    assert len(spy.seen) == 1


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "READ_S", 0.05)
    assert asyncio.run(ask(app_with(Spy()), "/sms/status", hang=True))[0] == 408


def test_a_webhook_that_raises_is_answered_503() -> None:
    async def broken(headers: Headers, body: bytes, url: str) -> tuple[int, bytes]:
        raise ZeroDivisionError

    assert asyncio.run(ask(app_with(broken), "/sms/status"))[0] == 503


def test_xml_is_announced_as_xml() -> None:
    spy = Spy(200, b'<?xml version="1.0"?><Response/>')
    _, headers, body = asyncio.run(ask(app_with(spy), "/sms/status"))
    assert headers[b"content-type"].startswith(b"text/xml")
    assert headers[b"content-length"] == str(len(body)).encode()
