"""Money at random, beside an independent model: the ledger says what the provider's books say, and every sum has its reason."""

import datetime as dt
import os
import random
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.rehearsal.books import Session
from flows import effects as fx
from flows import incoming as come
from flows.case import ENDED, Case, Status
from flows.context import Context
from flows.decide import decide
from flows.ledger import Fact, Sum, sum_of
from flows.money_buttons import ACTIONS
from tests.flows import till
from tests.flows.walker import Walker

DELIVERED = st.sampled_from([0, 1, 1, 1, 3])  # so often word of it comes; 0: the webhook is lost
WAITS = st.sampled_from(
    [
        dt.timedelta(minutes=1),
        dt.timedelta(minutes=11),
        dt.timedelta(hours=7),
        dt.timedelta(days=1),
        dt.timedelta(days=5),
    ]
)
SPARE = [dt.datetime(2026, 11, day, hour, tzinfo=dt.UTC) for day in (25, 26, 27) for hour in (1, 2, 3)]


class Till(RuleBasedStateMachine):
    """One owner from the go on, the staff, a provider whose webhooks get lost, banks, and the clock."""

    walker: Walker

    @initialize(beginning=st.sampled_from(["case_accepted", "case_accepted", "case_paid", "case_booked"]))
    def begin(self, beginning: str) -> None:
        """After the doctors' go."""
        self.walker = Walker(beginning)
        self.desk = self.walker.desk
        self.old: list[come.CheckoutSeen] = []
        told = self.desk.tell

        def listening(case: Case, effect: fx.Effect) -> None:
            if isinstance(effect, fx.Say | fx.Text) and effect.revision:
                assert effect.revision == self.desk.cases[case.id].revision, "a reminder of a call that was moved"
            told(case, effect)

        self.desk.tell = listening

    @property
    def case(self) -> Case:
        return self.desk.case

    def _tell(self, session: Session, times: int) -> None:
        for _ in range(times):
            news = self.desk.provider.seen(session.name, self.desk.now)
            self.old.append(deepcopy(news))
            self.desk.receive(news, self._owner_of(session))

    def _owner_of(self, session: Session) -> str:
        return next(key for key in self.desk.cases if key.startswith(session.name.split("_")[1]))

    def _sessions(self, *states: str) -> list[Session]:
        return [one for one in self.desk.provider.sessions.values() if one.state in states]

    # --- what the owner does ------------------------------------------------------------------------------------------
    @rule(
        late=st.booleans(),
        place=st.integers(0, 3),
        how=st.sampled_from(["paid", "paid", "paid", "wrong", "unpaid"]),
        times=DELIVERED,
    )
    def pay(self, late: bool, place: int, how: str, times: int) -> None:
        """The open link, or one that was about to run out; another amount; a way of paying that takes days."""
        links = self._sessions("open", "expired") if late else self._sessions("open")
        for session in links[place % len(links) :][:1] if links else []:
            gone = session.state == "expired"
            session.state = "unpaid" if how == "unpaid" else "paid"
            session.amount = 200_000 if how == "wrong" else session.amount
            self._tell(session, times or gone)  # what ran out is paid only by a page that was open: its word comes

    @rule(amount=st.sampled_from([50_000, 100_000, 200_000]))
    def less_than_the_fee_comes(self, amount: int) -> None:
        """And the staff asks for the rest, where that is offered."""
        for session in self._sessions("open")[-1:]:
            session.state, session.amount = "paid", amount
            self._tell(session, 1)
            shown = [one.data for one in self.walker.paper.staff_buttons if one.data.endswith(".ask_rest")]
            for data in shown[-1:]:
                self._press(data)

    @rule(fails=st.booleans(), times=DELIVERED)
    def delayed_payment_is_over(self, fails: bool, times: int) -> None:
        """It arrives, or it does not."""
        for session in self._sessions("unpaid")[-1:]:
            session.state = "failed" if fails else "paid"
            self._tell(session, times)

    @rule(runs_out=st.booleans())
    def wish_for_a_link(self, runs_out: bool) -> None:
        """Where there is none, or none any more."""
        if runs_out:
            self.desk.wait(dt.timedelta(days=1))
        self._choose("status", "new_link")

    @rule(
        wish=st.sampled_from(["go_on", "move", "cancel", "cancel_yes", "book", "days", "coming"]),
        number=st.integers(0, 8),
    )
    def call(self, wish: str, number: int) -> None:
        """Hold a time, book, move, cancel, confirm; or any button that is open."""
        self.desk.receive(come.Asked("status"))
        options = self.case.options
        if self.case.status in (Status.PAID, Status.BOOKED) and options:
            place = options.index(wish) if wish in options else number % len(options)
            self.walker.tap_twice(f"{self.case.screen}.{place}")

    @rule()
    def end_the_case(self) -> None:
        """Before or after paying."""
        self._choose("cancel", "withdraw")

    def _choose(self, command: str, value: str) -> None:
        self.desk.receive(come.Asked(command))
        if value in self.case.options:
            self.walker.tap_twice(f"{self.case.screen}.{self.case.options.index(value)}")

    # --- what the staff does ------------------------------------------------------------------------------------------
    @rule(back=st.integers(0, 6), twice=st.booleans())
    def press_about_money(self, back: int, twice: bool) -> None:
        """Any button about money that was ever shown, the newest more often."""
        shown = [one.data for one in self.walker.paper.staff_buttons if one.data.rpartition(".")[2] in ACTIONS]
        for _ in range(1 + twice):
            if shown:
                self._press(shown[-1 - back % len(shown)])

    def _press(self, data: str) -> None:
        self.desk.receive(come.StaffPressed("lin", 9001, data), self.desk.by_code(data.partition(".")[0]))

    @rule()
    def write_the_opinion(self) -> None:
        """A service is given."""
        if self.case.status is Status.BOOKED:
            self.walker._reply("opinion", "All is well.")

    # --- banks, webhooks, others, the clock ---------------------------------------------------------------------------
    @rule(state=st.sampled_from(["done", "done", "failed"]), times=DELIVERED)
    def refund_is_over(self, state: str, times: int) -> None:
        """The bank takes it, or returns it, at once or after it was taken."""
        for session in self._sessions("paid"):
            for name, one in list(session.refunds.items())[-1:]:
                if one.state == "under_way" or (one.state, state) == ("done", "failed"):
                    session.refunds[name] = come.RefundSeen(name, state, one.amount, one.currency)
                    self._tell(session, times)

    @rule(state=st.sampled_from(["open", "open", "won", "lost"]), times=DELIVERED)
    def dispute(self, state: str, times: int) -> None:
        """About all that is left; decided once."""
        for session in self._sessions("paid")[-1:]:
            known = session.disputes.get("d1")
            left = till.truth(session).left
            if (state == "open" and known is None and left) or (state != "open" and known and known.state == "open"):
                amount = known.amount if known else left
                session.disputes["d1"] = come.DisputeSeen("d1", state, amount, session.currency)
                self._tell(session, times)

    @rule(number=st.integers(0, 50))
    def old_news(self, number: int) -> None:
        """A repeat of something that was true once, out of turn."""
        if self.old:
            news = self.old[number % len(self.old)]
            self.desk.receive(news, self._owner_of(self.desk.provider.sessions[news.session]))

    @rule(works=st.booleans())
    def provider_refuses(self, works: bool) -> None:
        """Refunds cannot be handed over for a while."""
        (self.desk.failing.discard if works else self.desk.failing.add)("refund")

    @rule(starts=st.sampled_from(SPARE))
    def somebody_else_books(self, starts: dt.datetime) -> None:
        """A time that was free a moment ago."""
        self.desk.calendar.hold(
            "somebody", fx.Hold("lin", starts, starts + dt.timedelta(minutes=30), starts), self.desk.now
        )

    @rule(span=WAITS)
    def wait(self, span: dt.timedelta) -> None:
        """Timers ring."""
        self.desk.wait(span)

    # --- what must hold -----------------------------------------------------------------------------------------------
    @invariant()
    def is_well(self) -> None:
        """At any moment: no sum goes back twice, no two calls overlap."""
        if not hasattr(self, "walker"):
            return
        till.no_more_goes_back_than_came(self.desk)
        spans = sorted(entry.span[1:] for entry in self.desk.calendar.entries if entry.lives(self.desk.now))
        assert all(one[1] <= other[0] for one, other in pairwise(spans)), spans

    def teardown(self) -> None:
        """A few days later, with every webhook lost: the ledger is what the provider's books are, and every sum has its reason."""
        if not hasattr(self, "walker"):
            return
        self.desk.failing.clear()
        if self.case.payment.parts:  # the rest never comes: the case lapses, and the part is owed back
            self.desk.wait(dt.timedelta(days=15))
        for day in range(7):
            for session in self.desk.provider.sessions.values():
                if day >= 3:  # until then they are slow, and the staff presses whatever it is shown
                    _banks_decide(session)
            self.desk.wait(dt.timedelta(days=1, minutes=20))
            for button in list(self.walker.paper.staff_buttons):
                if button.data.rpartition(".")[2] in ("refund", "refund_again"):
                    self._press(button.data)
            till.no_more_goes_back_than_came(self.desk)
        for session in self.desk.provider.sessions.values():
            _banks_decide(session)
        self.desk.wait(dt.timedelta(days=1, minutes=20))
        assert till.in_the_ledger(self.desk) == {name: till.truth(one) for name, one in till.paid(self.desk).items()}
        till.every_sum_has_its_reason(self.desk)
        if self.case.status in ENDED and self.case.status not in till.SERVED:
            assert not [e for e in self.desk.calendar.entries if e.case == self.case.id], "an ended case keeps a time"


def _banks_decide(session: Session) -> None:
    for name, one in session.refunds.items():
        if one.state == "under_way":
            session.refunds[name] = come.RefundSeen(name, "done", one.amount, one.currency)
    for name, dispute in session.disputes.items():
        if dispute.state == "open":
            session.disputes[name] = come.DisputeSeen(name, "won", dispute.amount, dispute.currency)


SHUFFLES = 10_000
RUNS, STEPS_EACH = (
    int(number) for number in os.environ.get("WALKS", "200x30").split("x")
)  # ``make fuzz`` goes further
TestTill = Till.TestCase
TestTill.settings = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS_EACH,
    deadline=None,
    derandomize="WALKS" not in os.environ,
    database=None,
    print_blob=True,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def entered(effects: tuple[fx.Effect, ...], now: dt.datetime) -> list[Fact]:
    """The lines that a decision writes into the ledger."""
    return [Fact(e.reference, e.kind, e.amount, e.currency, now) for e in effects if isinstance(e, fx.Enter)]


def test_ten_thousand_orders_of_one_story_end_in_one_ledger() -> None:
    """All that the provider ever said of a case, shuffled, with repeats: one final state of the money, whatever came when."""
    walker = Walker("case_accepted")
    desk = walker.desk
    name = next(iter(desk.provider.sessions))
    money = (300_000, "TWD")
    refunds = [come.RefundSeen("1", state, *money) for state in ("under_way", "done", "failed")]
    second = [come.RefundSeen("2", state, 100_000, "TWD") for state in ("under_way", "done")]
    dispute = [come.DisputeSeen("d1", state, 200_000, "TWD") for state in ("open", "won")]
    story = [
        come.CheckoutSeen(name, "open", *money),
        come.CheckoutSeen(name, "unpaid", *money),
        come.CheckoutSeen(name, "paid", *money),
        *(come.CheckoutSeen(name, "paid", *money, (one,)) for one in refunds),
        *(come.CheckoutSeen(name, "paid", *money, (refunds[2], one)) for one in second),
        *(come.CheckoutSeen(name, "paid", *money, (refunds[2], second[1]), (one,)) for one in dispute),
    ]
    chance = random.Random(6)
    ends: set[tuple[object, ...]] = set()
    begun, before = desk.case, tuple(desk.ledger[desk.current].values())
    for _ in range(SHUFFLES):
        case, facts = begun, {(fact.reference, fact.kind): fact for fact in before}
        for news in chance.sample(story, len(story)) + chance.sample(story, 3):
            decision = decide(case, news, Context(desk.now, desk.clinic, "token123", ledger=tuple(facts.values())))
            case = decision.case
            for fact in entered(decision.effects, desk.now):
                facts.setdefault((fact.reference, fact.kind), fact)
        one = sum_of(tuple(facts.values()), name)
        ends.add((case.status, case.payment.state, case.payment.counted, one and replace(one, received_at=desk.now)))
    assert len(ends) == 1
    status, state, counted, money_now = ends.pop()
    assert (status, state, counted) == (Status.PAID, "paid", (name,))
    assert money_now == Sum(name, "TWD", 300_000, 0, 100_000, 0, 0, 2, desk.now)
