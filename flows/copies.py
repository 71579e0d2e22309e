"""A case as its owner can read it: what /export hands over, each answer with its code and its words.

Only machinery is left out (numbers of messages and buttons). A field of a case that is not named here comes along as it is, so that
nothing new is forgotten.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flows import matching, reasons
from flows.card import DECISIONS, STANDING
from flows.case import Case, Record, Status
from flows.clinic import Clinic
from flows.currencies import money
from flows.problems import every_item
from flows.route import branch
from flows.steps import STEPS
from flows.summary import LABELS, answer_words, cat_name, label
from flows.team import Inquiry
from flows.wording import mark, say

MACHINERY = frozenset({
    "id", "chat", "version", "step", "back_to", "screen", "last_screen", "options", "told", "blocked", "offer", "revision",
})  # fmt: skip
README = mark(
    "This is everything that {clinic} holds about you and your cats in its second opinion service, as of {at}.\n\n"
    "For each case there is a folder named by its code. case.json can be opened with any text editor: each answer stands there with its short code "
    "and in words, then the history, your notes, the payments and a list of your files. The files themselves are the originals, exactly as you sent them; "
    "large ones may be in the next part of this copy.\n\n"
    "This is part {part} of {parts}.\n\n"
    "Not here: messages still under way for a moment, and what Telegram, the text message carrier and the payment provider hold themselves.\n"
    "To correct something, write it in the chat. To delete everything, send /erase there."
)
MISSING = mark("These files could not be read and are missing here: {names}. Please write to us in the chat.")


@dataclass(frozen=True, slots=True)
class Past:
    """What is held about a case outside of it: moves (at, from, trigger, to, who, detail), payments (at, kind, amount, currency), and what doctors wrote for one another (at, who, text)."""

    moves: Sequence[tuple[datetime, str, str, str, str, str]]
    payments: Sequence[tuple[datetime, str, int, str]]
    remarks: Sequence[tuple[datetime, str, str]] = ()


def readme(clinic: Clinic, language: str, at: datetime, part: int, parts: int) -> str:
    """The words beside the files."""
    when = at.astimezone(ZoneInfo(clinic.zone)).isoformat(" ", "minutes")
    return say(language, README, clinic=clinic.name, at=when, part=part, parts=parts) + "\n"


def readable(case: Case, past: Past, clinic: Clinic, language: str) -> dict[str, Any]:
    """The whole case as plain values for JSON; times in the owner's zone."""
    zone = ZoneInfo(case.zone or clinic.zone)
    handled = {
        "code": case.code,
        "cat": cat_name(case, language),
        "status": _status(case.status, language),
        "answers": [_answer(case, step, value, language) for step, value in case.answers.items()],
        "records": [_record(case, number, record, language) for number, record in enumerate(case.records, 1)],
        "review": _review(case, clinic, language),
        "team": {"lead": _doctor(case.team.lead, clinic), "asked_colleagues": [_inquiry(one, clinic) for one in case.team.inquiries]},
        "payment": {"amount": money(case.payment.amount, case.payment.currency), "state": case.payment.state, "account": case.payment.account} if case.payment.state else None,
        "call": _call(case, clinic),
        "history": [_move(line, clinic, language) for line in past.moves],
        "payments": [{"at": at, "kind": kind, "amount": money(sum_, currency)} for at, kind, sum_, currency in past.payments],
        "remarks_of_doctors": [{"at": at, "doctor": _doctor(who, clinic), "text": text} for at, who, text in past.remarks],
    }  # fmt: skip
    rest = {f.name: getattr(case, f.name) for f in fields(case) if f.name not in MACHINERY | handled.keys()}
    found: dict[str, Any] = _plain(handled | rest, zone)
    return found


def file_name(number: int, record: Record, kind: str) -> str:
    """A name of its own for each file, that no system stumbles over."""
    name = "".join(sign if sign.isalnum() or sign in "._- " else "_" for sign in record.name).strip(" .")[-80:]
    return f"{number:03} {name}" if name else f"{number:03} {record.kind}.{ENDINGS.get(kind, 'bin')}"


ENDINGS = {"jpeg": "jpg", "png": "png", "webp": "webp", "heic": "heic", "dicom": "dcm", "pdf": "pdf", "zip": "zip"}


def _status(status: str, language: str) -> dict[str, str]:
    return {"code": str(status), "words": say(language, STANDING[Status(status)])}


def _answer(case: Case, step: str, value: str, language: str) -> dict[str, str]:
    """An answer in words; one to a question that is no longer on this person's way stands as it is kept."""
    known = step in STEPS or step in LABELS or step in branch(case)
    question = label(case, step, language) if known else step
    words = answer_words(case, step, language) if known else value
    return {"question": question, "step": step, "answer": words, "code": value}


def _record(case: Case, number: int, record: Record, language: str) -> dict[str, Any]:
    """A file, what it was taken for, what was found in it, and what the owner said about it."""
    kept = {"number": number, "kind": record.kind, "name": record.name, "bytes": record.size, "state": record.state}
    kept |= {"caption": record.caption, "sha256": record.file, "problem": record.problem}
    names = dict.fromkeys(matching.words_of(one, language) for one in record.shows)
    items = [line.words(language) for one in record.items if (line := every_item().get(one))]
    found = {
        "taken_for": [name for name in names if name],
        "you_say": items if record.checked else None,
        "facts": dict(record.facts),
    }
    answers = {"unlike_your_cat": list(record.differs), "whose": record.whose, "quality": record.quality}
    links = {"better": record.better, "same_as": record.same, "much_like": record.like}
    numbers = {one.unique: place for place, one in enumerate(case.records, 1)}
    return kept | found | answers | {name: numbers.get(unique) for name, unique in links.items()}


def _review(case: Case, clinic: Clinic, language: str) -> dict[str, Any] | None:
    review = case.review
    if not review.decision:
        return None
    words = say(language, DECISIONS[review.decision]) if review.decision in DECISIONS else review.decision
    decision = {"code": review.decision, "words": words}
    who = _doctor(review.decided_by, clinic)
    return {
        "decision": decision,
        "doctor": who,
        "at": review.decided_at,
        "reason": reasons.to_owner(case),
        "rounds": review.round,
    }


def _inquiry(one: Inquiry, clinic: Clinic) -> dict[str, Any]:
    """What a colleague was asked and said; not the words of buttons and timers."""
    said = ("discipline", "state", "question", "until", "view", "certainty", "test", "added", "answered_at")
    people = {"asked_by": _doctor(one.by, clinic), "doctor": _doctor(one.doctor, clinic)}
    return people | {name: getattr(one, name) for name in said}


def _call(case: Case, clinic: Clinic) -> dict[str, Any] | None:
    call = case.call
    if call is None:
        return None
    return {
        "doctor": _doctor(call.doctor, clinic),
        "from": call.starts_at,
        "to": call.ends_at,
        "confirmed": call.confirmed,
        "room": call.room,
    }


def _move(line: tuple[datetime, str, str, str, str, str], clinic: Clinic, language: str) -> dict[str, Any]:
    at, old, trigger, new, actor, detail = line
    ends = {"from": _status(old, language), "to": _status(new, language)}
    return {"at": at, **ends, "by": _doctor(actor, clinic), "because": trigger, "detail": detail}


def _doctor(key: str, clinic: Clinic) -> str:
    doctor = clinic.doctor(key)
    return doctor.name if doctor else key


def _plain(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, dict):
        return {name: _plain(inner, zone) for name, inner in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(inner, zone) for inner in value]
    slots = getattr(type(value), "__slots__", None)
    return {name: _plain(getattr(value, name), zone) for name in slots} if slots else value
