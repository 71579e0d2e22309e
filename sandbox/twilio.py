"""The stand-in for Twilio's Messages resource (twilio.com/docs/messaging/api/message-resource)."""

import asyncio
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from sandbox.answers import Answer
from sandbox.clock import Clock
from sandbox.config import Config
from sandbox.ledger import Ledger
from sandbox.push import Parcel, Pusher
from sandbox.shapes import Json
from sandbox.twilio_words import NO, STARTS, STOPS, refusal, segments, signature

_KNOWN = {
    "To",
    "From",
    "Body",
    "MessagingServiceSid",
    "MediaUrl",
    "StatusCallback",
    "ApplicationSid",
    "MaxPrice",
    "ProvideFeedback",
    "Attempt",
    "ValidityPeriod",
    "ForceDelivery",
    "ContentRetention",
    "AddressRetention",
    "SmartEncoded",
    "PersistentAction",
    "TrafficType",
    "ShortenUrls",
    "ScheduleType",
    "SendAt",
    "SendAsMms",
    "ContentVariables",
    "RiskCheck",
    "ContentSid",
}
_BODY_LIMIT = 1600


@dataclass(slots=True)
class Sms:
    """One text in either direction; times are aware, in UTC."""

    sid: str
    direction: str
    sender: str
    recipient: str
    body: str
    status: str
    made: datetime
    sent: datetime | None = None
    updated: datetime | None = None
    error_code: int | None = None
    callback: str | None = None
    arrival: list[tuple[str, str]] = field(default_factory=list)


class Twilio:
    """All texts of the account, who has opted out, and the callbacks under way."""

    def __init__(self, config: Config, clock: Clock, ledger: Ledger, pusher: Pusher) -> None:
        self._config = config
        self._clock = clock
        self._ledger = ledger
        self._pusher = pusher
        self.messages: dict[str, Sms] = {}
        self.opted_out: set[str] = set()
        self.pending = 0

    def create(self, given: list[tuple[str, str]]) -> Answer:
        """``POST Messages.json`` → 201 and the message, or 400 with Twilio's code."""
        params = dict(given)
        number = self._wrong(params)
        if number:
            self._ledger.write("refused", method="Messages.create", error=NO[number][1], code=number, params=params)
            return refusal(number, params.get("To", ""))
        sms = self._new("out", params["From"], params["To"], params["Body"], "queued")
        sms.callback = params.get("StatusCallback")
        self._ledger.write("sms", sid=sms.sid, to=sms.recipient, body=sms.body, chat=sms.recipient)
        self._pusher.start(self._deliver(sms))
        return Answer(201, self.shape(sms))

    def _wrong(self, params: dict[str, str]) -> int | None:
        """The first of Twilio's error codes that applies."""
        checks = (
            (20001, not set(params) <= _KNOWN),
            (21604, not params.get("To")),
            (21211, not re.fullmatch(r"\+[1-9]\d{6,14}", params.get("To", ""))),
            (21603, not params.get("From")),
            (21606, params.get("From") != self._config.twilio_from),
            (21602, not params.get("Body")),
            (21617, len(params.get("Body", "")) > _BODY_LIMIT),
            (21609, not re.fullmatch(r"(https?://\S+)?", params.get("StatusCallback", ""))),
            (21610, params.get("To") in self.opted_out),
        )
        return next((code for code, wrong in checks if wrong), None)

    def _new(self, direction: str, sender: str, recipient: str, body: str, status: str) -> Sms:
        sms = Sms(f"SM{secrets.token_hex(16)}", direction, sender, recipient, body, status, self._clock.now())
        self.messages[sms.sid] = sms
        return sms

    async def _deliver(self, sms: Sms) -> None:
        for status in ("sent", "delivered"):
            await asyncio.sleep(0.05)
            if sms.status in {"undelivered", "failed"}:
                return
            await self.turn(sms, status, None)

    async def turn(self, sms: Sms, status: str, error_code: int | None) -> None:
        """Give a text a further status and push it to its callback.

        Once: Twilio tries again only where no connection came about, not after an error answer
        (twilio.com/docs/usage/webhooks/webhooks-connection-overrides), so what nobody took is lost.
        """
        sms.status, sms.error_code, sms.updated = status, error_code, self._clock.now()
        if status == "sent":
            sms.sent = sms.updated
        self._ledger.announce({"kind": "sms_status", "chat": sms.recipient})
        if sms.callback:
            facts = {"SmsSid": sms.sid, "SmsStatus": status, "MessageSid": sms.sid, "MessageStatus": status}
            facts |= {"AccountSid": self._config.twilio_sid, "From": sms.sender, "To": sms.recipient}
            facts |= {"ApiVersion": "2010-04-01", **({"ErrorCode": str(error_code)} if error_code else {})}
            await self._push(sms.callback, list(facts.items()), sms.sid, self._pusher.insisting())

    async def _push(self, url: str, facts: list[tuple[str, str]], sid: str, insist: bool) -> bytes:
        """Hand it over once, or until it is taken; gives the answer's body."""
        parcel = self._parcel(url, facts, sid)
        self.pending += 1
        try:
            body = await self._pusher.until_taken(lambda: parcel) if insist else (await self._pusher.once(parcel))[1]
            if self._pusher.twice():
                await self._pusher.once(parcel)
            return body or b""
        finally:
            self.pending -= 1

    def _parcel(self, url: str, facts: list[tuple[str, str]], sid: str) -> Parcel:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "X-Twilio-Signature": signature(self._config.twilio_token, url, facts),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
        }
        return Parcel(url, urlencode(facts).encode(), headers, {"sid": sid})

    def receive(self, sender: str, body: str) -> Sms:
        """An owner's text: remembered, obeyed when it says STOP or START, and pushed signed to the product."""
        sms = self._new("in", sender, self._config.twilio_from, body, "received")
        word = body.strip().upper()
        if word in STOPS:
            self.opted_out.add(sender)
        if word in STARTS:
            self.opted_out.discard(sender)
        sms.arrival = [
            ("ToCountry", "US"), ("SmsMessageSid", sms.sid), ("NumMedia", "0"), ("SmsSid", sms.sid),
            ("SmsStatus", "received"), ("Body", body), ("To", sms.recipient), ("NumSegments", str(segments(body))),
            ("MessageSid", sms.sid), ("AccountSid", self._config.twilio_sid), ("From", sender),
            ("ApiVersion", "2010-04-01"),
        ]  # fmt: skip
        self._ledger.write("sms_received", sid=sms.sid, sender=sender, body=body, chat=sender)
        self._pusher.start(self._arrive(sms))
        return sms

    async def _arrive(self, sms: Sms) -> None:
        answer = await self._push(self._config.twilio_inbound_url, sms.arrival, sms.sid, insist=True)
        for body in _replies(answer):
            self.create([("To", sms.sender), ("From", self._config.twilio_from), ("Body", body)])

    async def again(self, sms: Sms) -> int:
        """Hand an arrived text over once more; gives the status."""
        return (await self._pusher.once(self._parcel(self._config.twilio_inbound_url, sms.arrival, sms.sid)))[0]

    def shape(self, sms: Sms) -> Json:
        """The message as the API shows it."""
        account = self._config.twilio_sid
        uri = f"/2010-04-01/Accounts/{account}/Messages/{sms.sid}"
        return {
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": sms.body,
            "date_created": _stamp(sms.made),
            "date_sent": _stamp(sms.sent or (sms.made if sms.direction == "in" else None)),
            "date_updated": _stamp(sms.updated or sms.made),
            "direction": "inbound" if sms.direction == "in" else "outbound-api",
            "error_code": sms.error_code,
            "error_message": None,
            "from": sms.sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(segments(sms.body)),
            "price": None,
            "price_unit": "USD",
            "sid": sms.sid,
            "status": sms.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": sms.recipient,
            "uri": f"{uri}.json",
        }

    def fetch(self, sid: str) -> Answer:
        """``GET Messages/{sid}.json``."""
        sms = self.messages.get(sid)
        return Answer(200, self.shape(sms)) if sms else refusal(20404, sid)

    def listed(self, given: list[tuple[str, str]]) -> Answer:
        """``GET Messages.json``: newest first, by To, From and DateSent, in pages."""
        params = dict(given)
        known = {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
        if not set(params) <= known:
            return refusal(20001, "")
        found = [sms for sms in reversed(self.messages.values()) if _matches(sms, params)]
        return Answer(200, self._page(found, params))

    def _page(self, found: list[Sms], params: dict[str, str]) -> Json:
        size = min(max(int(params.get("PageSize", 50)), 1), 1000)
        page = int(params.get("Page", 0))
        path = f"/2010-04-01/Accounts/{self._config.twilio_sid}/Messages.json"
        kept = {name: value for name, value in params.items() if name not in {"Page", "PageSize", "PageToken"}}

        def uri(number: int) -> str:
            return f"{path}?{urlencode({**kept, 'PageSize': size, 'Page': number})}"

        part = found[page * size : (page + 1) * size]
        return {
            "messages": [self.shape(sms) for sms in part],
            "first_page_uri": uri(0),
            "next_page_uri": uri(page + 1) if len(found) > (page + 1) * size else None,
            "previous_page_uri": uri(page - 1) if page else None,
            "uri": uri(page),
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(part) - 1, 0),
        }


def _stamp(at: datetime | None) -> str | None:
    return at.strftime("%a, %d %b %Y %H:%M:%S +0000") if at else None


def _matches(sms: Sms, params: dict[str, str]) -> bool:
    day = (sms.sent or sms.made).isoformat()[:19]

    def bound(name: str) -> Any:
        return params.get(name, "").rstrip("Z")[:19]

    return (
        params.get("To", sms.recipient) == sms.recipient
        and params.get("From", sms.sender) == sms.sender
        and day.startswith(bound("DateSent"))
        and (not bound("DateSent>") or day >= bound("DateSent>"))
        and (not bound("DateSent<") or day[: len(bound("DateSent<"))] <= bound("DateSent<"))
    )


def _replies(answer: bytes) -> list[str]:
    """Texts that a TwiML answer asks to send back."""
    try:
        root = ElementTree.fromstring(answer) if answer.strip() else None
    except ElementTree.ParseError:
        return []
    found = root.iter("Message") if root is not None else []
    return [text for message in found if (text := "".join(message.itertext()).strip())]
