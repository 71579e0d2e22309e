"""Leave as doctors type it, and what it does to a call."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rehearsal.clinic import LIN, WEBER, clinic
from flows.case import Call, Case, Status
from flows.context import Context, Span
from flows.decide import decide
from flows.effects import Post, Release, Text
from flows.incoming import Due
from flows.leave import at_once, span_words, understood
from tests.builders import a_case

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
STARTS = NOW + timedelta(days=2)
CALL = Call("lin", STARTS, STARTS + timedelta(minutes=30), 1)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2026-12-24", (23, 16), (24, 16)),
        ("2026-12-24 2026-12-26", (23, 16), (26, 16)),
        (" 2026-12-24 to 2026-12-26 ", (23, 16), (26, 16)),
        ("2026-12-24 到 2026-12-26", (23, 16), (26, 16)),
        ("2026-12-24 – 2026-12-26", (23, 16), (26, 16)),
        ("2026-12-24 14:00 2026-12-24 17:30", (24, 6), (24, 9, 30)),
        ("2026-12-24 14:00 2026-12-25", (24, 6), (25, 16)),
    ],
)
def test_what_is_typed_is_read_on_the_doctors_clock(typed: str, first: tuple[int], last: tuple[int]) -> None:
    """Taipei is eight hours ahead; days without a time are whole, the last one too."""
    assert understood(typed, LIN, NOW) == ("lin", datetime(2026, 12, *first, tzinfo=UTC), datetime(2026, 12, *last, tzinfo=UTC))  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    ["tomorrow", "2026-02-30", "2026-12-24 25:00 2026-12-24 26:00", "2026-12-26 2026-12-24", "2026-11-01 2026-11-30", "2026-12-01 2028-12-01", "0000-00-00", "9999-12-31", "2030-01-01", "12-24", "2026-12-24 17:00 2026-12-24 14:00"],
)  # fmt: skip
def test_what_makes_no_sense_is_not_understood(typed: str) -> None:
    assert understood(typed, LIN, NOW) is None


@given(st.text(max_size=60) | st.from_regex(r"\d{4}-\d{1,2}-\d{1,2}( \d\d:\d\d)?( \d{4}-\d\d-\d\d)?", fullmatch=True))
def test_nothing_that_is_typed_raises(typed: str) -> None:
    """And what is understood lies ahead, is not empty and not for ever."""
    found = understood(typed, WEBER, NOW)
    assert found is None or (found[1] < found[2] <= found[1] + timedelta(days=366) and found[2] > NOW)


def test_the_buttons_mean_the_day_and_the_rest_of_the_week() -> None:
    """2 December 2026 is a Wednesday, so that the week has five days left."""
    day = date(2026, 12, 2)
    spans = [at_once(which, day, LIN) for which in ("today", "week")]
    assert [(ends - starts).days for _, starts, ends in spans] == [1, 5]
    assert [span_words(span, LIN, "en") for span in spans] == ["Wed 2 Dec", "Wed 2 Dec – Sun 6 Dec"]


def rung(away: tuple[Span, ...], case: Case, now: datetime = NOW) -> list[object]:
    """What the timer of a leave does."""
    context = Context(now, clinic((LIN, WEBER)), "token123", away=away)
    decision = decide(case, Due("away", ""), context)
    return [decision.case.status, *(type(effect) for effect in decision.effects)]


BOOKED = a_case(status=Status.BOOKED, call=CALL, revision=1)


def test_a_call_outside_the_leave_or_of_a_colleague_or_already_begun_stays() -> None:
    """The timer looks at what is true when it rings."""
    hit = ("lin", STARTS - timedelta(hours=1), STARTS + timedelta(minutes=5))
    assert Release in rung((hit,), BOOKED)
    for away in ((), (("weber", *hit[1:]),), (("lin", STARTS - timedelta(hours=1), STARTS),)):
        assert rung(away, BOOKED) == [Status.BOOKED]
    assert rung((hit,), BOOKED, STARTS) == [Status.BOOKED]


def test_who_blocked_the_bot_is_told_by_text_or_the_staff_is_told_to_ring() -> None:
    """Nobody is left to wait for a call that will not come."""
    hit = (("lin", STARTS, STARTS + timedelta(hours=1)),)
    reachable = replace(BOOKED, blocked=True, phone="+886912345678", vouched=True, sms=True)
    assert Text in rung(hit, reachable)
    assert rung(hit, replace(BOOKED, blocked=True)).count(Post) == rung(hit, reachable).count(Post) + 1
