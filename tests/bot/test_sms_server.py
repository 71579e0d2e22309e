"""A local stand-in for Twilio's Messages resource, for single calls with faults; and a test that it counts."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

DATE = "Sun, 22 Nov 2026 12:00:01 +0000"


@dataclass
class Phone:
    """Texts taken. ``refusal``: (HTTP status, Twilio's code) for all calls; ``lose``: take texts, answer nothing."""

    texts: list[dict[str, str]] = field(default_factory=list)
    listed: list[dict[str, Any]] = field(default_factory=list)
    refusal: tuple[int, int] | None = None
    lose: bool = False
    garbled: bool = False
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    phone: Phone

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if self.phone.refusal:
            status, code = self.phone.refusal
            return self._give(status, {"code": code, "message": "no", "status": status, "more_info": ""})
        self.phone.texts.append(form)
        sid = f"SM{len(self.phone.texts):032}"
        self.phone.listed.insert(
            0,
            {
                "sid": sid,
                "to": form["To"],
                "body": form["Body"],
                "status": "sent",
                "date_created": DATE,
                "error_code": None,
            },
        )
        if self.phone.lose:
            self.connection.close()
        else:
            self._give(201, {"sid": sid, "status": "queued", "date_created": DATE})

    def do_GET(self) -> None:
        if self.phone.refusal:
            return self._give(self.phone.refusal[0], {"code": self.phone.refusal[1], "message": "no"})
        return self._give(
            200, {"messages": self.phone.listed, "next_page_uri": None, "uri": self.path, "page": 0, "page_size": 50}
        )

    def _give(self, status: int, answer: dict[str, Any]) -> None:
        data = b"<html>" if self.phone.garbled else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def twilio_server() -> Iterator[Phone]:
    """Runs until the block ends."""
    phone = Phone()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"phone": phone}))
    phone.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield phone
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.enable_socket
def test_a_lost_answer_still_counts_as_a_text() -> None:
    with twilio_server() as phone:
        phone.lose = True
        with pytest.raises(httpx.HTTPError):
            httpx.post(f"{phone.url}/x", data={"To": "+1", "Body": "b"}, trust_env=False)
        assert len(phone.texts) == 1
