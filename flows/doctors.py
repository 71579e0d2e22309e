"""What a doctor presses or replies, given to the part that it belongs to: money, colleagues, an inquiry, the opinion to read, or the decision."""

from flows import adviser, asker, colleagues, money_buttons, opinion_form, review, second_reader, transfer_buttons
from flows.case import Case
from flows.context import Context, Decision
from flows.incoming import Drafted, StaffPressed, StaffReplied
from flows.inquiries import ROLE


def pressed(case: Case, context: Context, press: StaffPressed | Drafted) -> Decision:
    """Each part knows its own buttons and gives None for the others; the decision answers what is nobody's. The opinion's form comes from the case page."""
    if isinstance(press, Drafted):
        return opinion_form.drafted(case, context, press)
    return (
        money_buttons.pressed(case, context, press)
        or transfer_buttons.pressed(case, context, press)
        or colleagues.pressed(case, context, press)
        or adviser.pressed(case, context, press)
        or second_reader.pressed(case, context, press)
        or review.pressed(case, context, press)
    )


def replied(case: Case, context: Context, reply: StaffReplied) -> Decision:
    """The role of the prompt says what was asked there: a question to a colleague, her answer, money, or a reason."""
    kind, _, rest = reply.role.partition(".")
    if kind != ROLE:
        return transfer_buttons.replied(case, context, reply) or review.replied(case, context, reply)
    return adviser.replied(case, context, reply) if "." in rest else asker.replied(case, context, reply)
