"""Stripe Checkout: opens, reads and closes sessions, and listens for Stripe's notices.

The client's own retries are off: they would use a random key, and a crash between two of them would leave two
sessions (pitfall 71). Our key is made of the outbox row, so every repetition of a row is the same call.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import stripe
import structlog
from stripe.checkout import Session
from stripe.params.checkout import SessionCreateParams

from desk.desk import Desk
from desk.sending import Failed, Outcome, Sent
from flows.incoming import CheckoutOpened
from payments.money import NotChargeable, to_stripe
from payments.notices import NotGenuine, Notice, Notices, kept
from payments.rail import Headers
from payments.stripe_books import StripeBooks
from payments.stripe_errors import outcome_of
from storage import cases, ledger
from storage.outbox import OutboxRow

# The client writes addresses at info and whole answers at debug.
logging.getLogger("stripe").setLevel(logging.WARNING)

log = structlog.get_logger(__name__)
T = TypeVar("T")

CALL_S = 10.0
# Stripe forgets keys after 24 h, and a session must be given at least half an hour to live.
KEY_LIVES = timedelta(hours=22, minutes=30)
SESSION_LIVES = timedelta(hours=23, minutes=30)  # Stripe takes 30 minutes to 24 hours from now


class StripeSender:
    """The channel "stripe" (a ``payments.rail.Rail``)."""

    def __init__(self, key: str, secrets: Sequence[str], api_url: str, public_url: str, desk: Desk) -> None:
        """``secrets``: one webhook secret, or two during a rotation. ``api_url`` "" = Stripe itself."""
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": api_url} if api_url else None,
            http_client=stripe.RequestsClient(timeout=CALL_S),
            max_network_retries=0,
        )
        self._sessions = self._client.v1.checkout.sessions
        self._books = StripeBooks(self._client)
        self._public_url = public_url.rstrip("/")
        self._desk = desk
        self._notices = Notices(tuple(secrets), live="_live_" in key, clock=desk.clock)

    async def send(self, row: OutboxRow) -> Outcome:
        """Makes the call that the row stands for; never raises for what Stripe or the network does."""
        calls = {
            "open_checkout": self._open,
            "read_checkout": self._read,
            "close_checkout": self._close,
            "refund": self._refund,
        }
        try:
            return await calls[row.kind](row)
        except stripe.StripeError as error:
            return outcome_of(error)
        except NotChargeable:
            return Failed("refused")

    def can_ask(self, row: OutboxRow) -> bool:
        """Stripe answers under our key what it answered before."""
        return True

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """All our rows are ``safe``: repeating one is the way to find out."""
        return await self.send(row)

    async def webhook(self, headers: Headers, body: bytes, url: str) -> tuple[int, bytes]:
        """400 for everything that is not a genuine notice of our account; 503 when it could not be written down."""
        try:
            notice = self._notices.read(headers.get(b"stripe-signature", []), body)
        except NotGenuine:
            return 400, b""
        if notice is None:
            return 200, b""
        return await self._take(notice, body)

    async def _take(self, notice: Notice, body: bytes) -> tuple[int, bytes]:
        try:
            if not notice.case_id:  # of a refund or a dispute: the payment it belongs to leads to the case
                found = await self._desk.store.read(lambda conn: ledger.case_of(conn, "stripe", notice.intent))
                if found is None:  # not ours, or a payment that is not known yet: its own reading finds this too
                    return 200, b""
                notice = replace(notice, case_id=found)
                body = kept(notice)
            await self._desk.accept(notice.envelope(), body)
        except Exception as error:  # nothing could be written, whatever the reason: Stripe must come again (pitfall 3)
            log.error("notice_not_taken", error=type(error).__name__)
            return 503, b""
        return 200, b""

    async def _open(self, row: OutboxRow) -> Outcome:
        case = await self._desk.store.read(lambda conn: cases.by_id(conn, row.case_id, peek=True))
        if case is None:
            return Failed("no_longer_wanted")
        period = max(0, (self._desk.clock() - row.created_at) // KEY_LIVES)
        if period and (found := await self._find(row)):
            return _opened(row, found)
        options: stripe.RequestOptions = {"idempotency_key": _key(row, period)}
        wanted = self._params(row, case.code, row.created_at + period * KEY_LIVES + SESSION_LIVES)
        try:
            return _opened(row, await _aside(lambda: self._sessions.create(wanted, options)))
        except stripe.IdempotencyError:
            # The key was used with other words, as when PUBLIC_URL changed meanwhile: the first session is the one.
            found = await self._find(row)
            return _opened(row, found) if found else Failed("refused")

    def _params(self, row: OutboxRow, code: str, expires_at: datetime) -> SessionCreateParams:
        """Made of the row alone, so that a repetition says the same; no health words anywhere (pitfall 75)."""
        asked = row.payload
        currency = str(asked["currency"])
        link = self._desk.links.sign("paid", f"{code}.{asked['language']}")
        page = f"{self._public_url}/paid/{link}"
        return {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": currency.lower(),
                        "unit_amount": to_stripe(int(asked["amount"]), currency),
                        "product_data": {"name": str(asked["product"])},
                    },
                }
            ],
            "success_url": page,
            "cancel_url": page,
            "client_reference_id": row.case_id,
            "metadata": {"case": code, "attempt": str(asked["attempt"])},
            "expires_at": int(expires_at.timestamp()),
            "locale": "zh-TW" if asked["language"] == "zh_Hant" else "en",
        }

    async def _find(self, row: OutboxRow) -> Session | None:
        """The session of this case and attempt, if any that has not expired: that one has no address left to send.

        Stripe cannot filter by our reference: the list is walked.
        """
        since = int((row.created_at - timedelta(minutes=5)).timestamp())
        attempt = str(row.payload["attempt"])

        def look() -> Session | None:
            listed = self._sessions.list({"created": {"gte": since}, "limit": 100})
            ours = (s for s in listed.auto_paging_iter() if _is(s, row.case_id, attempt))
            return next((s for s in ours if s.status != "expired"), None)

        return await _aside(look)

    async def _read(self, row: OutboxRow) -> Outcome:
        session = str(row.payload["session"])
        return Sent(session, await _aside(lambda: self._books.read(session)))

    async def _refund(self, row: OutboxRow) -> Outcome:
        return Sent(
            str(row.payload["session"]), await _aside(lambda: self._books.refund(row.payload, f"outbox-{row.id}"))
        )

    async def _close(self, row: OutboxRow) -> Outcome:
        session = str(row.payload["session"])
        options: stripe.RequestOptions = {"idempotency_key": f"outbox-{row.id}"}
        try:
            return Sent(session, await _aside(lambda: self._books.seen(self._sessions.expire(session, None, options))))
        except stripe.InvalidRequestError:
            return await self._read(row)  # it is no longer open: paid meanwhile, or expired already (pitfall 72)


async def _aside(call: Callable[[], T]) -> T:
    """In a thread the synchronous client cannot hold up the loop; its timeout ends it before the desk gives up."""
    return await asyncio.to_thread(call)


def _key(row: OutboxRow, period: int) -> str:
    return f"outbox-{row.id}-{period}" if period else f"outbox-{row.id}"


def _is(session: Session, case_id: str, attempt: str) -> bool:
    known = session.metadata
    if session.client_reference_id != case_id or known is None:
        return False
    return "attempt" in known and known["attempt"] == attempt


def _opened(row: OutboxRow, session: Session) -> Sent:
    expires_at = datetime.fromtimestamp(session.expires_at, UTC)
    answer = CheckoutOpened(int(row.payload["attempt"]), session.id, session.url or "", expires_at)
    return Sent(session.id, answer)
