"""The fake Bot API over HTTP: a protocol of our own on httptools, because a web framework here would cost more than the bots."""

import asyncio
import re
from typing import Any, cast
from urllib.parse import parse_qsl

import httptools
import orjson

from bench.telegram import OWNER_TOKEN, STAFF_TOKEN, Telegram

_FIELD = re.compile(rb'name="?([^";\r\n]+)"?')
_TOKENS = frozenset({OWNER_TOKEN, STAFF_TOKEN})


class ApiConnection(asyncio.Protocol):
    """One connection of a bot. The parser calls the ``on_…`` methods."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._parser = httptools.HttpRequestParser(self)
        self._forget()

    def _forget(self) -> None:
        self._url, self._kind = b"", ""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, part: bytes) -> None:
        self._url += part

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._kind = value.decode()

    def on_body(self, part: bytes) -> None:
        self._body.append(part)

    def on_message_complete(self) -> None:
        path, _, query = self._url.decode().partition("?")
        call = _call(b"".join(self._body), self._kind) | dict(parse_qsl(query))
        self._forget()
        token, _, method = path.removeprefix("/bot").partition("/")
        if token in _TOKENS:
            answer = {"ok": True, "result": self._telegram.answer(token, method, call)}
            if delay_s := self._telegram.delay_s(method):
                asyncio.get_running_loop().call_later(delay_s, self._answer, 200, answer)
            else:
                self._answer(200, answer)
        else:
            self._answer(404, {"ok": False, "error_code": 404, "description": "Not Found"})

    def _answer(self, status: int, answer: dict[str, Any]) -> None:
        body = orjson.dumps(answer)
        head = b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
        self._transport.write(head + body)
        if not self._parser.should_keep_alive():
            self._transport.close()


def _call(body: bytes, kind: str) -> dict[str, Any]:
    if not body:
        return {}
    if kind.startswith("application/json"):
        return cast(dict[str, Any], orjson.loads(body))
    if kind.startswith("multipart/"):
        return _multipart(body, kind)
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _multipart(body: bytes, kind: str) -> dict[str, Any]:
    border = b"--" + kind.split("boundary=", 1)[1].strip('"').encode()
    call = {}
    for part in body.split(border)[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = _FIELD.search(head)
        if name:
            call[name[1].decode()] = value[:-2].decode("utf-8", "replace")
    return call


async def serve_api(telegram: Telegram) -> tuple[asyncio.Server, int]:
    """Listens on a free port of this machine; gives the server and its port."""
    server = await asyncio.get_running_loop().create_server(
        lambda: ApiConnection(telegram), "127.0.0.1", 0, backlog=1024
    )
    return server, int(server.sockets[0].getsockname()[1])
