"""The owner says that the cat is safe, or that it was a misunderstanding: recorded, and on where the talk was stopped."""

from dataclasses import replace

from flows import emergency, intake, standing
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.lifecycle import move


def said(case: Case, context: Context) -> Decision:
    """The alarm is over; the group hears of it where it was alarmed."""
    noted, post = emergency.over(case, context)
    told = (post,) if post else ()
    if case.status is not Status.EMERGENCY:
        asked = standing.status(noted, context)
        return replace(asked, effects=(*asked.effects, *told))
    moved, line = move(noted, "false_alarm", "owner")
    asked = intake.after_alarm(moved, context)
    return replace(asked, effects=(line, *asked.effects, *told))
