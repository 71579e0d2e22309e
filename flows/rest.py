"""Less than the fee came in: on a doctor's press the owner is asked for the rest, and both sums together are the fee.

What came first is a part of the fee for as long as the case waits for the rest and none of it has gone back or is disputed. Where the
case ends before that, or another payment is taken as the fee, the part is owed back like any money that fits no fee.
"""

from collections.abc import Sequence

from flows import consultations
from flows.case import Case, Status
from flows.clinic import Clinic
from flows.currencies import smallest
from flows.ledger import Fact, Sum, sum_of


def parts(case: Case, facts: Sequence[Fact]) -> tuple[Sum, ...]:
    """The payments that are a part of the fee now."""
    if case.status is not Status.ACCEPTED:
        return ()
    found = (sum_of(facts, session) for session in case.payment.parts)
    return tuple(one for one in found if one and one.left == one.received)


def outstanding(case: Case, clinic: Clinic, facts: Sequence[Fact]) -> int:
    """What is still to be paid, in minor units: the whole fee while nothing of it came."""
    return consultations.of(case, clinic).fee - sum(one.received for one in parts(case, facts))


def missing(case: Case, clinic: Clinic, facts: Sequence[Fact], session: str) -> int:
    """What would be left to ask for if this payment were a part of the fee; 0 where that cannot be asked for."""
    one = sum_of(facts, session)
    if case.status is not Status.ACCEPTED or one is None or session in case.payment.parts:
        return 0
    left = outstanding(case, clinic, facts) - one.received
    fits = one.currency == consultations.of(case, clinic).currency and one.left == one.received
    return left if fits and left > 0 and left % smallest(one.currency) == 0 else 0


def counted(case: Case, clinic: Clinic, facts: Sequence[Fact], session: str) -> tuple[tuple[str, ...], int]:
    """The sessions whose money is the fee now that this payment completes it, and how much that is; never more than the fee by adding parts."""
    one, before = sum_of(facts, session), parts(case, facts)
    came = one.received if one else case.payment.amount
    if came > outstanding(case, clinic, facts):
        return (session,), came
    return (*(part.session for part in before), session), came + sum(part.received for part in before)
