"""One open question at a time: its text, its buttons, and how a press finds back to it.

A button carries ``<screen>.<index>``: the screen is fresh chance, so a button works once, for one case, in one state, and means
nothing to anybody else. What the indexes stand for is kept in the case. Only "it is getting worse" works for ever.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.case import ENDED, Case, changed
from flows.context import Context
from flows.effects import Button, Effect, Outward, Redraw, Say


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of a question: what it stands for, and its words in the owner's language. With ``url`` it opens a page and answers nothing."""

    value: str
    words: str
    url: str = ""


GATE = "gate"  # "it is getting worse": the one button that never grows old, on whatever message it stands
Rows = Sequence[Sequence[Choice]]


def show(case: Case, context: Context, text: str, rows: Rows = ()) -> tuple[Case, Say]:
    """Opens a question. ``decide`` remembers the answered one before it, so that a double tap is told apart from an old button."""
    values = tuple(choice.value for row in rows for choice in row if not choice.url)
    numbers = iter(range(len(values)))
    buttons = tuple(tuple(_button(choice, context.token, numbers) for choice in row) for row in rows)
    opened = changed(case, screen=context.token, options=values)
    return opened, Say(text, buttons)


def _button(choice: Choice, screen: str, numbers: Iterator[int]) -> Button:
    if choice.url:
        return Button(choice.words, url=choice.url)
    data = f"{screen}.{next(numbers)}"
    return Button(choice.words, data=GATE if choice.value == GATE else data)


def pressed(case: Case, data: str) -> str | None:
    """What the button stands for; None when it belongs to another question."""
    if data == GATE and case.status not in ENDED:
        return GATE
    screen, _, index = data.partition(".")
    if not case.screen or screen != case.screen or not index.isdecimal() or int(index) >= len(case.options):
        return None
    return case.options[int(index)]


TICKS = frozenset({"amber", "opt", "check"})  # a press of these changes one line of a list that stays open


def is_tick(case: Case, data: str) -> bool:
    """Whether the button only ticks a line of the open list."""
    return (pressed(case, data) or "").partition(":")[0] in TICKS


def same_places(before: Case, after: Case) -> bool:
    """Whether the buttons still stand for what they stood for; at most the last ones came or went."""
    both = min(len(before.options), len(after.options))
    return before.step == after.step and before.options[:both] == after.options[:both]


def in_place(effects: Sequence[Effect], message: int) -> tuple[Effect, ...]:
    """A list that was ticked is drawn anew where it stands, instead of once more below; with other words besides, all is said below."""
    outward = [effect for effect in effects if isinstance(effect, Outward)]
    match outward:
        case [Say(text=text, buttons=buttons, contact="", clear=False) as said] if buttons:
            return tuple(Redraw(message, text, buttons) if effect is said else effect for effect in effects)
    return tuple(effects)


def just_answered(case: Case, data: str) -> bool:
    """Whether the button belongs to the question answered a moment ago: a double tap, which needs no new question."""
    return bool(case.last_screen) and data.partition(".")[0] == case.last_screen


def in_rows(choices: Sequence[Choice], wide: int) -> list[list[Choice]]:
    """The choices in rows of ``wide``."""
    return [list(choices[i : i + wide]) for i in range(0, len(choices), wide)]
