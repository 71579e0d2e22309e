"""The channel "sms" (Twilio): sends texts, and hears replies and delivery reports.

Sending a text cannot be made repeatable: the vendor has no key for it and says that a repeat after a 500 may text
twice (pitfall 54). So a call whose answer did not come is never repeated unasked; the status callback names our row,
and ``reconcile`` asks for the rest.
"""

import asyncio
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import orjson
import structlog
from sqlalchemy import Connection
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from desk.desk import Desk
from desk.receive import ByCase, Envelope, Receipt, receive
from desk.sending import Failed, Outcome, Sent, Unsure
from flows.clinic import Clinic
from flows.incoming import Texted, Undelivered
from flows.keywords import keyword
from flows.reminders import morning, still_ahead
from storage import cases, inbox, optouts, outbox

log = structlog.get_logger(__name__)

Headers = dict[bytes, list[bytes]]

CALL_S = 10.0
SKEW = timedelta(minutes=1)  # how far Twilio's clock may be behind ours
MOST_FIELDS = 200
EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'

# Source: twilio.com/docs/api/errors and the outbound status page, by way of pitfalls 57, 60 and 65.
PROBLEMS = {
    20003: "not_authorised", 20429: "too_fast", 429: "too_fast", 21211: "bad_number", 21408: "country_closed",
    21610: "opted_out", 21614: "bad_number", 30005: "bad_number", 30006: "bad_number", 30007: "filtered",
}  # fmt: skip
RANKS = {"accepted": 0, "queued": 1, "sending": 2, "sent": 3, "delivered": 4, "undelivered": 4, "failed": 4}
BAD_ENDS = frozenset({"undelivered", "failed"})
# The client writes each request, with number and text, at info.
logging.getLogger("twilio").setLevel(logging.WARNING)


class SmsSender:
    """``public_url`` is where Twilio reaches us, as it signs it: from the settings, not from a request (pitfall 58)."""

    def __init__(
        self, sid: str, token: str, from_number: str, api_url: str, public_url: str, desk: Desk, clinic: Clinic,
        former_token: str = "",
    ) -> None:  # fmt: skip
        """``api_url`` "" = Twilio itself; ``former_token`` is still believed during a rotation."""
        # Without a pool: a connection that went stale would leave a text's fate unknown for two minutes.
        self._client = Client(sid, token, http_client=TwilioHttpClient(pool_connections=False, timeout=CALL_S))
        if api_url:
            self._client.api.base_url = api_url
        self._from = from_number
        self._public_url = public_url.rstrip("/")
        self._desk = desk
        self._clinic = clinic
        self._tokens = tuple(t for t in (token, former_token) if t)

    async def send(self, row: outbox.OutboxRow) -> Outcome:
        """One text. Whether it may still be sent is asked just before the call, because rows can wait for days."""
        refusal = await self._desk.store.read(lambda conn: self._refusal(conn, row))
        if refusal:
            return Failed(refusal)
        if wait := await self._desk.store.read(lambda conn: self._wait_s(conn, row)):
            return Failed("too_fast", wait)
        outcome = await asyncio.to_thread(self._call, row)
        if outcome == Failed("opted_out"):
            number = str(row.payload["number"])
            await self._desk.store.run(lambda conn: optouts.stop(conn, number, self._desk.clock()))
        return outcome

    def _refusal(self, conn: Connection, row: outbox.OutboxRow) -> str:
        number = str(row.payload["number"])
        if optouts.stopped(conn, number):
            return "opted_out"
        if self._clinic.sms_country(number) is None:
            return "country_closed"
        case = cases.by_id(conn, row.case_id, peek=True)
        current = case is not None and case.call is not None and case.call.revision == row.revision
        if not current or case is None or not still_ahead(case, self._desk.clock()):
            return "no_longer_wanted"
        return ""

    def _wait_s(self, conn: Connection, row: outbox.OutboxRow) -> float:
        """Seconds until a reminder may leave: what waited through an outage must not wake anybody. A booking is confirmed at once."""
        case = cases.by_id(conn, row.case_id, peek=True)
        if case is None or row.payload["purpose"] == "booked":
            return 0.0
        now = self._desk.clock()
        return (morning(now, case.zone or self._clinic.zone, self._clinic) - now).total_seconds()

    def _call(self, row: outbox.OutboxRow) -> Outcome:
        try:
            message = self._client.messages.create(
                to=row.payload["number"],
                from_=self._from,
                body=row.payload["body"],
                status_callback=f"{self._public_url}/sms/status?o={row.id}",
            )
        except TwilioException as error:
            return _outcome_of(error)
        except OSError as error:  # everything that requests raises is one
            return Failed("no_connection") if _never_left(error) else Unsure()
        except ValueError:  # an answer that is no JSON
            return Unsure()
        return Sent(str(message.sid))

    def can_ask(self, row: outbox.OutboxRow) -> bool:
        """Twilio lists what it took."""
        return True

    async def reconcile(self, row: outbox.OutboxRow) -> Outcome | None:
        """What became of an interrupted row. None only when Twilio was asked and knows of no such text."""
        if row.provider_id:
            return Sent(row.provider_id)
        try:
            listed = await asyncio.to_thread(self._listed, str(row.payload["number"]))
        except (TwilioException, OSError, ValueError):
            return Unsure()
        ours = [m for m in listed if m.body == row.payload["body"] and m.date_created >= row.created_at - SKEW]
        if not ours:
            return None
        found = ours[0]
        return Failed(problem_of(found.error_code)) if found.status in BAD_ENDS else Sent(str(found.sid))

    def _listed(self, number: str) -> list[Any]:
        # Without Twilio's date filter: it goes by the date of sending, which a queued text does not have yet.
        return list(self._client.messages.list(to=number, from_=self._from, limit=50))

    async def inbound(self, headers: Headers, body: bytes, url: str) -> tuple[int, bytes]:
        """A text sent to our number. 403 unless Twilio signed it; 503 when it could not be written down."""
        form = self._form(headers, body, url)
        if form is None:
            return 403, b""
        try:
            await self._hear(Heard.of(form))
        except Exception as error:  # nothing could be written, whatever the reason: Twilio then uses its fallback
            log.error("sms_not_taken", error=type(error).__name__)
            return 503, b""
        return 200, EMPTY

    async def _hear(self, heard: "Heard") -> None:
        if not heard.sid or not _is_number(heard.number):
            return
        case_id = await self._desk.store.run(lambda conn: self._note(conn, heard))
        if case_id:
            raw = orjson.dumps({"sid": heard.sid, "case": case_id, "body": heard.body})
            await self._desk.accept(_envelope(heard.sid, case_id, heard.body), raw)

    def _note(self, conn: Connection, heard: "Heard") -> str:
        """Obeys STOP and START for every number. Gives the case meant, that with the nearest call; "" = nobody's, kept as seen."""
        now = self._desk.clock()
        word = heard.word or keyword(heard.body)
        # A repeat, perhaps a late one, switches nothing: its signature has no time, and what was said since must stand. Its case still
        # hears it below, where the text's own key decides: we may have died between the two.
        if word and inbox.claim(conn, "sms", f"{heard.sid}/{word}", now):
            if word == "stop":
                optouts.stop(conn, heard.number, now)
            else:
                optouts.start(conn, heard.number)
        found = cases.by_phone(conn, heard.number, now)
        if not found:
            inbox.claim(conn, "sms", heard.sid, now)
        return found[0] if found else ""

    async def status(self, headers: Headers, body: bytes, url: str) -> tuple[int, bytes]:
        """A delivery report. The row's number in the address is as good as the body: the signature covers both."""
        form = self._form(headers, body, url)
        if form is None:
            return 403, b""
        try:
            await self._report(form, url)
        except Exception as error:  # as above
            log.error("sms_status_not_taken", error=type(error).__name__)
            return 503, b""
        return 200, b""

    async def _report(self, form: "Form", url: str) -> None:
        row, sid = url.rpartition("?o=")[2], form.one("MessageSid")
        status = form.one("MessageStatus")
        if not (row.isascii() and row.isdigit() and len(row) < 19 and sid and status in RANKS):
            return
        receipt = await self._desk.store.run(lambda conn: self._bind(conn, int(row), sid, status, form))
        self._desk.deliverer.take(receipt.rows)

    def _bind(self, conn: Connection, row: int, sid: str, status: str, form: "Form") -> Receipt:
        """The report and what the case makes of it are one unit: Twilio does not repeat reports by itself."""
        note = outbox.bind(conn, row, sid, status, RANKS[status])
        if note is None or not note.changed or status not in BAD_ENDS:
            return Receipt()
        problem = problem_of(form.one("ErrorCode"))
        moment = self._desk.moment()
        if problem == "opted_out" and _is_number(form.one("To")):
            optouts.stop(conn, form.one("To"), moment.now)
        incoming = Undelivered(note.kind, problem)
        return receive(conn, Envelope("sms", f"{sid}/{status}", ByCase(note.case_id), incoming), moment)

    def _form(self, headers: Headers, body: bytes, url: str) -> "Form | None":
        return genuine(headers.get(b"x-twilio-signature", []), body, self._public_url + url, self._tokens)


class Form(dict[str, list[str]]):
    """Form fields with all their values; ``getall`` is the name under which Twilio's validator looks for them."""

    def getall(self, name: str) -> list[str]:
        """Every value of a field."""
        return self[name]

    def one(self, name: str) -> str:
        """The field's first value, "" when it is absent."""
        return self.get(name, [""])[0]


def genuine(signatures: list[bytes], body: bytes, url: str, tokens: Iterable[str]) -> Form | None:
    """The form, if one of the tokens signed it; None for anything else, whatever the bytes are."""
    if len(signatures) != 1:
        return None
    form = Form()
    try:
        signature = signatures[0].decode("ascii")
        # Nothing is trimmed and blanks are kept: the signature covers every character (pitfall 58).
        for name, value in parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS):
            form.setdefault(name, []).append(value)
        valid = any(RequestValidator(token).validate(url, form, signature) for token in tokens)
    except ValueError:
        return None
    return form if valid else None


@dataclass(frozen=True, slots=True)
class Heard:
    """An inbound text. ``word`` is what Twilio itself made of it: "stop", "start" or ""."""

    sid: str
    number: str
    body: str
    word: str

    @classmethod
    def of(cls, form: Form) -> "Heard":
        """NUL is dropped: PostgreSQL cannot hold it."""
        word = form.one("OptOutType").lower()
        body = form.one("Body").replace("\0", "")
        return cls(form.one("MessageSid"), form.one("From"), body, word if word in ("stop", "start") else "")


def problem_of(code: object) -> str:
    """The row of desk.errors for one of Twilio's codes, given as a number or as the digits of a form."""
    text = str(code)
    return PROBLEMS.get(int(text), "unknown") if text.isascii() and text.isdigit() and len(text) < 9 else "unknown"


def reading(raw: bytes) -> Envelope | None:
    """For the second try of a text whose handling raised; the case it belongs to was kept with it."""
    kept = orjson.loads(raw)
    return _envelope(kept["sid"], kept["case"], kept["body"])


def _envelope(sid: str, case_id: str, body: str) -> Envelope:
    return Envelope("sms", sid, ByCase(case_id), Texted(body))


def _outcome_of(error: TwilioException) -> Outcome:
    if not isinstance(error, TwilioRestException | TwilioServiceException) or error.status >= 500:
        return Unsure()
    if error.status == 429:
        return Failed("too_fast")
    return Failed("not_authorised" if error.status == 401 else problem_of(error.code))


def _never_left(error: OSError) -> bool:
    """Whether the connection was never opened: requests keeps urllib3's reason as its first argument."""
    inner = error.args[0] if error.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\+[0-9]{6,15}", text) is not None
