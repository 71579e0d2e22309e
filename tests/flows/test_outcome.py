"""How the cat is after a month: asked once and only who can answer, kept and passed on as it was said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.rehearsal.clinic import clinic
from flows import handover, later, outcome
from flows.case import Case, Review, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.effects import Post, Say, Wake
from flows.incoming import Due, Pressed, Said
from flows.wording import LANGUAGES, say

NOW = datetime(2026, 12, 27, 2, tzinfo=UTC)  # ten in the morning in Taipei
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def a_closed(language: str = "en", **values: object) -> Case:
    case = Case("id", "QGXCRD", 1, NOW, NOW, Status.CLOSED, language=language, review=Review(1, "key", topic=7))
    return replace(case, **values)  # type: ignore[arg-type]


def at(moment: datetime = NOW, current: bool = True) -> Context:
    return Context(moment, clinic(), "abcdefgh", current=current)


def asked(language: str = "en", **values: object) -> Case:
    return decide(a_closed(language, **values), Due(outcome.KIND, ""), at()).case


def answered(case: Case, name: str) -> Decision:
    return decide(case, Pressed(f"{case.screen}.{list(outcome.ANSWERS).index(name)}"), at())


def notes(decision: Decision) -> list[str]:
    return [effect.text for effect in decision.effects if isinstance(effect, Post)]


def test_the_question_is_set_for_thirty_days_after_the_opinion() -> None:
    sent = handover.sent(a_closed(status=Status.ANSWERED, opinion="It fits."), at())
    assert Wake(outcome.KIND, NOW + timedelta(days=30)) in sent.effects


@LANGUAGE
def test_it_is_asked_once(language: str) -> None:
    first = later.due(a_closed(language), at(), outcome.KIND, "")
    says = [effect for effect in first.effects if isinstance(effect, Say)]
    assert [b.words for row in says[0].buttons for b in row] == [say(language, w) for w in outcome.ANSWERS.values()]
    assert later.due(first.case, at(NOW + timedelta(days=1)), outcome.KIND, "").effects == ()


@pytest.mark.parametrize(
    "case",
    [
        a_closed(blocked=True),
        a_closed(outcome="better"),
        a_closed(status=Status.WITHDRAWN),
        a_closed(status=Status.ANSWERED),
    ],
)
def test_who_is_gone_or_has_answered_is_not_asked(case: Case) -> None:
    assert later.due(case, at(), outcome.KIND, "") == Decision(case)


def test_a_case_left_for_another_one_is_not_asked_about() -> None:
    assert later.due(a_closed(), at(current=False), outcome.KIND, "").effects == ()


def test_in_the_night_the_question_waits_for_the_morning() -> None:
    night = NOW + timedelta(hours=15)  # one in the morning in Taipei
    (wait,) = later.due(a_closed(), at(night), outcome.KIND, "").effects
    assert isinstance(wait, Wake)
    assert wait.kind == outcome.KIND
    assert night < wait.at < night + timedelta(hours=12)
    assert later.due(a_closed(), at(wait.at), outcome.KIND, "").case.outcome == outcome.ASKED


@LANGUAGE
@pytest.mark.parametrize("name", outcome.ANSWERS)
def test_each_answer_is_kept_thanked_for_in_its_own_words_and_told_unless_unsaid(language: str, name: str) -> None:
    after = answered(asked(language), name)
    assert (after.case.outcome, after.case.outcome_at) == (name, NOW)
    (thanks,) = [effect for effect in after.effects if isinstance(effect, Say)]
    assert thanks.text.startswith(say(language, outcome.THANKS[name]))
    told = notes(after)
    assert told == [] if name == outcome.UNSAID else say(at().clinic.languages[0], outcome.ANSWERS[name]) in told[0]


def test_a_second_tap_says_nothing_new_to_the_doctors() -> None:
    case = asked()
    after = answered(case, "worse")
    again = decide(after.case, Pressed(f"{case.screen}.0"), at())
    assert again.case.outcome == "worse"
    assert notes(again) == []


def test_one_sentence_is_kept_and_passed_on_and_the_next_is_not_promised_to_anybody() -> None:
    after = decide(answered(asked(), outcome.DIED).case, Said("She slept in my arms."), at())
    assert after.case.outcome_words == "She slept in my arms."
    assert "She slept in my arms." in notes(after)[0]
    assert notes(decide(after.case, Said("And thank you."), at())) == []


@pytest.mark.parametrize("name", [outcome.UNSAID, ""])
def test_who_said_nothing_is_not_taken_to_add_to_it(name: str) -> None:
    case = answered(asked(), name).case if name else asked()
    after = decide(case, Said("Something else."), at())
    assert after.case.outcome_words == ""
    assert notes(after) == []


def test_after_a_week_words_are_no_longer_the_sentence() -> None:
    case = answered(asked(), "same").case
    after = decide(case, Said("A new lump."), at(NOW + outcome.WORDS_FOR))
    assert after.case.outcome_words == ""


def test_a_veterinarian_is_asked_in_a_colleagues_words() -> None:
    asked_vet = later.due(a_closed(vet=True), at(), outcome.KIND, "")
    words = [b.words for effect in asked_vet.effects if isinstance(effect, Say) for row in effect.buttons for b in row]
    assert outcome.PATIENT_DIED in words
    assert outcome.ANSWERS[outcome.DIED] not in words
