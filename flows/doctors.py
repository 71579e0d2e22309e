"""What a doctor presses or replies, given to the part that it belongs to: money, colleagues, the call, or the decision."""

from flows import after_call, call_briefing, colleagues, money_buttons, review
from flows.case import Case
from flows.context import Context, Decision
from flows.incoming import StaffPressed, StaffReplied
from flows.prompts import CALL_NOTE


def pressed(case: Case, context: Context, press: StaffPressed) -> Decision:
    """Each part knows its own buttons and gives None for the others; the decision answers what is nobody's."""
    return (
        money_buttons.pressed(case, context, press)
        or colleagues.pressed(case, context, press)
        or call_briefing.started(case, context, press)
        or after_call.pressed(case, context, press)
        or review.pressed(case, context, press)
    )


def replied(case: Case, context: Context, reply: StaffReplied) -> Decision:
    """The role of the prompt says what was asked there: a note on a call, or a reason."""
    part = after_call.noted if reply.role == CALL_NOTE else review.replied
    return part(case, context, reply)
