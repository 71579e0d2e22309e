"""The owner says that the cat is safe, or that it was a misunderstanding: recorded, and on where the talk was stopped.

A draft goes on with its questions. A case that the doctors had already goes back to them, with a new card: nothing of it is lost, and what
they wanted before the emergency has to be thought over.
"""

from dataclasses import replace

from flows import attachments, emergency, intake, standing
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.effects import Forget, Say
from flows.lifecycle import move
from flows.rounds import new_round
from flows.summary import cat_name
from flows.wording import say


def said(case: Case, context: Context) -> Decision:
    """The alarm is over; the group hears of it where it was alarmed."""
    noted, post = emergency.over(case, context)
    told = (post,) if post else ()
    if case.status is not Status.EMERGENCY:
        asked = standing.status(noted, context)
        return replace(asked, effects=(*asked.effects, *told))
    on = _back_to_the_doctors if case.submitted_at else _on_with_the_questions
    found = on(noted, context)
    return replace(found, effects=(*found.effects, *told))


def _on_with_the_questions(case: Case, context: Context) -> Decision:
    moved, line = move(case, "false_alarm", "owner")
    asked = intake.after_alarm(moved, context)
    return replace(asked, effects=(line, *asked.effects))


def _back_to_the_doctors(case: Case, context: Context) -> Decision:
    moved, line = move(replace(case, screen="", options=()), "safe_again", "owner")
    fresh = new_round(moved, context)
    language = case.language
    text = say(
        language,
        "Thank you for telling us. {cat}'s case is with the doctors again, with everything you sent. If another vet has seen {cat} now, please send what was found; we will write to you here.\n\n{emergency}",
        cat=cat_name(case, language), emergency=emergency.reminder(language),
    )  # fmt: skip
    return Decision(
        fresh.case, (line, Forget("lapse"), Say(text), *fresh.effects, *attachments.pending(moved, context))
    )
