"""/away from raw payloads: who is heard where, and what is answered."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.own_time import carry_out
from bot.own_words import OwnTime as Away
from bot.own_words import Reply
from bot.staff import NOT_ENROLLED, NOT_HERE, Rebuff, StaffBot
from storage import leaves
from storage.engine import Store
from tests.bot.test_staff import VISITOR, heard, message, press, update
from tests.bot.test_staff_bot import played
from tests.payments.words import clinic

LIN_DOCTOR = clinic().doctors[0]
PRIVATE = {"id": 9001, "type": "private"}
STRANGE = {"id": -77, "type": "group", "title": "x"}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"text": "/away"}, Away(LIN_DOCTOR)),
        ({"text": "/away@staff_bot 2026-12-24"}, Away(LIN_DOCTOR, "2026-12-24")),
        ({"text": "/away 2026-12-24", "chat": PRIVATE}, Away(LIN_DOCTOR, "2026-12-24")),
        ({"text": "/away", "chat": {"id": 9009, "type": "private"}, "from": VISITOR}, None),
        ({"text": "/away", "chat": STRANGE}, None),
        ({"text": "/queue", "chat": PRIVATE}, None),
        ({"text": "/away", "from": VISITOR}, Rebuff(NOT_ENROLLED)),
    ],
)
def test_away_is_heard_in_the_group_and_alone_from_doctors_only(changes: dict[str, Any], wanted: object) -> None:
    assert heard(update(message=message(**changes))) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (press("away.today.2026-11-22"), Away(LIN_DOCTOR, data="away.today.2026-11-22")),
        (press("away.back.7", chat=PRIVATE), Away(LIN_DOCTOR, data="away.back.7")),
        (press("away.back.7", chat=STRANGE), Rebuff(NOT_HERE)),
        (press("away.back.7", VISITOR), Rebuff(NOT_ENROLLED)),
    ],
)
def test_its_buttons_count_there_too(query: dict[str, Any], wanted: object) -> None:
    assert heard(update(callback_query=query)) == wanted


async def answers(bot: StaffBot, *wishes: Away) -> list[Reply | None]:
    return [await carry_out(bot._desk, wish, str(number)) for number, wish in enumerate(wishes)]


def typed(words: str) -> Away:
    return Away(LIN_DOCTOR, words)


def pressed(data: str) -> Away:
    return Away(LIN_DOCTOR, data=data)


def test_a_leave_is_noted_listed_and_taken_back(sqlite_url: str) -> None:
    """And what is not understood gets an example, and nothing is noted."""

    async def story(bot: StaffBot, store: Store) -> tuple[list[Reply | None], list[Any]]:
        wishes = [typed("2026-12-24 2026-12-31"), typed("next week"), typed(""), pressed("away.back.1"), pressed("away.back.1"), typed("")]  # fmt: skip
        found = await answers(bot, *wishes)
        horizon = datetime(2027, 12, 1, tzinfo=UTC)
        left = await store.read(lambda conn: leaves.between(conn, datetime(2026, 1, 1, tzinfo=UTC), horizon))
        return found, left

    replies, left = played(sqlite_url, story)
    words = [reply.text if reply else "" for reply in replies]
    assert words[0] == words[3] == "Noted."
    assert "/away 2026-12-24" in words[1]
    assert "Thu 24 Dec – Thu 31 Dec" in words[2]
    assert [[key.callback_data for key in row] for row in replies[2].keys.inline_keyboard][-1] == ["away.back.1"]
    assert "no longer" in words[4]
    assert "no leave ahead" in words[5]
    assert left == []


def test_the_button_of_a_day_that_is_over_and_an_impossible_day_note_nothing(sqlite_url: str) -> None:
    async def story(bot: StaffBot, store: Store) -> int:
        await answers(bot, pressed("away.today.2026-11-01"), pressed("away.week.2026-13-45"), pressed("away.today.9999-12-31"))  # fmt: skip
        since, until = datetime(2000, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)
        return len(await store.read(lambda conn: leaves.between(conn, since, until)))

    assert played(sqlite_url, story) == 0


def test_an_update_that_comes_twice_is_answered_once(sqlite_url: str) -> None:
    async def story(bot: StaffBot, _: Store) -> list[Reply | None]:
        return [await carry_out(bot._desk, typed(words), "7") for words in ("", "", "2026-12-24")]

    assert [reply is not None for reply in played(sqlite_url, story)] == [True, False, False]
