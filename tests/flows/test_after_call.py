"""What a doctor says after a call, who may say it, and what follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.rehearsal.clinic import LIN, WEBER, clinic
from flows import effects as fx
from flows.case import Call, Case, Payment, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.incoming import Due, StaffPressed, StaffReplied, Undelivered
from flows.team import Team
from tests.builders import a_case

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
CALL = Call("lin", NOW - timedelta(minutes=30), NOW, 4, asked="key12345")
PAYMENT = Payment(300_000, "TWD", 1, "s", counted=("s",), state="paid", paid_at=NOW)


def booked(**changes: Any) -> Case:
    plain: dict[str, Any] = {"status": Status.BOOKED, "call": CALL, "revision": 4, "zone": "Asia/Taipei", "payment": PAYMENT, "submitted_at": NOW}  # fmt: skip
    return a_case(**(plain | changes))


def context(now: datetime = NOW) -> Context:
    return Context(now, clinic((LIN, WEBER)), "token123")


def press(case: Case, how: str, doctor: str = "lin", key: str = "key12345", now: datetime = NOW) -> Decision:
    return decide(case, StaffPressed(doctor, 9001, f"{case.code}.{key}.call_{how}"), context(now))


def reply(case: Case, text: str, doctor: str = "lin") -> Decision:
    return decide(case, StaffReplied(doctor, 9001, 7, text, "call.note"), context())


def answer(decision: Decision) -> fx.Answer:
    return next(effect for effect in decision.effects if isinstance(effect, fx.Answer))


def kinds(decision: Decision) -> set[str]:
    return {type(effect).__name__ for effect in decision.effects}


# --- it is asked ------------------------------------------------------------------------------------------------------
def test_at_its_end_the_doctor_of_the_call_is_asked_with_buttons_of_this_call_alone() -> None:
    decision = decide(booked(call=replace(CALL, asked="")), Due("call", "after:4"), context())
    (tell,) = [effect for effect in decision.effects if isinstance(effect, fx.Tell)]
    assert (tell.doctor, tell.about) == ("lin", "call.after.4")
    assert decision.case.call is not None
    assert decision.case.call.asked == "token123"
    actions = [button.data.rpartition(".")[2] for row in tell.buttons for button in row]
    assert actions == ["call_held", "call_not_reached", "call_another_time"]


@pytest.mark.parametrize(("about", "role"), [("call.after.4", "note"), ("call.note.4", "call.note")])
def test_where_she_cannot_be_written_to_the_group_is_asked(about: str, role: str) -> None:
    case = press(booked(), "held").case if "note" in about else booked()
    decision = decide(case, Undelivered("tell", "not_begun", about), context())
    (post,) = decision.effects
    assert isinstance(post, fx.Post)
    assert (post.role, post.doctor) == (role, "lin")


def test_a_day_of_silence_brings_one_reminder_with_the_same_buttons() -> None:
    decision = decide(booked(), Due("over", "4"), context(NOW + timedelta(days=1)))
    (post,) = [effect for effect in decision.effects if isinstance(effect, fx.Post)]
    assert post.role == "alarm"
    assert [row[0].data.split(".")[1] for row in post.buttons] == ["key12345"] * 3


def test_a_call_of_an_earlier_version_that_was_never_asked_about_gets_buttons_that_work() -> None:
    late = decide(booked(call=replace(CALL, asked="")), Due("over", "4"), context())
    assert press(late.case, "held", key="token123").case.reports


def test_after_a_call_that_was_held_the_reminder_is_of_the_opinion() -> None:
    decision = decide(press(booked(), "held").case, Due("over", "4"), context())
    (post,) = [effect for effect in decision.effects if isinstance(effect, fx.Post)]
    assert "waits for the written opinion" in post.text
    assert not post.buttons


# --- who may say it ---------------------------------------------------------------------------------------------------
def test_another_doctor_is_refused_alone_and_one_who_leads_is_not() -> None:
    case = booked()
    refused = press(case, "held", "weber")
    assert refused.case is case
    assert refused.effects == (fx.Answer("Only Dr. Lin, whose call it was, or who leads the case can say how it went.", alert=True),)  # fmt: skip
    assert press(booked(team=Team("weber")), "held", "weber").case.reports[0].by == "weber"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({}, "key99999"),
        ({"call": replace(CALL, asked="")}, ""),
        ({"status": Status.PAID, "call": None}, "key12345"),
        ({"status": Status.ANSWERED}, "key12345"),
        ({"status": Status.CLOSED}, "key12345"),
        ({"status": Status.WITHDRAWN, "call": None}, "key12345"),
    ],
)
@pytest.mark.parametrize("how", ["held", "not_reached", "another_time"])
def test_an_old_button_and_one_of_an_ended_case_change_nothing(changes: dict[str, Any], key: str, how: str) -> None:
    case = booked(**changes)
    decision = press(case, how, key=key)
    assert decision.case is case
    assert answer(decision).alert
    assert kinds(decision) == {"Answer"}


# --- what follows -----------------------------------------------------------------------------------------------------
def test_we_spoke_leaves_everything_to_the_opinion_and_asks_for_a_note() -> None:
    decision = press(booked(), "held")
    assert (decision.case.status, decision.case.call) == (Status.BOOKED, CALL)
    (tell,) = [effect for effect in decision.effects if isinstance(effect, fx.Tell)]
    assert (tell.doctor, tell.role) == ("lin", "call.note")
    assert not kinds(decision) & {"Say", "Text"}


def test_a_second_press_of_the_same_button_says_who_was_first() -> None:
    case = press(booked(team=Team("weber")), "held").case
    again = press(case, "held", "weber")
    assert again.case is case
    assert "Dr. Lin" in answer(again).text


def test_a_slip_of_the_thumb_is_put_right() -> None:
    decision = press(press(booked(), "held").case, "not_reached")
    assert decision.case.status is Status.PAID
    assert [report.how for report in decision.case.reports] == ["held", "not_reached"]


@pytest.mark.parametrize("how", ["not_reached", "another_time"])
@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_another_time_costs_nothing_and_nothing_of_the_former_call_is_left(how: str, language: str) -> None:
    decision = press(booked(language=language), how)
    after = decision.case
    assert (after.status, after.call, after.offer, after.revision) == (Status.PAID, None, None, 5)
    assert after.payment == PAYMENT
    assert not kinds(decision) & {"Enter", "OpenCheckout", "Refund"}
    assert fx.Release() in decision.effects
    assert {e.kind for e in decision.effects if isinstance(e, fx.Forget)} >= {"remind", "hold", "over", "call"}
    assert ("choose", "0") in [(e.kind, e.key) for e in decision.effects if isinstance(e, fx.Wake)]
    said = [effect.text for effect in decision.effects if isinstance(effect, fx.Say)]
    assert len(said) == 1
    assert ("another time costs nothing more" if language == "en" else "另選時間不會再收費") in said[0]


def test_after_it_the_opinion_can_be_written_in_the_name_of_the_doctor_who_tried() -> None:
    """And a time that was held meanwhile is free again, with its timer."""
    case = press(booked(), "not_reached").case
    case = replace(case, offer=Call("lin", NOW + timedelta(days=1), NOW + timedelta(days=1, minutes=30), 5), step="confirm")  # fmt: skip
    asked = decide(case, StaffPressed("weber", 9002, f"{case.code}.{case.review.key}.opinion"), context()).case
    assert asked.review.asked == "opinion"
    decision = decide(asked, StaffReplied("weber", 9002, 7, "See your vet this week."), context())
    assert (decision.case.status, decision.case.offer) == (Status.ANSWERED, None)
    assert any("from Dr. Lin" in effect.text for effect in decision.effects if isinstance(effect, fx.Say))
    assert {fx.Release(), fx.Forget("hold")} <= set(decision.effects)
    assert decide(decision.case, Due("hold", "5"), context()) == Decision(decision.case)


def test_before_any_call_was_tried_it_cannot() -> None:
    case = booked(status=Status.PAID, call=None)
    decision = decide(case, StaffPressed("lin", 9001, f"{case.code}.{case.review.key}.opinion"), context())
    assert decision.case is case


# --- the note ---------------------------------------------------------------------------------------------------------
def test_notes_stay_with_the_case_also_when_it_is_over() -> None:
    held = press(booked(), "held").case
    first = reply(held, "Willing to travel.").case
    second = reply(replace(first, status=Status.CLOSED), "Rang again.").case
    assert second.reports[-1].note == "Willing to travel.\nRang again."
    assert (second.notes, second.status) == ((), Status.CLOSED)


@pytest.mark.parametrize(
    ("case", "text", "doctor"),
    [(booked(), "words", "lin"), (press(booked(), "held").case, "words", "weber"), (press(booked(), "held").case, " ", "lin")],
)  # fmt: skip
def test_what_is_no_note_of_hers_changes_nothing(case: Case, text: str, doctor: str) -> None:
    decision = reply(case, text, doctor)
    assert decision.case is case
    assert answer(decision).alert
