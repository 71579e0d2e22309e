"""People who do anything at any time: no fault, nothing too long, and always a way out."""

import datetime as dt

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from flows import incoming as come
from tests.flows.walker import Walker

BEGINNINGS = (
    "happy_path_en", "case_sent", "case_sent_from_london", "case_accepted", "case_paid", "case_booked", "case_booked_from_london",
    "language_switch", "emergency_lapses", "need_more", "bad_input",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(
        [
            "Mimi",
            "12 years",
            "台北",
            "yes",
            "None",
            "+886 912 345 678",
            "<b>&{cat}%s",
            "🐱" * 2048,
            "a" * 4096,
            "\u202e",
            "a🐱" * 1400,
        ]
    ),
    st.text(max_size=200),
)
COMMANDS = st.sampled_from(
    ["start", "status", "help", "language", "cancel", "new", "cases", "privacy", "export", "erase", "nonsense", ""]
)
DOCTORS = st.sampled_from([("lin", 9001), ("weber", 9002)])
WAITS = st.sampled_from(
    [
        dt.timedelta(seconds=3),
        dt.timedelta(minutes=11),
        dt.timedelta(hours=5),
        dt.timedelta(days=2),
        dt.timedelta(days=16),
    ]
)


class People(RuleBasedStateMachine):
    """One chat, two doctors, a payment provider and the clock, at random."""

    walker: Walker

    @initialize(beginning=st.sampled_from(BEGINNINGS))
    def begin(self, beginning: str) -> None:
        """Somewhere in a story."""
        self.walker = Walker(beginning)

    @rule(text=TEXTS)
    def say(self, text: str) -> None:
        """The owner writes."""
        self.walker.desk.receive(come.Said(text))

    @rule(number=st.integers(0, 12))
    def press_of_the_newest(self, number: int) -> None:
        """One of the last buttons shown."""
        data = self.walker.owner_data()[-13:]
        if data:
            self.walker.press(data[number % len(data)])

    @rule(number=st.integers(0, 500))
    def press_any_twice(self, number: int) -> None:
        """Any button ever shown, by two fast taps."""
        data = self.walker.owner_data()
        if data:
            self.walker.tap_twice(data[-1 - number % len(data)])

    @rule(data=st.sampled_from(["", ".", "x.1", "{}.99", "{}.-1", "{}.²", "{}", "{}.1.1"]))
    def press_nonsense(self, data: str) -> None:
        """Data that we never gave: a client of one's own may send anything."""
        self.walker.press(data.format(self.walker.desk.case.screen))

    @rule(command=COMMANDS)
    def command(self, command: str) -> None:
        """A command, known or not."""
        self.walker.desk.receive(come.Asked(command))

    @rule(count=st.integers(1, 12), fails=st.booleans(), size=st.sampled_from([0, 1000, 30_000_000]))
    def send_files(self, count: int, fails: bool, size: int) -> None:
        """An album; perhaps one that cannot be fetched, or is too large."""
        for number in range(count):
            unique = f"file{number}"
            (self.walker.desk.failing_files.add if fails else self.walker.desk.failing_files.discard)(unique)
            name = "n" * 300 if number else ""
            self.walker.desk.receive(come.Attached("photo", unique, unique, name, size, "c" * 1024, "album"))

    @rule(own=st.booleans(), phone=st.sampled_from(["+886912345678", "+447700900123", "12", ""]))
    def contact(self, own: bool, phone: str) -> None:
        """A contact card."""
        self.walker.desk.receive(come.SharedContact(phone, own))

    @rule(gone=st.booleans())
    def block(self, gone: bool) -> None:
        """The owner blocks the bot, or sends what cannot be read."""
        self.walker.desk.receive(come.Blocked(gone))
        self.walker.desk.receive(come.SentOther("sticker"))

    @rule(body=st.sampled_from(["1", "2", "3", "STOP", "START", "hello", "", "１"]))
    def text(self, body: str) -> None:
        """An SMS from the owner."""
        self.walker.desk.receive(come.Texted(body))

    @rule(who=DOCTORS, number=st.integers(0, 8))
    def staff_press(self, who: tuple[str, int], number: int) -> None:
        """A button of a card, old or new."""
        buttons = self.walker.paper.staff_buttons
        if buttons:
            data = buttons[-1 - number % len(buttons)].data
            case_id = self.walker.desk.by_code(data.partition(".")[0])
            if case_id:  # else it was erased, and the desk says so without asking any case
                self.walker.desk.receive(come.StaffPressed(*who, data), case_id)

    @rule(who=DOCTORS, text=TEXTS, old=st.booleans())
    def staff_reply(self, who: tuple[str, int], text: str, old: bool) -> None:
        """A reply to the open prompt or to an older one."""
        prompt = self.walker.desk.case.review.prompt - old
        self.walker.desk.receive(come.StaffReplied(*who, prompt, text))

    @rule(state=st.sampled_from(["paid", "paid", "expired", "unpaid"]), amount=st.sampled_from([300_000, 300_000, 1]))
    def pay(self, state: str, amount: int) -> None:
        """News of any payment session."""
        for session in list(self.walker.desk.provider.sessions.values())[-1:]:
            session.state, session.amount = state, amount
            self.walker.desk.receive(self.walker.desk.provider.seen(session.name, self.walker.desk.now))

    @rule(span=WAITS)
    def wait(self, span: dt.timedelta) -> None:
        """Time passes and timers ring."""
        self.walker.desk.wait(span)

    @rule(
        kind=st.sampled_from(["text", "say", "open_checkout", "fetch"]), problem=st.sampled_from(["blocked", "refused"])
    )
    def fail(self, kind: str, problem: str) -> None:
        """Something could not be delivered."""
        self.walker.desk.receive(come.Undelivered(kind, problem))

    @rule(
        kind=st.sampled_from(["album", "lapse", "review", "hold", "remind", "nonsense"]),
        key=st.sampled_from(["", "0", "1", "24:1", "2:9"]),
    )
    def ring_late(self, kind: str, key: str) -> None:
        """A timer that should have been taken back rings all the same."""
        self.walker.desk.receive(come.Due(kind, key))

    def teardown(self) -> None:
        """Whatever happened, the case can be brought to an end."""
        if hasattr(self, "walker"):
            self.walker.go_to_an_end()


TestPeople = People.TestCase
TestPeople.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
