"""A local stand-in for Stripe's checkout endpoints, with faults; written from docs.stripe.com/api alone."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.stripe_spec import complaints


@dataclass
class Books:
    """What happened. ``faults``: statuses to give instead of an answer; 0 = carried out, and the answer is lost."""

    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    heard: list[tuple[str, str, list[tuple[str, str]]]] = field(default_factory=list)  # method, path, fields
    faults: list[int] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    disputes: list[dict[str, Any]] = field(default_factory=list)
    intent: str = "processing"  # what becomes of a delayed payment
    url: str = ""

    def refund(self, form: dict[str, str], key: str) -> dict[str, Any] | None:
        """A refund under a key, while anything is left of the payment; the same key gives the same refund."""
        if known := next((one for one in self.refunds if one["key"] == key), None):
            return known
        paid = next(one for one in self.sessions.values() if one["payment_intent"] == form["payment_intent"])
        if sum(one["amount"] for one in self.refunds) + int(form["amount"]) > paid["amount_total"]:
            return None
        number = form.get("metadata[refund]", "")
        self.refunds.append({
            "id": f"re_{len(self.refunds) + 1}", "object": "refund", "amount": int(form["amount"]), "currency": paid["currency"],
            "status": "pending", "payment_intent": form["payment_intent"], "metadata": {"refund": number}, "key": key,
        })  # fmt: skip
        return self.refunds[-1]

    def create(self, form: dict[str, str], key: str) -> dict[str, Any]:
        """A session under a key; the same key gives the same session."""
        if key in self.by_key:
            return self.sessions[self.by_key[key]]
        number = f"cs_test_{len(self.sessions) + 1}"
        self.by_key[key] = number
        self.sessions[number] = {
            "id": number, "object": "checkout.session", "status": "open", "payment_status": "unpaid", "livemode": False,
            "url": f"https://pay.example/{number}", "client_reference_id": form["client_reference_id"],
            "amount_total": int(form["line_items[0][price_data][unit_amount]"]), "expires_at": int(form["expires_at"]),
            "currency": form["line_items[0][price_data][currency]"],
            "metadata": {"case": form["metadata[case]"], "attempt": form["metadata[attempt]"]}, "payment_intent": None,
        }  # fmt: skip
        return self.sessions[number]


class _Handler(BaseHTTPRequestHandler):
    books: Books

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.books.heard.append(("GET", path, parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))
        if path == "/v1/checkout/sessions":
            listed = list(reversed(self.books.sessions.values()))
            return self._give(200, {"object": "list", "data": listed, "has_more": False, "url": path})
        if path in ("/v1/refunds", "/v1/disputes"):
            listed = getattr(self.books, path.rpartition("/")[2])
            return self._give(200, {"object": "list", "data": listed, "has_more": False, "url": path})
        if path.startswith("/v1/payment_intents/"):
            intent = {"id": path.rpartition("/")[2], "object": "payment_intent", "status": self.books.intent}
            return self._give(200, intent)
        session = self.books.sessions.get(path.rpartition("/")[2])
        return self._give(200, session) if session else self._refuse(404, "No such checkout.session")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        form, key = dict(parse_qsl(body)), self.headers.get("Idempotency-Key", "")
        self.books.asked.append((self.path, form, key))
        self.books.heard.append(("POST", self.path, parse_qsl(body, keep_blank_values=True)))
        fault = self.books.faults.pop(0) if self.books.faults else None
        if fault:
            return self._refuse(fault, "fault")
        if self.path == "/v1/refunds":
            refund = self.books.refund(form, key)
            if fault == 0:
                self.connection.close()
                return None
            return self._give(200, refund) if refund else self._refuse(400, "Charge has already been refunded.")
        if self.path.endswith("/expire"):
            return self._expire(self.books.sessions[self.path.split("/")[-2]])
        session = self.books.create(form, key)
        if fault == 0:
            self.connection.close()
        else:
            self._give(200, session)

    def _expire(self, session: dict[str, Any]) -> None:
        if session["status"] != "open":
            return self._refuse(400, "Only Checkout Sessions with a status in [open] can be expired.")
        session["status"] = "expired"
        return self._give(200, session)

    def _refuse(self, status: int, words: str) -> None:
        kind = "invalid_request_error" if status < 500 else "api_error"
        self._give(status, {"error": {"type": kind, "message": words}})

    def _give(self, status: int, answer: dict[str, Any]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def stripe_server() -> Iterator[Books]:
    """Runs until the block ends; then whatever was asked must have been as Stripe describes it."""
    books = Books()
    handler = type("Handler", (_Handler,), {"books": books})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    books.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield books
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert [wrong for request in books.heard for wrong in complaints(*request)] == []
