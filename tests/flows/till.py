"""A payment provider as an independent model sees it: what was paid, went back and was disputed, in plain arithmetic over its own books."""

from dataclasses import dataclass

from app.rehearsal.books import Session
from app.rehearsal.desk import Desk
from flows import incoming as come
from flows.case import Status
from flows.ledger import sums

FEE = 300_000  # of the rehearsals' clinic
SERVED = (Status.PAID, Status.BOOKED, Status.ANSWERED, Status.CLOSED)


@dataclass(frozen=True)
class Truth:
    """One session that was paid, in minor units."""

    received: int
    under_way: int
    given_back: int
    disputed: int
    lost: int

    @property
    def left(self) -> int:
        """What the clinic has of it."""
        return self.received - self.under_way - self.given_back - self.disputed - self.lost


def truth(session: Session) -> Truth:
    """Read from the provider alone."""

    def of(where: dict[str, come.RefundSeen] | dict[str, come.DisputeSeen], state: str) -> int:
        return sum(one.amount for one in where.values() if one.state == state)

    refunds, disputes = session.refunds, session.disputes
    return Truth(
        session.amount, of(refunds, "under_way"), of(refunds, "done"), of(disputes, "open"), of(disputes, "lost")
    )


def paid(desk: Desk) -> dict[str, Session]:
    """The sessions that money came through."""
    return {name: session for name, session in desk.provider.sessions.items() if session.state == "paid"}


def in_the_ledger(desk: Desk) -> dict[str, Truth]:
    """What our ledger says of each session."""
    facts = tuple(fact for mine in desk.ledger.values() for fact in mine.values())
    return {
        one.session: Truth(one.received, one.under_way, one.given_back, one.disputed, one.lost) for one in sums(facts)
    }


def no_more_goes_back_than_came(desk: Desk) -> None:
    """At any moment: not even by a second press, a repeat or a failed refund made anew."""
    for name, session in desk.provider.sessions.items():
        assert not session.refunds or session.state == "paid"
        assert truth(session).left >= 0, f"{name}: {session}"


def every_sum_has_its_reason(desk: Desk) -> None:
    """In the end: the fee of a case that is served, or of one that ended when its call had begun; everything else has gone back.

    The fee may have come in parts, which together are no more than it.
    """
    for case in desk.cases.values():
        kept = {
            name: truth(session).left
            for name, session in paid(desk).items()
            if name.startswith(f"cs_{case.id[:4]}_") and truth(session).left
        }
        assert len(kept) <= 1 or sum(kept.values()) <= FEE, f"{kept} are kept in {case.status}"
        if kept and case.status not in SERVED:
            assert case.status is Status.WITHDRAWN, case.status
            assert case.payment.share == 0, case.payment
