"""The word of the morning, on both engines: once a day whoever looks, from what the books say then, and not at all when the morning is over."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.rehearsal.clinic import LIN, WEBER, clinic
from desk import digest as books
from desk.digest import Digest
from desk.duty import take
from desk.sending import Failed
from flows import digest
from flows.case import Call, Case, Review, Status
from flows.clinic import Clinic
from flows.promise import Promise
from storage import bookings, cases, inbox, leaves
from storage.engine import Store
from tests.builders import case_number
from tests.desk.office import Office, in_office
from tests.storage.doing import do

HOUR = timedelta(hours=1)
MORNING = datetime(2026, 3, 3, 0, 30, tzinfo=UTC)  # Tuesday, 8:30 in Taipei
PRIVATE = ("Mei Lin", "+886912345678", "Tofu")


def house(language: str = "en", **changes: Any) -> Clinic:
    return replace(clinic((LIN, WEBER), language), digest_at=time(8, 30), **changes)


def at_the_office(store: Store, story: Callable[[Office], Awaitable[Any]], where: Clinic | None = None) -> Any:
    async def whole(office: Office) -> Any:
        office.desk.clinic = where or house()
        office.now = MORNING
        return await story(office)

    return in_office(store, whole)


def some_cases() -> list[Case]:
    """One that waits too long, one that does not, one whose call is today, one whose call is over without an opinion, one that is closed."""
    facts: dict[str, Any] = {
        "answers": {"cat_name": "Tofu", "name": "Mei Lin"},
        "phone": "+886912345678",
        "created_at": MORNING - 30 * HOUR,
    }
    early, opened = MORNING - 30 * HOUR, Review(1, "key", card=4, opened_at=MORNING - 30 * HOUR, promise=Promise(24))
    today, before = MORNING + 3 * HOUR, MORNING - 20 * HOUR
    return [
        case_number(1, status=Status.REVIEW, submitted_at=early, review=opened, **facts),
        case_number(2, status=Status.REVIEW, submitted_at=MORNING, review=replace(opened, opened_at=MORNING), **facts | {"created_at": MORNING}),
        case_number(3, status=Status.BOOKED, submitted_at=early, call=Call("lin", today, today + HOUR / 2, 1), **facts),
        case_number(4, status=Status.BOOKED, submitted_at=early, call=Call("weber", before, before + HOUR / 2, 1), **facts),
        case_number(5, status=Status.CLOSED, submitted_at=early, **facts),
    ]  # fmt: skip


def stored(store: Store, *some: Case) -> None:
    for case in some:
        do(store, cases.insert, case)
        if case.call:
            call = case.call
            do(store, bookings.hold, case.id, call.doctor, call.starts_at, call.ends_at, MORNING + 9 * HOUR, MORNING)
            do(store, bookings.confirm, case.id, MORNING)


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_it_says_what_needs_somebody_and_names_nobody(store: Store, language: str) -> None:
    stored(store, *some_cases())
    do(store, leaves.add, "weber", MORNING - HOUR, MORNING + 9 * HOUR)

    async def story(office: Office) -> None:
        await office.desk.store.run(lambda c: take(c, ("lin", MORNING - HOUR, MORNING + HOUR), office.desk.moment()))
        assert await Digest(office.desk).look() == 2
        await office.desk.deliverer.idle()
        await office.sweep()
        picture, note = [row for row in office.channels["staff"].sent if row.recipient == "digest"]
        assert (picture.payload["role"], note.payload["role"]) == ("figures", "note")
        assert [parts for _, parts in picture.payload["bars"]] == [[1, 1, 0], [0, 2, 0]]
        words = note.payload["text"]
        late, owed = [line for line in words.splitlines() if line[:1] in ("⏰", "✍")]
        assert ("C00001" in late, "C00002" in late) == (True, False)
        assert ("C00004" in owed, "C00003" in owed) == (True, False)
        assert "• 11:30 · Dr. Lin · C00003" in words
        assert words.splitlines()[-2].endswith("Dr. Lin")
        assert words.splitlines()[-1].endswith("Dr. Weber")
        assert not any(private in str(row.payload) for row in (picture, note) for private in PRIVATE)

    at_the_office(store, story, house(language))


def test_a_quiet_morning_is_one_line_without_a_picture(store: Store) -> None:
    async def story(office: Office) -> None:
        assert await Digest(office.desk).look() == 1
        await office.desk.deliverer.idle()
        assert office.channels["staff"].texts() == ["Good morning. No open cases and no calls today."]

    at_the_office(store, story)


def test_once_a_day_whoever_looks_and_however_often(store: Store) -> None:
    """Two processes at the same moment, a restart within the morning, and the next day."""
    stored(store, *some_cases())

    async def story(office: Office) -> None:
        found = await asyncio.gather(*(Digest(office.desk).look() for _ in range(6)))
        assert sorted(found) == [0, 0, 0, 0, 0, 2]
        office.later(hours=3)
        assert await Digest(office.desk).look() == 0
        office.later(hours=21)
        assert await Digest(office.desk).look() == 2

    at_the_office(store, story)


def test_what_was_claimed_is_delivered_after_a_kill_and_a_picture_that_fails_does_not_hold_up_its_words(
    store: Store,
) -> None:
    """Nothing but the database knows of it between the commit and the sending."""
    stored(store, *some_cases())

    async def story(office: Office) -> None:
        moment = office.desk.moment()
        _, told = await store.run(
            lambda c: books._told(c, office.desk.clinic, date(2026, 3, 3), office.now, moment.lease_s)
        )
        assert told == 2  # and here the process dies: nobody hands them on
        office.channels["staff"].answers = [Failed("refused")]
        office.later(minutes=5)
        await office.sweep()
        await office.sweep()
        assert [row.payload["role"] for row in office.channels["staff"].sent] == ["figures", "note"]

    at_the_office(store, story)


def test_a_morning_without_the_service_is_made_up_for_until_it_is_over(store: Store) -> None:
    async def story(office: Office) -> None:
        office.later(hours=-1)
        assert await Digest(office.desk).look() == 0
        office.later(hours=4.9)
        assert await Digest(office.desk).look() == 1
        office.later(hours=24.2)
        assert await Digest(office.desk).look() == 0
        assert await store.run(lambda c: inbox.claim(c, books.CHANNEL, "2026-03-04", office.now)) is True

    at_the_office(store, story)


@pytest.mark.parametrize(
    ("changes", "hours", "due"),
    [
        ({}, 0, True),
        ({}, -0.01, False),
        ({"digest_at": None}, 0, False),
        ({"digest_days": ()}, 0, False),
        ({"digest_days": (1,)}, 0, True),  # a Tuesday
        ({"digest_days": (0, 2)}, 0, False),
    ],
)
def test_when_it_is_due(changes: dict[str, Any], hours: float, due: bool) -> None:
    found = digest.day_of(replace(house(), **changes), MORNING + hours * HOUR)
    assert found == (date(2026, 3, 3) if due else None)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 28), date(2026, 10, 26)])
def test_one_a_day_at_its_hour_when_the_clocks_change(day: date) -> None:
    berlin = house(zone="Europe/Berlin", digest_days=tuple(range(7)))
    midnight = datetime.combine(day, time(0), tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    due = [midnight + timedelta(minutes=n) for n in range(26 * 60) if digest.day_of(berlin, midnight + timedelta(minutes=n)) == day]  # fmt: skip
    assert due[0].astimezone(ZoneInfo("Europe/Berlin")).time() == time(8, 30)
    assert len(due) == 4 * 60


def test_many_codes_are_a_number_in_the_end(store: Store) -> None:
    late = some_cases()[0]
    stored(
        store,
        *(
            replace(late, id=f"late-{n}", code=f"L{n:05}", chat=3000 + n, created_at=late.created_at + n * HOUR / 60)
            for n in range(15)
        ),
    )

    async def story(office: Office) -> None:
        await Digest(office.desk).look()
        await office.sweep()
        words = office.channels["staff"].texts()[-1]
        assert "L00011 and 3 more" in words
        assert "L00012" not in words

    at_the_office(store, story)
