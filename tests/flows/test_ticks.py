"""Lists that are ticked line by line stay where they are, and quick fingers lose no tick."""

import pytest

from flows import incoming as come
from flows.case import Case
from flows.decide import decide
from flows.effects import Redraw, Say
from tests.builders import a_case
from tests.flows.test_review_findings import context

LINES = {"amber": "amber:A1", "options": "opt:teaching", "checklist": "check:cbc"}


def opened(step: str) -> Case:
    """A case whose list is open, as its own last button left it."""
    answers = {"problem": "kidney", "cat_name": "Mimi"}
    case = a_case(step=step, answers=answers, screen="first", options=("!back",), language="en")
    return decide(case, come.Asked("status"), context()).case


def press(case: Case, value: str, message: int = 7) -> come.Pressed:
    return come.Pressed(f"{case.screen}.{case.options.index(value)}", message)


@pytest.mark.parametrize("step", LINES)
def test_a_tick_is_drawn_in_the_place_of_the_pressed_message(step: str) -> None:
    case = opened(step)
    decision = decide(case, press(case, next(v for v in case.options if v.startswith(LINES[step][:4]))), context())
    drawn = [effect for effect in decision.effects if isinstance(effect, Say | Redraw)]
    assert [type(effect) for effect in drawn] == [Redraw]
    assert isinstance(drawn[0], Redraw)
    assert drawn[0].message == 7


def test_a_second_tick_pressed_before_the_list_was_redrawn_counts_too() -> None:
    case = opened("amber")
    first, second = press(case, "amber:A1"), press(case, "amber:A2")
    after = decide(decide(case, first, context()).case, second, context()).case
    assert after.amber == ("A1", "A2")


def test_words_that_go_with_a_tick_are_said_below() -> None:
    """Pain is answered by a message that stays."""
    case = opened("amber")
    effects = decide(case, press(case, "amber:A14"), context()).effects
    assert any(isinstance(effect, Say) and "not alone" in effect.text for effect in effects)
    assert not any(isinstance(effect, Redraw) for effect in effects)


def test_a_tick_whose_message_is_not_known_is_drawn_below() -> None:
    case = opened("amber")
    effects = decide(case, press(case, "amber:A1", message=0), context()).effects
    assert [type(effect) for effect in effects if isinstance(effect, Say | Redraw)] == [Say]
