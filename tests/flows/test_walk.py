"""People who do anything at any time: no fault, nothing too long, and always a way out."""

import datetime as dt
import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.rehearsal.files import facts_of
from app.rehearsal.paper import pressed
from flows import incoming as come
from flows.case import Status
from tests.flows.walker import Walker
from tests.scenarios.play import names

BEGINNINGS = st.one_of(
    st.just(""), st.sampled_from([path.stem for path in names()])
)  # most stories end behind the intake
SAID = (
    "Mimi", "12 years", "台北", "yes", "None", "no", "好", "不知道", "+886 912 345 678", "Prednisolone 5 mg", "Prednisolone 5 mg once a day\nMaropitant",
    "No number, write here only", "done", "12", "1", "咪咪", "她瘦了很多，醫生說是慢性腎病，我們想知道還能做什麼。",
    "He strains in the litter tray and no urine comes", "呼吸很喘，張口呼吸", "she ate a lily", "I think it is time to let her go, she is in pain", "沒有喝水一整天",
    "<b>&{cat}%s", "{n} {total} {0} %(x)s", "🐱" * 2048, "a" * 4096, "貓" * 4096, "word " * 819, "\u202e", "\u202eevil\u202c name", "a🐱" * 1400, "asdf qwer zxcv", "？！",
    "line\n" * 600, "\t\tMedicine\tx", "\x00", "\ud83d\ude3a",
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(SAID), st.text(max_size=200))
RECORDS = (
    "modality: US, part: ABDOMEN, patient: Mimi, date: 2026-11-02", "modality: CR, patient: CHEN^MOMO, species: Canine, date: 2031-01-01, missing: 3",
    "words: CBC WBC 12 RBC 7, dates: 2026-05-03", "words: Creatinine 2 SDMA 19, dates: 2026-11-18", "words: 尿檢", "is: jpeg, flaws: blurred, look: 00ff00ff00ff00ff",
    "is: jpeg, look: 00ff00ff00ff00fe", "is: jpeg, flaws: glare cut, film: yes", "problem: locked, words: T4", "problem: unknown_kind, looks_like: gif",
    "is: zip, refused: a.exe unknown_kind; b.doc unknown_kind, refused_more: 7", "problem: empty", "same: 1", "is: mp4, seconds: 5",
)  # fmt: skip
COMMANDS = st.sampled_from(
    [
        "start",
        "status",
        "help",
        "language",
        "cancel",
        "new",
        "cases",
        "privacy",
        "export",
        "erase",
        "about",
        "consent",
        "texts",
        "receipt",
        "nonsense",
        "",
    ]
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

WORDED = (
    "story",
    "since",
    "ask",
    "medicines",
    "question",
    "advised",
    "quality",
    "cat_name",
    "cat_age",
    "place",
    "problem",
    "phone",
)
TIMERS = [
    ("album", ""), ("lapse", ""), ("nonsense", ""), ("review", "1"), ("review", "2"), ("review", "1.1"), ("review", "1.2"), ("review", "2.3"), ("undo", ""), ("hold", "0"), ("hold", "1"), ("remind", "24:1"), ("remind", "2:9"),
    ("draft", "0"), ("draft", "1"), ("choose", "0"), ("choose", "1"), ("choose", "2"),
]  # fmt: skip


class People(RuleBasedStateMachine):
    """One chat, two doctors, a payment provider and the clock, at random."""

    walker: Walker
    gives_up: bool

    @initialize(beginning=BEGINNINGS, gives_up=st.booleans())
    def begin(self, beginning: str, gives_up: bool) -> None:
        """Somewhere in a story; in the end she gives up, or goes all the way."""
        self.walker, self.gives_up = Walker(beginning), gives_up

    @invariant()
    def is_well(self) -> None:
        """After everything that happens."""
        if hasattr(self, "walker"):
            self.walker.is_well()

    @rule(steps=st.integers(1, 6))
    def go_on(self, steps: int) -> None:
        """Some steps without a detour: else nobody would ever come far."""
        for _ in range(steps):
            if self.walker.desk.case.status in (Status.INTAKE, Status.EMERGENCY):
                self.walker.go_on()

    @rule(text=TEXTS, step=st.sampled_from(WORDED), again=st.integers(1, 3))
    def answer_in_words(self, text: str, step: str, again: int) -> None:
        """On to a question that takes words, which are written there up to three times."""
        for _ in range(40):
            case = self.walker.desk.case
            if case.status is Status.INTAKE and case.step.partition(":")[0] != step:
                self.walker.go_on()
        for _ in range(again):
            self.walker.desk.receive(come.Said(text))

    @rule(number=st.integers(0, 20))
    def press_of_the_screen(self, number: int) -> None:
        """A button of the question that is open."""
        data = self.walker.newest_data()
        if data:
            self.walker.press(data[number % len(data)])

    @rule(words=st.sampled_from(["English", "繁體中文"]))
    def change_the_language(self, words: str) -> None:
        """In the middle of anything."""
        self.walker.desk.receive(come.Asked("language"))
        self.walker.press(pressed(self.walker.paper.owner_buttons, words))

    @rule(after_status=st.booleans())
    def be_a_vet(self, after_status: bool) -> None:
        """The door for colleagues, where it is shown."""
        if after_status:
            self.walker.desk.receive(come.Asked("status"))
        case = self.walker.desk.case
        for value in {"vet", "peer"} & set(case.options):
            self.walker.press(f"{case.screen}.{case.options.index(value)}")

    @rule(seconds=st.sampled_from([0, 2_000]), fails=st.booleans())
    def speak(self, seconds: int, fails: bool) -> None:
        """A voice note, as an answer or not."""
        unique = f"voice{self.walker.desk.tokens}"
        if fails:
            self.walker.desk.failing_files.add(unique)
        self.walker.desk.receive(come.Attached("voice", unique, unique, "", seconds * 1000))

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

    @rule(sent=st.lists(st.sampled_from(RECORDS), min_size=1, max_size=4), wait=st.booleans())
    def send_records(self, sent: list[str], wait: bool) -> None:
        """Files that tell something of themselves: tests, another cat's, poor pictures, broken ones."""
        for braces in sent:
            unique = f"record{self.walker.desk.tokens}"
            self.walker.desk.sent[unique] = facts_of(braces, 1, "document", "a.pdf")
            self.walker.desk.receive(come.Attached("document", unique, unique, "a.pdf", 1000))
        if wait:
            self.walker.desk.wait(dt.timedelta(seconds=3))

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

    @rule(timer=st.sampled_from(TIMERS))
    def ring_late(self, timer: tuple[str, str]) -> None:
        """A timer that should have been taken back rings all the same."""
        self.walker.desk.receive(come.Due(*timer))

    def teardown(self) -> None:
        """Whatever happened, the case can be brought to an end: by giving up, or by going all the way."""
        if hasattr(self, "walker") and self.gives_up:
            self.walker.go_to_an_end()
        elif hasattr(self, "walker"):
            self.walker.go_all_the_way()


RUNS, STEPS_EACH = (
    int(number) for number in os.environ.get("WALKS", "200x30").split("x")
)  # ``make fuzz`` walks further
TestPeople = People.TestCase
TestPeople.settings = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS_EACH,
    deadline=None,
    derandomize="WALKS" not in os.environ,  # CI walks the same ways every time; the long walk takes new ones
    database=None,
    print_blob=True,
    report_multiple_bugs=False,
    phases=[Phase.generate] if "QUICK" in os.environ else list(Phase),
    suppress_health_check=list(HealthCheck),
)


def test_wherever_a_story_ends_people_come_to_an_end() -> None:
    """Every transcript, not only those that the random walk happens to choose: with a second case to its end, or giving up the first."""
    for path in names():
        for gives_up, command in ((False, "new"), (True, "status")):
            person = People()
            person.begin(beginning=path.stem, gives_up=gives_up)
            person.command(command=command)
            person.is_well()
            person.teardown()
