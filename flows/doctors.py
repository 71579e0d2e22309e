"""What a doctor presses, given to the part that it belongs to: money, colleagues, or the decision."""

from flows import colleagues, money_buttons, review, transfer_buttons
from flows.case import Case
from flows.context import Context, Decision
from flows.incoming import StaffPressed, StaffReplied


def pressed(case: Case, context: Context, press: StaffPressed) -> Decision:
    """Each part knows its own buttons and gives None for the others; the decision answers what is nobody's."""
    return (
        money_buttons.pressed(case, context, press)
        or transfer_buttons.pressed(case, context, press)
        or colleagues.pressed(case, context, press)
        or review.pressed(case, context, press)
    )


def replied(case: Case, context: Context, reply: StaffReplied) -> Decision:
    """A reply to a prompt: about money, or the reason of a decision."""
    return transfer_buttons.replied(case, context, reply) or review.replied(case, context, reply)
