"""The only way a case changes status: one visible table and ``move``.

``docs/lifecycle.md`` is drawn from TRANSITIONS by ``flows.picture`` and checked in CI.
"""

from dataclasses import dataclass, replace

from flows.case import Case, Status
from flows.effects import Moved


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed move. ``who``: "owner", "doctor", "payment" or "clock"."""

    came_from: Status
    trigger: str
    went_to: Status
    who: str
    meaning: str


class NotAllowed(Exception):
    """A move that the table does not know: a fault of ours, never of a person (people are asked ``may_move`` first)."""


_S = Status
TRANSITIONS: tuple[Transition, ...] = (
    Transition(_S.INTAKE, "submit", _S.REVIEW, "owner", "The owner sends the case to the doctors."),
    Transition(_S.INTAKE, "emergency", _S.EMERGENCY, "owner", "The owner sees an emergency sign: everything stops."),
    Transition(_S.INTAKE, "withdraw", _S.WITHDRAWN, "owner", "The owner cancels before submitting."),
    Transition(_S.INTAKE, "lapse", _S.EXPIRED, "clock", "A draft lay untouched for 60 days."),
    Transition(_S.EMERGENCY, "false_alarm", _S.INTAKE, "owner", "The owner says it was a false alarm; recorded."),
    Transition(
        _S.EMERGENCY,
        "safe_again",
        _S.REVIEW,
        "owner",
        "The cat of a case that was sent is safe: the doctors have it again.",
    ),
    Transition(_S.EMERGENCY, "withdraw", _S.WITHDRAWN, "owner", "The owner cancels."),
    Transition(_S.EMERGENCY, "lapse", _S.EXPIRED, "clock", "Nobody came back for 60 days."),
    Transition(_S.REVIEW, "go", _S.ACCEPTED, "doctor", "An appropriate recommendation can be given."),
    Transition(_S.REVIEW, "no_go", _S.DECLINED, "doctor", "It cannot; the owner is told why and what to do instead."),
    Transition(_S.REVIEW, "need_more", _S.MORE_NEEDED, "doctor", "Something is missing for a decision."),
    Transition(_S.REVIEW, "undo", _S.REVIEW, "doctor", "A decision is taken back before the owner heard of it."),
    Transition(
        _S.REVIEW, "send_on", _S.EMERGENCY, "doctor", "A doctor sees an emergency: the owner is told to act now."
    ),
    Transition(_S.REVIEW, "withdraw", _S.WITHDRAWN, "owner", "The owner cancels."),
    Transition(_S.MORE_NEEDED, "supply", _S.REVIEW, "owner", "The owner has sent what was asked."),
    Transition(
        _S.MORE_NEEDED, "send_on", _S.EMERGENCY, "doctor", "A doctor sees an emergency: the owner is told to act now."
    ),
    Transition(
        _S.MORE_NEEDED, "decide_anew", _S.REVIEW, "doctor", "A doctor takes the decision up again, with a reason."
    ),
    Transition(_S.MORE_NEEDED, "withdraw", _S.WITHDRAWN, "owner", "The owner cancels."),
    Transition(_S.MORE_NEEDED, "lapse", _S.EXPIRED, "clock", "What was asked did not come for 60 days."),
    Transition(_S.ACCEPTED, "pay", _S.PAID, "payment", "The fee is received in full."),
    Transition(_S.ACCEPTED, "decide_anew", _S.REVIEW, "doctor", "A doctor takes the decision up again, with a reason."),
    Transition(_S.ACCEPTED, "withdraw", _S.WITHDRAWN, "owner", "The owner cancels before paying."),
    Transition(_S.ACCEPTED, "lapse", _S.EXPIRED, "clock", "The fee was not paid for 14 days."),
    Transition(_S.DECLINED, "decide_anew", _S.REVIEW, "doctor", "A doctor takes the decision up again, with a reason."),
    Transition(
        _S.PAID, "withdraw", _S.WITHDRAWN, "owner", "The owner ends the case after paying: the refund rule applies."
    ),
    Transition(
        _S.PAID,
        "call_off",
        _S.DECLINED,
        "doctor",
        "The clinic cannot give the opinion after all: the whole fee goes back.",
    ),
    Transition(_S.PAID, "book", _S.BOOKED, "owner", "The owner confirms a time for the call."),
    Transition(_S.BOOKED, "rebook", _S.BOOKED, "owner", "The owner moves the call."),
    Transition(_S.BOOKED, "unbook", _S.PAID, "owner", "The owner cancels the call and may choose again."),
    Transition(
        _S.BOOKED, "withdraw", _S.WITHDRAWN, "owner", "The owner ends the case after booking: the refund rule applies."
    ),
    Transition(
        _S.BOOKED,
        "call_off",
        _S.DECLINED,
        "doctor",
        "The clinic cannot give the opinion after all: the whole fee goes back.",
    ),
    Transition(
        _S.BOOKED, "away", _S.PAID, "doctor", "The doctor is away: the owner may choose again, without a new fee."
    ),
    Transition(
        _S.BOOKED, "not_reached", _S.PAID, "doctor", "The owner was not reached: another time, without a new fee."
    ),
    Transition(_S.BOOKED, "another_time", _S.PAID, "doctor", "The call needs another time, without a new fee."),
    Transition(_S.BOOKED, "answer", _S.ANSWERED, "doctor", "The written opinion is sent."),
    Transition(_S.PAID, "answer", _S.ANSWERED, "doctor", "A call did not come about: the opinion is sent without it."),
    Transition(_S.ANSWERED, "close", _S.CLOSED, "clock", "Seven days for questions have passed."),
)

_BY_TRIGGER = {(row.came_from, row.trigger): row for row in TRANSITIONS}


def may_move(case: Case, trigger: str) -> bool:
    """Whether the table knows this move from where the case stands."""
    return (case.status, trigger) in _BY_TRIGGER


def move(case: Case, trigger: str, actor: str, detail: str = "") -> tuple[Case, Moved]:
    """Changes the status and gives the history line that must be written with it. Raises NotAllowed."""
    row = _BY_TRIGGER.get((case.status, trigger))
    if row is None:
        raise NotAllowed(f"{case.status} does not know {trigger}")
    moved = replace(case, status=row.went_to)
    if case.review.pending:  # whatever moves the case, a decision that was still pending is over with it
        moved = replace(moved, review=replace(case.review, pending=None))
    return moved, Moved(row.came_from, trigger, row.went_to, actor, detail)
