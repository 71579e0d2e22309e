"""What a decision wants done about money; part of ``flows.effects``, whose names these are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenCheckout:
    """A payment session for the fee; answered by ``CheckoutOpened``. ``attempt`` makes the provider's idempotency key."""

    attempt: int
    amount: int
    currency: str
    product: str
    language: str
    rail: str = "stripe"  # one of ``flows.rails.RAILS``


@dataclass(frozen=True, slots=True)
class ReadCheckout:
    """Ask the provider what became of a session; answered by ``CheckoutSeen``."""

    session: str


@dataclass(frozen=True, slots=True)
class CloseCheckout:
    """Expire a session so that it can no longer be paid; answered by ``CheckoutSeen``."""

    session: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Pay back so much of what came through a session; answered by ``CheckoutSeen``. ``number``: 1 for its first refund, and so on."""

    session: str
    number: int
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Enter:
    """A line in the ledger: ``kind`` is one of ``flows.ledger.KINDS``; written once per reference and kind."""

    reference: str
    kind: str
    amount: int
    currency: str
