"""A little desk for the decisions: it answers every effect as the world would and keeps what people saw."""

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import orjson

from app.rehearsal.books import Calendar, Provider, Timers
from app.rehearsal.files import Sent
from flows import effects as fx
from flows import incoming as come
from flows import rights, several
from flows.case import ENDED, Case, case_from
from flows.clinic import Clinic
from flows.context import Context, Decision, Roster
from flows.decide import decide
from flows.earlier_wish import WISH
from flows.ledger import Fact
from flows.opening import open_case
from flows.waiting_list import FREE

Seen = Callable[[Case, fx.Effect], None]


def _nobody(case: Case, effect: fx.Effect) -> None:
    return None


def _unheard(at: datetime, kind: str) -> None:
    return None


@dataclass
class Desk:
    """One owner's chat: its newest case, earlier ones, and the world around them. ``tell`` is called with every effect."""

    clinic: Clinic
    now: datetime
    tell: Seen = _nobody
    language: str = ""
    before_ring: Callable[[datetime, str], None] = _unheard
    cases: dict[str, Case] = field(default_factory=dict)
    current: str = ""
    calendar: Calendar = field(default_factory=Calendar)
    provider: Provider = field(default_factory=Provider)
    timers: Timers = field(default_factory=Timers)
    ledger: dict[str, dict[tuple[str, str], Fact]] = field(default_factory=dict)  # by case; each fact once
    failing_files: set[str] = field(default_factory=set)
    sent: dict[str, Sent] = field(default_factory=dict)  # what the files of the transcript are, by ``unique``
    failing: set[str] = field(default_factory=set)  # kinds of effects that fail for good, such as "text"
    opened: int = 0
    tokens: int = 0
    messages: int = 100
    stopped: bool = False  # the owner's STOP by text message
    last: Decision | None = None

    def __post_init__(self) -> None:
        self._open()

    @property
    def case(self) -> Case:
        """The case of the chat now."""
        return self.cases[self.current]

    def _open(self) -> None:
        self.opened += 1
        chance = hashlib.sha256(f"case {self.opened}".encode()).hexdigest()
        fresh = open_case(5001, self.now, chance, language=self.language)
        self.cases[fresh.id] = fresh
        self.current = fresh.id

    # --- one incoming thing -------------------------------------------------------------------------------------------
    def receive(self, incoming: come.Incoming, case_id: str = "") -> Decision:
        """Decides, writes down, answers the effects, and whatever those answers lead to."""
        waiting: deque[tuple[str, come.Incoming]] = deque([(case_id or self._meant(incoming), incoming)])
        first: Decision | None = None
        while waiting:
            target, news = waiting.popleft()
            decision = self._decide(target, news)
            first = first or decision
            waiting.extend(self._carry_out(decision))
        assert first is not None
        self.last = first
        return first

    def _meant(self, incoming: come.Incoming) -> str:
        """The case that something from the owner is for; it becomes the current one."""
        if isinstance(incoming, come.Pressed) and several.strays(self.case, incoming):
            found = several.meant(self._others(self.current), incoming.data)
            if found is not None and several.turns_to(found, incoming.data):
                self.current = found.id
            return found.id if found else self.current
        return self.current

    def by_code(self, code: str) -> str:
        """The id of the case that a card names; "" when the transcript never saw it."""
        return next((case.id for case in self.cases.values() if case.code == code), "")

    def nearest_call(self) -> str:
        """The case that a text message is for: that with the nearest call, else the current one."""
        ahead = [case for case in self.cases.values() if case.call and case.call.ends_at > self.now]
        calls = [(case.call.starts_at, case.id) for case in ahead if case.call]
        return min(calls)[1] if calls else self.current

    def _erase(self) -> None:
        """Nothing is left; whatever she writes next begins a new case."""
        for case_id in self.cases:
            self.calendar.release(case_id)
        self.cases, self.timers, self.language = {}, Timers(), ""
        self._open()

    def _others(self, case_id: str) -> tuple[Case, ...]:
        return tuple(case for case in self.cases.values() if case.id != case_id and case.status not in ENDED)

    def _decide(self, case_id: str, incoming: come.Incoming) -> Decision:
        case = self.cases[case_id]
        decision = decide(case, incoming, self._context(case_id, incoming))
        if any(isinstance(effect, fx.Erase) for effect in decision.effects):
            self._erase()
            return decision
        if any(isinstance(effect, fx.StartAnew) for effect in decision.effects):
            self.language = case.language
            self._open()
            decision = decide(self.case, incoming, self._context(self.current, incoming))
        if not all(self._reserved(decision.case.id, effect) for effect in decision.effects):
            wish = next((e for e in decision.effects if isinstance(e, fx.Hold)), None)
            refused = come.Refused(wish is not None, wish is not None and wish.unasked)
            decision = decide(case, refused, self._context(case_id, incoming))
        if decision.case is not self.cases[decision.case.id]:
            decision = replace(decision, case=replace(decision.case, version=decision.case.version + 1))
        self.cases[decision.case.id] = written_and_read(decision.case)
        return decision

    def _context(self, case_id: str, incoming: come.Incoming) -> Context:
        self.tokens += 1
        taken, current = self.calendar.taken(self.now), case_id == self.current
        others = self._others(case_id) if current and several.needs_others(self.cases[case_id], incoming) else ()
        if current and rights.needs_all(self.cases[case_id], incoming):
            others = tuple(case for case in self.cases.values() if case.id != case_id)
        facts = tuple(self.ledger.get(case_id, {}).values())
        away = tuple(self.calendar.away)
        room = self.clinic.room.replace("{room}", f"call-{self.cases[case_id].revision + 1}")
        duty = Roster(tuple(self.calendar.duty), away)
        return Context(self.now, self.clinic, f"tok{self.tokens:05}", taken, others, current, away, facts, room, duty)

    def _reserved(self, case_id: str, effect: fx.Effect) -> bool:
        match effect:
            case fx.Hold():
                return self.calendar.hold(case_id, effect, self.now)
            case fx.Book():
                return self.calendar.book(case_id, self.now)
        return True

    # --- the world ----------------------------------------------------------------------------------------------------
    def _carry_out(self, decision: Decision) -> list[tuple[str, come.Incoming]]:
        case, answers = decision.case, []
        for effect in decision.effects:
            self.tell(case, effect)
            if case.id not in self.cases:  # erased by this very decision: answers find nobody
                continue
            self._keep(case.id, effect)
            answer = self._answer(case, effect)
            if answer is not None:
                answers.append((case.id, answer))
            if isinstance(effect, fx.Freed):
                answers += self.waiting(effect.doctor)
        return answers

    def waiting(self, doctor: str) -> list[tuple[str, come.Incoming]]:
        """Who waits for an earlier time with this doctor, as ``desk.waiting_list`` asks them one after the other."""
        line = [case for case, kind, key in self.timers.due if (kind, key) == (WISH, doctor)]
        return [(case, come.Due(FREE, doctor)) for case in line]

    def _keep(self, case_id: str, effect: fx.Effect) -> None:
        match effect:
            case fx.Wake():
                self.timers.wake(case_id, effect)
            case fx.Forget():
                self.timers.forget(case_id, effect)
            case fx.Release(held_only=held_only):
                self.calendar.release(case_id, held_only)
            case fx.Enter(reference=where, kind=kind, amount=amount, currency=currency):
                mine = self.ledger.setdefault(case_id, {})
                mine.setdefault((where, kind), Fact(where, kind, amount, currency, self.now))
            case fx.OptOut(stop=stop):
                self.stopped = stop

    def _answer(self, case: Case, effect: fx.Effect) -> come.Incoming | None:
        match effect:
            case fx.OpenTopic():
                return come.TopicOpened(7)
            case fx.Post(role=role):
                self.messages += 1
                return come.Posted(role, self.messages)
            case fx.Fetch(unique=unique):
                if unique in self.failing_files:
                    return come.NotStored(unique, "unreachable")
                return self._stored(unique)
            case fx.OpenCheckout(attempt=attempt):
                if "open_checkout" in self.failing:
                    return come.Undelivered("open_checkout", "refused")
                session = self.provider.open(case, effect, self.now)
                return come.CheckoutOpened(attempt, session.name, f"https://pay.example/{attempt}", session.ends_at)
            case fx.ReadCheckout(session=name) | fx.CloseCheckout(session=name):
                return self.provider.seen(name, self.now, close=isinstance(effect, fx.CloseCheckout))
            case fx.Refund(session=name):
                if "refund" in self.failing:
                    return come.Undelivered("refund", "refused")
                self.provider.refund(effect, "under_way")
                return self.provider.seen(name, self.now)
            case fx.Tell(doctor=doctor, about=about) if about and f"tell {doctor}" in self.failing:
                return come.Undelivered("tell", "not_begun", about)
            case fx.Text() if "text" in self.failing:
                return come.Undelivered("text", "refused")
        return None

    def _stored(self, unique: str) -> come.Stored:
        """A file as it comes from the shelf; no picture could be made of one with a problem."""
        sent = self.sent.get(unique) or Sent()
        digest = _digest(f"unique{sent.same}" if sent.same else unique)
        preview = "" if sent.problem else digest[::-1]
        facts = sent.facts | ({"alike": _digest(f"unique{sent.alike}")} if sent.alike else {})
        return come.Stored(unique, digest, 1000, preview, sent.problem, preview, facts)

    # --- time ---------------------------------------------------------------------------------------------------------
    def wait(self, span: timedelta) -> None:
        """Lets time pass; what falls due rings in order."""
        until = self.now + span
        while (ring := self.timers.take(until)) is not None:
            at, case_id, kind, key = ring
            self.now = max(self.now, at)
            self.before_ring(self.now, kind)
            self.receive(come.Due(kind, key), case_id)
        self.now = until


def written_and_read(case: Case) -> Case:
    """The case as it comes back from the database; it must be the same."""
    again = case_from(orjson.loads(orjson.dumps(case)))
    assert again == case, f"a case does not survive its document: {case} became {again}"
    return again


def _digest(unique: str) -> str:
    return hashlib.sha256(unique.encode()).hexdigest()
