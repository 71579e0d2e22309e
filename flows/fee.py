"""The fee: asked only after a go, by one open payment session at a time, counted as paid only when the provider says so."""

from dataclasses import replace
from datetime import timedelta

from flows import booking, by_hand, consultations, emergency, invoices, rails, receipt, refunds, rest, transfers
from flows.case import Case, Payment, Status
from flows.context import Context, Decision
from flows.currencies import money
from flows.effects import Button, CloseCheckout, Effect, Enter, Forget, OpenCheckout, ReadCheckout, Say, Wake
from flows.incoming import CheckoutOpened, CheckoutSeen
from flows.ledger import CHARGE, RECEIVED, known, reference, sums
from flows.lifecycle import move
from flows.screens import Choice, show
from flows.summary import cat_name
from flows.wording import mark, say

ASK_AGAIN = timedelta(minutes=10)  # a webhook may never come: the provider is asked about everything unsettled
UNPAID_FOR = timedelta(days=14)
PAID_STATES = ("paid", "wrong_amount")
CHOOSABLE = ("choosing", "open", "expired")
PRODUCT = mark("Second opinion")  # no health words on a receipt (pitfall 75)


def accepted(case: Case, context: Context) -> Decision:
    """Go: the owner hears why, and a payment link is opened."""
    language, chosen = case.language, consultations.of(case, context.clinic)
    doctor = context.clinic.doctor(case.review.decided_by)
    # Parts of a fee that was asked for before the doctors decided anew are owed back: the whole fee is asked for.
    kept = replace(case, consultation=chosen, payment=replace(case.payment, parts=()))
    advised = consultations.name(chosen, language)
    text = say(
        language,
        "Good news: the doctors can give you a recommendation for {cat}.\n\n{doctor} writes: {reason}\n\n{advised}"
        "The fee is {fee}. It covers the reading of all records, the call and the written opinion. How to pay is in the next message.",
        cat=cat_name(case, language),
        doctor=doctor.name if doctor else "",
        reason=case.review.reason,
        advised=advised and say(language, "They advise this consultation: {kind}.", kind=advised) + "\n\n",
        fee=money(chosen.fee, chosen.currency),
    )
    opened, effect = _asked(kept, context)
    return Decision(opened, (Say(text), effect, Wake("lapse", context.now + UNPAID_FOR)))


def _asked(case: Case, context: Context) -> tuple[Case, OpenCheckout | Say]:
    """A session on the only rail there is, or the question which it shall be."""
    if len(context.clinic.rails) > 1:
        return rail_choice(case, context)
    return _open(case, context, context.clinic.rails[0])


def _open(case: Case, context: Context, rail: str) -> tuple[Case, OpenCheckout]:
    currency, attempt = consultations.of(case, context.clinic).currency, case.payment.attempt + 1
    amount = rest.outstanding(case, context.clinic, context.ledger)
    kept = case.payment
    payment = Payment(amount, currency, attempt, state="opening", parts=kept.parts, rail=rail, account=kept.account)
    effect = OpenCheckout(attempt, amount, currency, say(case.language, PRODUCT), case.language, rail)
    return replace(case, payment=payment), effect


def rail_choice(case: Case, context: Context, before: str = "") -> tuple[Case, Say]:
    """By card or by transfer."""
    language = case.language
    rows = [[Choice(f"{rails.CHOICE}{rail}", say(language, rails.NAMES[rail]))] for rail in context.clinic.rails]
    rows.append([Choice("gate", say(language, "⚠ It is getting worse"))])
    question = say(language, "How would you like to pay?")
    asking = replace(case, payment=replace(case.payment, state="choosing", url=""))
    return show(asking, context, f"{before}\n\n{question}" if before else question, rows)


def on_rail(case: Case, context: Context, rail: str) -> Decision:
    """The owner has chosen how to pay, or another way than before: what was open is open no longer."""
    if case.status is not Status.ACCEPTED or rail not in context.clinic.rails or case.payment.state not in CHOOSABLE:
        return Decision(case)
    if case.payment.state == "open" and case.payment.rail == rail and rail != rails.TELEGRAM:
        return renew(case, context)
    fresh, effect = _open(case, context, rail)
    return Decision(fresh, (*stopped(case), effect))


def opened(case: Case, context: Context, news: CheckoutOpened) -> Decision:
    """The link is there. One that nobody needs any more is closed again at once."""
    entry = Enter(news.session, "opened", case.payment.amount, case.payment.currency)
    if case.status is not Status.ACCEPTED or news.attempt != case.payment.attempt:
        return Decision(case, (entry, CloseCheckout(news.session)))
    payment = replace(case.payment, session=news.session, url=news.url, state="open", until=news.expires_at)
    shown, message = link(replace(case, payment=payment), context)
    if payment.rail == rails.BANK:
        # Nobody can be asked: the staff looks, and the case waits for a transfer of the last day.
        asked = transfers.post(shown, context, transfers.ASKED)
        return Decision(shown, (entry, message, asked, Wake("lapse", news.expires_at + transfers.GRACE)))
    if payment.rail == rails.TELEGRAM:
        return Decision(shown, (entry, message))
    return Decision(shown, (entry, message, Wake("read_checkout", context.now + ASK_AGAIN, news.session)))


def link(case: Case, context: Context, before: str = "") -> tuple[Case, Say]:
    """The open link with its button, or where to transfer the fee."""
    if case.payment.rail == rails.BANK:
        return transfers.shown(case, context, before)
    if case.payment.rail == rails.TELEGRAM:
        return invoices.shown(case, context, before)
    language, amount = case.language, money(case.payment.amount, case.payment.currency)
    text = say(
        language,
        "Here is your payment link for {fee}. Once you have paid, you choose the time of the call. The link stays valid for a day.\n\n{emergency}",
        fee=amount,
        emergency=emergency.reminder(language),
    )
    pay = Button(say(language, "Pay {fee}", fee=amount), url=case.payment.url)
    worse = Choice("gate", say(language, "⚠ It is getting worse"))
    parts = (before, consultations.told(case, language), text)
    rows = [*transfers.instead(case, context), [worse]]
    shown, message = show(case, context, "\n\n".join(part for part in parts if part), rows)
    return shown, replace(message, buttons=((pay,), *message.buttons))


def renew(case: Case, context: Context) -> Decision:
    """The owner asks for a link again: a fresh one only where none is open."""
    if case.payment.state == "open":
        shown, message = link(case, context)
        return Decision(shown, (message,))
    if case.payment.state == "opening":
        return Decision(case, (Say(say(case.language, "Your payment link is on its way.")),))
    fresh, effect = _asked(case, context)
    if isinstance(effect, Say):
        return Decision(fresh, (effect,))
    return Decision(fresh, (effect, Say(say(case.language, "Your new payment link is on its way."))))


def seen(case: Case, context: Context, news: CheckoutSeen) -> Decision:
    """What the provider says of a session; the only thing that counts as payment."""
    if news.state == "paid":
        return _paid(case, context, news)
    if case.payment.state in PAID_STATES or known(context.ledger, news.session, *RECEIVED):
        return Decision(case)  # an old answer: what was paid stays so
    if news.state == "unpaid":  # complete, and the money on its way for days: asked about whatever became of the case
        return _arriving(case, context, news)
    wanted = news.session == case.payment.session and case.status is Status.ACCEPTED
    if news.state == "open":
        again = Wake("read_checkout", context.now + ASK_AGAIN, news.session)
        return Decision(case, (again,) if wanted else ())
    entry = Enter(news.session, news.state, news.amount, news.currency)
    noted = () if known(context.ledger, news.session, news.state) else (entry,)
    gone = _over(case, context, news.state) if wanted and case.payment.state in ("open", "arriving") else Decision(case)
    return replace(gone, effects=(*noted, *gone.effects))


def _arriving(case: Case, context: Context, news: CheckoutSeen) -> Decision:
    """Some ways of paying take days: the link is used up and the money is not here."""
    again = Wake("read_checkout", context.now + ASK_AGAIN, news.session)
    if news.session != case.payment.session or case.payment.state != "open":
        return Decision(case, (again,))
    words = say(
        case.language,
        "Thank you. Your payment is on its way; with your way of paying that can take some days. We write to you here as soon as it has arrived.",
    )
    return Decision(
        replace(case, payment=replace(case.payment, state="arriving", url="")),
        (Say(words), again, Wake("lapse", context.now + UNPAID_FOR)),
    )


def _paid(case: Case, context: Context, news: CheckoutSeen) -> Decision:
    facts = context.ledger
    came, news = Decision(case), invoices.told_apart(news, facts)
    if not known(facts, news.session, *RECEIVED):
        right = (news.amount, news.currency) == (case.payment.amount, case.payment.currency)
        entry = Enter(news.session, "paid" if right else "wrong_amount", news.amount, news.currency)
        whole = case.payment.amount == rest.outstanding(case, context.clinic, facts)
        fits = right and whole and case.status is Status.ACCEPTED
        came = _received(case, context, news.session, entry) if fits else _unowed(case, context, news, entry)
        if news.intent:
            came = replace(came, effects=(*came.effects, Enter(news.intent, CHARGE, news.amount, news.currency)))
        facts = refunds.with_entries(facts, came.effects, context)
    return replace(came, effects=(*came.effects, *refunds.followed(came.case, context, news, facts)))


def _received(case: Case, context: Context, session: str, *entry: Effect) -> Decision:
    """The fee is there: a time may be chosen."""
    facts = refunds.with_entries(context.ledger, entry, context)
    counted, amount = rest.counted(case, context.clinic, facts, session)
    payment = replace(case.payment, session=session, counted=counted, parts=(), amount=amount, state="paid", url="")
    moved, line = move(replace(case, payment=replace(payment, paid_at=context.now)), "pay", "payment")
    proposal = refunds.proposed(refunds.owed(case, facts), moved, facts, context)  # parts beside which it is too much
    thanks = say(case.language, "Thank you, your payment has arrived.")
    choosing = booking.choose_day(moved, context, before=thanks)
    # Where an earlier link was paid after all, the newer one must not be.
    other = stopped(case) if case.payment.session != session else ()
    nudge = Wake("choose", context.now + booking.NUDGES[0], "0")
    paper = receipt.paper(moved, refunds.with_entries(context.ledger, entry, context), context)
    timers = (Forget("lapse"), Forget("refund"), nudge)
    return Decision(choosing.case, (*other, line, *entry, *timers, paper, *choosing.effects, *proposal))


def take_as_fee(case: Case, context: Context, session: str) -> Decision:
    """The staff is content with what came, though it was another amount."""
    return _received(case, context, session)


def ask_rest(case: Case, context: Context, session: str) -> Decision:
    """The staff counts what came as a part of the fee; the owner gets a link for what is missing, and two weeks for it."""
    whole = consultations.of(case, context.clinic)  # kept from here on: the open link is no longer about all of it
    payment = replace(case.payment, parts=(*case.payment.parts, session))
    fresh, link = _asked(replace(case, consultation=whole, payment=payment), context)
    missing = rest.outstanding(fresh, context.clinic, context.ledger)
    words = say(
        case.language,
        "Of the fee of {fee} we have received {amount}. {rest} is still missing; how to pay it is in the next message.",
        fee=money(whole.fee, whole.currency),
        amount=money(whole.fee - missing, whole.currency),
        rest=money(missing, whole.currency),
    )
    return Decision(fresh, (*stopped(case), Say(words), link, Wake("lapse", context.now + UNPAID_FOR)))


def _unowed(case: Case, context: Context, news: CheckoutSeen, entry: Enter) -> Decision:
    """Money that fits no open fee: the staff decides what becomes of it, and the owner is not left wondering."""
    waiting = case.status is Status.ACCEPTED and news.session == case.payment.session
    payment = replace(case.payment, state="wrong_amount", url="") if waiting else case.payment
    noted = replace(case, payment=payment) if waiting else case
    words = say(
        case.language,
        "We have received {amount}, which does not fit what is open in this case. Nothing is lost: the clinic looks into it and writes to you.",
        amount=money(news.amount, news.currency),
    )
    facts = refunds.with_entries(context.ledger, (entry,), context)
    proposal = refunds.proposed(refunds.owed(case, context.ledger), noted, facts, context)
    return Decision(noted, (entry, Say(words), *proposal))


def given_back(case: Case, context: Context, one: refunds.Owed) -> Decision:
    """The staff pays back; an owner who still has to pay gets a fresh link instead of the one that is open."""
    effects = refunds.asked(case, context, one)
    if not rails.answers(one.session):
        where = reference(one.session, one.number)
        case, effects = by_hand.asked(case, context, where, one.amount, one.currency)
    if case.status is not Status.ACCEPTED:
        return Decision(case, effects)
    fresh, link = _asked(case, context)
    return Decision(fresh, (*stopped(case), *effects, link))


def _over(case: Case, context: Context, state: str) -> Decision:
    language = case.language
    closed = replace(case, payment=replace(case.payment, state="expired", url=""))
    words = mark("Your payment link has expired; nothing was charged. Would you like a new one?")
    if state == "failed":
        words = mark("Your payment did not go through; nothing was charged. Would you like a new link?")
    if case.payment.parts:  # of the fee something was charged
        words = mark("Your payment link for the rest has run out, or the payment did not go through. Would you like a new one?")  # fmt: skip
    text = say(language, words)
    shown, message = show(closed, context, text, [[Choice("new_link", say(language, "A new link, please"))]])
    return Decision(shown, (message,))


def due(case: Case, context: Context, kind: str, session: str) -> Decision:
    """A webhook or a timer says: ask the provider, whose answer decides, not the webhook's own words; or a refund waits for the staff.

    A notice of a refund or a dispute does not know the session (""): the case asks about all that money came through.
    """
    if kind == "refund":
        again = by_hand.remind(case, context, session)
        return Decision(case, (*refunds.remind_staff(case, context, session), *again))
    asked = (session,) if session else tuple(one.session for one in sums(context.ledger))
    return Decision(case, tuple(ReadCheckout(name) for name in asked if rails.answers(name)))


def ended(before: Case, after: Case, context: Context) -> tuple[Effect, ...]:
    """The case has ended without the whole fee, or is decided anew: no link may be paid any more, and what came of it goes back."""
    was, facts = refunds.owed(before, context.ledger), context.ledger
    return (*stopped(before), *refunds.proposed(was, after, facts, context))


def stopped(case: Case) -> tuple[Effect, ...]:
    """The case ends without payment: an open link must not be paid any more."""
    return (CloseCheckout(case.payment.session),) if case.payment.state == "open" else ()
