"""A case waits for its decision: the group is reminded at growing intervals, and the owner is told when it takes longer than was said.

The first reminder comes after half the promised time, the second when it is over; from then on each waits twice as long as the one
before it, two days at most, so that a reminder stays news.
"""

from datetime import datetime, timedelta

from flows import emergency
from flows.card import card_again
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.effects import Effect, Post, Say, Wake
from flows.summary import cat_name
from flows.wording import mark, say

LONGEST = timedelta(days=2)
OVER = 2  # the number of the reminder with which the promised time is over


def first(context: Context, turn: int) -> Wake:
    """The first reminder of a round of review; ``turn`` is the round's number."""
    return Wake("review", context.now + _promised(context) / 2, f"{turn}.1")


def due(case: Case, context: Context, key: str) -> Decision:
    """A reminder rings; one of an earlier round, or after the decision, says nothing. ``key`` is "round.number"."""
    turn, _, counted = key.partition(".")
    if case.status is not Status.REVIEW or turn != str(case.review.round):
        return Decision(case)
    if case.review.pending:  # decided, and perhaps undone: nobody is reminded before that is known
        return Decision(case, (Wake("review", case.review.pending.until + timedelta(minutes=1), key),))
    number = int(counted or 1)  # timers of earlier versions named the round alone
    hours = (context.now - (case.submitted_at or case.created_at)) // timedelta(hours=1)
    sentence = mark("Case {code} still waits for a decision, {n} hours after it was sent.")
    if number >= OVER:
        sentence = mark(
            "Case {code} still waits for a decision, {n} hours after it was sent. That is longer than the owner was told."
        )
    text = say(context.clinic.languages[0], sentence, code=case.code, n=hours)
    again = Wake("review", context.now + _interval(context, number), f"{turn}.{number + 1}")
    # The card is edited although nothing is new: should it be gone, this is when we notice.
    return Decision(
        case, (*_told(case, number), Post(text, "note", case.review.topic), *card_again(case, context), again)
    )


def _told(case: Case, number: int) -> tuple[Effect, ...]:
    """The owner hears it once in a round: a second apology would only worry her."""
    if number != OVER:
        return ()
    language = case.language
    text = say(
        language,
        "The doctors' decision on {cat} takes longer than we had said. We are sorry. Your case is not forgotten, the doctors are being reminded of it now, and we will write to you here.\n\n{emergency}",
        cat=cat_name(case, language), emergency=emergency.reminder(language),
    )  # fmt: skip
    return (Say(text),)


def _promised(context: Context) -> timedelta:
    return timedelta(hours=context.clinic.review_hours)


def _interval(context: Context, number: int) -> timedelta:
    """From reminder ``number`` to the next one."""
    if number < OVER:
        return _promised(context) / 2
    return min(_promised(context) * (1 << min(number - OVER, 8)), LONGEST)


def promised_by(case: Case, context: Context) -> datetime | None:
    """Until when the owner was promised the decision; None while she waits for none."""
    began = case.review.opened_at or case.submitted_at
    return began + _promised(context) if began and case.status is Status.REVIEW else None
