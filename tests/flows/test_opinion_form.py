"""The opinion's form: empty sections are named, an older version overwrites nothing, and what nobody wrote is not kept."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.rehearsal.clinic import LIN, WEBER, clinic
from flows import opinion, opinion_form
from flows.case import Call, Case, Review, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.effects import Post
from flows.incoming import Drafted, StaffPressed
from flows.opinion_draft import GIVEN, WRITING
from flows.wording import LANGUAGES, say

NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
QUESTION = "Is the treatment right? Any others？\nWhat would you do"


def a_case(**changes: object) -> Case:
    call = Call("lin", NOW, NOW + timedelta(minutes=30), 1)
    case = Case(
        "id", "QGXCRD", 1, NOW, NOW, Status.BOOKED, language="en", call=call, review=Review(1, "key", card=5),
        answers={"question": QUESTION}, submitted_at=NOW,
    )  # fmt: skip
    return replace(case, **changes)  # type: ignore[arg-type]


def at(moment: datetime = NOW) -> Context:
    return Context(moment, replace(clinic((LIN, WEBER)), second_reader=True), "fresh")


def send(
    case: Case, sections: Mapping[str, str], wish: str = "save", version: int | None = None, doctor: str = "lin"
) -> Decision:
    upon = case.draft.version if version is None else version
    return decide(case, Drafted(doctor, 9001, upon, sections, wish), at())


def everything() -> dict[str, str]:
    whole = {name: f"Words on {name}." for name in opinion.HEADINGS}
    return whole | {"answers": "\n".join(f"{question}\nYes." for question in opinion_form.questions(a_case()))}


def test_each_question_of_the_owner_stands_alone() -> None:
    assert opinion_form.questions(a_case()) == ("Is the treatment right?", "Any others？", "What would you do")


def test_a_form_that_nobody_filled_in_keeps_nothing() -> None:
    case = a_case()
    assert send(case, opinion_form.shown(case)).case is case


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_saved_stands_in_the_fields_again(language: str) -> None:
    case = a_case(language=language)
    after = send(case, everything()).case
    assert opinion_form.shown(after) == everything()
    assert (after.draft.version, after.draft.author, after.draft.state) == (1, "lin", WRITING)
    assert say(language, "When to seek help at once") in opinion.headed(opinion.read(after.draft.text), language)


def test_an_unanswered_question_and_an_empty_section_are_named_and_nothing_is_given() -> None:
    sections = everything() | {
        "test": "",
        "answers": "• Is the treatment right?\nYes.\n\n• Any others？\n\n• What would you do\nWait.",
    }
    decision = send(a_case(), sections, "give")
    assert decision.case.draft.state == WRITING
    assert opinion_form.lacking(decision.case, opinion_form.shown(decision.case)) == ("answers", "test")
    assert send(decision.case, sections, "give_as_is").case.draft.state == GIVEN


def test_a_complete_form_is_given_to_a_colleague_once() -> None:
    given = send(a_case(), everything(), "give")
    assert given.case.draft.state == GIVEN
    assert sum(isinstance(effect, Post) for effect in given.effects) == 1
    assert send(given.case, everything(), "give").effects == ()


def test_an_older_version_changes_nothing_unless_it_says_the_same() -> None:
    case = send(a_case(), everything()).case
    late = send(case, everything() | {"fits": "Another thing."}, version=0, doctor="weber")
    assert late.case is case
    assert send(case, everything(), version=0).case is case


def test_nothing_is_given_before_the_call_and_nothing_is_kept_after_the_opinion() -> None:
    early = a_case(call=Call("lin", NOW + timedelta(hours=1), NOW + timedelta(hours=2), 1))
    assert send(early, everything(), "give").case.draft.state == WRITING
    answered = a_case(status=Status.ANSWERED)
    assert send(answered, everything()).case is answered


def test_what_is_too_long_for_a_letter_is_not_kept() -> None:
    case = a_case()
    assert send(case, {"fits": "貓" * (opinion_form.LONGEST + 1)}).case is case


def test_a_save_takes_the_readers_buttons_back() -> None:
    given = send(a_case(), everything(), "give").case
    after = send(given, everything() | {"fits": "Changed."}).case
    press = StaffPressed("weber", 9002, f"QGXCRD.{given.draft.key}.release")
    assert decide(after, press, at()).case is after
