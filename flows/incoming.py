"""Everything that can reach a case, as closed sets of frozen values: what people do, what the world answers, what falls due."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


# --- the owner, on Telegram -------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Said:
    """Free text."""

    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A command such as /status; the name without its slash."""

    command: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button under one of our messages: the opaque data it carried, and the message's number, 0 where Telegram did not say."""

    data: str
    message: int = 0


@dataclass(frozen=True, slots=True)
class Attached:
    """A photo or document, alone or as one item of an album. ``size`` in bytes, 0 when Telegram did not say."""

    kind: str
    file_id: str
    unique: str
    name: str
    size: int
    caption: str = ""
    album: str = ""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that came whole through the browser, a folder as one ZIP. ``upload`` names it in ``storage.uploads``; ``size`` in bytes."""

    upload: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class SharedContact:
    """A contact card; ``own`` only when Telegram says that it is the sender's own (pitfall 26)."""

    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class SentOther:
    """Something we cannot read: sticker, voice, video, location, poll. ``what`` is Telegram's word for it."""

    what: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The owner blocked the bot (``gone``) or came back."""

    gone: bool


# --- the owner, by SMS ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Texted:
    """An inbound SMS. ``unclear``: a digit, and nothing tells which of the number's calls it is about."""

    body: str
    unclear: bool = False


# --- the owner, on a page of ours -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class OnPage:
    """A form of the booking page. ``action``: "hold" (with doctor and aware start), one of ``rooms.ways`` or "cancel"; ``revision``: of the call it was made for."""

    action: str
    revision: int
    doctor: str = ""
    starts_at: datetime | None = None


# --- doctors, in the staff group --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StaffPressed:
    """A button on a card. ``doctor`` is the key in clinic.toml; only enrolled doctors reach this far."""

    doctor: str
    person: int
    data: str


@dataclass(frozen=True, slots=True)
class StaffReplied:
    """A reply to one of our prompts; ``prompt`` is the prompt's message id, ``role`` that of its post: what was asked there."""

    doctor: str
    person: int
    prompt: int
    text: str
    role: str = "prompt"


@dataclass(frozen=True, slots=True)
class Drafted:
    """The form of the opinion on the case page: every section, written upon ``version`` of the draft.

    ``wish``: "save", "give" (to a colleague, or to the owner where nobody reads first), or "give_as_is" (although sections are empty).
    """

    doctor: str
    person: int
    version: int
    sections: Mapping[str, str]
    wish: str = "save"


# --- whoever looks after the service ----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class EraseWished:
    """The owner asked by telephone or letter for what /erase does; somebody has made sure that it was she, and confirmed it."""


# --- the world's answers to our effects -------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Stored:
    """A record was fetched, stored under its hash and, where possible, previewed. ``problem`` names why there is no preview.

    ``facts``: what the bytes say of themselves (``flows.case.Record``).
    """

    unique: str
    file: str
    size: int
    preview: str
    problem: str
    thumb: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotStored:
    """A record could not be fetched for good; ``problem`` is a row of desk.errors."""

    unique: str
    problem: str


@dataclass(frozen=True, slots=True)
class TopicOpened:
    """The case's forum topic; 0 where the group has no topics."""

    topic: int


@dataclass(frozen=True, slots=True)
class Posted:
    """A staff message that we must find again. ``role`` is "card", "prompt" or "note"."""

    role: str
    message: int


@dataclass(frozen=True, slots=True)
class CheckoutOpened:
    """A payment session exists."""

    attempt: int
    session: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """A refund in the provider's books. ``name``: our number of it, else the provider's own. ``state``: "under_way", "done" or "failed"."""

    name: str
    state: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class DisputeSeen:
    """The owner asked her bank for the money back. ``state``: "open", "won" (by the clinic) or "lost"."""

    name: str
    state: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class CheckoutSeen:
    """What the payment provider says of a session now. ``state``: "open", "paid", "unpaid" (complete, money on its way), "failed" or "expired".

    ``refunds`` and ``disputes``: all of what was paid through it, in the provider's books as they stand. ``intent``: the provider's own name for the
    payment, by which its notices of refunds and disputes are known.
    """

    session: str
    state: str
    amount: int
    currency: str
    refunds: "tuple[RefundSeen, ...]" = ()
    disputes: "tuple[DisputeSeen, ...]" = ()
    intent: str = ""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One of our effects failed for good. ``kind`` is the outbox kind, ``problem`` a row of desk.errors, ``purpose`` a text message's, or what a doctor's message was about."""

    kind: str
    problem: str
    purpose: str = ""


# --- the clock and the books ------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Due:
    """A timer of this case fell due. ``key`` is what ``Wake`` was given: for reminders the booking's revision."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The time that the last decision wanted is taken. ``hold``: it was to be held, and an earlier hold of the case still stands.

    ``unasked``: nobody had pressed for it.
    """

    hold: bool = False
    unasked: bool = False


Incoming = (
    Said | Asked | Pressed | Attached | Uploaded | SharedContact | SentOther | Blocked | Texted | OnPage | Drafted | StaffPressed
    | StaffReplied | EraseWished | Stored | NotStored | TopicOpened | Posted | CheckoutOpened | CheckoutSeen | Undelivered | Due | Refused
)  # fmt: skip
