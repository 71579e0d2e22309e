"""Our requests for a reply: which messages ask for one, by the role of their post, and who is asked for a sentence in the group."""

from dataclasses import replace
from typing import Final

from flows.case import Case
from flows.context import Context
from flows.incoming import StaffPressed

PROMPT: Final = "prompt"  # for a reason, in the group
CALL_NOTE: Final = "call.note"  # for a note on a call that was held


def asks(role: str) -> bool:
    """Whether a post of this role asks for a reply."""
    return role == PROMPT or is_for_one(role)


def is_for_one(role: str) -> bool:
    """Whether it asks one doctor for something of its own, which may be asked of her alone: such roles have a point in their name."""
    return "." in role


def asked_of(case: Case, context: Context, press: StaffPressed, what: str) -> Case:
    """The doctor who pressed is asked for ``what``; the number of her prompt is known once it is posted."""
    review = case.review
    asked = replace(
        review, former=max(review.former, review.prompt), prompt=0, ticked=(), asked=what,
        asked_by=press.person, asked_doctor=press.doctor, asked_at=context.now,
    )  # fmt: skip
    return replace(case, review=asked)


def settled(case: Case) -> Case:
    """Nobody is asked for anything any more."""
    review = case.review
    former = max(review.former, review.prompt)
    return replace(case, review=replace(review, former=former, prompt=0, asked="", asked_by=0, ticked=()))
