"""The channel "sms" (Twilio): sends texts, and hears replies and delivery reports.

Sending a text cannot be made repeatable: the vendor has no key for it and says that a repeat after a 500 may text
twice (pitfall 54). So a call whose answer did not come is never repeated unasked; the status callback names our row,
and ``reconcile`` asks for the rest.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from bot.sms_gate import DAY, refusal, wait_s
from bot.sms_notices import (
    BAD_ENDS,
    PROMPTED,
    RANKS,
    Form,
    Headers,
    Heard,
    Meant,
    genuine,
    is_number,
    meant,
    problem_of,
)
from desk.alarm import texts_stuck
from desk.case_links import nowhere
from desk.desk import Desk
from desk.receive import ByCase, Envelope, Receipt, receive
from desk.sending import Failed, Outcome, Sent, Unsure
from flows.clinic import Clinic
from flows.effects import CALL
from flows.incoming import Texted, Undelivered
from flows.keywords import keyword
from flows.texts import PAGE
from storage import inbox, noticed, optouts, outbox, texts

log = structlog.get_logger(__name__)

CALL_S = 10.0
SKEW = timedelta(minutes=1)  # how far Twilio's clock may be behind ours
STUCK = frozenset({"capped", "filtered", "not_registered", "country_closed"})  # no single owner's trouble
INBOUND, REPORT = (
    ("MessageSid", "From", "Body"),
    ("MessageSid", "MessageStatus"),
)  # what a notice of each kind always has
EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'

# The client writes each request, with number and text, at info.
logging.getLogger("twilio").setLevel(logging.WARNING)


class SmsSender:
    """``public_url`` is where Twilio reaches us, as it signs it: from the settings, not from a request (pitfall 58)."""

    def __init__(
        self, sid: str, token: str, from_number: str, api_url: str, public_url: str, desk: Desk, clinic: Clinic,
        former_token: str = "", address: Callable[[str, str], str] = nowhere,
    ) -> None:  # fmt: skip
        """``api_url`` "" = Twilio itself; ``former_token`` is still believed during a rotation. ``address``: a case and one of ``effects.PAGES`` → that page."""
        # Without a pool: a connection that went stale would leave a text's fate unknown for two minutes.
        self._client = Client(sid, token, http_client=TwilioHttpClient(pool_connections=False, timeout=CALL_S))
        if api_url:
            self._client.api.base_url = api_url
        self._from = from_number
        self._public_url = public_url.rstrip("/")
        self._desk = desk
        self._clinic = clinic
        self._address = address
        self._tokens = tuple(t for t in (token, former_token) if t)

    async def send(self, row: outbox.OutboxRow) -> Outcome:
        """One text. Whether it may still be sent is asked just before the call, because rows can wait for days."""
        now = self._desk.clock()
        forbidden = await self._desk.store.read(lambda conn: refusal(conn, row, self._clinic, now))
        if not forbidden and (wait := await self._desk.store.read(lambda conn: wait_s(conn, row, self._clinic, now))):
            return Failed("too_fast", wait)
        outcome = Failed(forbidden) if forbidden else await asyncio.to_thread(self._call, row)
        if not isinstance(outcome, Failed):
            return outcome
        if outcome.code == "opted_out":
            number = str(row.payload["number"])
            await self._desk.store.run(lambda conn: optouts.stop(conn, number, now))
        if outcome.code in STUCK:
            self._desk.deliverer.take(await self._desk.store.run(partial(self._told, why=outcome.code)))
        return outcome

    def _told(self, conn: Connection, why: str) -> list[outbox.OutboxRow]:
        """The staff hears once a day of what is no single owner's trouble."""
        moment = self._desk.moment()
        if not noticed.again(conn, f"texts {why}", moment.now, DAY):
            return []
        return outbox.put(conn, [texts_stuck(self._clinic, why)], moment.now, moment.lease_s)

    def _call(self, row: outbox.OutboxRow) -> Outcome:
        try:
            message = self._client.messages.create(
                to=row.payload["number"],
                from_=self._from,
                body=self._body(row),
                status_callback=f"{self._public_url}/sms/status?o={row.id}",
            )
        except TwilioException as error:
            return _outcome_of(error)
        except OSError as error:  # everything that requests raises is one
            return Failed("no_connection") if _never_left(error) else Unsure()
        except ValueError:  # an answer that is no JSON
            return Unsure()
        return Sent(str(message.sid))

    def _body(self, row: outbox.OutboxRow) -> str:
        body: str = row.payload["body"]
        return f"{body} {self._address(row.case_id, CALL)}" if row.payload["purpose"] == PAGE else body

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
        ours = [m for m in listed if _is(m.body, row) and m.date_created >= row.created_at - SKEW]
        if not ours:
            return None
        found = ours[0]
        return Failed(problem_of(found.error_code)) if found.status in BAD_ENDS else Sent(str(found.sid))

    def _listed(self, number: str) -> list[Any]:
        # Without Twilio's date filter: it goes by the date of sending, which a queued text does not have yet.
        return list(self._client.messages.list(to=number, from_=self._from, limit=50))

    async def inbound(self, headers: Headers, body: bytes, url: str) -> tuple[int, bytes]:
        """A text sent to our number. 403 unless Twilio signed it; 503 when it could not be written down."""
        form = self._form(headers, body, url, INBOUND)
        if form is None:
            return 403, b""
        try:
            await self._hear(Heard.of(form))
        except Exception as error:  # nothing could be written, whatever the reason: Twilio then uses its fallback
            log.error("sms_not_taken", error=type(error).__name__)
            return 503, b""
        return 200, EMPTY

    async def _hear(self, heard: Heard) -> None:
        if not heard.sid or not is_number(heard.number) or heard.word == "help":  # Twilio has answered that itself
            return
        found = await self._desk.store.run(lambda conn: self._note(conn, heard))
        if found:
            raw = {"sid": heard.sid, "case": found.case_id, "body": found.body, "unclear": found.unclear}
            await self._desk.accept(_envelope(heard.sid, found), orjson.dumps(raw))

    def _note(self, conn: Connection, heard: Heard) -> Meant | None:
        """Obeys STOP and START for every number. Gives the case meant; None = nobody's number, kept as seen."""
        now = self._desk.clock()
        word = heard.word or keyword(heard.body)
        # A repeat, perhaps a late one, switches nothing: its signature has no time, and what was said since must stand. Its case still
        # hears it below, where the text's own key decides: we may have died between the two.
        if word in ("stop", "start") and inbox.claim(conn, "sms", f"{heard.sid}/{word}", now):
            if word == "stop":
                optouts.stop(conn, heard.number, now)
            else:
                optouts.start(conn, heard.number)
        found = meant(conn, heard, now)
        if found is None:
            inbox.claim(conn, "sms", heard.sid, now)
        return found

    async def status(self, headers: Headers, body: bytes, url: str) -> tuple[int, bytes]:
        """A delivery report. The row's number in the address is as good as the body: the signature covers both."""
        form = self._form(headers, body, url, REPORT)
        if form is None:
            return 403, b""
        try:
            await self._report(form, url)
        except Exception as error:  # as above
            log.error("sms_status_not_taken", error=type(error).__name__)
            return 503, b""
        return 200, b""

    async def _report(self, form: Form, url: str) -> None:
        row, sid = url.rpartition("?o=")[2], form.one("MessageSid")
        status = form.one("MessageStatus")
        if not (row.isascii() and row.isdigit() and len(row) < 19 and sid and status in RANKS):
            return
        receipt = await self._desk.store.run(lambda conn: self._bind(conn, int(row), sid, status, form))
        self._desk.deliverer.take(receipt.rows)

    def _bind(self, conn: Connection, row: int, sid: str, status: str, form: Form) -> Receipt:
        """The report and what the case makes of it are one unit: Twilio does not repeat reports by itself."""
        note = outbox.bind(conn, row, sid, status, RANKS[status])
        if note is None or not note.changed or status not in BAD_ENDS:
            return Receipt()
        problem = problem_of(form.one("ErrorCode"))
        moment = self._desk.moment()
        if problem == "opted_out" and is_number(form.one("To")):
            optouts.stop(conn, form.one("To"), moment.now)
        if problem == "phone_away" and texts.failed(conn, note.case_id, note.revision, moment.now - PROMPTED) > 1:
            problem = "not_reached"
        incoming = Undelivered(note.kind, problem)
        receipt = receive(conn, Envelope("sms", f"{sid}/{status}", ByCase(note.case_id), incoming), moment)
        told = self._told(conn, problem) if problem in STUCK else ()
        return replace(receipt, rows=(*receipt.rows, *told))

    def _form(self, headers: Headers, body: bytes, url: str, needs: tuple[str, ...]) -> Form | None:
        return genuine(headers.get(b"x-twilio-signature", []), body, self._public_url + url, self._tokens, needs)


def reading(raw: bytes) -> Envelope | None:
    """For the second try of a text whose handling raised; the case it belongs to was kept with it."""
    kept = orjson.loads(raw)
    return _envelope(kept["sid"], Meant(kept["case"], kept["body"], kept.get("unclear", False)))


def _envelope(sid: str, found: Meant) -> Envelope:
    return Envelope("sms", sid, ByCase(found.case_id), Texted(found.body, found.unclear))


def _is(body: str, row: outbox.OutboxRow) -> bool:
    """Whether a text on the provider's list is this one; a link in it is another one each time."""
    written: str = row.payload["body"]
    return body.startswith(written) if row.payload["purpose"] == PAGE else body == written


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
