"""Stripe's webhook notices: is it Stripe who speaks, and what does the case have to look up?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import stripe
import structlog

from desk.receive import ByCase, Envelope
from flows.incoming import Due

log = structlog.get_logger(__name__)

TYPES = frozenset(
    "checkout.session." + name for name in ("completed", "async_payment_succeeded", "async_payment_failed", "expired")
)
# What happens to money that is here already; these name the payment and not the session.
LATER_TYPES = frozenset(
    ["charge.refunded", "refund.created", "refund.updated", "refund.failed"]
    + ["charge.dispute." + name for name in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")]
)
KINDS = tuple(sorted(TYPES | LATER_TYPES))
VERSION = str(stripe.api_version)  # the library's own, with which all our calls are made
TOLERANCE = timedelta(minutes=5)


class NotGenuine(Exception):
    """Not a notice that Stripe made for us just now. It says no more: the sender learns nothing from the answer."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something happened to a session. What, is read from Stripe's books: notices come late and in any order.

    One about a refund or a dispute has neither case nor session but ``intent``, the payment it belongs to.
    """

    event: str
    case_id: str
    session: str
    intent: str = ""

    def envelope(self) -> Envelope:
        """What makes the case ask Stripe."""
        return Envelope("stripe", self.event, ByCase(self.case_id), Due("read_checkout", self.session))


class Notices:
    """Checks and reads notices. ``secrets``: those that are valid now; ``live``: whether our key is a live one."""

    def __init__(self, secrets: tuple[str, ...], *, live: bool, clock: Callable[[], datetime]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)
        self._live = live
        self._clock = clock
        self._versions: set[str] = set()

    def read(self, signatures: list[bytes], body: bytes) -> Notice | None:
        """None for kinds we do not listen to. Raises NotGenuine; never anything else, whatever the bytes are."""
        if len(signatures) != 1:
            raise NotGenuine
        try:
            header = signatures[0].decode("ascii")
            event = self._verified(header, body)
            self._check_time(header)
            return self._notice(event)
        except Exception as error:  # hostile input also makes TypeError, ValueError, KeyError (pitfall 68)
            raise NotGenuine from error

    def _verified(self, header: str, body: bytes) -> dict[str, Any]:
        for secret in self._secrets:
            try:
                # Without a tolerance here: ages are judged below by our own clock, and in both directions.
                stripe.Webhook.construct_event(body, header, secret, tolerance=0, api_key="unused")
            except stripe.SignatureVerificationError:
                continue
            read: dict[str, Any] = orjson.loads(body)
            return read
        raise NotGenuine

    def _check_time(self, header: str) -> None:
        stamp = next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
        if abs(self._clock().timestamp() - stamp) > TOLERANCE.total_seconds():
            raise NotGenuine

    def _notice(self, event: dict[str, Any]) -> Notice | None:
        if event["livemode"] is not self._live:
            raise NotGenuine
        self._heed_version(str(event.get("api_version")))
        session = event["data"]["object"]
        if event["type"] in LATER_TYPES:
            intent = session.get("payment_intent")
            return Notice(str(event["id"]), "", "", str(intent)) if intent else None
        if event["type"] not in TYPES:
            return None
        case_id = session.get("client_reference_id")
        return Notice(str(event["id"]), str(case_id), str(session["id"])) if case_id else None

    def _heed_version(self, version: str) -> None:
        """Said once a version. What is read here has the same shape in all of them, and everything else is read from Stripe in our own."""
        if version != VERSION and version not in self._versions:
            self._versions.add(version)
            log.warning("notices_of_another_version", version=version)


def kept(notice: Notice) -> bytes:
    """What is kept of a notice without a case of its own when its handling raises: the second try must not look it up again."""
    return orjson.dumps({"event": notice.event, "case": notice.case_id})


def reading(body: bytes) -> Envelope | None:
    """For the second try of a notice whose handling raised: it was verified before it was kept."""
    found = orjson.loads(body)
    if "case" in found:
        return Notice(found["event"], found["case"], "").envelope()
    session = found["data"]["object"]
    return Notice(found["id"], session["client_reference_id"], session["id"]).envelope()
