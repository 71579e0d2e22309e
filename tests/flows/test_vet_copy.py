"""A copy for the owner's own vet: asked for once, given with her yes alone, and never to anybody by mistake."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.rehearsal.clinic import clinic
from flows import effects as fx
from flows import incoming as come
from flows import vet_copy
from flows.case import Call, Case, Status
from flows.context import Context, Decision
from flows.decide import decide
from tests.builders import NOON, a_case

PRACTICE = "Riverside Vets, info@riverside.example"
CALL = Call("lin", NOON - timedelta(hours=2), NOON - timedelta(hours=1), 1)
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh_Hant"])


def context(language: str = "en") -> Context:
    return Context(NOON, clinic(staff_language=language), "token123")


def answered(**changes: Any) -> Case:
    plain: dict[str, Any] = {"status": Status.ANSWERED, "submitted_at": NOON, "call": CALL, "opinion": "It fits.\n【For your vet】\nRepeat SDMA.", "opinion_read_at": NOON, "answers": {"cat_name": "Tofu"}}  # fmt: skip
    return a_case(**(plain | changes))


def says(case: Case, value: str) -> Decision:
    """By the button's value, on the screen that /status shows."""
    shown = decide(case, come.Asked("status"), context()).case
    return decide(shown, come.Pressed(f"{shown.screen}.{shown.options.index(value)}"), context())


def agreed(**changes: Any) -> Case:
    """She said yes, and named her practice."""
    yes = says(answered(**changes), vet_copy.YES).case
    return decide(yes, come.Said(PRACTICE), context()).case


def pressed(case: Case, doctor: str = "lin") -> Decision:
    return decide(case, come.StaffPressed(doctor, 9001, f"{case.code}.vet.vet_sent"), context())


def texts(decision: Decision, kind: type = fx.Say) -> list[str]:
    return [effect.text for effect in decision.effects if isinstance(effect, kind)]  # type: ignore[attr-defined]


@LANGUAGES
def test_it_is_asked_for_once_she_has_read_the_opinion(language: str) -> None:
    unread = answered(language=language, opinion_read_at=None)
    shown = decide(unread, come.Asked("status"), context()).case
    assert vet_copy.YES not in shown.options
    read = says(unread, "opinion_read")
    assert {vet_copy.YES, vet_copy.NO} <= set(read.case.options)
    no = says(read.case, vet_copy.NO)
    assert vet_copy.said(no.case) is False
    assert vet_copy.YES not in decide(no.case, come.Asked("status"), context()).case.options


@pytest.mark.parametrize("changes", [{"vet": True}, {"status": Status.CLOSED}, {"status": Status.BOOKED}])
def test_nobody_else_is_asked(changes: dict[str, Any]) -> None:
    shown = decide(answered(**changes), come.Asked("status"), context()).case
    assert not any(value.startswith(vet_copy.POINT) for value in shown.options)


@LANGUAGES
def test_with_her_yes_she_gets_the_page_and_the_consent_is_kept_with_its_time(language: str) -> None:
    yes = says(answered(language=language), vet_copy.YES)
    (letter,) = (effect for effect in yes.effects if isinstance(effect, fx.SayLetter))
    assert len(letter.pages) == 2  # for the vet, in each language
    assert all("Repeat SDMA." in page for page in letter.pages)
    assert not any("It fits." in page for page in letter.pages)
    (noted,) = yes.case.agreed
    assert (noted.point, noted.yes, noted.version, noted.at) == (vet_copy.POINT, True, vet_copy.VERSION, NOON)


def test_without_a_part_for_the_vet_she_passes_on_her_own() -> None:
    yes = says(answered(opinion="It fits."), vet_copy.YES)
    (letter,) = (effect for effect in yes.effects if isinstance(effect, fx.SayLetter))
    assert "It fits." in letter.pages[0]


def test_the_practice_is_for_the_case_page_and_the_group_reads_none_of_it() -> None:
    named = decide(says(answered(), vet_copy.YES).case, come.Said(PRACTICE), context())
    assert named.case.vet_practice == PRACTICE
    (post,) = (effect for effect in named.effects if isinstance(effect, fx.Post))
    assert "iverside" not in post.text
    assert any(PRACTICE in line for line in vet_copy.lines(named.case, "Asia/Taipei", "en"))


@pytest.mark.parametrize(
    "words", ["Thank you so much!", "謝謝您", "Should she eat less?", "Which number, 12345678?", "", "x" * 401 + "@"]
)
def test_words_that_name_no_practice_go_to_the_doctors_as_ever(words: str) -> None:
    yes = says(answered(), vet_copy.YES).case
    after = decide(yes, come.Said(words), context()).case
    assert after.vet_practice == vet_copy.ASKED
    assert decide(after, come.Said(PRACTICE), context()).case.vet_practice == PRACTICE


@pytest.mark.parametrize("words", [PRACTICE, "大安貓醫院 02-2345-6789"])
def test_before_her_yes_and_after_her_no_an_address_is_just_words(words: str) -> None:
    for case in (
        answered(),
        says(answered(), vet_copy.NO).case,
        says(says(answered(), vet_copy.YES).case, vet_copy.SELF).case,
    ):
        assert decide(case, come.Said(words), context()).case.vet_practice == ""


def test_sent_is_said_to_her_once_and_a_second_finger_hears_who_did_it() -> None:
    sent = pressed(agreed())
    assert (sent.case.vet_copy_at, sent.case.vet_copy_by) == (NOON, "lin")
    assert len(texts(sent)) == 1
    again = pressed(sent.case, "weber")
    assert again.case is sent.case
    assert ["Dr. Lin" in e.text and e.alert for e in again.effects if isinstance(e, fx.Answer)] == [True]


def test_what_she_takes_back_is_not_sent_and_the_group_is_told() -> None:
    back = says(agreed(), vet_copy.NO)
    assert (back.case.vet_practice, vet_copy.said(back.case)) == ("", False)
    assert len(texts(back, fx.Post)) == 1
    late = pressed(back.case)
    assert late.case is back.case
    assert [e.alert for e in late.effects if isinstance(e, fx.Answer)] == [True]
    assert texts(late) == []


def rings(case: Case) -> Decision:
    return decide(case, come.Due(vet_copy.POINT, ""), context())


def test_as_long_as_nobody_has_sent_it_the_group_is_reminded_every_day() -> None:
    """The owner was told that she would hear of it."""
    named = decide(says(answered(), vet_copy.YES).case, come.Said(PRACTICE), context())
    day = fx.Wake(vet_copy.POINT, NOON + timedelta(days=1))
    assert day in named.effects
    for case in (named.case, replace(named.case, status=Status.CLOSED)):
        rung = rings(case)
        assert day in rung.effects
        (post,) = (effect for effect in rung.effects if isinstance(effect, fx.Post))
        assert "iverside" not in post.text
        assert [button.data.rpartition(".")[2] for row in post.buttons for button in row] == ["vet_sent", "page"]


def test_nobody_is_reminded_of_what_has_left_or_was_taken_back() -> None:
    sent, back = pressed(agreed()), says(agreed(), vet_copy.NO)
    for after in (sent, back):
        assert fx.Forget(vet_copy.POINT) in after.effects
        assert rings(after.case).effects == ()
    assert rings(replace(agreed(), status=Status.EXPIRED)).effects == ()


@LANGUAGES
def test_what_was_said_holds_also_after_the_seven_days_are_over(language: str) -> None:
    """She can take it back until it has been sent; a yes can no longer be given."""
    closed = replace(agreed(language=language), status=Status.CLOSED)
    assert [choice.value for row in vet_copy.rows(closed) for choice in row] == [vet_copy.NO]
    back = says(closed, vet_copy.NO)
    assert (back.case.vet_practice, vet_copy.said(back.case), back.case.status) == ("", False, Status.CLOSED)
    assert vet_copy.rows(replace(answered(), status=Status.CLOSED)) == []
    late = vet_copy.pressed(replace(answered(), status=Status.CLOSED), context(), vet_copy.YES)
    assert late is None


def test_once_it_has_left_it_cannot_be_taken_back() -> None:
    """The button of the screen before is still under her thumb: it says how things stand."""
    named = agreed()
    sent = pressed(named).case
    late = decide(sent, come.Pressed(f"{named.screen}.{named.options.index(vet_copy.NO)}"), context())
    assert (vet_copy.said(late.case), late.case.vet_copy_at, late.case.vet_practice) == (True, NOON, PRACTICE)
    assert vet_copy.rows(sent) == []


def test_a_case_that_is_closed_meanwhile_can_still_be_sent_and_others_cannot() -> None:
    assert pressed(replace(agreed(), status=Status.CLOSED)).case.vet_copy_at == NOON
    assert pressed(answered()).case.vet_copy_at is None
    assert pressed(replace(agreed(), status=Status.WITHDRAWN)).case.vet_copy_at is None
