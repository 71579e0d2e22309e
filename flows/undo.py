"""A decision can be undone for a short while: until then it is pending, the case stays in review, and nothing has left for the owner.

Whatever moves the case meanwhile ends it (``lifecycle.move``); an emergency that is reported meanwhile puts it back. New records leave
it standing: the group sees them come and has the button.
"""

from dataclasses import replace
from datetime import timedelta

from flows.card import card_again
from flows.case import Case, Pending, Status
from flows.context import Context, Decision
from flows.decided import take_effect
from flows.effects import Answer, Forget, Post, Wake
from flows.incoming import StaffPressed
from flows.lifecycle import move
from flows.prompts import settled
from flows.reasons import DECISIONS
from flows.rounds import clinic_time, doctor_name, staff_language
from flows.wording import mark, say

ACTION = "undo"


def decided(case: Case, context: Context, decision: str, doctor: str, reason: str, ground: str = "") -> Decision:
    """A doctor has decided: at once where the clinic wants it so, else when the time for an undo is over."""
    wanted = case.review.ticked if decision == "need_more" else ()
    until = context.now + timedelta(seconds=context.clinic.undo_seconds)
    made = Pending(decision, doctor, context.now, until, reason, ground, wanted)
    free = settled(case)
    if not context.clinic.undo_seconds:
        return take_effect(free, context, made)
    pending = replace(free, review=replace(free.review, pending=made))
    return Decision(pending, (Wake("undo", until), *card_again(pending, context)))


def due(case: Case, context: Context) -> Decision:
    """The time is over. A timer of an earlier decision that was undone finds a later one still within its time, or none."""
    made = case.review.pending
    if made is None or case.status is not Status.REVIEW:
        return Decision(case)
    if context.now < made.until:
        return Decision(case, (Wake("undo", made.until),))
    return take_effect(case, context, made)


def pressed(case: Case, context: Context, press: StaffPressed) -> Decision:
    """Any enrolled doctor may undo, as long as it has not taken effect: the card is undecided again."""
    made = case.review.pending
    assert made is not None
    moved, line = move(case, "undo", press.doctor, f"{made.decision} {made.doctor}")
    language = staff_language(context)
    sentence = mark(
        "Case {code}: {colleague} has undone what {doctor} decided: {decision}. The owner has heard nothing of it."
    )
    if press.doctor == made.doctor:
        sentence = mark(
            "Case {code}: {doctor} has taken the decision back: {decision}. The owner has heard nothing of it."
        )
    words = say(
        language, sentence,
        code=case.code, colleague=doctor_name(context, press.doctor), doctor=doctor_name(context, made.doctor), decision=say(language, DECISIONS[made.decision]),
    )  # fmt: skip
    note = Post(words, "note", case.review.topic)  # an edited card rings nobody, and who decided has to know
    return Decision(moved, (line, Forget("undo"), *card_again(moved, context), note, Answer(say(language, "Done."))))


def still(made: Pending, context: Context) -> str:
    """What somebody is told who presses another button meanwhile."""
    language = staff_language(context)
    return say(
        language, "{doctor} has decided: {decision}. It can be undone until {at}.",
        doctor=doctor_name(context, made.doctor), decision=say(language, DECISIONS[made.decision]), at=clinic_time(made.until, context),
    )  # fmt: skip


def overtaken(before: Case, decision: Decision, context: Context) -> Decision:
    """An emergency is reported while a decision is pending: the owner is on her way to a vet, and must not read of a fee or of records now."""
    made, alarmed = decision.case.review.pending, set(decision.case.alarm) - set(before.alarm)
    if made is None or not alarmed or decision.case.status is not Status.REVIEW:
        return decision
    language = staff_language(context)
    moved, line = move(decision.case, "undo", "owner", f"{made.decision} {made.doctor}")
    words = say(
        language, "Case {code}: {decision} by {doctor} is put back, because an emergency was reported meanwhile. The owner has heard nothing of it.",
        code=moved.code, decision=say(language, DECISIONS[made.decision]), doctor=doctor_name(context, made.doctor),
    )  # fmt: skip
    note = Post(words, "note", moved.review.topic)
    return Decision(moved, (*decision.effects, line, Forget("undo"), note))
