"""Ten minutes before a call its doctor is told alone: what she reads, when she reads nothing, and what the group reads instead."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.rehearsal.clinic import LIN, WEBER, clinic
from flows import effects as fx
from flows.call_clock import TIMER
from flows.case import Call, Case, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.incoming import Asked, Due, Pressed, Said, StaffPressed, Undelivered
from tests.builders import a_case

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
STARTS = NOW + timedelta(days=2)
CALL = Call("weber", STARTS, STARTS + timedelta(minutes=30), 4)
PHONE = "+886912345678"
SOON = STARTS - timedelta(minutes=10)


def booked(**changes: Any) -> Case:
    plain: dict[str, Any] = {"status": Status.BOOKED, "call": CALL, "revision": 4, "phone": PHONE, "zone": "Asia/Taipei"}  # fmt: skip
    return a_case(**(plain | changes))


def context(now: datetime = SOON, **changes: Any) -> Context:
    return Context(now, clinic((LIN, WEBER), staff_language="zh_Hant"), "token123", **changes)


def ring(case: Case, key: str, now: datetime = SOON) -> Decision:
    return decide(case, Due(TIMER, key), context(now))


def tells(decision: Decision) -> list[fx.Tell]:
    return [effect for effect in decision.effects if isinstance(effect, fx.Tell)]


# --- before -----------------------------------------------------------------------------------------------------------
def test_she_is_told_in_her_language_on_her_clock_with_the_number_and_the_way_to_the_case_page() -> None:
    (tell,) = tells(ring(booked(), "before:4"))
    assert (tell.doctor, tell.revision, tell.about) == ("weber", 4, "call.before.4")
    assert "Thu 3 Dec, 04:00 (Berlin time), 30 minutes" in tell.text
    assert f"Please ring the owner: {PHONE}" in tell.text
    assert [button.data.rpartition(".")[2] for row in tell.buttons for button in row] == ["page"]


def test_of_a_call_online_she_is_given_the_room_and_not_the_number() -> None:
    (tell,) = tells(ring(booked(call=replace(CALL, room="https://meet.example.org/call-x")), "before:4"))
    assert "https://meet.example.org/call-x" in tell.text
    assert PHONE not in tell.text


def test_where_there_is_no_number_she_is_told_so() -> None:
    (tell,) = tells(ring(booked(phone=""), "before:4"))
    assert "has given no telephone number" in tell.text


@pytest.mark.parametrize(
    ("case", "now"),
    [
        (booked(call=replace(CALL, revision=5), revision=5), SOON),
        (booked(call=None, status=Status.PAID), SOON),
        (booked(status=Status.ANSWERED), SOON),
        (booked(), CALL.ends_at),
    ],
)
def test_a_call_that_is_another_or_over_is_silent(case: Case, now: datetime) -> None:
    assert ring(case, "before:4", now) == Decision(case)


def test_a_doctor_who_hears_late_still_hears_while_the_call_lasts() -> None:
    assert tells(ring(booked(), "before:4", CALL.ends_at - timedelta(minutes=1)))


def test_where_she_cannot_be_written_to_the_group_hears_what_to_do_and_nothing_of_the_owner() -> None:
    decision = decide(booked(), Undelivered("tell", "not_begun", "call.before.4"), context())
    (post,) = [effect for effect in decision.effects if isinstance(effect, fx.Post)]
    assert post.doctor == "weber"
    assert "09" not in post.text.replace("09:50", "")
    assert PHONE not in post.text
    assert post.buttons[0][0].data.endswith(".page")


@pytest.mark.parametrize("about", ["call.before.3", "call.nothing.4", "4.key", "", "call"])
def test_news_of_another_call_or_of_something_else_changes_nothing(about: str) -> None:
    case = booked()
    assert decide(case, Undelivered("tell", "not_begun", about), context()) == Decision(case)


def test_pressing_start_brings_her_what_she_could_not_be_told() -> None:
    """Only her, and only around the call: to everybody else it is the link to the case page and nothing more."""
    case = booked(submitted_at=NOW)

    def started(doctor: str, now: datetime = SOON) -> list[fx.Tell]:
        press = StaffPressed(doctor, 9002, f"{case.code}.-.page")
        decision = decide(case, press, context(now))
        assert any(type(effect).__name__ == "PageLink" for effect in decision.effects)
        return tells(decision)

    assert PHONE in started("weber")[0].text
    assert started("lin") == []
    assert started("weber", SOON - timedelta(seconds=1)) == []


# --- the timers go with the call --------------------------------------------------------------------------------------
def wakes(decision: Decision) -> dict[str, datetime]:
    return {e.key: e.at for e in decision.effects if isinstance(e, fx.Wake) and e.kind == TIMER}


def press(case: Case, value: str, now: datetime, **changes: Any) -> Decision:
    opened = replace(case, screen="screen01", options=(value,))
    return decide(opened, Pressed("screen01.0"), context(now, **changes))


def test_a_booking_sets_both_timers_and_a_move_takes_the_former_ones_back() -> None:
    offer = Call("weber", STARTS, CALL.ends_at, 0)
    first = press(booked(status=Status.PAID, call=None, offer=offer, step="confirm"), "book", NOW)
    assert wakes(first) == {"before:5": SOON, "after:5": CALL.ends_at}
    assert fx.Forget(TIMER) not in first.effects
    moved = press(replace(first.case, offer=offer, step="confirm"), "book", NOW)
    assert wakes(moved) == {"before:6": SOON, "after:6": CALL.ends_at}
    assert moved.effects.index(fx.Forget(TIMER)) < moved.effects.index(fx.Wake(TIMER, SOON, "before:6"))


def test_a_cancelled_call_takes_them_back() -> None:
    assert fx.Forget(TIMER) in press(booked(), "cancel_yes", NOW).effects


def test_she_hears_of_a_change_only_once_she_was_told_of_the_call() -> None:
    assert tells(press(booked(), "cancel_yes", SOON - timedelta(seconds=1))) == []
    (tell,) = tells(press(booked(), "cancel_yes", SOON))
    assert (tell.doctor, tell.about) == ("weber", "")
    assert "04:00 (Berlin time) does not take place" in tell.text


def test_an_owner_who_ends_the_case_before_the_call_sends_nobody_to_the_telephone() -> None:
    assert tells(press(booked(), "withdraw", SOON))


def test_nothing_else_that_happens_touches_them() -> None:
    for news in (Asked("status"), Said("Is it soon?")):
        decision = decide(booked(), news, context(SOON))
        assert wakes(decision) == {}
        assert tells(decision) == []
