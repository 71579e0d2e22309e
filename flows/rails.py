"""The ways for money to arrive, of one shape: a session is opened, read, closed and paid back, whoever keeps the books of it.

Stripe keeps its own books and is asked. Telegram only tells that an invoice was paid. Of a bank transfer the staff keeps the books: a doctor says what has arrived, and the very same news
(``incoming.CheckoutSeen``) goes the very same way. Which rail a session is of stands in front of its name; without that it is Stripe's.
"""

from flows.effects import CloseCheckout, OpenCheckout, ReadCheckout, Refund
from flows.wording import mark

STRIPE, TELEGRAM, BANK = "stripe", "telegram", "bank"
RAILS = (STRIPE, TELEGRAM, BANK)
NAMES = {STRIPE: mark("By card"), TELEGRAM: mark("Here in Telegram"), BANK: mark("By bank transfer")}
INSTEAD = {
    STRIPE: mark("Pay by card instead"),
    TELEGRAM: mark("Pay here in Telegram instead"),
    BANK: mark("Pay by bank transfer instead"),
}
ON_RECEIPT = {
    STRIPE: mark("Paid on the payment page, reference {reference}"),
    TELEGRAM: mark("Paid in Telegram, reference {reference}"),
    BANK: mark("Paid by bank transfer, reference {reference}"),
}
CHOICE = "rail:"  # what a button of the owner's stands for, with the rail behind it


def rail_of(reference: str) -> str:
    """The rail of a session, a refund or a dispute, by its reference in the ledger."""
    return next((rail for rail in RAILS if reference.startswith(f"{rail}-")), STRIPE)


def of_effect(effect: OpenCheckout | ReadCheckout | CloseCheckout | Refund) -> str:
    """Where an effect about money goes."""
    return effect.rail if isinstance(effect, OpenCheckout) else rail_of(effect.session)


def named(rail: str, name: str) -> str:
    """A session of this rail under its own name."""
    return name if rail == STRIPE else f"{rail}-{name}"


def name_of(session: str) -> str:
    """What people read of a session: for a transfer the reference that the owner was given."""
    rail = rail_of(session)
    return session if rail == STRIPE else session.removeprefix(f"{rail}-")


def answers(session: str) -> bool:
    """Whether a provider can be asked what became of it, and pays back when it is asked."""
    return rail_of(session) == STRIPE
