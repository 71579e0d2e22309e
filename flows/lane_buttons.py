"""A doctor says on the card that a case cannot wait, or that it can: its reminders follow, and everybody sees it."""

from dataclasses import replace

from flows import lanes, waiting
from flows.card import card_again
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.effects import Answer, Effect, Forget, Noted, Post
from flows.incoming import StaffPressed
from flows.rounds import clinic_time, doctor_name, staff_language
from flows.wording import mark, say

SAID = mark("Case {code}: {doctor} says that it cannot wait. Please decide by {at}.")
NOTED = {
    lanes.URGENT: mark("Noted: the reminders come sooner."),
    lanes.NORMAL: mark("Noted: the reminders come at their usual pace."),
}


def pressed(case: Case, context: Context, press: StaffPressed) -> Decision | None:
    """One of the two buttons of this round, while a decision is waited for; None for everything else."""
    _, key, action = [*press.data.split("."), "", ""][:3]
    lane = lanes.ACTIONS.get(action)
    if lane is None or key != case.review.key or case.status is not Status.REVIEW or case.review.pending:
        return None
    language = staff_language(context)
    noted = Answer(say(language, NOTED[lane]))
    if lanes.urgent(case) == (lane == lanes.URGENT):  # a second finger
        return Decision(case, (noted,))
    promise = replace(case.review.promise, lane=lane, marked_at=context.now)
    marked = replace(case, review=replace(case.review, promise=promise))
    anew = (Forget("review"), waiting.begins(marked, context))
    line = Noted("lane", press.doctor, lane)
    return Decision(marked, (line, *anew, *_said(marked, context, press.doctor), *card_again(marked, context), noted))


def _said(case: Case, context: Context, doctor: str) -> tuple[Effect, ...]:
    """An edit of the card rings no telephone: what cannot wait is said."""
    until = lanes.wanted_by(case, context.clinic)
    if until is None:
        return ()
    named = {"doctor": doctor_name(context, doctor), "at": clinic_time(until, context)}
    return (Post(say(staff_language(context), SAID, code=case.code, **named), "note", case.review.topic),)
