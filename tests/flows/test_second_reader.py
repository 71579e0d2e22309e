"""A second pair of eyes: nothing reaches the owner that a colleague has not read to the letter, and nobody releases her own words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.rehearsal.clinic import LIN, WEBER, clinic
from flows import opinion, second_reader
from flows.call_report import CallReport
from flows.case import Call, Case, Review, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.effects import Answer, Moved, Post, Say, Tell, Wake
from flows.incoming import Due, StaffPressed, StaffReplied
from flows.wording import LANGUAGES

NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
PEOPLE = {"lin": 9001, "weber": 9002}
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def at(moment: datetime = NOW, language: str = "en", token: str = "fresh", reader: bool = True) -> Context:
    return Context(moment, replace(clinic((LIN, WEBER), language), second_reader=reader), token)


def a_case() -> Case:
    """A booked case whose call begins now."""
    call = Call("lin", NOW, NOW + timedelta(minutes=30), 1)
    return Case("id", "QGXCRD", 1, NOW, NOW, Status.BOOKED, language="en", call=call, review=Review(1, "key", card=5))


def given(text: str = "It fits.", context: Context | None = None) -> Decision:
    """Lin's draft, in a colleague's hands."""
    context = context or at()
    return second_reader.given(second_reader.saved(a_case(), context, "lin", text), context, "lin")


def press(case: Case, doctor: str, action: str, context: Context, key: str = "") -> Decision:
    return decide(case, StaffPressed(doctor, PEOPLE[doctor], f"{case.code}.{key or case.draft.key}.{action}"), context)


def refused(decision: Decision, case: Case) -> str:
    """The one line for whoever pressed; nothing else happened."""
    (answer,) = decision.effects
    assert decision.case is case
    assert isinstance(answer, Answer)
    assert answer.alert
    return answer.text


def test_an_opinion_without_a_call_is_released_too() -> None:
    """The owner was not reached and has not chosen again: what was written is not shut in."""
    tried = CallReport("not_reached", "lin", NOW, "lin", NOW, 1)
    case = replace(a_case(), status=Status.PAID, call=None, reports=(tried,))
    asked = second_reader.given(second_reader.saved(case, at(), "lin", "It fits."), at(), "lin").case
    reminded = decide(asked, Due(second_reader.KIND, asked.draft.key), at())
    assert any(isinstance(effect, Post) and effect.role == "alarm" for effect in reminded.effects)
    assert press(asked, "weber", "release", at()).case.status is Status.ANSWERED


@LANGUAGE
def test_the_owner_reads_nothing_before_a_colleague_has_released_it(language: str) -> None:
    context = at(language=language)
    asked = given(context=context)
    assert not any(isinstance(effect, Say) for effect in asked.effects)
    assert asked.case.status is Status.BOOKED
    (post,) = (effect for effect in asked.effects if isinstance(effect, Post))
    assert "It fits." in post.text
    told = press(asked.case, "weber", "release", context)
    assert told.case.status is Status.ANSWERED
    assert told.case.opinion == "It fits."
    assert [e for e in told.effects if isinstance(e, Moved)] == [Moved("booked", "answer", "answered", "lin", "weber")]


def test_the_author_cannot_release_or_send_back_her_own() -> None:
    case = given().case
    for action in ("release", "send_back"):
        assert "a colleague has to read it" in refused(press(case, "lin", action, at()), case)


def test_a_draft_that_was_changed_after_it_was_given_needs_another_reading() -> None:
    before = given().case
    case = second_reader.saved(before, at(), "weber", "It does not fit.")
    assert "once more" in refused(press(case, "lin", "release", at(), key=before.draft.key), case)
    again = second_reader.given(case, at(token="later"), "weber").case
    assert "once more" in refused(press(again, "lin", "release", at(), key=before.draft.key), again)
    assert press(again, "lin", "release", at()).case.opinion == "It does not fit."


def test_who_comes_second_is_told_who_and_when() -> None:
    case = given().case
    released = press(case, "weber", "release", at()).case
    words = refused(press(released, "weber", "send_back", at(), key=case.draft.key), released)
    assert "Dr. Weber" in words
    assert "10:00" in words


@LANGUAGE
def test_a_draft_is_sent_back_with_a_sentence_to_its_author(language: str) -> None:
    context = at(language=language)
    asked = press(given(context=context).case, "weber", "send_back", context).case
    replied = StaffReplied("weber", PEOPLE["weber"], asked.review.former + 1, "The cost, please.")
    back = decide(asked, replied, context)
    assert back.case.draft.words == "The cost, please."
    assert back.case.draft.text == "It fits."
    assert [effect.doctor for effect in back.effects if isinstance(effect, Tell)] == ["lin"]
    assert "Dr. Weber" in refused(press(back.case, "weber", "release", context, key="fresh"), back.case)


def test_sections_of_an_earlier_draft_stay_where_the_new_reply_is_silent() -> None:
    first = second_reader.saved(a_case(), at(), "lin", "It fits.\nFor your vet: Hello.")
    asked = replace(first, review=replace(first.review, asked_at=NOW + timedelta(minutes=1)))
    after = second_reader.written(asked, at(), "lin", "For your vet: A count before each dose.").case
    assert opinion.read(after.draft.text) == {"fits": "It fits.", "vet": "A count before each dose."}


def test_a_reply_does_not_overwrite_what_a_colleague_changed_meanwhile() -> None:
    asked = replace(a_case(), review=replace(a_case().review, asked="opinion", asked_at=NOW - timedelta(minutes=5)))
    case = second_reader.saved(asked, at(), "weber", "Weber's words.")
    after = second_reader.written(case, at(), "lin", "Lin's words.")
    assert after.case is case
    (post,) = after.effects
    assert isinstance(post, Post)
    assert "Nothing is lost" in post.text


def test_an_unread_draft_is_called_to_mind_every_half_day_until_somebody_read_it() -> None:
    case = given().case
    rung = decide(case, Due(second_reader.KIND, case.draft.key), at())
    assert [effect.role for effect in rung.effects if isinstance(effect, Post)] == ["alarm"]
    assert Wake(second_reader.KIND, NOW + second_reader.REMIND_AFTER, case.draft.key) in rung.effects
    assert decide(case, Due(second_reader.KIND, "older"), at()).effects == ()
    read = press(case, "weber", "release", at()).case
    assert decide(read, Due(second_reader.KIND, case.draft.key), at()).effects == ()


def test_a_clinic_without_a_second_reader_releases_at_once() -> None:
    told = second_reader.written(a_case(), at(reader=False), "lin", "It fits.")
    assert told.case.status is Status.ANSWERED
    assert told.case.draft.reader == "lin"


def test_a_draft_that_is_too_long_for_a_message_is_read_on_the_case_page() -> None:
    (post,) = (effect for effect in given("貓" * 4000).effects if isinstance(effect, Post))
    assert "貓貓" not in post.text
    assert len(post.text) < 500


def test_after_the_case_has_ended_the_buttons_change_nothing() -> None:
    case = replace(given().case, status=Status.WITHDRAWN)
    assert "no longer current" in refused(press(case, "weber", "release", at()), case)
