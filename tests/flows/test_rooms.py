"""Calls online: who may choose them, where the room is said and where it is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.rehearsal.clinic import clinic
from flows import effects as fx
from flows import reminders, rooms, texts
from flows.case import Call, Case, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.incoming import OnPage, Pressed
from tests.builders import a_case

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)
STARTS = NOW + timedelta(days=2)
OFFER = Call("lin", STARTS, STARTS + timedelta(minutes=30), 4)
ROOM = "https://meet.example.org/call-x"


def paid(**changes: Any) -> Case:
    plain: dict[str, Any] = {"status": Status.PAID, "offer": OFFER, "revision": 4, "phone": "+886912345678", "step": "confirm", "zone": "Asia/Taipei", "vouched": True, "sms": True}  # fmt: skip
    return a_case(**(plain | changes))


def context(room: str = ROOM) -> Context:
    return Context(NOW, clinic(), "token123", room=room)


def booked(way: str, room: str = ROOM) -> Decision:
    opened = replace(paid(), screen="screen01", options=(way,))
    return decide(opened, Pressed("screen01.0"), context(room))


@pytest.mark.parametrize(
    ("phone", "room", "ways"),
    [
        ("+886912345678", "", ("book",)),
        ("", "", ("book",)),
        ("+886912345678", ROOM, ("book", "book:online")),
        ("", ROOM, ("book:online",)),
    ],
)
def test_the_ways_are_those_that_can_be_held(phone: str, room: str, ways: tuple[str, ...]) -> None:
    assert rooms.ways(paid(phone=phone), context(room)) == ways


def test_the_tap_that_books_chooses_the_way() -> None:
    online, ringing = booked("book:online").case.call, booked("book").case.call
    assert online is not None
    assert ringing is not None
    assert (online.room, ringing.room) == (ROOM, "")


def test_without_rooms_nobody_gets_one() -> None:
    call = booked("book:online", room="").case.call
    assert call is not None
    assert call.room == ""


def test_the_room_stands_in_confirmation_calendar_and_reminder_and_in_no_text() -> None:
    decision = booked("book:online")
    assert any(ROOM in effect.text for effect in decision.effects if isinstance(effect, fx.Say))
    assert [effect.room for effect in decision.effects if isinstance(effect, fx.SayCalendar)] == [ROOM]
    case = decision.case
    for before in (timedelta(days=3), timedelta(days=1), timedelta(hours=2)):
        _, message = reminders.again_here(case, replace(context(), now=STARTS - before))
        assert ROOM in message.text
        assert "ring you" not in message.text
    for purpose in ("booked", "remind_24", "again", "noted"):
        for two_way in (True, False):
            assert "meet.example" not in texts.call_body(case, clinic(), purpose, two_way=two_way)
    posts = [effect.text for effect in decision.effects if isinstance(effect, fx.Post | fx.EditCard)]
    assert not any(ROOM in text for text in posts)


@pytest.mark.parametrize(("action", "room"), [("book", ""), ("book:online", ROOM)])
def test_the_page_books_in_either_way(action: str, room: str) -> None:
    call = decide(paid(), OnPage(action, 4), context()).case.call
    assert call is not None
    assert call.room == room


def test_the_page_cannot_book_in_a_way_that_was_not_offered() -> None:
    for case, action, room in ((paid(), "book:online", ""), (paid(phone=""), "book", ROOM), (paid(), "book:x", ROOM)):
        assert decide(case, OnPage(action, 4), context(room)).case.call is None


def test_an_owner_without_a_number_is_asked_for_one() -> None:
    opened = replace(paid(phone=""), screen="screen01", options=("book",))
    said = [e.text for e in decide(opened, Pressed("screen01.0"), context("")).effects if isinstance(e, fx.Say)]
    assert "We have no telephone number of yours." in said[0]
