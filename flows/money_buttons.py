"""What doctors press about money: pay back, take as the fee, and end a case that was paid for because no opinion can be given after all."""

from dataclasses import replace

from flows import booking, by_hand, fee, rails, refunds, rest
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.currencies import money
from flows.effects import Answer, Button, Effect, Forget, Noted, Post, Release, Say
from flows.incoming import CheckoutSeen, RefundSeen, StaffPressed
from flows.ledger import sum_of
from flows.lifecycle import may_move, move
from flows.summary import cat_name
from flows.wording import mark, say

BY_HAND = {"paid_back": "done", "not_paid_back": "failed"}
ACTIONS = ("refund", "take_as_fee", "ask_rest", "call_off", "call_off_yes", "refund_again", *BY_HAND)
SETTLED = mark("That is settled already, or has changed since.")
DONE = {
    "refund": mark("Case {code}: {doctor} pays {amount} back."),
    "take_as_fee": mark("Case {code}: {doctor} takes {amount} as the fee."),
    "ask_rest": mark("Case {code}: {doctor} counts {amount} as a part of the fee and asks for the rest."),
}


def pressed(case: Case, context: Context, press: StaffPressed) -> Decision | None:
    """One of ACTIONS, by an enrolled doctor; None for every other button."""
    _, key, action = [*press.data.split("."), "", ""][:3]
    if action not in ACTIONS:
        return None
    if action == "call_off":
        return _ask_call_off(case, context)
    if action == "call_off_yes":
        return _call_off(case, context, press.doctor)
    if action in BY_HAND:
        return _paid_back(case, context, press.doctor, key, action)
    if action == "refund_again":
        again = refunds.once_more(context, key)
        words = mark("Done.") if again else SETTLED
        return Decision(case, (*again, Answer(say(context.clinic.languages[0], words), alert=not again)))
    one = refunds.meant(case, context, key)
    language = context.clinic.languages[0]
    if one is None or not _possible(case, context, action, one):
        return Decision(case, (Answer(say(language, SETTLED), alert=True),))
    done = _done(case, context, action, one)
    words = DONE[action]
    amount, doctor = money(one.amount, one.currency), _name(context, press.doctor)
    note = Post(say(language, words, code=case.code, doctor=doctor, amount=amount), "note", case.review.topic)
    return replace(done, effects=(*done.effects, note, Answer(say(language, "Done."))))


def _paid_back(case: Case, context: Context, doctor: str, key: str, action: str) -> Decision:
    """A doctor has carried a refund out by hand, or could not: the same news as a provider's."""
    language, fact = context.clinic.languages[0], by_hand.meant(case, context, key)
    one = sum_of(context.ledger, fact.reference.partition("#")[0]) if fact else None
    if fact is None or one is None:
        return Decision(case, (Answer(say(language, SETTLED), alert=True),))
    back = RefundSeen(fact.reference.partition("#")[2], BY_HAND[action], fact.amount, fact.currency)
    if action == "not_paid_back":  # to another account, perhaps: she is asked anew
        case = replace(case, payment=replace(case.payment, account=""))
    told = fee.seen(case, context, CheckoutSeen(one.session, "paid", one.received, one.currency, (back,)))
    amount = money(fact.amount, fact.currency)
    line = Noted(action, doctor, f"{rails.name_of(one.session)} {amount}")
    words = mark("Case {code}: {doctor} has paid {amount} back.")
    if action == "not_paid_back":
        words = mark("Case {code}: {doctor} says that {amount} could not be paid back.")
    note = Post(say(language, words, code=case.code, doctor=_name(context, doctor), amount=amount), "note", case.review.topic)  # fmt: skip
    return replace(told, effects=(line, *told.effects, note, Answer(say(language, "Done."))))


def _possible(case: Case, context: Context, action: str, one: refunds.Owed) -> bool:
    if action == "ask_rest":
        return bool(rest.missing(case, context.clinic, context.ledger, one.session))
    return action == "refund" or case.status is Status.ACCEPTED


def _done(case: Case, context: Context, action: str, one: refunds.Owed) -> Decision:
    if action == "refund":
        return fee.given_back(case, context, one)
    return (fee.ask_rest if action == "ask_rest" else fee.take_as_fee)(case, context, one.session)


def _ask_call_off(case: Case, context: Context) -> Decision:
    language = context.clinic.languages[0]
    if not may_move(case, "call_off"):
        return Decision(case, (Answer(say(language, "This card is no longer current."), alert=True),))
    text = say(
        language,
        "Case {code}: end it without an opinion? The call is cancelled, the owner is told, and the whole fee goes back.",
        code=case.code,
    )
    yes = Button(say(language, "Yes, end it and pay back"), data=f"{case.code}.{case.review.key}.call_off_yes")
    return Decision(
        case, (Post(text, "alarm", case.review.topic, ((yes,),)), Answer(say(language, "Please confirm below.")))
    )


def _call_off(case: Case, context: Context, doctor: str) -> Decision:
    if not may_move(case, "call_off"):
        return _ask_call_off(case, context)
    ended, effects = ended_after_paying(case, context, "call_off", doctor, 100)
    words = say(
        case.language,
        "We are sorry: after all, the doctors cannot give you an opinion on {cat}. Your own vet is there for you both.",
        cat=cat_name(case, case.language),
    )
    text = words + "\n\n" + refunds.told(ended, context.ledger, case.language)
    return Decision(ended, (*effects, Say(text), Answer(say(context.clinic.languages[0], "Done."))))


def ended_after_paying(
    case: Case, context: Context, trigger: str, who: str, share: int
) -> tuple[Case, tuple[Effect, ...]]:
    """The case is over and its call cancelled; what goes back is proposed to the staff."""
    moved, line = move(
        replace(case, step="", screen="", options=(), offer=None, call=None, revision=case.revision + 1), trigger, who
    )
    ended = refunds.with_share(moved, share)
    # The calendar keeps what was: a call that has begun is not taken out of it.
    ahead = case.call is not None and context.now < case.call.starts_at
    farewell = (booking.calendar(replace(case, revision=ended.revision), context, "CANCEL"),) if ahead else ()
    timers = tuple(Forget(kind) for kind in ("remind", "hold", "over", "choose", "text_again"))
    proposal = refunds.proposed(refunds.owed(case, context.ledger), ended, context.ledger, context)
    return ended, (Release(), line, *timers, *farewell, *proposal)


def _name(context: Context, key: str) -> str:
    doctor = context.clinic.doctor(key)
    return doctor.name if doctor else key
