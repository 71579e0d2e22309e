"""The case: everything known about one cat's second opinion, as one frozen value.

A case is never changed in place; ``dataclasses.replace`` makes the next one. It is stored as one JSON document (``storage.cases``) beside
a few columns that are searched for, so every field must survive JSON and back (``case_from``). Instants are aware UTC; money is integer minor units.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar, cast

from flows.call_report import CallReport
from flows.clinic import Consultation
from flows.opinion_draft import NO_DRAFT, OpinionDraft
from flows.pending import Pending as Pending
from flows.promise import NO_PROMISE, Promise
from flows.team import NOBODY, Inquiry, Team

T = TypeVar("T")


class Status(StrEnum):
    """Where a case stands; the moves between them are ``lifecycle.TRANSITIONS`` and nothing else."""

    INTAKE = "intake"
    REVIEW = "review"
    MORE_NEEDED = "more_needed"
    ACCEPTED = "accepted"  # go was given; awaiting payment
    PAID = "paid"  # choosing a time for the call
    BOOKED = "booked"
    ANSWERED = "answered"
    CLOSED = "closed"
    DECLINED = "declined"
    EMERGENCY = "emergency"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


ENDED = frozenset({Status.CLOSED, Status.DECLINED, Status.WITHDRAWN, Status.EXPIRED})


@dataclass(frozen=True, slots=True)
class Record:
    """One file the owner sent. ``file`` is the SHA-256 of the original bytes once stored; ``preview`` and ``thumb`` those of the safe pictures.

    ``facts``: what the bytes say of themselves, plain JSON values; its keys are listed in ``docs/decisions/0013-records.md``.
    Facts propose and the owner corrects: what she said stands in ``items``, ``whose`` and ``quality``.
    """

    unique: str  # Telegram's file_unique_id: the same file sent twice is one record
    kind: str  # "photo", "document", "voice" or "video"
    name: str
    size: int
    state: str  # "arriving", "stored", "refused"
    caption: str = ""
    album: str = ""
    file: str = ""
    preview: str = ""
    problem: str = ""
    thumb: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    day: str = ""  # the latest day it can be of (YYYY-MM-DD), "" where nothing tells
    dated: bool = False  # that day is the test's own, and not only that of the picture
    missing: int = 0  # images of its series that are not there
    shows: tuple[str, ...] = ()  # what it was taken for (``flows.matching``)
    items: tuple[str, ...] = ()  # lines of the checklist that the owner says it is
    checked: str = ""  # "owner" once she has said what it is: ``items`` counts then, and ``shows`` no more
    differs: tuple[str, ...] = ()  # in what it is unlike the cat: "species", "name", "sex", "born", "future", "before"
    whose: str = ""  # "asked", then "mine", "unsure" or "not" (taken away: nobody is shown it)
    quality: str = ""  # of a flawed picture: "asked", then "promised", "best" (she has no better one) or "replaced"
    better: str = ""  # ``unique`` of the picture that stands in for it
    same: str = ""  # ``unique`` of an earlier file with the very same bytes
    like: str = ""  # ``unique`` of an earlier picture that looks nearly the same


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the owner said to one point of the consent, under which version and when; the newest of a point counts."""

    point: str
    yes: bool
    version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """The doctors' side of a case: its card, its round, and who decided what, when and why."""

    round: int = 0
    key: str = ""  # opaque part of this round's buttons; a button of an earlier round no longer fits
    topic: int = 0  # forum topic, 0 where the group has none
    card: int = 0  # message id of the card
    prompt: int = 0  # message id of the open request for a reason
    former: int = 0  # the highest id of an earlier request: a reply to that one no longer counts
    asked: str = ""  # which decision the open prompt is for: one of ``reasons.DECISIONS``, "opinion" or "send_back"
    asked_by: int = 0  # who took the word: a Telegram user id
    asked_doctor: str = ""
    asked_at: datetime | None = None
    decision: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""  # the doctor's own sentence; "" where the ground or the items say it all
    ground: str = ""  # of a no-go: a key of ``flows.reasons.GROUNDS``, "" where the doctor wrote a sentence
    wanted: tuple[str, ...] = ()  # of a need more: lines of the checklist
    ticked: tuple[str, ...] = ()  # those ticked so far while the decision is being taken
    pending: Pending | None = None  # a decision that can still be undone
    promise: Promise = NO_PROMISE
    opened_at: datetime | None = None  # when this round began: what the owner was promised counts from there


@dataclass(frozen=True, slots=True)
class Payment:
    """The fee of a case: at most one open session; ``attempt`` counts the sessions so that each has its own provider key."""

    amount: int = 0
    currency: str = ""
    attempt: int = 0
    session: str = ""
    url: str = ""
    counted: tuple[str, ...] = ()  # the sessions whose money is the fee
    parts: tuple[str, ...] = ()  # those whose money is a part of it while the rest is asked for
    share: int = 0  # per cent of the fee that goes back now that the case has ended; set when it ends
    state: str = ""  # "", "choosing", "opening", "open", "arriving", "expired", "paid", "wrong_amount"
    rail: str = ""  # of the newest session: one of ``flows.rails.RAILS``, "" = Stripe
    until: datetime | None = None  # the newest session can be paid
    receipt_at: datetime | None = None  # when the owner said, or sent a file that may show, that a transfer is made
    looked: int = 0  # so often the staff has said that it is not there yet
    account: str = ""  # where a transfer goes back to, in the owner's words; "?" while she is asked
    paid_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """The booked (or held) call. ``revision`` rises with each booking, move and cancellation; reminders name it."""

    doctor: str  # the doctor's key in clinic.toml
    starts_at: datetime
    ends_at: datetime
    revision: int
    confirmed: bool = False  # the owner said she will be there
    room: str = ""  # address of the room it is held in; "" by telephone
    asked: str = ""  # opaque part of the buttons that ask how it went
    clocks: tuple[str, ...] = ()  # what they will show at its beginning, as was told: "Asia/Taipei 2026-12-01T14:00"

    @property
    def minutes(self) -> int:
        """How long it is."""
        return (self.ends_at - self.starts_at) // timedelta(minutes=1)


@dataclass(frozen=True)
class Case:
    """One second opinion, from the first /start to its end.

    Without slots, alone among the values here: ``changed`` copies the dictionary of its fields, six times faster than
    ``dataclasses.replace``, and a decision changes a case six times on the way.
    """

    id: str
    code: str  # what people say and type: six characters without look-alikes
    chat: int  # the owner's private chat with the owner bot
    created_at: datetime
    updated_at: datetime  # when somebody last did something; the clock alone does not count
    status: Status = Status.INTAKE
    version: int = 0
    language: str = ""  # "" until chosen; "en" or "zh_Hant"
    vet: bool = False  # a veterinarian asks a colleague: another path through the intake
    step: str = "language"  # the question that is open; "" when none is
    back_to: str = ""  # "summary" while one answer is being changed
    screen: str = ""  # opaque part of the open question's buttons
    last_screen: str = ""  # that of the question before it
    options: tuple[str, ...] = ()  # what the open question's buttons stand for, in order
    answers: Mapping[str, str] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    told: tuple[str, ...] = ()  # files whose arrival the owner was told of
    notes: tuple[str, ...] = ()  # what the owner wrote between the questions
    zone: str = ""
    phone: str = ""
    vouched: bool = False  # Telegram says that the number is the owner's own: only then may texts go there
    sms: bool = False
    way: str = ""  # how she is reminded of the call where texts go to her: "" both ways, "here" or "text" first
    agreed: tuple[Agreed, ...] = ()
    consent_at: datetime | None = None  # when the last point without which nothing is kept was agreed to
    signs_version: str = ""  # of the list of emergency signs that this person was asked about
    questions_version: str = ""  # of the problems' questions and checklist that this person was asked
    red: tuple[str, ...] = ()  # red signs that were reported or heard
    amber: tuple[str, ...] = ()  # amber signs that were reported or heard
    alarm: tuple[str, ...] = ()  # those of them that were not yet called safe or a misunderstanding
    called_safe: Mapping[str, datetime] = field(default_factory=dict)  # the others, and when that was said last
    submitted_at: datetime | None = None
    blocked: bool = False  # the owner blocked the bot: news go by SMS where she agreed to it
    review: Review = Review()
    consultation: Consultation | None = None  # chosen with the go, and kept though clinic.toml may change
    team: Team = NOBODY
    payment: Payment = Payment()
    call: Call | None = None
    reports: tuple[CallReport, ...] = ()  # how its calls went, as the doctors said
    offer: Call | None = None  # a time that is held while the owner confirms it
    revision: int = 0
    wish: int = 0  # the revision of the call in whose place she would like an earlier one; of no other call it counts
    passed: tuple[str, ...] = ()  # beginnings of the earlier times that she was offered and did not take
    draft: OpinionDraft = NO_DRAFT
    opinion: str = ""  # every word as the doctor wrote it; its sections are read from it
    opinion_read_at: datetime | None = None  # when the owner said that she has read it
    vet_practice: str = ""  # where a copy for the owner's vet is to go, in her words: never in the group
    vet_copy_at: datetime | None = None  # when somebody of the clinic sent it, and who
    vet_copy_by: str = ""
    outcome: str = ""  # how the cat was a month later: "asked", then a key of ``flows.outcome.ANSWERS``
    outcome_at: datetime | None = None  # when the owner said so
    outcome_words: str = ""  # the sentence she added for the doctors
    copied_at: datetime | None = None  # when the owner last asked for a copy of everything


def changed(case: Case, **values: Any) -> Case:
    """The case with some of its fields changed; ``dataclasses.replace`` for the one value that is changed all the time."""
    assert values.keys() <= _FIELDS, f"no field of a case: {values.keys() - _FIELDS}"
    fresh = object.__new__(Case)
    fresh.__dict__.update(case.__dict__, **values)
    return fresh


_FIELDS = frozenset(f.name for f in fields(Case))


def case_from(plain: Mapping[str, Any]) -> Case:
    """Reads a case back from its stored document. Fields the document lacks (written by an earlier version) get their defaults.

    It runs for every update: only what JSON changed is touched, and calling the class costs several times what ``__dict__`` does.
    """
    values = _values(Case, plain)
    if values.keys() != _FIELDS:
        return Case(**values)
    read = object.__new__(Case)
    read.__dict__.update(values)
    return read


def _values(kind: type, plain: Mapping[str, Any]) -> dict[str, Any]:
    known, changed = _SHAPES[kind]
    values = dict(plain) if plain.keys() <= known else {name: plain[name] for name in plain.keys() & known}
    for name, convert in changed:
        value = values.get(name)
        if value is not None:
            values[name] = convert(value)
    return values


def _read(kind: type[T], plain: Mapping[str, Any]) -> T:
    return kind(**_values(kind, plain))


def _part(empty: T) -> Callable[[dict[str, Any]], T]:
    """A reader for a part that most cases have not come to yet: nothing is built for what is as it was at first."""
    first = asdict(cast(Any, empty))
    untouched = {name: list(value) if isinstance(value, tuple) else value for name, value in first.items()}
    return lambda row: empty if row == untouched else _read(type(empty), row)


_INSTANT: Callable[[str], datetime] = datetime.fromisoformat
_CHANGED: dict[type, dict[str, Callable[[Any], Any]]] = {
    Record: dict.fromkeys(("shows", "items", "differs"), tuple),
    Pending: {"at": _INSTANT, "until": _INSTANT, "wanted": tuple},
    Review: {
        **dict.fromkeys(("opened_at", "asked_at", "decided_at"), _INSTANT),
        **dict.fromkeys(("wanted", "ticked"), tuple),
        **{"pending": lambda row: _read(Pending, row), "promise": _part(NO_PROMISE)},
    },
    Payment: {**dict.fromkeys(("paid_at", "until", "receipt_at"), _INSTANT), "counted": tuple, "parts": tuple},
    Inquiry: {"tried": tuple, **dict.fromkeys(("until", "answered_at"), _INSTANT)},
    Team: {"inquiries": lambda rows: tuple([_read(Inquiry, row) for row in rows])},
    OpinionDraft: dict.fromkeys(("saved_at", "read_at"), _INSTANT),
    **dict.fromkeys((Call, CallReport), dict.fromkeys(("at", "starts_at", "ends_at"), _INSTANT) | {"clocks": tuple}),
    Promise: {"marked_at": _INSTANT},
    Consultation: {},
    Agreed: {"at": _INSTANT},
    Case: {
        **dict.fromkeys(("created_at", "updated_at", "consent_at", "submitted_at", "opinion_read_at"), _INSTANT),
        **dict.fromkeys(("vet_copy_at", "outcome_at", "copied_at"), _INSTANT),
        **dict.fromkeys(("options", "notes", "told", "red", "amber", "alarm", "passed"), tuple),
        "called_safe": lambda row: {sign: _INSTANT(at) for sign, at in row.items()},
        "agreed": lambda rows: tuple([_read(Agreed, row) for row in rows]),
        "status": Status,
        "records": lambda rows: tuple([_read(Record, row) for row in rows]),
        "consultation": lambda row: _read(Consultation, row),
        **{"review": _part(Review()), "team": _part(NOBODY), "draft": _part(NO_DRAFT), "payment": _part(Payment())},
        **dict.fromkeys(("call", "offer"), lambda row: _read(Call, row)),
        "reports": lambda rows: tuple([_read(CallReport, row) for row in rows]),
    },
}
_SHAPES = {kind: (frozenset(f.name for f in fields(kind)), tuple(c.items())) for kind, c in _CHANGED.items()}
