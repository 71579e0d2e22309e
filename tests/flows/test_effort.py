"""What it costs an owner to tell her case: taps and typed messages from /start to sent, on the shortest way and on a usual one.

Run with ``-s`` to read the figures. The contact button is a tap; files are counted apart, because each is one decision of hers.
"""

import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from app.rehearsal.clinic import clinic
from flows import incoming as come
from flows.case import Case, Status
from flows.context import Context
from flows.decide import decide
from flows.opening import open_case
from tests.flows.invariants import takes_words
from tests.flows.onward import WORDS

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
HOUSE = clinic()
MOST_TAPS, MOST_TYPED = 25, 4
TYPED = WORDS | {
    "cat_age": "12 years",
    "place": "Taipei",
    "phone": "+886912345678",
    "medicines": "Prednisolone 5 mg",
    "problem": "Kidneys",
}
ROUNDABOUT = (
    "!",
    "gate",
    "red:",
    "vet",
    "single",
    "refuse",
    "peer",
    "letter",
    "no_sms",
    "unknown",
    "skip",
    "none",
    "enough",
)
WAYS = tuple[tuple[str, str], ...]


def start() -> Case:
    """After /start, with the first question open."""
    return _after(open_case(5001, NOW, "0" * 64), come.Asked("start"), 0)


def _after(case: Case, incoming: come.Incoming, number: int) -> Case:
    return decide(case, incoming, Context(NOW + timedelta(seconds=number), HOUSE, f"tok{number:05}")).case


def _press(case: Case, value: str, number: int) -> Case:
    return _after(case, come.Pressed(f"{case.screen}.{case.options.index(value)}"), number)


# --- the shortest way -------------------------------------------------------------------------------------------------
def _choices(case: Case) -> Iterator[tuple[str, str]]:
    """Everything that can be done at a question: each button, words where they are read, the number's own button."""
    yield from (("tap", value) for value in case.options)
    if takes_words(case):
        yield "typed", TYPED.get(case.step.partition(":")[0], "Since last autumn.")
    if case.step == "phone":
        yield "contact", "+886912345678"


def _done(case: Case, way: tuple[str, str], number: int) -> Case:
    kind, what = way
    if kind == "tap":
        return _press(case, what, number)
    return _after(case, come.Said(what) if kind == "typed" else come.SharedContact(what, True), number)


def _place(case: Case) -> tuple[object, ...]:
    """What the rest of the way can depend on; how a question was answered otherwise is not among it."""
    problem, asked = case.answers.get("problem", ""), case.answers.get("question", "")
    agreed = frozenset(one.point for one in case.agreed if one.yes)
    return (
        case.status,
        case.step,
        case.back_to,
        case.vet,
        problem,
        asked.count("\n"),
        bool(asked),
        agreed,
        bool(case.phone),
    )


def shortest(goal: Callable[[Case], bool]) -> WAYS:
    """The fewest things to do until the goal, by breadth first over everything that can be done at each question."""
    first = start()
    seen, waiting = {_place(first)}, deque[tuple[Case, WAYS]]([(first, ())])
    while waiting:
        case, ways = waiting.popleft()
        for way in _choices(case):
            after = _done(case, way, len(ways) + 1)
            if goal(after):
                return (*ways, way)
            if after.status is Status.INTAKE and _place(after) not in seen:
                seen.add(_place(after))
                waiting.append((after, (*ways, way)))
    raise AssertionError("nothing leads there")


@pytest.mark.parametrize("vet", [False, True], ids=["owner", "vet"])
def test_the_shortest_way_is_short(vet: bool) -> None:
    """At most 25 taps and 4 typed messages, found by trying everything at every question."""
    ways = shortest(lambda case: case.status is Status.REVIEW and case.vet is vet)
    taps, typed = sum(kind != "typed" for kind, _ in ways), sum(kind == "typed" for kind, _ in ways)
    print(f"\nshortest way, {'vet' if vet else 'owner'}: {taps} taps and {typed} typed messages")
    print("  " + ", ".join(what if kind != "typed" else f"“{what[:20]}…”" for kind, what in ways))
    assert taps <= MOST_TAPS
    assert typed <= MOST_TYPED


# --- a usual way ------------------------------------------------------------------------------------------------------
@dataclass
class Owner:
    """A plausible owner who answers everything: some medicines, some questions, some records, now and then a look back."""

    chance: random.Random
    taps: int = 0
    typed: int = 0
    files: int = 0
    case: Case = field(default_factory=start)
    medicines: int = 0
    questions: int = 0

    def __post_init__(self) -> None:
        self.medicines, self.questions = self.chance.randint(0, 3), self.chance.randint(1, 3)

    def tells(self) -> "Owner":
        """The whole intake."""
        for number in range(1, 300):
            if self.case.status is Status.REVIEW:
                return self
            self._step(number)
        raise AssertionError(f"still at {self.case.step}")

    def _step(self, number: int) -> None:
        head = self.case.step.partition(":")[0]
        if head == "records" and not self.files:
            for _ in range(self.chance.randint(1, 6)):
                self.files += 1
                name = f"file{self.files}"
                self.case = _after(self.case, come.Attached("photo", name, name, "", 1000), number)
                self.case = _after(self.case, come.Stored(name, "0" * 64, 1000, "", ""), number)
            self.case = _after(self.case, come.Due("album", ""), number)
        if head == "phone" and self.chance.random() < 0.7:
            self.taps += 1
            self.case = _after(self.case, come.SharedContact("+886912345678", True), number)
        elif value := self._button(head):
            self.taps += 1
            self.case = _press(self.case, value, number)
        else:
            self.typed += 1
            self.case = _after(self.case, come.Said(self._words(head)), number)

    def _words(self, head: str) -> str:
        asked = self.case.answers.get("question", "")
        more = f" ({asked.count(chr(10)) + 2})" if head == "question" and asked else ""
        return TYPED.get(head, "Since last autumn, slowly.") + more

    def _button(self, head: str) -> str | None:
        """The value of the button she presses; None when she types."""
        options = self.case.options
        match head:
            case "emergency":
                return "gate:none" if "gate:none" in options else "gate"
            case "amber":
                return self._now_and_then(0.15, "amber:", "on")
            case "consent":
                return "single" if self.chance.random() < 0.05 else "agree"
            case "options":
                return self._now_and_then(0.2, "opt:", "on")
            case "checklist":
                return self._now_and_then(0.6, "check:", "on")
            case "medicines" | "medicine":
                return self._medicine(head)
            case "question" if (
                self.case.answers.get("question", "").count("\n") + 1 >= self.questions and "enough" in options
            ):
                return "enough"
            case "records":
                return "done"
            case "summary":
                return "submit"
        usual = [value for value in options if not value.startswith(ROUNDABOUT)]
        typing = takes_words(self.case) and (not usual or self.chance.random() < 0.1)
        return None if typing or not usual else self.chance.choice(usual)

    def _now_and_then(self, how_often: float, kind: str, otherwise: str) -> str:
        found = [value for value in self.case.options if value.startswith(kind)]
        return self.chance.choice(found) if found and self.chance.random() < how_often else otherwise

    def _medicine(self, head: str) -> str | None:
        if head == "medicines":
            return None if self.medicines else "none"
        usual = [value for value in self.case.options if not value.startswith("!") and value != "enough"]
        if usual:
            return self.chance.choice(usual)
        self.medicines -= 1
        return None if self.medicines > 0 else "enough"


def test_a_usual_owner_is_through_in_reasonable_time() -> None:
    """The middle of 200 owners who answer everything, each from a seed of her own."""
    owners = [Owner(random.Random(seed)).tells() for seed in range(200)]
    taps, typed, files = (median(getattr(owner, name) for owner in owners) for name in ("taps", "typed", "files"))
    most = max(owner.taps + owner.typed for owner in owners)
    print(
        f"\nusual way, middle of {len(owners)}: {taps:g} taps, {typed:g} typed messages, {files:g} files; the longest needs {most} taps and messages"
    )
    assert taps <= 2 * MOST_TAPS
    assert typed <= 2 * MOST_TYPED
