"""What a doctor presses, given to the part that it belongs to: money, colleagues, the opinion to read, or the decision."""

from flows import colleagues, money_buttons, opinion_form, review, second_reader
from flows.case import Case
from flows.context import Context, Decision
from flows.incoming import Drafted, StaffPressed


def pressed(case: Case, context: Context, press: StaffPressed | Drafted) -> Decision:
    """Each part knows its own buttons and gives None for the others; the decision answers what is nobody's. The opinion's form comes from the case page."""
    if isinstance(press, Drafted):
        return opinion_form.drafted(case, context, press)
    return (
        money_buttons.pressed(case, context, press)
        or colleagues.pressed(case, context, press)
        or second_reader.pressed(case, context, press)
        or review.pressed(case, context, press)
    )
