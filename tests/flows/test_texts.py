"""Which way a reminder goes, what steps in where it fails, and what an answer by text means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rehearsal.clinic import clinic
from flows import texts
from flows.case import Call, Case, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.effects import OptOut, Post, Say, Text, Wake
from flows.incoming import Blocked, Due, Pressed, Texted, Undelivered
from flows.keywords import HELP_WORDS, digit, keyword
from flows.reminders import planned, unconfirmed_at
from flows.texts import ways
from tests.builders import a_case

TAIWAN, BRITAIN = "+886912345678", "+447700900123"
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)  # 11 in Taipei
CLINIC = clinic()
CONTEXT = Context(NOW, CLINIC, "abcdefgh")


def booked(hours: float = 96, **changes: object) -> Case:
    starts = NOW + timedelta(hours=hours)
    call = Call("lin", starts, starts + timedelta(minutes=30), revision=2)
    plain = {"status": Status.BOOKED, "step": "", "zone": "Asia/Taipei", "phone": TAIWAN, "vouched": True, "sms": True, "call": call, "revision": 2}  # fmt: skip
    return a_case(**(plain | changes))


def kinds(decision: Decision) -> list[str]:
    """``Say``, ``Text``, ``Post`` in their order; what the card says is left out."""
    return [type(e).__name__ for e in decision.effects if isinstance(e, Say | Text | Post)]


# --- which way --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("way", "sms", "blocked", "here", "text"),
    [
        ("", True, False, True, True),
        ("", True, True, False, True),
        ("", False, False, True, False),
        ("", False, True, False, False),
        ("here", True, False, True, False),
        ("here", True, True, False, True),
        ("text", True, False, False, True),
        ("text", False, False, True, False),
        ("text", False, True, False, False),
    ],
)
def test_the_ways_of_a_reminder(way: str, sms: bool, blocked: bool, here: bool, text: bool) -> None:
    """A way that is known to be closed is not tried, and the other one steps in whatever she chose."""
    case = booked(way=way, sms=sms, blocked=blocked)
    assert ways(case, CONTEXT) == (here, text)
    decision = decide(case, Due("remind", "24:2"), replace(CONTEXT, now=NOW + timedelta(hours=72)))
    assert kinds(decision) == (["Say"] * here + ["Text"] * text or ["Post"])


def test_a_blocked_chat_is_found_out_and_the_text_steps_in() -> None:
    """She had chosen the chat, and the message did not arrive."""
    decision = decide(booked(way="here"), Undelivered("say", "blocked"), CONTEXT)
    assert decision.case.blocked
    assert kinds(decision) == ["Post", "Text"]
    assert kinds(decide(decision.case, Undelivered("say", "blocked"), CONTEXT)) == []


@pytest.mark.parametrize("changes", [{"way": ""}, {"sms": False}, {"status": Status.PAID}])
def test_no_text_steps_in_where_one_went_anyway_or_none_may_go(changes: dict[str, object]) -> None:
    decision = decide(booked(**({"way": "here"} | changes)), Undelivered("say", "refused"), CONTEXT)
    assert "Text" not in kinds(decision)


def test_a_text_that_fails_is_said_here_with_its_buttons() -> None:
    """She had chosen texts, so she has not heard of it here."""
    (said,) = (e for e in decide(booked(way="text"), Undelivered("text", "filtered"), CONTEXT).effects if isinstance(e, Say))  # fmt: skip
    assert next(button.words for row in said.buttons for button in row) == "I will be there"
    assert said.revision == 2


def test_a_stop_at_the_carrier_is_no_news_to_her() -> None:
    """Nothing is said about it, and nothing more is sent."""
    decision = decide(booked(), Undelivered("text", "opted_out"), CONTEXT)
    assert not decision.case.sms
    assert kinds(decision) == []


def test_a_phone_that_is_off_gets_its_text_once_more() -> None:
    """Half an hour later, if the call still stands; what fails then is told."""
    decision = decide(booked(), Undelivered("text", "phone_away"), CONTEXT)
    assert decision.effects == (Wake("text_again", NOW + timedelta(minutes=30), "2"),)
    assert kinds(decide(booked(), Due("text_again", "2"), CONTEXT)) == ["Text"]
    assert kinds(decide(booked(), Due("text_again", "1"), CONTEXT)) == []
    assert kinds(decide(booked(hours=-1), Due("text_again", "2"), CONTEXT)) == []
    assert kinds(decide(booked(), Undelivered("text", "not_reached"), CONTEXT)) == ["Say"]


def test_the_way_is_chosen_with_buttons() -> None:
    case, context = booked(), CONTEXT

    shown = texts.ask(case, context)
    assert shown.case.options == ("way:here", "way:text", "texts_off", "go_on")
    chosen = decide(shown.case, Pressed(f"{shown.case.screen}.1"), context)
    assert chosen.case.way == "text"


# --- twenty hours before ----------------------------------------------------------------------------------------------
def _wakes(case: Case, now: datetime = NOW) -> dict[str, datetime]:
    return {e.key: e.at for e in planned(case, replace(CONTEXT, now=now)) if isinstance(e, Wake)}


def test_everything_ahead_is_planned_and_names_the_revision() -> None:
    assert list(_wakes(booked())) == ["72:2", "24:2", "2:2", "20:2"]
    assert list(_wakes(booked(hours=30))) == ["24:2", "2:2", "20:2"]


def test_whoever_has_just_booked_need_not_confirm_it() -> None:
    """The reminder that asks for it would already be over."""
    assert list(_wakes(booked(hours=23))) == ["2:2"]


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (booked(), 1),
        (booked(sms=False), 1),
        (booked(call=replace(booked().call, confirmed=True)), 0),  # type: ignore[type-var]
        (booked(call=replace(booked().call, revision=3)), 0),  # type: ignore[type-var]
        (booked(status=Status.PAID, call=None), 0),
        (booked(hours=-1), 0),
    ],
)
def test_the_staff_is_told_of_an_unconfirmed_call(case: Case, told: int) -> None:
    """Once, and only of the current booking."""
    posts = [e for e in decide(case, Due("remind", "20:2"), CONTEXT).effects if isinstance(e, Post)]
    assert len(posts) == told
    assert all(post.role == "alarm" and case.code in post.text for post in posts)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 366 * 288).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * timedelta(minutes=5)))
def test_the_staff_is_told_in_time_and_rather_not_at_night(starts_at: datetime) -> None:
    at = unconfirmed_at(starts_at, CLINIC)
    local = at.astimezone(ZoneInfo(CLINIC.zone)).time()
    assert timedelta(hours=2) <= starts_at - at <= timedelta(hours=20)
    assert CLINIC.quiet_to <= local < CLINIC.quiet_from or starts_at - at == timedelta(hours=20)


# --- answers by text --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("1", ("1", "")),
        (" １。", ("1", "")),
        ("2.", ("2", "")),
        ("3", ("3", "")),
        ("1 k7m2qx", ("1", "K7M2QX")),
        ("1  K7M2QX ", ("1", "K7M2QX")),
        ("4", ("", "")),
        ("11", ("", "")),
        ("1 please", ("1", "PLEASE")),
        ("1 maybe", ("", "")),
        ("one", ("", "")),
        ("", ("", "")),
        ("1\x00", ("", "")),
    ],
)
def test_digits_as_people_type_them(body: str, read: tuple[str, str]) -> None:
    assert digit(body) == read


@pytest.mark.parametrize("word", sorted(HELP_WORDS))
def test_help_in_every_spelling_and_both_languages(word: str) -> None:
    for spelt in (word, word.lower(), word.title(), f" {word}\n", f"{word}.", f"{word}。"):
        assert keyword(spelt) == "help"
    assert keyword(f"{word} me please") == ""


def test_help_is_answered_where_answers_are_possible_and_names_no_booking() -> None:
    (text,) = (e for e in decide(booked(phone=BRITAIN), Texted("HELP"), CONTEXT).effects if isinstance(e, Text))
    assert (text.purpose, text.revision) == ("help", 0)
    assert "STOP" in text.body
    assert kinds(decide(booked(phone=BRITAIN, sms=False), Texted("HELP"), CONTEXT)) == []


def test_one_confirms_and_a_blocked_owner_hears_of_it_by_text() -> None:
    """The word of thanks goes where she can read it."""
    here = decide(booked(phone=BRITAIN), Texted("1"), CONTEXT)
    there = decide(booked(phone=BRITAIN, blocked=True), Texted("1"), CONTEXT)
    for decision, way in ((here, "Say"), (there, "Text")):
        assert decision.case.call is not None
        assert decision.case.call.confirmed
        assert kinds(decision) == [way]


def test_two_moves_here_and_three_is_for_the_staff() -> None:
    assert kinds(decide(booked(), Texted("2"), CONTEXT)) == ["Say"]
    assert kinds(decide(booked(blocked=True), Texted("2"), CONTEXT)) == ["Post"]
    (link,) = (
        e for e in decide(booked(blocked=True, phone=BRITAIN), Texted("2"), CONTEXT).effects if isinstance(e, Text)
    )
    assert (link.purpose, link.revision) == ("page", 2)
    assert kinds(decide(booked(), Texted("3"), CONTEXT)) == ["Post"]


def test_a_digit_that_may_mean_two_calls_confirms_neither() -> None:
    decision = decide(booked(phone=BRITAIN), Texted("1", unclear=True), CONTEXT)
    assert decision.case.call is not None
    assert not decision.case.call.confirmed
    (text,) = (e for e in decision.effects if isinstance(e, Text))
    assert "1 K7M2QX" in text.body


def test_a_digit_with_a_code_that_is_not_this_cases_is_words() -> None:
    assert kinds(decide(booked(), Texted("1 ZZZZZZ"), CONTEXT)) == ["Post"]
    assert kinds(decide(booked(), Texted("1 k7m2qx"), CONTEXT)) == ["Say"]


@pytest.mark.parametrize("body", ["1", "2"])
def test_a_late_digit_is_words_for_the_staff(body: str) -> None:
    """The call is over; nobody may think that it was moved."""
    late = decide(booked(hours=-1), Texted(body), CONTEXT)
    assert kinds(late) == ["Post"]
    assert late.case.notes == (body,)


def test_stop_and_start_count_at_once() -> None:
    off = decide(booked(), Texted("停止"), CONTEXT)
    on = decide(off.case, Texted("START"), CONTEXT)
    assert (off.case.sms, on.case.sms) == (False, True)
    assert [e.stop for d in (off, on) for e in d.effects if isinstance(e, OptOut)] == [True, False]


def test_who_comes_back_is_reminded_here_again() -> None:
    back = decide(booked(blocked=True), Blocked(gone=False), CONTEXT).case
    assert ways(back, CONTEXT) == (True, True)
