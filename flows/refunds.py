"""Money that goes back to the owner: what is owed her by the clinic's rule, proposed to the staff, confirmed by one press, and what became of it.

Nothing is paid back by itself: a doctor presses, the provider is asked under a number that it knows again, and the ledger keeps each step.
What is owed is read from the ledger each time, so a button that is pressed late or twice pays nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from flows import rails, receipt, rest
from flows.case import Case, Payment, Status
from flows.context import Context
from flows.currencies import exponent, money
from flows.effects import Button, Effect, Enter, Post, Refund, Say, Wake
from flows.incoming import CheckoutSeen
from flows.ledger import Fact, Sum, known, reference, sum_of, sums, waiting
from flows.wording import mark, say

# What the consent says (flows/clinical/consent.toml, the point "refund"): per cent of the fee; both change together.
PROMISED = {"before_call": 100, "after_call": 0}
ASK_AGAIN = timedelta(minutes=10)
LOOK_AGAIN = timedelta(days=1)  # at what is settled: a dispute may begin later, and word of it may be lost
LOOK_FOR = timedelta(days=120)
REMIND_STAFF = timedelta(days=1)  # the consent promises the money within 14 days
ENDED_UNSERVED = (Status.WITHDRAWN, Status.DECLINED)
REFUNDS = {"under_way": "refund_asked", "done": "refund_done", "failed": "refund_failed"}
DISPUTES = {"open": "disputed", "won": "dispute_won", "lost": "dispute_lost"}
TO_STAFF = {
    "disputed": mark("Case {code}: the owner's bank has taken back {amount} for now: the payment is disputed. Please answer on the payment provider's own pages before its deadline."),
    "dispute_won": mark("Case {code}: the dispute about {amount} is decided for the clinic."),
    "dispute_lost": mark("Case {code}: the dispute about {amount} is decided for the owner; the money is with her."),
}  # fmt: skip
FITS_NONE = mark(
    "Case {code}: a payment of {amount} arrived that fits no open fee. Please look into it and refund it if it is not owed."
)
PART = mark(
    "Case {code}: {amount} was a part of the fee, which was not paid in full. It goes back to the owner. Please confirm."
)
BY_RULE = mark(
    "Case {code} has ended after the fee was paid. By the clinic's rule {amount} goes back to the owner. Please confirm."
)


@dataclass(frozen=True, slots=True)
class Owed:
    """So much of one session's money goes back next. ``place``: of the session in the ledger, from 0; ``number``: of this refund of it."""

    place: int
    session: str
    number: int
    amount: int
    currency: str
    is_fee: bool


def fee_sessions(payment: Payment) -> tuple[str, ...]:
    """The sessions whose money is the fee; documents of earlier versions name but the one that was paid."""
    return payment.counted or ((payment.session,) if payment.state == "paid" else ())


def owed(case: Case, facts: Sequence[Fact]) -> tuple[Owed, ...]:
    """All that is to go back to the owner now: money that fits no fee, and the share of the fee of a case that ended unserved."""
    return tuple(
        Owed(place, one.session, one.asked + 1, amount, one.currency, is_fee)
        for place, one in enumerate(sums(facts))
        for is_fee in (one.session in fee_sessions(case.payment),)
        if one not in rest.parts(case, facts) and (amount := _share(case, one) if is_fee else one.left)
    )


def _share(case: Case, one: Sum) -> int:
    if case.status not in ENDED_UNSERVED:
        return 0
    whole: int = 10 ** exponent(
        one.currency
    )  # rounded up to whole dollars or yen: some currencies go back in no other way
    share = min(one.received, -(-one.received * case.payment.share // (100 * whole)) * whole)
    return max(0, min(one.left, share - (one.received - one.left)))


def with_entries(facts: Sequence[Fact], effects: Sequence[Effect], context: Context) -> tuple[Fact, ...]:
    """The ledger as it will be once these effects are carried out."""
    fresh = (e for e in effects if isinstance(e, Enter))
    return (*facts, *(Fact(e.reference, e.kind, e.amount, e.currency, context.now) for e in fresh))


# --- proposed to the staff --------------------------------------------------------------------------------------------
def proposed(before: Sequence[Owed], case: Case, facts: Sequence[Fact], context: Context) -> tuple[Effect, ...]:
    """What is owed now and was not before: a message with its buttons, and a reminder for as long as nobody has pressed."""
    fresh = [one for one in owed(case, facts) if one not in before]
    remind = tuple(Wake("refund", context.now + REMIND_STAFF, one.session) for one in fresh)
    return (*(_proposal(one, case, facts, context) for one in fresh), *remind)


def _proposal(one: Owed, case: Case, facts: Sequence[Fact], context: Context) -> Post:
    language, amount = context.clinic.languages[0], money(one.amount, one.currency)
    words = BY_RULE if one.is_fee else FITS_NONE
    text = say(language, PART if one.session in case.payment.parts else words, code=case.code, amount=amount)
    rows = [(_button(case, one, "refund", say(language, "Pay back {amount}", amount=amount)),)]
    if case.status is Status.ACCEPTED and not one.is_fee:
        rows.append((_button(case, one, "take_as_fee", say(language, "Take it as the fee")),))
    if missing := rest.missing(case, context.clinic, facts, one.session):
        wish = say(language, "Ask for the rest, {amount}", amount=money(missing, one.currency))
        rows.append((_button(case, one, "ask_rest", wish),))
    return Post(text, "alarm", case.review.topic, tuple(rows))


def _button(case: Case, one: Owed, action: str, words: str) -> Button:
    return Button(words, data=f"{case.code}.{one.place}-{one.number}-{one.amount}.{action}")


def meant(case: Case, context: Context, key: str) -> Owed | None:
    """What a button stands for, if that is still owed in just this way."""
    return next((o for o in owed(case, context.ledger) if f"{o.place}-{o.number}-{o.amount}" == key), None)


def remind_staff(case: Case, context: Context, session: str) -> tuple[Effect, ...]:
    """A day has passed: what nobody has confirmed is proposed again."""
    return proposed(
        [one for one in owed(case, context.ledger) if one.session != session], case, context.ledger, context
    )


# --- confirmed, done, failed ------------------------------------------------------------------------------------------
def asked(case: Case, context: Context, one: Owed) -> tuple[Effect, ...]:
    """A doctor has confirmed: the provider is asked, and the owner hears of it. Where nobody can be asked, see ``flows.by_hand``."""
    words = mark("{amount} is being paid back to you, in the way you paid. We write to you here as soon as it is done.")
    return (
        Enter(reference(one.session, one.number), "refund_asked", one.amount, one.currency),
        Refund(one.session, one.number, one.amount, one.currency),
        Say(say(case.language, words, amount=money(one.amount, one.currency))),
        Wake("read_checkout", context.now + ASK_AGAIN, one.session),
    )


def stuck(case: Case, context: Context) -> tuple[Effect, ...]:
    """A refund could not be handed to the provider: the staff may try again, under the same number, so that nothing goes back twice."""
    language = context.clinic.languages[0]
    words = mark("Case {code}: paying {amount} back could not be handed to the payment provider. Please try again, or look on its own pages.")  # fmt: skip
    again = say(language, "Try again")
    asked_for = ((place, fact) for place, fact in enumerate(waiting(context.ledger)) if rails.answers(fact.reference))
    return tuple(
        Post(
            say(language, words, code=case.code, amount=money(fact.amount, fact.currency)), "alarm", case.review.topic,
            ((Button(again, data=f"{case.code}.{place}.refund_again"),),),
        )
        for place, fact in asked_for
    )  # fmt: skip


def once_more(context: Context, place: str) -> tuple[Effect, ...]:
    """The button of that message; nothing where word of the refund has come meanwhile."""
    asked_for = waiting(context.ledger)
    if not place.isdecimal() or int(place) >= len(asked_for):
        return ()
    fact = asked_for[int(place)]
    session, _, number = fact.reference.partition("#")
    return (Refund(session, int(number), fact.amount, fact.currency),)


def followed(case: Case, context: Context, news: CheckoutSeen, facts: Sequence[Fact]) -> tuple[Effect, ...]:
    """What the provider's books say of refunds and disputes of a paid session; ``facts``: the ledger with the payment itself."""
    effects: list[Effect] = []
    for refund in news.refunds:
        effects += _refund_news(case, reference(news.session, refund.name), REFUNDS[refund.state], refund.amount, refund.currency, facts)  # fmt: skip
    for dispute in news.disputes:
        effects += _dispute_news(case, context, reference(news.session, dispute.name), DISPUTES[dispute.state], dispute.amount, dispute.currency, facts)  # fmt: skip
    after = with_entries(facts, effects, context)
    paper = receipt.corrected(case, facts, after, news.session, context)
    proposal = proposed(owed(case, facts), case, after, context)
    return (*effects, *paper, *proposal, *_look_again(news.session, after, context))


def _look_again(session: str, facts: Sequence[Fact], context: Context) -> tuple[Effect, ...]:
    one = sum_of(facts, session)
    if one is None or not rails.answers(session) or (not one.unsettled and context.now > one.received_at + LOOK_FOR):
        return ()
    return (Wake("read_checkout", context.now + (ASK_AGAIN if one.unsettled else LOOK_AGAIN), session),)


def _refund_news(
    case: Case, where: str, kind: str, amount: int, currency: str, facts: Sequence[Fact]
) -> tuple[Effect, ...]:
    if known(facts, where, kind):
        return ()
    entry, much = Enter(where, kind, amount, currency), money(amount, currency)
    if kind == "refund_asked" or known(facts, where, "refund_failed"):  # the last word on it was heard already
        return (entry,)
    words = mark("{amount} has been paid back to you. Until your bank shows it, some days may pass.")
    if kind == "refund_failed":
        words = mark("Paying {amount} back to you did not work. Nothing is lost: the clinic takes care of it and writes to you here.")  # fmt: skip
    return entry, Say(say(case.language, words, amount=much))


def _dispute_news(
    case: Case, context: Context, where: str, kind: str, amount: int, currency: str, facts: Sequence[Fact]
) -> tuple[Effect, ...]:
    if known(facts, where, kind):
        return ()
    entry = Enter(where, kind, amount, currency)
    if kind == "disputed" and known(facts, where, "dispute_won", "dispute_lost"):
        return (entry,)
    text = say(context.clinic.languages[0], TO_STAFF[kind], code=case.code, amount=money(amount, currency))
    return entry, Post(text, "alarm", case.review.topic)


# --- the case ends after the fee was paid -----------------------------------------------------------------------------
def percent(case: Case, context: Context) -> int:
    """How much of the fee goes back if the owner ends the case now."""
    begun = case.call is not None and context.now >= case.call.starts_at
    return context.clinic.after_call_percent if begun else context.clinic.before_call_percent


def with_share(case: Case, share: int) -> Case:
    """The ended case, with what goes back of its fee."""
    return replace(case, payment=replace(case.payment, share=share))


def told(case: Case, facts: Sequence[Fact], language: str) -> str:
    """The owner of an ended case hears what goes back; "" where nothing was paid."""
    back = [one for one in owed(case, facts) if one.is_fee or one.session in case.payment.parts]
    if back:
        words = mark("{amount} goes back to you in the way you paid, within 14 days. We write to you here when it is on its way.")  # fmt: skip
        return say(language, words, amount=money(sum(one.amount for one in back), back[0].currency))
    if not fee_sessions(case.payment) or case.payment.share:
        return ""
    return say(language, "Your call has begun, so by the clinic's rule the fee is not paid back.")
