"""The opinion: a doctor's text is parted by its headings and nothing of it is lost; the owner gets it once the call has begun, and says she read it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.rehearsal.clinic import clinic
from flows import handover, later, opinion, opinion_paper, review
from flows.case import Call, Case, Review, Status
from flows.context import Context
from flows.decide import decide
from flows.effects import Answer, Forget, Post, Say, SayLetter, Wake
from flows.incoming import Pressed, StaffPressed
from flows.wording import LANGUAGES, say

NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def a_case(language: str = "en", **values: object) -> Case:
    """A booked case whose call begins now."""
    call = Call("lin", NOW, NOW + timedelta(minutes=30), 1)
    case = Case(
        "id", "QGXCRD", 1, NOW, NOW, Status.BOOKED, language=language, call=call, review=Review(1, "key", card=5)
    )
    return replace(case, **values)  # type: ignore[arg-type]


def at(moment: datetime) -> Context:
    return Context(moment, clinic(), "abcdefgh")


def an_answered(language: str, words: str) -> Case:
    return a_case(language, status=Status.ANSWERED, opinion=words)


@LANGUAGE
@pytest.mark.parametrize("form", ["{}", "【{}】", "## {}", "3. {}:", "{}：", "*{}*"])
def test_a_heading_opens_its_section_however_it_is_written(language: str, form: str) -> None:
    for name, words in opinion.HEADINGS.items():
        head = form.format(say(language, words))
        assert opinion.read(f"{head}\nOne.\n\nTwo.") == {name: "One.\n\nTwo."}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("【給您的獸醫】", "vet"),
        ("【給您獸醫師】", "vet"),
        ("[For you vet]", "vet"),
        ("【When to seek help at one】", "urgent"),
        ("【其他】", "fits"),
        ("[Other things we noticed]", "fits"),
        ("For you vet", "fits"),  # without brackets it may be a sentence
        ("給您的獸醫", "fits"),
    ],
)
def test_a_heading_in_brackets_that_is_nearly_ours_is_ours(line: str, name: str) -> None:
    """A slip of the finger must not bring the vet's page into the owner's chat."""
    assert next(iter(opinion.read(f"{line}\nWords.").keys())) == name


def test_words_behind_the_colon_belong_to_the_section() -> None:
    assert opinion.read("For your vet: A blood count: weekly.") == {"vet": "A blood count: weekly."}


def test_words_without_a_heading_stand_in_the_first_fitting_section() -> None:
    text = "It fits.\n\nFor your vet\nHello.\nWhat fits and what does not\nBut this does not."
    assert opinion.read(text) == {"fits": "It fits.\n\nBut this does not.", "vet": "Hello."}


@given(
    some.lists(some.sampled_from(["One two.", "• three: four", "", "給您的獸醫師", "For your vet: five", "Options"]))
)
def test_no_line_of_the_text_is_lost(lines: list[str]) -> None:
    kept = "\n".join(opinion.read("\n".join(lines)).values())
    for line in lines:
        words = "five" if line.endswith("five") else "" if line == "給您的獸醫師" else line
        assert words in kept


@LANGUAGE
def test_what_the_doctor_wrote_goes_before_what_the_case_proposes(language: str) -> None:
    case = an_answered(language, f"{say(language, 'What we read and what was missing')}\nEverything.")
    assert opinion.complete(case, language)["read"] == "Everything."
    assert (
        opinion.complete(replace(case, opinion="Fits."), language)["read"] == opinion.proposed(case, language)["read"]
    )


def test_the_opinion_cannot_be_written_before_the_call_has_begun() -> None:
    press = StaffPressed("lin", 9001, "QGXCRD.key.opinion")
    early = review.pressed(a_case(), at(NOW - timedelta(seconds=1)), press)
    assert early.case == a_case()
    assert [type(effect) for effect in early.effects] == [Answer]
    assert review.pressed(a_case(), at(NOW), press).case.review.asked == "opinion"


@LANGUAGE
def test_the_vets_page_is_in_every_language_and_the_owners_in_hers(language: str) -> None:
    case = an_answered(language, "It fits.\nFor your vet\nHello colleague.")
    owners, *vets = opinion_paper.pages(case, at(NOW))
    assert "It fits." in owners
    assert "Hello colleague." not in owners
    assert [
        say(one, "For your vet") in page and "Hello colleague." in page
        for one, page in zip(LANGUAGES, vets, strict=True)
    ] == [True, True]
    assert len(opinion_paper.pages(replace(case, opinion="It fits."), at(NOW))) == 1


@LANGUAGE
def test_two_days_without_a_word_call_the_staff_and_the_button_prevents_it(language: str) -> None:
    sent = handover.sent(an_answered(language, "It fits."), at(NOW))
    assert [Wake("unread", NOW + timedelta(days=2))] == [
        e for e in sent.effects if isinstance(e, Wake) and e.kind == "unread"
    ]
    assert any(isinstance(effect, SayLetter) for effect in sent.effects)
    alarm = later.due(sent.case, at(NOW + timedelta(days=2)), "unread", "")
    assert [effect.role for effect in alarm.effects if isinstance(effect, Post)] == ["alarm"]
    read = decide(sent.case, Pressed(f"{sent.case.screen}.0"), at(NOW))
    assert read.case.opinion_read_at == NOW
    assert Forget("unread") in read.effects
    assert later.due(read.case, at(NOW + timedelta(days=2)), "unread", "").effects == ()


@LANGUAGE
def test_a_status_offers_the_button_until_it_was_pressed(language: str) -> None:
    shown = decide(an_answered(language, "It fits."), Pressed("old.0"), at(NOW))
    says = [effect for effect in shown.effects if isinstance(effect, Say)]
    assert [button.words for row in says[0].buttons for button in row] == [say(language, "I have read it")]
    assert handover.read_button(replace(shown.case, opinion_read_at=NOW)) == []


@LANGUAGE
def test_a_long_opinion_goes_in_several_messages_and_the_button_is_under_the_last(language: str) -> None:
    words = "貓" * 2500
    sent = handover.sent(an_answered(language, f"{words}\nFor your vet\n{words}"), at(NOW))
    says = [effect for effect in sent.effects if isinstance(effect, Say)]
    assert len(says) == 2
    assert all(words in one.text for one in says)
    assert [bool(one.buttons) for one in says] == [False, True]
