"""What the ledger says: facts about money, and the one function that reads from them how much of each payment is left.

Facts are only ever added, each once, and their order does not matter: whatever the provider tells twice, late or out of turn, the sums
are the same. The reference of a payment is its session; that of a refund or a dispute is the session, "#" and a name of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

KINDS = (
    "opened", "expired", "failed", "paid", "wrong_amount", "refund_asked", "refund_done", "refund_failed", "disputed", "dispute_won", "dispute_lost",
    "charge",
)  # fmt: skip
CHARGE = "charge"  # under it stands the provider's own name for a payment: it only leads back to the case
RECEIVED = ("paid", "wrong_amount")


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the ledger. ``kind`` is one of KINDS; ``amount`` in minor units, never negative."""

    reference: str
    kind: str
    amount: int
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sum:
    """What became of the money of one session, in minor units. ``asked``: how many refunds the clinic has asked for so far."""

    session: str
    currency: str
    received: int
    under_way: int  # asked back, and not with the owner yet
    given_back: int
    disputed: int  # taken by the bank for as long as it looks into it
    lost: int  # taken by the bank for good
    asked: int
    received_at: datetime

    @property
    def left(self) -> int:
        """What the clinic still has of it."""
        return max(0, self.received - self.under_way - self.given_back - self.disputed - self.lost)

    @property
    def unsettled(self) -> bool:
        """Whether the provider still owes an answer."""
        return bool(self.under_way or self.disputed)


def reference(session: str, name: str | int) -> str:
    """That of a refund or dispute of this session."""
    return f"{session}#{name}"


def known(facts: Iterable[Fact], where: str, *kinds: str) -> bool:
    """Whether one of these kinds is written down under this reference."""
    return any(fact.reference == where and fact.kind in kinds for fact in facts)


def sums(facts: Sequence[Fact]) -> tuple[Sum, ...]:
    """One for each session that money came through, in the order in which it came."""
    return tuple(_sum(fact, facts) for fact in facts if fact.kind in RECEIVED)


def sum_of(facts: Sequence[Fact], session: str) -> Sum | None:
    """That of one session; None while nothing came through it."""
    return next((one for one in sums(facts) if one.session == session), None)


def waiting(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The clinic's refunds that were asked for and of which nothing more was heard."""
    return tuple(
        fact
        for fact in facts
        if fact.kind == "refund_asked"
        and fact.reference.partition("#")[2].isdecimal()
        and not known(facts, fact.reference, "refund_done", "refund_failed")
    )


def _sum(paid: Fact, facts: Sequence[Fact]) -> Sum:
    kinds: dict[str, set[str]] = {}
    amounts: dict[str, int] = {}
    for fact in facts:
        session, _, name = fact.reference.partition("#")
        if session == paid.reference and name:
            kinds.setdefault(name, set()).add(fact.kind)
            amounts[name] = max(amounts.get(name, 0), fact.amount)
    states = {name: _state(told) for name, told in kinds.items()}

    def total(*wanted: str) -> int:
        return sum(amount for name, amount in amounts.items() if states[name] in wanted)

    return Sum(
        paid.reference, paid.currency, paid.amount, total("refund_asked"), total("refund_done"), total("disputed"), total("dispute_lost"),
        sum("refund_asked" in told and name.isdecimal() for name, told in kinds.items()), paid.at,
    )  # fmt: skip


def _state(told: set[str]) -> str:
    """The last word on a refund or dispute, whatever order the words came in: a bank may return a refund that was done."""
    last = ("refund_failed", "refund_done", "refund_asked", "dispute_lost", "dispute_won", "disputed")
    return next(kind for kind in last if kind in told)
