"""What falls due by the clock, and what could not be delivered: no person speaks here."""

from dataclasses import replace
from datetime import timedelta

from flows import (
    adviser,
    after_call,
    arrivals,
    booking,
    call_clock,
    earlier_wish,
    fee,
    handover,
    inquiry_clock,
    lapsed,
    leave,
    outcome,
    refunds,
    reminders,
    review,
    rights,
    second_reader,
    standing,
    transfer_buttons,
    undo,
    vet_copy,
    waiting,
    waiting_list,
    zone_rules,
)
from flows import incoming as come
from flows.card import card_anew
from flows.case import Case
from flows.context import Context, Decision
from flows.effects import Say, Wake
from flows.wording import say

ASKING = ("draft", "choose", "remind")  # these put a question of their own on the screen
FOR_GOOD = ("withdraw", rights.YES)  # what a second yes ends or erases
THINKS = timedelta(minutes=10)  # so long the question for that yes stays the newest


def undelivered(case: Case, context: Context, news: come.Undelivered) -> Decision:
    """One of our effects failed for good: the person hears of it another way, or the staff does."""
    if news.kind == "text":
        return reminders.text_failed(case, context, news.problem, news.purpose)
    if news.problem == "blocked":
        gone = replace(case, blocked=True)
        if case.blocked:
            return Decision(gone)
        return Decision(gone, (*standing.unreachable(case, context), *reminders.chat_failed(gone, context)))
    if news.kind == "say":
        return Decision(case, reminders.chat_failed(case, context))
    if news.kind == "edit_card":
        return card_anew(case, context) if news.problem == "message_gone" else Decision(case)
    if news.kind == "tell":
        if news.purpose.startswith(f"{call_clock.TIMER}."):
            return call_clock.undelivered(case, context, news.purpose)
        return inquiry_clock.undelivered(case, context, news.purpose)
    if news.kind == "refund":
        return Decision(case, refunds.stuck(case, context))
    if news.kind == "open_checkout":
        failed = replace(case, payment=replace(case.payment, state="expired"))
        return Decision(
            failed,
            (
                Say(
                    say(
                        case.language,
                        "The payment link could not be made. Please send /status in a while to try again.",
                    )
                ),
            ),
        )
    return Decision(case)


def due(case: Case, context: Context, kind: str, key: str) -> Decision:
    """A timer of this case rings; one that is no longer wanted changes nothing."""
    if kind in ASKING and _thinks(case, context):
        return Decision(case, (Wake(kind, context.now + THINKS, key),))
    match kind:
        case "album":
            settled = arrivals.settled(case, context)
            fresh = [r for r in settled.case.records if r.unique in settled.case.told and r.unique not in case.told]
            return replace(settled, effects=(*settled.effects, *review.news(settled.case, context, fresh)))
        case "lapse":
            return lapsed.lapse(case, context)
        case "draft":
            return standing.nudge(case, context, key)
        case "review":
            return waiting.due(case, context, key)
        case "undo":
            return undo.due(case, context)
        case adviser.TIMER | call_clock.TIMER:
            return _of_doctors(case, context, kind, key)
        case "read_checkout" | "refund" | "transfer":
            return _of_the_fee(case, context, kind, key)
        case "hold" | "choose" | "over" | "away" | waiting_list.FREE | earlier_wish.LOOK | zone_rules.TIMER:
            return _of_its_time(case, context, kind, key)
        case "remind" | "text_again":
            return (reminders.due if kind == "remind" else reminders.once_more)(case, context, key)
        case second_reader.KIND | "unread" | "close" | vet_copy.POINT | outcome.KIND:
            return _around_the_opinion(case, context, kind, key)
    return Decision(case)


def _thinks(case: Case, context: Context) -> bool:
    """Whether she was asked just now for a yes that ends her case: a question of ours would take its button away."""
    return context.now - case.updated_at < THINKS and not set(FOR_GOOD).isdisjoint(case.options)


def _of_doctors(case: Case, context: Context, kind: str, key: str) -> Decision:
    if kind == call_clock.TIMER:
        return call_clock.due(case, context, key)
    return inquiry_clock.due(case, context, key)


def _of_the_fee(case: Case, context: Context, kind: str, key: str) -> Decision:
    if kind == "transfer":
        return transfer_buttons.due(case, context, key)
    return fee.due(case, context, kind, key)


def _around_the_opinion(case: Case, context: Context, kind: str, key: str) -> Decision:
    match kind:
        case second_reader.KIND:
            return second_reader.due(case, context, key)
        case "unread":
            return handover.unread(case, context)
        case "close":
            return lapsed.close(case, context)
        case vet_copy.POINT:
            return vet_copy.due(case, context)
    return outcome.ask(case, context)


def _of_its_time(case: Case, context: Context, kind: str, key: str) -> Decision:
    match kind:
        case "hold" if waiting_list.is_offered(case):
            return waiting_list.run_out(case, context, key)
        case "hold":
            return booking.hold_over(case, context, key)
        case "choose":
            return booking.nudge(case, context, key)
        case "over":
            return after_call.over(case, context, key)
        case waiting_list.FREE:
            return waiting_list.free(case, context, key)
        case earlier_wish.LOOK:
            return waiting_list.again_later(case)
        case zone_rules.TIMER:
            return zone_rules.due(case, context, key)
    return leave.due(case, context)
