"""What random walks and their invariants found: words that were cut, pushed out or taken for something else without a word."""

import pytest

from flows import incoming as come
from flows import medicines
from flows.case import Case
from tests.flows.walker import Walker


def at(step: str) -> Walker:
    """Somebody who has come to this question."""
    walker = Walker("")
    walker.desk.receive(come.Asked("start"))
    for _ in range(60):
        if walker.desk.case.step.partition(":")[0] == step:
            return walker
        walker.go_on()
    raise AssertionError(f"never came to {step}")


def say(walker: Walker, text: str) -> Case:
    walker.desk.receive(come.Said(text))
    return walker.desk.case


def press(walker: Walker, value: str) -> Case:
    case = walker.desk.case
    walker.press(f"{case.screen}.{case.options.index(value)}")
    return walker.desk.case


@pytest.mark.parametrize("step", ["story", "since", "ask", "advised", "quality", "problem"])
def test_the_longest_message_is_kept_to_its_last_word(step: str) -> None:
    """Telegram allows 4,096 characters, and somebody who needs them all is not cut off."""
    walker = at(step)
    asked = walker.desk.case.step
    story = ("weight loss, " * 400)[:4085] + " the end"
    assert say(walker, story).answers[asked] == story


def test_a_sixth_question_pushes_out_none_of_the_five() -> None:
    """She is told that five are noted, and may ask others instead."""
    walker = at("question")
    for number in range(5):
        say(walker, f"My question {number}?")
    five = walker.desk.case.answers["question"]
    assert len(five.split("\n")) == 5
    press(walker, "!back")
    assert say(walker, "A sixth question?").answers["question"] == five
    assert "5 questions are noted" in "\n".join(walker.paper.lines)
    assert "question" not in press(walker, "anew").answers
    assert say(walker, "A better question?").answers["question"] == "A better question?"


def test_a_medicine_told_at_length_is_kept_whole_and_shown_short() -> None:
    """Two hundred characters are a name for us and not for her."""
    walker = at("medicines")
    told = "Prednisolone, first 10 mg, then 5 mg, " * 40
    case = say(walker, told)
    assert medicines.lines(case)[0][0] == told.strip()
    assert told not in "\n".join(walker.paper.lines)


def test_more_lines_than_there_are_places_for_medicines_become_one() -> None:
    """Nothing of a long list is left out; when all places are taken, that is said."""
    walker = at("medicines")
    case = say(walker, "\n".join(f"Medicine {number} mg" for number in range(30)))
    assert len(medicines.lines(case)) == 1
    assert "Medicine 29 mg" in case.answers["medicines"]
    for number in range(medicines.MOST):
        say(walker, f"Other {number} mg")
    full = walker.desk.case.answers["medicines"]
    assert len(full.split("\n")) == medicines.MOST
    assert say(walker, "One more 5 mg").answers["medicines"] == full
    assert "More medicines than these" in "\n".join(walker.paper.lines)


def test_a_detail_of_a_medicine_told_at_length_is_kept_whole() -> None:
    """Who tells how often it is given tells why, too."""
    walker = at("medicines")
    say(walker, "Prednisolone 5 mg")
    told = "twice a day at first, " * 20 + "and then less because she drank so much"
    assert told in say(walker, told).answers["medicines"]
