"""The fee: asked only after a go, by one open payment session at a time, counted as paid only when the provider says so."""

from dataclasses import replace
from datetime import timedelta

from flows import booking, emergency
from flows.case import Case, Payment, Status
from flows.context import Context, Decision
from flows.currencies import money
from flows.effects import Button, CloseCheckout, Effect, Enter, Forget, OpenCheckout, Post, ReadCheckout, Say, Wake
from flows.incoming import CheckoutOpened, CheckoutSeen
from flows.lifecycle import move
from flows.screens import Choice, show
from flows.summary import cat_name
from flows.wording import mark, say

ASK_AGAIN = timedelta(minutes=10)  # a webhook may never come: the provider is asked about everything unsettled
UNPAID_FOR = timedelta(days=14)
PAID_STATES = ("paid", "wrong_amount")
PRODUCT = mark("Second opinion")  # no health words on a receipt (pitfall 75)


def accepted(case: Case, context: Context) -> Decision:
    """Go: the owner hears why, and a payment link is opened."""
    language = case.language
    doctor = context.clinic.doctor(case.review.decided_by)
    text = say(
        language,
        "Good news: the doctors can give you a recommendation for {cat}.\n\n{doctor} writes: {reason}\n\n"
        "The fee is {fee}. It covers the reading of all records, the call and the written opinion. Your payment link follows in a moment.",
        cat=cat_name(case, language),
        doctor=doctor.name if doctor else "",
        reason=case.review.reason,
        fee=money(context.clinic.fee, context.clinic.currency),
    )
    opened, effect = _open(case, context)
    return Decision(opened, (Say(text), effect, Wake("lapse", context.now + UNPAID_FOR)))


def _open(case: Case, context: Context) -> tuple[Case, OpenCheckout]:
    clinic, attempt = context.clinic, case.payment.attempt + 1
    payment = Payment(clinic.fee, clinic.currency, attempt, state="opening")
    effect = OpenCheckout(attempt, clinic.fee, clinic.currency, say(case.language, PRODUCT), case.language)
    return replace(case, payment=payment), effect


def opened(case: Case, context: Context, news: CheckoutOpened) -> Decision:
    """The link is there. One that nobody needs any more is closed again at once."""
    if case.status is not Status.ACCEPTED or news.attempt != case.payment.attempt:
        return Decision(case, (CloseCheckout(news.session),))
    payment = replace(case.payment, session=news.session, url=news.url, state="open")
    shown, message = link(replace(case, payment=payment), context)
    return Decision(shown, (message, Wake("read_checkout", context.now + ASK_AGAIN, news.session)))


def link(case: Case, context: Context, before: str = "") -> tuple[Case, Say]:
    """The open link with its button."""
    language = case.language
    text = say(
        language,
        "Here is your payment link for {fee}. Once you have paid, you choose the time of the call. The link stays valid for a day.\n\n{emergency}",
        fee=money(case.payment.amount, case.payment.currency),
        emergency=emergency.reminder(language),
    )
    pay = Button(
        say(language, "Pay {fee}", fee=money(case.payment.amount, case.payment.currency)), url=case.payment.url
    )
    worse = Choice("gate", say(language, "⚠ It is getting worse"))
    shown, message = show(case, context, f"{before}\n\n{text}" if before else text, [[worse]])
    return shown, replace(message, buttons=((pay,), *message.buttons))


def renew(case: Case, context: Context) -> Decision:
    """The owner asks for a link again: a fresh one only where none is open."""
    if case.payment.state == "open":
        shown, message = link(case, context)
        return Decision(shown, (message,))
    if case.payment.state == "opening":
        return Decision(case, (Say(say(case.language, "Your payment link is on its way.")),))
    fresh, effect = _open(case, context)
    return Decision(fresh, (effect, Say(say(case.language, "Your new payment link is on its way."))))


def seen(case: Case, context: Context, news: CheckoutSeen) -> Decision:
    """What the provider says of a session; the only thing that counts as payment."""
    current = news.session == case.payment.session
    if news.state == "paid":
        return _paid(case, context, news)
    if not current or case.status is not Status.ACCEPTED:
        return Decision(case)
    if news.state == "expired":
        return _expired(case, context)
    again = Wake("read_checkout", context.now + ASK_AGAIN, news.session)
    return Decision(case, (again,))


def _paid(case: Case, context: Context, news: CheckoutSeen) -> Decision:
    if case.payment.state in PAID_STATES and case.payment.session == news.session:
        return Decision(case)
    if news.session in case.payment.unowed:  # told already; the provider is only asked once more
        return Decision(case)
    right = (news.amount, news.currency) == (case.payment.amount, case.payment.currency)
    kind = "paid" if right else "wrong_amount"
    entry = Enter(news.session, kind, news.amount, news.currency)
    if case.status is not Status.ACCEPTED or not right:
        return _unowed(case, context, news, entry)
    payment = replace(case.payment, session=news.session, state="paid", paid_at=context.now)
    moved, line = move(replace(case, payment=payment), "pay", "payment")
    thanks = say(case.language, "Thank you, your payment has arrived.")
    choosing = booking.choose_day(moved, context, before=thanks)
    # Where an earlier link was paid after all, the newer one must not be.
    other = stopped(case) if case.payment.session != news.session else ()
    nudge = Wake("choose", context.now + booking.NUDGES[0], "0")
    over = (Forget("lapse"), Forget("read_checkout"), nudge)
    return Decision(choosing.case, (*other, line, entry, *over, *choosing.effects))


def _unowed(case: Case, context: Context, news: CheckoutSeen, entry: Enter) -> Decision:
    """Money that fits no open fee: the staff looks into it, and the owner is not left wondering."""
    payment = replace(case.payment, unowed=(*case.payment.unowed, news.session))
    if case.payment.state != "paid":  # what was paid in full stays so, whatever arrives on top of it
        payment = replace(payment, session=news.session, state="wrong_amount", url="")
    noted = replace(case, payment=payment)
    words = say(
        case.language,
        "We have received {amount}, which does not fit what is open in this case. Nothing is lost: the clinic looks into it and writes to you.",
        amount=money(news.amount, news.currency),
    )
    return Decision(noted, (entry, Say(words), *_to_staff(case, context, news)))


def _to_staff(case: Case, context: Context, news: CheckoutSeen) -> tuple[Effect, ...]:
    text = say(
        context.clinic.languages[0],
        "Case {code}: a payment of {amount} arrived that fits no open fee. Please look into it and refund it if it is not owed.",
        code=case.code,
        amount=money(news.amount, news.currency),
    )
    return (Post(text, "alarm", case.review.topic),)


def _expired(case: Case, context: Context) -> Decision:
    language = case.language
    closed = replace(case, payment=replace(case.payment, state="expired", url=""))
    text = say(language, "Your payment link has expired; nothing was charged. Would you like a new one?")
    shown, message = show(closed, context, text, [[Choice("new_link", say(language, "A new link, please"))]])
    return Decision(shown, (message,))


def read_again(case: Case, session: str) -> Decision:
    """A webhook or a timer says: ask the provider. What it answers decides, not the webhook's own words."""
    return Decision(case, (ReadCheckout(session),))


def stopped(case: Case) -> tuple[Effect, ...]:
    """The case ends without payment: an open link must not be paid any more."""
    return (CloseCheckout(case.payment.session),) if case.payment.state == "open" else ()
