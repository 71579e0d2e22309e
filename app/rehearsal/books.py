"""The books of the transcripts' desk: who has which time, what became of a payment, what rings when."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flows import invoices, rails, transfers
from flows.case import Case
from flows.context import Span
from flows.effects import Forget, Hold, OpenCheckout, Refund, Wake
from flows.incoming import CheckoutSeen, DisputeSeen, RefundSeen


@dataclass(frozen=True)
class Entry:
    """One time of one doctor; ``until`` None once it is booked."""

    case: str
    span: Span
    until: datetime | None

    def lives(self, now: datetime) -> bool:
        """Whether it still keeps others out."""
        return self.until is None or self.until > now


@dataclass
class Calendar:
    """Held and booked times."""

    entries: list[Entry] = field(default_factory=list)
    away: list[Span] = field(default_factory=list)
    duty: list[Span] = field(default_factory=list)  # the newest word last
    unseen: list[Span] = field(default_factory=list)  # taken by somebody between our reading and our writing

    def taken(self, now: datetime) -> tuple[Span, ...]:
        """What a decision is told."""
        return tuple(entry.span for entry in self.entries if entry.lives(now))

    def hold(self, case: str, wish: Hold, now: datetime) -> bool:
        """Holds a time instead of the case's former hold; False when somebody has a part of it."""
        self.entries += [Entry("somebody", span, None) for span in self.unseen]
        self.unseen.clear()
        others = [e for e in self.entries if e.lives(now) and not (e.case == case and e.until)]
        if any(e.span[0] == wish.doctor and e.span[1] < wish.ends_at and wish.starts_at < e.span[2] for e in others):
            return False
        self.entries = [*others, Entry(case, (wish.doctor, wish.starts_at, wish.ends_at), wish.until)]
        return True

    def leave(self, span: Span, now: datetime) -> list[str]:
        """The doctor is away: holds are gone, and these cases had a time in it."""
        self.away.append(span)
        hit = [
            e
            for e in self.entries
            if e.lives(now) and e.span[0] == span[0] and e.span[1] < span[2] and span[1] < e.span[2]
        ]
        self.entries = [e for e in self.entries if e not in hit or e.until is None]
        return list(dict.fromkeys(e.case for e in hit))

    def book(self, case: str, now: datetime) -> bool:
        """The hold becomes the call; False when there is none any more."""
        held = next((e for e in self.entries if e.case == case and e.until and e.lives(now)), None)
        if held is None:
            return False
        self.release(case)
        self.entries.append(replace(held, until=None))
        return True

    def release(self, case: str, held_only: bool = False) -> None:
        """Frees everything of a case, or what it holds."""
        self.entries = [e for e in self.entries if e.case != case or (held_only and not e.until)]

    def occupy(self, span: Span, now: datetime) -> None:
        """Somebody else books a time, unless it is taken."""
        if not any(e.lives(now) and e.span[0] == span[0] and e.span[1] < span[2] and span[1] < e.span[2] for e in self.entries):  # fmt: skip
            self.entries.append(Entry("somebody", span, None))

    def free(self, span: Span) -> bool:
        """Somebody else gives a time back; False when nobody else has it."""
        before = self.entries
        self.entries = [e for e in before if e.case != "somebody" or e.span != span]
        return len(self.entries) < len(before)


@dataclass
class Session:
    """A payment session at the provider."""

    name: str
    amount: int
    currency: str
    ends_at: datetime
    state: str = "open"
    refunds: dict[str, RefundSeen] = field(default_factory=dict)
    disputes: dict[str, DisputeSeen] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """What has neither gone back nor is disputed."""
        back = sum(one.amount for one in self.refunds.values() if one.state != "failed")
        return self.amount - back - sum(one.amount for one in self.disputes.values() if one.state != "won")


@dataclass
class Provider:
    """The payment provider: sessions live for a day."""

    sessions: dict[str, Session] = field(default_factory=dict)

    def open(self, case: Case, asked: OpenCheckout, now: datetime) -> Session:
        """A fresh session, or a transfer that the clinic waits for."""
        name, lives = f"cs_{case.id[:4]}_{asked.attempt}", timedelta(days=1)
        if asked.rail == rails.BANK:
            name, lives = rails.named(rails.BANK, transfers.reference(case.code, asked.attempt)), transfers.LIVES
        if asked.rail == rails.TELEGRAM:
            name, lives = invoices.session(case.code, asked.attempt), timedelta(days=14)
        self.sessions[name] = Session(name, asked.amount, asked.currency, now + lives)
        return self.sessions[name]

    def seen(self, name: str, now: datetime, close: bool = False) -> CheckoutSeen:
        """What it says of a session; ``close`` ends an open one first."""
        session = self.sessions[name]
        if session.state == "open" and (close or now >= session.ends_at):
            session.state = "expired"
        paid = session.state == "paid"
        refunds, disputes = tuple(session.refunds.values()), tuple(session.disputes.values())
        return CheckoutSeen(
            name, session.state, session.amount, session.currency, refunds if paid else (), disputes if paid else ()
        )

    def refund(self, asked: Refund, state: str) -> None:
        """One more refund, once for each number; refused for good where less than that is left, such as in a dispute."""
        session, name = self.sessions[asked.session], str(asked.number)
        state = state if session.left >= asked.amount else "failed"
        session.refunds.setdefault(name, RefundSeen(name, state, asked.amount, asked.currency))


@dataclass
class Timers:
    """What rings when, by case, kind and key."""

    due: dict[tuple[str, str, str], datetime] = field(default_factory=dict)

    def wake(self, case: str, wish: Wake) -> None:
        """Sets or moves a timer."""
        self.due[(case, wish.kind, wish.key)] = wish.at

    def forget(self, case: str, wish: Forget) -> None:
        """Takes back all of a kind."""
        self.due = {name: at for name, at in self.due.items() if name[:2] != (case, wish.kind)}

    def take(self, until: datetime) -> tuple[datetime, str, str, str] | None:
        """The earliest that is due by then, taken out; None when there is none."""
        if not self.due:
            return None
        name = min(self.due, key=lambda n: (self.due[n], n))
        return (self.due.pop(name), *name) if self.due[name] <= until else None
