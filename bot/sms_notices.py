"""What Twilio tells us: whether it is genuine, what a text says and which call it is about, and its codes as rows of ``desk.errors``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from sqlalchemy import Connection
from twilio.request_validator import RequestValidator

from flows.keywords import digit
from storage import cases, texts

Headers = dict[bytes, list[bytes]]
MOST_FIELDS = 200
PROMPTED = timedelta(hours=72)  # so long a digit answers the last text about a call

# Source: twilio.com/docs/api/errors and the outbound status page, by way of pitfalls 57, 60 and 65.
PROBLEMS = {
    20003: "not_authorised", 20429: "too_fast", 429: "too_fast", 21211: "bad_number", 21408: "country_closed",
    21610: "opted_out", 21614: "bad_number", 30003: "phone_away", 30005: "bad_number", 30006: "bad_number",
    30007: "filtered", 30008: "phone_away", 30034: "not_registered",
}  # fmt: skip
RANKS = {"accepted": 0, "queued": 1, "sending": 2, "sent": 3, "delivered": 4, "undelivered": 4, "failed": 4}
BAD_ENDS = frozenset({"undelivered", "failed"})


class Form(dict[str, list[str]]):
    """Form fields with all their values; ``getall`` is the name under which Twilio's validator looks for them."""

    def getall(self, name: str) -> list[str]:
        """Every value of a field."""
        return self[name]

    def one(self, name: str) -> str:
        """The field's first value, "" when it is absent."""
        return self.get(name, [""])[0]


# The fields that we act on, and the longer names that Twilio itself has. What is signed is name and value written together, so that
# "From=+886…" and "From+886…=" have one signature: whoever shifts the border keeps it, and changes what we read.
USED = ("MessageSid", "MessageStatus", "ErrorCode", "From", "To", "Body", "OptOutType")
_PLACES = re.compile(r"(From|To)(City|State|Zip|Country)")
_NAME = re.compile(r"[A-Z][A-Za-z]*|Media(Url|ContentType)[0-9]+")


def _shifted(name: str) -> bool:
    """Whether a name is one of those fields with a piece of its value, or without a piece of itself."""
    if name in USED or _PLACES.fullmatch(name):
        return False
    return _NAME.fullmatch(name) is None or any(name.startswith(used) or used.startswith(name) for used in USED)


def genuine(signatures: list[bytes], body: bytes, url: str, tokens: Iterable[str], needs: Iterable[str]) -> Form | None:
    """The form, if one of the tokens signed it and it has the fields of its kind; None for anything else, whatever the bytes are."""
    if len(signatures) != 1 or not (
        url.isascii() and url.isprintable()
    ):  # the validator overlooks tabs and line breaks in it
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
    whole = all(name in form for name in needs) and not any(_shifted(name) for name in form)
    return form if valid and whole else None


@dataclass(frozen=True, slots=True)
class Heard:
    """An inbound text. ``word`` is what Twilio itself made of it: "stop", "start", "help" or ""."""

    sid: str
    number: str
    body: str
    word: str

    @classmethod
    def of(cls, form: Form) -> "Heard":
        """NUL is dropped: PostgreSQL cannot hold it."""
        word = form.one("OptOutType").lower()
        body = form.one("Body").replace("\0", "")
        return cls(form.one("MessageSid"), form.one("From"), body, word if word in ("stop", "start", "help") else "")


@dataclass(frozen=True, slots=True)
class Meant:
    """The case that a text is for, and the text as the case is to read it. ``unclear``: a digit about one of several calls."""

    case_id: str
    body: str
    unclear: bool = False


def meant(conn: Connection, heard: Heard, now: datetime) -> Meant | None:
    """A digit is about the call that its code names, or the one the last text was about, or the only one; None: nobody's number.

    Everything else goes to the case with the nearest call.
    """
    found = cases.by_phone(conn, heard.number, now)
    if not found:
        return None
    first = Meant(found[0], heard.body)
    number, code = digit(heard.body)
    calls = cases.calls_ahead(conn, heard.number, now) if number else {}
    if code:  # a code that is none of hers is words for the staff
        return Meant(calls[code], number) if code in calls else first
    if len(calls) < 2:
        return first
    last = texts.last_about(conn, heard.number, now - PROMPTED)
    return replace(first, case_id=last) if last in calls.values() else replace(first, unclear=True)


def problem_of(code: object) -> str:
    """The row of desk.errors for one of Twilio's codes, given as a number or as the digits of a form."""
    text = str(code)
    return PROBLEMS.get(int(text), "unknown") if text.isascii() and text.isdigit() and len(text) < 9 else "unknown"


def is_number(text: str) -> bool:
    """Whether it reads like an international number."""
    return re.fullmatch(r"\+[0-9]{6,15}", text) is not None
