"""The wish for an earlier call: when it can be had, what is offered and what is not, and what each answer does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.rehearsal.clinic import clinic
from flows import earlier_wish, waiting_list
from flows import effects as fx
from flows import incoming as come
from flows.case import Call, Case, Status
from flows.context import Context, Decision
from flows.decide import decide
from tests.builders import a_case

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)  # Tuesday, ten in the morning in Taipei
HALF = timedelta(minutes=30)
DAY = timedelta(days=1)
CALL = Call("lin", datetime(2026, 3, 6, 1, 0, tzinfo=UTC), datetime(2026, 3, 6, 1, 30, tzinfo=UTC), 4)


def context(now: datetime = NOW, taken: tuple[Any, ...] = (), away: tuple[Any, ...] = (), room: str = "") -> Context:
    return Context(now, replace(clinic(), room=room), "token123", taken=taken, away=away, room=room)


def waiting(**changes: Any) -> Case:
    plain: dict[str, Any] = {"status": Status.BOOKED, "submitted_at": NOW, "call": CALL, "revision": 4, "wish": 4, "zone": "Asia/Taipei", "step": "", "updated_at": NOW - DAY, "answers": {"cat_name": "Tofu"}}  # fmt: skip
    return a_case(**(plain | changes))


def asked(case: Case, now: datetime = NOW, **known: Any) -> Decision:
    """It is her turn."""
    return decide(case, come.Due(waiting_list.FREE, "lin"), context(now, **known))


def offered(decision: Decision) -> datetime | None:
    held = [effect for effect in decision.effects if isinstance(effect, fx.Hold)]
    assert len(held) == (1 if decision.case.offer else 0)
    return held[0].starts_at if held else None


def answer(case: Case, value: str, **known: Any) -> Decision:
    return decide(case, come.Pressed(f"{case.screen}.{case.options.index(value)}"), context(NOW, **known))


FIRST = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)  # nine on Wednesday: the first that lies twelve hours ahead


def test_the_soonest_free_time_before_her_call_is_kept_for_her() -> None:
    decision = asked(waiting())
    assert offered(decision) == FIRST
    (hold,) = (effect for effect in decision.effects if isinstance(effect, fx.Hold))
    assert hold.until == NOW + HALF
    assert decision.case.call == CALL  # hers until she says yes


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({"wish": 3}, {}),  # of a call that was moved since
        ({"wish": 0}, {}),
        ({"blocked": True}, {}),
        ({"call": replace(CALL, doctor="weber")}, {}),
        ({"call": replace(CALL, starts_at=FIRST, ends_at=FIRST + HALF)}, {}),  # nothing lies before it
        ({"step": "day", "updated_at": NOW - HALF / 10}, {}),  # she is choosing one herself
        ({"offer": replace(CALL, starts_at=FIRST, ends_at=FIRST + HALF)}, {}),  # or holds one
        ({}, {"now": CALL.starts_at}),
        ({}, {"now": datetime(2026, 3, 3, 15, 0, tzinfo=UTC)}),  # eleven at night
        ({}, {"now": datetime(2026, 3, 3, 13, 45, tzinfo=UTC)}),  # it would run out in her night
        ({}, {"away": (("lin", NOW, NOW + 9 * DAY),)}),
        ({}, {"taken": (("lin", NOW, CALL.starts_at),)}),
    ],
)
def test_nothing_is_offered(changes: dict[str, Any], known: dict[str, Any]) -> None:
    case = waiting(**changes)
    decision = asked(case, **known)
    assert not any(isinstance(effect, fx.Hold | fx.Say | fx.Text) for effect in decision.effects)
    assert (decision.case.call, decision.case.offer) == (case.call, case.offer)


def test_who_sleeps_or_is_choosing_is_asked_later() -> None:
    night = asked(waiting(), datetime(2026, 3, 3, 15, 0, tzinfo=UTC))
    assert [(e.kind, e.at) for e in night.effects if isinstance(e, fx.Wake)] == [("look", datetime(2026, 3, 4, 0, 0, tzinfo=UTC))]  # fmt: skip
    rung = decide(night.case, come.Due(earlier_wish.LOOK, "lin"), context(datetime(2026, 3, 4, 0, 0, tzinfo=UTC)))
    assert [e for e in rung.effects if isinstance(e, fx.Freed)] == [fx.Freed("lin")]
    choosing = waiting(step="day", updated_at=NOW - HALF / 10)
    assert [e.at for e in asked(choosing).effects if isinstance(e, fx.Wake)] == [
        choosing.updated_at + timedelta(minutes=10)
    ]


@pytest.mark.parametrize("room", ["", "https://meet.example.org/call-5"])
def test_yes_moves_the_call_and_keeps_the_way_it_is_held(room: str) -> None:
    """By telephone stays by telephone; what was online gets its room anew, and the fee is not asked for again."""
    case = waiting(call=replace(CALL, room="https://meet.example.org/call-4" if room else ""), phone="+886912345678")
    offer = asked(case, room=room).case
    taken = answer(offer, "earlier:take", room=room)
    assert taken.case.call == Call("lin", FIRST, FIRST + HALF, 5, room=room, clocks=("Asia/Taipei 2026-03-04T09:00",))
    assert taken.case.payment == case.payment
    assert not earlier_wish.waits(taken.case)
    assert any(isinstance(effect, fx.Book) for effect in taken.effects)


@pytest.mark.parametrize(("value", "waits"), [("earlier:keep", True), ("earlier:stop", False)])
def test_no_keeps_her_call_and_frees_the_time(value: str, waits: bool) -> None:
    offer = asked(waiting()).case
    kept = answer(offer, value)
    assert (kept.case.call, kept.case.offer, earlier_wish.waits(kept.case)) == (CALL, None, waits)
    assert fx.Release(held_only=True) in kept.effects
    again = asked(kept.case)
    assert offered(again) == (FIRST + HALF if waits else None)  # never the same one again


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_an_offer_that_is_not_answered_is_over_and_she_is_told_so(language: str) -> None:
    offer = asked(waiting(language=language)).case
    over = decide(offer, come.Due("hold", "4"), context(NOW + HALF))
    assert (over.case.call, over.case.offer, earlier_wish.waits(over.case)) == (CALL, None, True)
    assert any(isinstance(effect, fx.Say) for effect in over.effects)
    late = answer(over.case, "earlier:stop")
    assert not earlier_wish.waits(late.case)


def test_somebody_quicker_is_no_news_for_who_was_not_asked_yet() -> None:
    case = waiting()
    refused = decide(case, come.Refused(True, True), context())
    assert refused.case == case
    assert not any(isinstance(effect, fx.Say) for effect in refused.effects)


@pytest.mark.parametrize(("ahead", "possible"), [(timedelta(hours=12), False), (timedelta(hours=13), True)])
def test_the_button_is_there_where_an_earlier_time_can_be(ahead: timedelta, possible: bool) -> None:
    case = waiting(wish=0, call=replace(CALL, starts_at=NOW + ahead, ends_at=NOW + ahead + HALF))
    shown = decide(case, come.Asked("status"), context()).case
    assert ("earlier:ask" in shown.options) is possible


def test_a_case_of_an_earlier_version_waits_for_nothing() -> None:
    assert not earlier_wish.waits(a_case(status=Status.BOOKED, call=CALL, revision=4))
