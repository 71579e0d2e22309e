"""What a doctor presses or replies, given to the part that it belongs to: money, colleagues, an inquiry, the call, the opinion, or the decision."""

from flows import (
    adviser,
    after_call,
    asker,
    call_briefing,
    call_clock,
    colleagues,
    inquiry_clock,
    lane_buttons,
    money_buttons,
    opinion_form,
    review,
    second_reader,
    transfer_buttons,
    undo,
    vet_copy,
)
from flows.case import Case
from flows.context import Context, Decision
from flows.effects import Answer
from flows.incoming import Drafted, StaffPressed, StaffReplied
from flows.inquiries import ROLE
from flows.prompts import CALL_NOTE
from flows.wording import mark, say

NO_CASE = mark("There is no such case any more.")


def pressed(case: Case, context: Context, press: StaffPressed | Drafted) -> Decision:
    """Each part knows its own buttons and gives None for the others; the decision answers what is nobody's. The opinion's form comes from the case page."""
    if isinstance(press, Drafted):
        return opinion_form.drafted(case, context, press)
    if not (case.submitted_at or case.review.round):  # a draft is its owner's alone: no answer tells that it is there
        return Decision(case, (not_here(context.clinic.languages[0]),))
    return (
        money_buttons.pressed(case, context, press)
        or transfer_buttons.pressed(case, context, press)
        or colleagues.pressed(case, context, press)
        or adviser.pressed(case, context, press)
        or second_reader.pressed(case, context, press)
        or vet_copy.sent(case, context, press)
        or call_briefing.started(case, context, press)
        or after_call.pressed(case, context, press)
        or lane_buttons.pressed(case, context, press)
        or review.pressed(case, context, press)
    )


def not_here(language: str) -> Answer:
    """To whoever presses for a case that is not there."""
    return Answer(say(language, NO_CASE), alert=True)


def replied(case: Case, context: Context, reply: StaffReplied) -> Decision:
    """The role of the prompt says what was asked there: a question to a colleague, her answer, a note on a call, money, or a reason."""
    kind, _, rest = reply.role.partition(".")
    if reply.role == CALL_NOTE:
        return after_call.noted(case, context, reply)
    if kind != ROLE:
        return transfer_buttons.replied(case, context, reply) or review.replied(case, context, reply)
    return adviser.replied(case, context, reply) if "." in rest else asker.replied(case, context, reply)


def followed(before: Case, decision: Decision, context: Context) -> Decision:
    """What doctors have under way goes along with whatever moved the case: a decision that can be undone, an inquiry, a call."""
    decision = undo.overtaken(before, decision, context)
    decision = inquiry_clock.overtaken(before, decision, context)
    return call_clock.followed(before, decision, context)
