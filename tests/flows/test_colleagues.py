"""Who leads a case: taken, refused, handed over, and what is said to whom."""

from dataclasses import replace
from typing import Any

import pytest

from app.rehearsal.clinic import LIN, WEBER, clinic
from flows.case import Case, Review, Status
from flows.clinic import Clinic
from flows.colleagues import short_key
from flows.context import Context, Decision
from flows.decide import decide
from flows.effects import Answer, EditCard, Noted, Post, Tell
from flows.incoming import StaffPressed
from flows.team import Team
from flows.team_words import WORKING
from tests.builders import NOON, a_case

BOTH = clinic((LIN, WEBER))


def waiting(**changes: Any) -> Case:
    case = a_case(status=Status.REVIEW, submitted_at=NOON, review=Review(round=1, key="key", topic=7, card=40))
    return replace(case, **changes)


def press(case: Case, action: str, doctor: str = "lin", house: Clinic = BOTH) -> Decision:
    person = {"lin": 9001, "weber": 9002}[doctor]
    return decide(case, StaffPressed(doctor, person, f"{case.code}.team.{action}"), Context(NOON, house, "tok00001"))


def of(decision: Decision, kind: type) -> list[Any]:
    return [effect for effect in decision.effects if isinstance(effect, kind)]


def words(decision: Decision) -> str:
    return str(of(decision, Answer)[0].text)


TO_WEBER = f"to_{short_key('weber')}"


def test_the_menu_offers_what_can_be_done_now() -> None:
    """One message in the case's topic; whoever leads is not offered."""
    for lead, wanted in (("", ["I take it", "Ask a colleague", "Hand over to Dr. Lin", "Hand over to Dr. Weber"]), ("lin", ["Ask a colleague", "Hand over to Dr. Weber"])):  # fmt: skip
        menu = of(press(waiting(team=Team(lead=lead)), "menu"), Post)
        assert [(post.role, post.topic) for post in menu] == [("note", 7)]
        assert [button.words for row in menu[0].buttons for button in row][: len(wanted)] == wanted


def test_taking_a_case_is_written_into_its_history_and_on_the_card() -> None:
    done = press(waiting(), "take")
    assert done.case.team.lead == "lin"
    assert of(done, Noted) == [Noted("lead", "lin", "lin")]
    assert "Lead: Dr. Lin" in of(done, EditCard)[0].text
    assert words(done) == "You lead this case."


def test_of_two_who_take_it_the_second_is_told_who_was_first() -> None:
    second = press(press(waiting(), "take").case, "take", "weber")
    assert second.case.team.lead == "lin"
    assert second.effects == (Answer("Dr. Lin leads this case already.", alert=True),)


def test_the_new_lead_is_told_in_the_topic_and_alone_in_their_own_language() -> None:
    """The group speaks Chinese, Dr. Weber English."""
    done = press(waiting(team=Team(lead="lin")), TO_WEBER, "lin", clinic((LIN, WEBER), "zh_Hant"))
    assert done.case.team.lead == "weber"
    (here,), (alone,) = of(done, Post), of(done, Tell)
    assert (here.doctor, here.topic, alone.doctor) == ("weber", 7, "weber")
    assert "交接" in here.text
    assert "hands it over to you" in alone.text
    assert of(done, Noted) == [Noted("lead", "lin", "weber")]


def test_a_doctor_may_hand_a_colleagues_case_over_to_herself() -> None:
    """A lead may be ill; the history says who did it, and nobody is told of what she did herself."""
    done = press(waiting(team=Team(lead="lin")), TO_WEBER, "weber")
    assert done.case.team.lead == "weber"
    assert not of(done, Tell)
    assert of(done, Noted)[0].actor == "weber"


def test_a_second_tap_writes_no_second_line() -> None:
    again = press(press(waiting(), "take").case, "take")
    assert again.effects == (Answer("You lead this case.", alert=True),)


@pytest.mark.parametrize("action", ["menu", "take", TO_WEBER])
@pytest.mark.parametrize("status", sorted(set(Status) - WORKING))
def test_where_there_is_nothing_to_do_for_doctors_a_press_changes_nothing(status: Status, action: str) -> None:
    done = press(waiting(status=status), action)
    assert done.effects == (Answer("This card is no longer current.", alert=True),)


@pytest.mark.parametrize("action", ["to_00000000", "to_", "", "go", "lead"])
def test_a_button_that_no_longer_means_anybody_is_answered(action: str) -> None:
    done = press(waiting(), action)
    assert done.effects == (Answer("This button is no longer in use.", alert=True),)
