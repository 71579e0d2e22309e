"""What the group is told when it asks, on both engines: the queue by pages, a doctor's own cases, calls, numbers and their picture."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from app.rehearsal.clinic import LIN, WEBER, clinic
from bot.staff_answers import LISTED, Answers, Command, Reply
from desk.desk import Desk
from flows.card import card_buttons
from flows.case import Call, Case, Review, Status
from flows.clinic import Clinic
from flows.promise import Promise
from records import figures_picture
from storage import bookings, cases
from storage.engine import Store
from tests.builders import NOON, case_number

HOUR = timedelta(hours=1)
BOTH = replace(clinic(doctors=(LIN, WEBER)), zone="Asia/Taipei")
SOON = NOON + 15 * HOUR


def asked(store: Store, story: Callable[[Answers], Awaitable[Any]], *stored: Case, where: Clinic = BOTH) -> Any:
    """The answers of a clinic with these cases; calls are booked, and a decision is in the history of each that has one."""

    async def whole() -> Any:
        for case in stored:
            await store.run(lambda conn, case=case: _keep(conn, case))  # type: ignore[misc]
        return await story(Answers(Desk(store, where, lambda: NOON), where))

    return asyncio.run(whole())


def _keep(conn: Any, case: Case) -> None:
    cases.insert(conn, case)
    cases.add_history(conn, case.id, case.created_at, "intake", "submit", "review", "owner", "")
    if case.review.decided_at:
        cases.add_history(conn, case.id, case.review.decided_at, "review", case.review.decision, "accepted", "lin", "")
    if case.call:
        until = NOON + HOUR
        bookings.hold(conn, case.id, case.call.doctor, case.call.starts_at, case.call.ends_at, until, NOON)
        bookings.confirm(conn, case.id, NOON)


def waiting(number: int, days: float = 0, **changes: Any) -> Case:
    made = NOON - timedelta(days=days, minutes=1)
    plain = {"status": Status.REVIEW, "created_at": made, "submitted_at": made, "answers": {"cat_name": f"Cat{number}"}}
    return case_number(number, **(plain | changes))


def booked(number: int, doctor: str = "lin", hours: float = 0) -> Case:
    starts = SOON + hours * HOUR
    call = Call(doctor, starts, starts + HOUR / 2, 1)
    decided = Review(decision="go", decided_by="lin", decided_at=NOON - 3 * HOUR)
    made = NOON - 12 * HOUR
    return waiting(
        number, status=Status.BOOKED, call=call, revision=1, review=decided, created_at=made, submitted_at=made
    )


def told(
    store: Store, name: str, *stored: Case, argument: str = "", doctor: str = "lin", where: Clinic = BOTH
) -> Reply:
    async def story(answers: Answers) -> Reply:
        return await answers.to(Command(name, argument, doctor))

    found: Reply = asked(store, story, *stored, where=where)
    return found


# --- the queue --------------------------------------------------------------------------------------------------------
def test_a_long_queue_is_read_by_pages_oldest_first(store: Store) -> None:
    many = [waiting(number, days=40 - number) for number in range(LISTED + 3)]

    async def story(answers: Answers) -> list[str]:
        return [(await answers.to(Command("queue", page))).text for page in ("", "1", "2", "3", "-1", "x")]

    first, same, second, third, odd, nonsense = asked(store, story, *many)
    assert first == same == odd == nonsense
    assert first.splitlines()[0].startswith("C00000 · waiting for a decision · 40 d")
    assert first.splitlines()[-1] == "3 more: /queue 2"
    assert [line.split()[0] for line in second.splitlines()] == ["C00020", "C00021", "C00022"]
    assert third == "No more open cases."


def test_what_cannot_wait_comes_first_as_long_as_it_waits(store: Store) -> None:
    """By the owner's account or a doctor's word; one that is decided stands at its age again."""
    marked = Review(round=1, promise=Promise(24, lane="urgent"))
    soon = {"answers": {"cat_name": "Tofu", "due": "day"}}
    some = [waiting(1, days=9), waiting(2, days=1, review=marked), waiting(3, days=2, **soon)]
    decided = waiting(4, days=3, status=Status.ACCEPTED, **soon)
    lines = told(store, "queue", *some, decided).text.splitlines()
    assert [line.split(" · ")[0] for line in lines] == ["⏩ C00003", "⏩ C00002", "C00001", "C00004"]


def test_the_place_in_the_queue_follows_the_lane(store: Store) -> None:
    """Also when only the lane has changed and nothing else that is searched for."""
    old, new = waiting(1, days=9), waiting(2)

    async def story(answers: Answers) -> str:
        urgent = replace(new, review=replace(new.review, promise=Promise(lane="urgent")))
        await store.run(lambda conn: cases.save(conn, new, urgent) and None)
        return (await answers.to(Command("queue", ""))).text

    assert asked(store, story, old, new).startswith("⏩ C00002")


@pytest.mark.parametrize("name", ["queue", "mine", "calls"])
def test_each_line_of_a_list_has_a_button_to_its_case(store: Store, name: str) -> None:
    """Four in a row; what is pressed is the way to the case page, for whoever presses it."""
    reply = told(store, name, *(booked(number, hours=number) for number in range(1, 7)))
    assert reply.keys is not None
    rows = [[(key.text, key.callback_data) for key in row] for row in reply.keys.inline_keyboard]
    assert [len(row) for row in rows] == [4, 2]
    assert sorted(rows[0] + rows[1]) == [(f"C{n:05}", f"C{n:05}.list.page") for n in range(1, 7)]
    assert all(code in reply.text for row in rows for code, _ in row)


@pytest.mark.parametrize("name", ["queue", "mine", "calls"])
def test_a_list_of_nothing_has_no_buttons(store: Store, name: str) -> None:
    assert told(store, name).keys is None


def test_an_empty_queue_says_so(store: Store) -> None:
    assert (
        told(store, "queue", waiting(1, status=Status.CLOSED), waiting(2, status=Status.INTAKE)).text
        == "No open cases."
    )


# --- mine, calls ------------------------------------------------------------------------------------------------------
def test_mine_are_those_i_decided_and_those_i_ring(store: Store) -> None:
    stored = (waiting(1), booked(2, "weber"), booked(3, "lin", hours=24))
    for doctor, codes in (("lin", ["C00002", "C00003"]), ("weber", ["C00002"]), ("chen", [])):
        text = told(store, "mine", *(stored if doctor == "lin" else ()), doctor=doctor).text
        assert [line.split()[0] for line in text.splitlines() if line.startswith("C0")] == codes
    assert text == "None of the open cases is yours."


def test_calls_stand_under_their_days_with_the_other_clock_beside(store: Store) -> None:
    text = told(store, "calls", booked(1), booked(2, "weber", hours=6), booked(3, hours=24 * 15)).text
    assert text.splitlines() == ["Tue 3 Mar", "• 11:00 · Dr. Lin · C00001", "• 17:00 (10:00 CET) · Dr. Weber · C00002"]
    assert told(store, "calls", where=replace(BOTH, languages=("zh_Hant", "en"))).text.startswith("3月3日(二)")


def test_no_calls_are_said(store: Store) -> None:
    assert told(store, "calls").text == "No calls in the next two weeks."


# --- the numbers ------------------------------------------------------------------------------------------------------
def test_the_numbers_are_those_of_the_books(store: Store) -> None:
    """Open ones by state and age, decisions of a month with how long they took, today's calls where the clinic is."""
    stored = (
        waiting(1), waiting(2, days=2), waiting(3, days=5), booked(4, hours=-24), waiting(5, status=Status.CLOSED),
        waiting(6, days=90, status=Status.CLOSED, review=Review(decision="go", decided_by="lin", decided_at=NOON - timedelta(days=80))),
    )  # fmt: skip
    reply = told(store, "stats", *stored)
    assert reply.text.splitlines() == [
        "Open cases: 4",
        "• waiting for a decision: 3, 1 of them older than three days",
        "• call booked: 1",
        "",
        "Decisions in the last 30 days: 1 (Go 1)",
        "Half of them within 9 h",
        "",
        "Calls today: 1",
        "• 11:00 · Dr. Lin · C00004",
    ]
    picture = Image.open(BytesIO(reply.picture))
    assert (picture.format, picture.width) == ("PNG", 1280)
    colours = {colour for _, colour in picture.convert("RGB").getcolors(100_000) or []}
    assert {(0x28, 0x76, 0x6B), (0xE0, 0xA5, 0x26), (0xB3, 0x37, 0x2C)} <= colours


def test_an_empty_clinic_has_words_and_no_picture(store: Store) -> None:
    reply = told(store, "stats")
    assert reply == Reply("No open cases.\n\nNo decisions in the last 30 days.\n\nNo calls today.")


def test_numbers_are_told_when_the_picture_cannot_be_drawn(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures_picture, "WALL_S", 0.0)
    reply = told(store, "stats", waiting(1))
    assert (reply.text.splitlines()[0], reply.picture) == ("Open cases: 1", b"")


def test_a_case_is_shown_with_the_buttons_of_its_card(store: Store) -> None:
    """Should the card be gone, the case can be decided here."""
    reply = told(store, "case", waiting(1), argument=case_number(1).code.lower())
    assert reply.keys is not None
    wanted = [[one.data for one in line] for line in card_buttons(waiting(1), "en", BOTH)]
    assert [[one.callback_data for one in line] for line in reply.keys.inline_keyboard] == wanted
    assert wanted[0][0].endswith(".go")
    assert told(store, "case", argument="NOBODY").keys is None
