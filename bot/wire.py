"""A small keep-alive HTTP/1.1 client. It knows one thing that general clients blur: whether a failed call may have happened.

Measured (performance.md 4): a general client costs more than everything else we do for an update together.
URLs are never logged and never part of an error's text: Telegram's contain the bot's token.
"""

import asyncio
import ssl
from time import monotonic
from typing import cast
from urllib.parse import SplitResult, urlsplit

import certifi
import httptools

IDLE_S = 30.0  # servers close idle connections after 60 s or more; a connection is not trusted that long
ANSWER_BYTES = 8 * 1024 * 1024  # far above the largest answer to getUpdates


class NotConnected(Exception):
    """Nothing was written: the call has certainly not happened."""


class NoAnswer(Exception):
    """The request was written and no whole answer came: the call may have happened."""


class TooLarge(Exception):
    """The answer is longer than the caller allows; the rest was not read."""


class _Connection(asyncio.Protocol):
    """One connection with at most one request under way. The parser calls the ``on_…`` methods."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.free_since = 0.0
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._limit = ANSWER_BYTES
        self._start()

    def _start(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._size = 0
        self._headed = self._framed = self._keep = False

    @property
    def open(self) -> bool:
        """Whether a request may still be written here."""
        return self.transport is not None and not self.transport.is_closing()

    def ask(self, request: bytes, limit: int) -> "asyncio.Future[tuple[int, bytes]]":
        """Writes the request; the future gives status and body, or raises NoAnswer or TooLarge."""
        assert self.transport is not None  # the pool hands out connected ones only
        self._start()
        self._limit = limit
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer

    def abort(self) -> None:
        """Drops the connection; what might still come must not be taken for the answer to another request."""
        self._answer = None
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's transports are none of asyncio's classes

    def data_received(self, data: bytes) -> None:
        if self._answer is None:  # bytes that nobody asked for: this connection is out of step
            self.abort()
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(NoAnswer())

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self._headed and not self._framed and exc is None:
            self._finish()  # an answer without a length ends where the connection ends
        else:
            self._fail(NoAnswer())

    def on_header(self, name: bytes, value: bytes) -> None:
        self._framed = self._framed or name.lower() in (b"content-length", b"transfer-encoding")

    def on_headers_complete(self) -> None:
        self._headed = True
        self._keep = self._parser.should_keep_alive()

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > self._limit:
            self._fail(TooLarge())
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() >= 200:  # 1xx only announce the answer
            self._finish()

    def _finish(self) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_result((self._parser.get_status_code(), b"".join(self._body)))
        if not self._keep:
            self.abort()

    def _fail(self, error: Exception) -> None:
        answer = self._answer
        self.abort()
        if answer is not None and not answer.done():
            answer.set_exception(error)


class Wire:
    """All calls to one server. ``base_url``: scheme, host, port and a path in front of all paths. At most ``most`` calls at once."""

    def __init__(self, base_url: str, most: int = 100) -> None:
        address = urlsplit(base_url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError("The API address must begin with http:// or https:// and name a host.")
        self._host = address.hostname
        self._tls = _tls() if address.scheme == "https" else None
        self._port = address.port or (443 if self._tls else 80)
        self._front = address.path.rstrip("/")
        self._named = f"Host: {_host_header(address)}\r\n"
        self._room = asyncio.Semaphore(most)
        self._free: list[_Connection] = []
        self._taken: set[_Connection] = set()

    async def post(self, path: str, body: bytes, content_type: str, timeout: float = 15) -> tuple[int, bytes]:
        """Status and body. Raises NotConnected or NoAnswer; ``timeout`` in seconds covers waiting, connecting and the answer."""
        head = f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        return await self._call(self._head("POST", path, head) + body, ANSWER_BYTES, timeout)

    async def get(self, path: str, limit_bytes: int, timeout: float = 60) -> tuple[int, bytes]:
        """Status and body, read to at most ``limit_bytes``; raises TooLarge beyond, NotConnected or NoAnswer as ``post`` does."""
        return await self._call(self._head("GET", path, "\r\n"), limit_bytes, timeout)

    async def close(self) -> None:
        """Closes every connection; calls under way get NoAnswer."""
        for connection in (*self._free, *self._taken):
            if connection.transport is not None:
                connection.transport.abort()
        self._free.clear()

    def _head(self, method: str, path: str, rest: str) -> bytes:
        if not path.isascii() or not path.isprintable() or " " in path:
            raise ValueError("A path must be quoted before it is asked for.")  # else it could smuggle a header
        return f"{method} {self._front}{path} HTTP/1.1\r\n{self._named}{rest}".encode("ascii")

    async def _call(self, request: bytes, limit: int, timeout: float) -> tuple[int, bytes]:
        written = False
        try:
            async with asyncio.timeout(timeout), self._room:
                connection = self._reuse() or await self._connect()
                self._taken.add(connection)
                try:
                    written = True
                    answer = await connection.ask(request, limit)
                except BaseException:
                    connection.abort()
                    raise
                finally:
                    self._taken.discard(connection)
                self._put_back(connection)
                return answer
        except TimeoutError:
            raise (NoAnswer() if written else NotConnected()) from None

    def _reuse(self) -> _Connection | None:
        """The connection used last, if it is still open; one that the server has closed meanwhile is passed over, nothing was written."""
        while self._free:
            connection = self._free.pop()
            if connection.open and monotonic() - connection.free_since < IDLE_S:
                return connection
            connection.abort()
        return None

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(_Connection, self._host, self._port, ssl=self._tls)
        except TimeoutError:
            raise NotConnected from None
        except OSError as error:  # its text names the address only, but even that is of no use to a caller
            raise NotConnected(type(error).__name__) from None
        return connection

    def _put_back(self, connection: _Connection) -> None:
        if connection.open:
            connection.free_since = monotonic()
            self._free.append(connection)


def _tls() -> ssl.SSLContext:
    """The machine's authorities and certifi's, because a slim container has none of its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _host_header(address: SplitResult) -> str:
    host = f"[{address.hostname}]" if address.hostname and ":" in address.hostname else str(address.hostname)
    return f"{host}:{address.port}" if address.port else host
