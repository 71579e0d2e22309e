"""One sandbox for all tests here, emptied before each; and a receiver that plays the product's webhooks."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import urlopen

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.sandbox_process import OWNER_TOKEN as OWNER_TOKEN
from tests.sandbox_process import Sandbox, running_sandbox

STAFF_TOKEN = "1000002:staff-for-tests-BBBBBBBBBBBBBBBBBBBBBB"
GROUP = -1001000000001
MEI = 5001
LIN = 9001
SID = "AC" + "0" * 32


class Counting(ThreadingHTTPServer):
    """Knows how many requests it has accepted and not yet ended."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._lock = threading.Lock()
        self.under_way = 0

    def _count(self, more: int) -> None:
        with self._lock:
            self.under_way += more

    def process_request(self, request: Any, client_address: Any) -> None:
        """One more."""
        self._count(1)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """One less, whether it was answered or its sender went away."""
        super().shutdown_request(request)
        self._count(-1)


class Receiver:
    """Takes webhooks, remembers them, and answers with the statuses it was given (200 when none is left)."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        self.reply = b""
        self._server = Counting(self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(204)
                self.end_headers()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append((self.path, dict(self.headers.items()), body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.send_header("Content-Length", str(len(receiver.reply)))
                self.end_headers()
                self.wfile.write(receiver.reply)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler

    def clear(self) -> None:
        """Forget what came, and what an earlier test's sandbox had sent and is still on its way: connections are accepted in their order."""
        urlopen(f"{self.url}/behind-all-others").close()
        while self._server.under_way:
            time.sleep(0.001)
        self.taken.clear()
        self.statuses.clear()
        self.reply = b""

    def close(self) -> None:
        """Stop taking."""
        self._server.shutdown()


@pytest.fixture(scope="session")
def _receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def _sandbox(_receiver: Receiver) -> Iterator[Sandbox]:
    config = {
        "owner_token": OWNER_TOKEN,
        "staff_token": STAFF_TOKEN,
        "twilio_sid": SID,
        "twilio_token": "token",
        "twilio_inbound_url": f"{_receiver.url}/sms",
        "stripe_key": "sk_test_x",
        "stripe_webhook_secret": "whsec_x",
        "stripe_webhook_url": f"{_receiver.url}/stripe",
    }
    with running_sandbox(**config) as sandbox:
        yield sandbox


@pytest.fixture
def receiver(_receiver: Receiver) -> Receiver:
    """The product's side of the webhooks."""
    _receiver.clear()
    return _receiver


@pytest.fixture
def sandbox(_sandbox: Sandbox, receiver: Receiver) -> Sandbox:
    """An empty sandbox."""
    _sandbox.reset()
    receiver.clear()
    return _sandbox


def aiogram_bot(sandbox: Sandbox, token: str) -> Bot:
    """The real aiogram client, pointed at the sandbox."""
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url)))
