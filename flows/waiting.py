"""A case waits for its decision: the group is reminded at growing intervals, whoever is on call is spoken to, and the owner is told when it takes longer than was said.

The first reminder comes after half the time, the second when it is over; from then on each waits twice as long as the one before it, two days
at most, so that a reminder stays news. When the owner's own time is over there is one in any case.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from flows import case_page, duty, emergency, lanes
from flows.card import card_again
from flows.case import Case, Status
from flows.clinic import Doctor
from flows.context import Context, Decision
from flows.effects import Effect, Post, Say, Tell, Wake
from flows.summary import cat_name
from flows.wording import mark, say

LONGEST = timedelta(days=2)
OVER = 2  # the number of the reminder with which the time is over
WAITS = mark("Case {code} still waits for a decision, {n} hours after it was sent.")
LATE = mark("Case {code} still waits for a decision, {n} hours after it was sent. That is longer than the owner was told.")  # fmt: skip
NOBODY = mark("Nobody is on call: whoever takes it writes /oncall.")
ALONE = mark("You are on call, and case {code} still waits for a decision, {n} hours after it was sent. If you cannot decide it, please see to it that somebody does.")  # fmt: skip


def begins(case: Case, context: Context) -> Wake:
    """The first reminder of a round of review that begins now, or of a case that has come into another lane."""
    return _next(case, context, 0)


def _next(case: Case, context: Context, number: int) -> Wake:
    at, told = context.now + _interval(case, context, number), _until(case, context)
    if told and context.now < told < at:
        at = told
    return Wake("review", at, f"{case.review.round}.{number + 1}")


def due(case: Case, context: Context, key: str) -> Decision:
    """A reminder rings; one of an earlier round, or after the decision, says nothing. ``key`` is "round.number"."""
    turn, _, counted = key.partition(".")
    if case.status is not Status.REVIEW or turn != str(case.review.round):
        return Decision(case)
    if case.review.pending:  # decided, and perhaps undone: nobody is reminded before that is known
        return Decision(case, (Wake("review", case.review.pending.until + timedelta(minutes=1), key),))
    number = int(counted or 1)  # timers of earlier versions named the round alone
    promise, late = case.review.promise, _is_late(case, context, number)
    told = _told(case) if late and not promise.late else ()
    after = replace(case, review=replace(case.review, promise=replace(promise, late=promise.late or late)))
    # The card is edited although nothing is new: should it be gone, this is when we notice.
    reminders = (*_reminded(case, context, late), *card_again(after, context))
    return Decision(after, (*told, *reminders, _next(after, context, number)))


def _is_late(case: Case, context: Context, number: int) -> bool:
    """Whether the owner's time is over. A round of an earlier version tells it by the number of its reminder."""
    until = _until(case, context) if case.review.promise.hours else None
    return context.now >= until if until else number >= OVER


def _reminded(case: Case, context: Context, late: bool) -> tuple[Effect, ...]:
    """The group, and with an urgent case or a late one whoever is on call: by name there, and alone."""
    language, n = context.clinic.languages[0], _hours(case, context)
    text = say(language, LATE if late else WAITS, code=case.code, n=n)
    if not (late or lanes.urgent(case)):
        return (Post(text, "note", case.review.topic),)
    doctor = duty.now_of(context)
    if doctor is None:
        return (Post(f"{text}\n{say(language, NOBODY)}", "note", case.review.topic),)
    return (Post(text, "note", case.review.topic, doctor=doctor.key), _alone(case, context, doctor))


def _alone(case: Case, context: Context, doctor: Doctor) -> Tell:
    """Nothing is lost where the bot may not write to her: the group's reminder names her."""
    language = case_page.language_of(context.clinic, doctor)
    text = say(language, ALONE, code=case.code, n=_hours(case, context))
    return Tell(doctor.key, text, buttons=((case_page.button(case, language),),))


def _hours(case: Case, context: Context) -> int:
    return (context.now - (case.submitted_at or case.created_at)) // timedelta(hours=1)


def _told(case: Case) -> tuple[Effect, ...]:
    """The owner hears it once in a round: a second apology would only worry her."""
    language = case.language
    text = say(
        language,
        "The doctors' decision on {cat} takes longer than we had said. We are sorry. Your case is not forgotten, the doctors are being reminded of it now, and we will write to you here.\n\n{emergency}",
        cat=cat_name(case, language), emergency=emergency.reminder(language),
    )  # fmt: skip
    return (Say(text),)


def _interval(case: Case, context: Context, number: int) -> timedelta:
    """From reminder ``number`` to the next one; 0 is the beginning."""
    pace = lanes.pace(case, context.clinic)
    if number < OVER:
        return pace / 2
    return min(pace * (1 << min(number - OVER, 8)), LONGEST)


def _until(case: Case, context: Context) -> datetime | None:
    began = case.review.opened_at or case.submitted_at
    hours = case.review.promise.hours or context.clinic.review_hours
    return began + timedelta(hours=hours) if began else None


def promised_by(case: Case, context: Context) -> datetime | None:
    """Until when the owner was promised the decision; None while she waits for none."""
    return _until(case, context) if case.status is Status.REVIEW else None
