"""What falls due by the clock, and what could not be delivered: no person speaks here."""

from dataclasses import replace

from flows import (
    arrivals,
    booking,
    earlier_wish,
    fee,
    handover,
    lapsed,
    leave,
    outcome,
    refunds,
    reminders,
    review,
    standing,
    undo,
    waiting,
    waiting_list,
)
from flows import incoming as come
from flows.card import card_anew
from flows.case import Case
from flows.context import Context, Decision
from flows.effects import Say
from flows.wording import say


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
        case "read_checkout" | "refund":
            return fee.due(case, context, kind, key)
        case "hold" | "choose" | "over" | "away" | waiting_list.FREE | earlier_wish.LOOK:
            return _of_its_time(case, context, kind, key)
        case "remind":
            return reminders.due(case, context, key)
        case "text_again":
            return reminders.once_more(case, context, key)
        case "unread" | "close" | outcome.KIND:
            return _after_the_opinion(case, context, kind)
    return Decision(case)


def _after_the_opinion(case: Case, context: Context, kind: str) -> Decision:
    match kind:
        case "unread":
            return handover.unread(case, context)
        case "close":
            return lapsed.close(case, context)
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
            return booking.over(case, context, key)
        case waiting_list.FREE:
            return waiting_list.free(case, context, key)
        case earlier_wish.LOOK:
            return waiting_list.again_later(case)
    return leave.due(case, context)
