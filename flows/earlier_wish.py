"""The wish for an earlier time than the booked one: who has it, how it begins and ends, and the button for it.

A wish belongs to one call, by its revision: once that is moved, cancelled or called off, the wish is over without anybody having to end
it. Her place in the waiting list is a timer that rests until the call (``storage.waiting_list``); it names the doctor.
"""

from dataclasses import replace
from datetime import timedelta

from flows.case import Case, Status
from flows.context import Context
from flows.effects import Effect, Forget, Freed, Wake
from flows.screens import Choice
from flows.wording import say

WISH = "earlier"  # the timer that is her place, the step of an open offer, and the beginning of its buttons' values
LOOK = "look"  # the timer that looks once more, because just now she sleeps or is choosing for herself
ASK, TAKE, KEEP, STOP = (f"{WISH}:{what}" for what in ("ask", "take", "keep", "stop"))
LEAST = timedelta(hours=1)  # so much later than the soonest possible time a call must be for a wish to make sense


def waits(case: Case) -> bool:
    """Whether she would like an earlier time than the one she has."""
    return case.status is Status.BOOKED and case.call is not None and case.wish == case.call.revision


def possible(case: Case, context: Context) -> bool:
    """Whether any time could still lie before her call."""
    if case.status is not Status.BOOKED or case.call is None:
        return False
    return case.call.starts_at >= context.now + timedelta(hours=context.clinic.lead_hours) + LEAST


def row(case: Case, context: Context) -> list[list[Choice]]:
    """The button with the booked call: to wait, or to wait no longer; none where nothing earlier can come."""
    if waits(case):
        return [[Choice(STOP, say(case.language, "Stop looking for an earlier time"))]]
    if not possible(case, context):
        return []
    return [[Choice(ASK, say(case.language, "Tell me if an earlier time comes free"))]]


def begun(case: Case) -> tuple[Case, tuple[Effect, ...]]:
    """She stands at the end of the list, and what is free now is looked at for everybody in it."""
    call = case.call
    assert call is not None
    place = Wake(WISH, call.starts_at, call.doctor)
    return replace(case, wish=call.revision, passed=()), (*left(), place, Freed(call.doctor))


def left() -> tuple[Effect, ...]:
    """Her place is given up."""
    return (Forget(WISH), Forget(LOOK))
