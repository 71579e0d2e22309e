"""Delivery of updates, as Telegram does it: POST over kept connections, again after anything but 200."""

import asyncio
from dataclasses import dataclass
from typing import cast

import httptools

from bench.telegram import Telegram

AGAIN_S = 0.1


class HookConnection(asyncio.Protocol):
    """One connection to the bot's webhook, with one update under way."""

    def __init__(self) -> None:
        self.open = False
        self._status: asyncio.Future[int] | None = None
        self._body = b""
        self._parser = httptools.HttpResponseParser(self)

    def post(self, request: bytes) -> "asyncio.Future[int]":
        """The status of the answer; 0 when the connection ended before it came."""
        self._status, self._body = asyncio.get_running_loop().create_future(), b""
        self._transport.write(request)
        return self._status

    @property
    def answer(self) -> bytes:
        """The body of the last answer."""
        return self._body

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self.open = cast(asyncio.Transport, transport), True

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        self._resolve(0)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        status, keep = self._parser.get_status_code(), self._parser.should_keep_alive()
        self._parser = httptools.HttpResponseParser(self)
        if not keep:
            self.open = False
            self._transport.close()
        self._resolve(status)

    def _resolve(self, status: int) -> None:
        if self._status and not self._status.done():
            self._status.set_result(status)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a bot takes its updates, and the secret that lets them in."""

    port: int
    path: str
    secret: str

    def request(self, body: bytes) -> bytes:
        """The whole request for one update."""
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"Accept-Encoding: gzip, deflate\r\nX-Telegram-Bot-Api-Secret-Token: {self.secret}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class Slot:
    """One of the connections that Telegram keeps to a bot."""

    def __init__(self, door: Door, telegram: Telegram) -> None:
        self._door = door
        self._telegram = telegram
        self._connection: HookConnection | None = None

    async def deliver(self, body: bytes) -> None:
        """Returns when the update was answered 200, and a call that the answer named was carried out."""
        request = self._door.request(body)
        while await self._post(request) != 200:
            await asyncio.sleep(AGAIN_S)
        if self._connection and self._connection.answer[:1] == b"{":
            self._telegram.carry_out(self._connection.answer)

    def close(self) -> None:
        """Closes the connection."""
        if self._connection:
            self._connection.close()

    async def _post(self, request: bytes) -> int:
        if self._connection is None or not self._connection.open:
            loop = asyncio.get_running_loop()
            try:
                _, self._connection = await loop.create_connection(HookConnection, "127.0.0.1", self._door.port)
            except OSError:
                return 0
        return await self._connection.post(request)
