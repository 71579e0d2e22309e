"""/oncall from raw payloads: who is heard where, what is answered, and what the group reads."""

from datetime import timedelta
from typing import Any

import pytest

from bot.own_time import carry_out
from bot.own_words import OwnTime, Reply
from bot.staff import NOT_ENROLLED, NOT_HERE, Rebuff, StaffBot
from storage import duties, leaves
from storage.engine import Store
from tests.bot.test_staff import NOW, VISITOR, heard, message, press, update
from tests.bot.test_staff_bot import played
from tests.payments.words import clinic

LIN_DOCTOR = clinic().doctors[0]
PRIVATE = {"id": 9001, "type": "private"}
STRANGE = {"id": -77, "type": "group", "title": "x"}
WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"text": "/oncall"}, OwnTime(LIN_DOCTOR, about="oncall")),
        ({"text": "/oncall@staff_bot 2026-12-24"}, OwnTime(LIN_DOCTOR, "2026-12-24", about="oncall")),
        ({"text": "/oncall 2026-12-24", "chat": PRIVATE}, OwnTime(LIN_DOCTOR, "2026-12-24", about="oncall")),
        ({"text": "/oncall", "chat": {"id": 9009, "type": "private"}, "from": VISITOR}, None),
        ({"text": "/oncall", "chat": STRANGE}, None),
        ({"text": "/oncall", "from": VISITOR}, Rebuff(NOT_ENROLLED)),
    ],
)
def test_it_is_heard_in_the_group_and_alone_from_doctors_only(changes: dict[str, Any], wanted: object) -> None:
    assert heard(update(message=message(**changes))) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (press("duty.today.2026-11-22"), OwnTime(LIN_DOCTOR, data="duty.today.2026-11-22", about="oncall")),
        (press("duty.back.7", chat=PRIVATE), OwnTime(LIN_DOCTOR, data="duty.back.7", about="oncall")),
        (press("duty.back.7", chat=STRANGE), Rebuff(NOT_HERE)),
        (press("duty.back.7", VISITOR), Rebuff(NOT_ENROLLED)),
    ],
)
def test_its_buttons_count_there_too(query: dict[str, Any], wanted: object) -> None:
    assert heard(update(callback_query=query)) == wanted


async def answers(bot: StaffBot, *wishes: tuple[str, str]) -> list[Reply | None]:
    """``wishes``: words behind the command, or data of a button."""
    made = [OwnTime(LIN_DOCTOR, typed, data, "oncall") for typed, data in wishes]
    return [await carry_out(bot._desk, wish, str(number)) for number, wish in enumerate(made)]


def buttons(reply: Reply | None) -> list[str]:
    assert reply is not None
    assert reply.keys is not None
    return [str(key.callback_data) for row in reply.keys.inline_keyboard for key in row]


def test_duty_is_taken_shown_and_given_back_and_the_group_reads_it(sqlite_url: str) -> None:
    async def story(bot: StaffBot, store: Store) -> tuple[list[Reply | None], list[str]]:
        wishes = [("", ""), ("", "duty.today.2026-11-22"), ("", "duty.today.2026-11-22"), ("", ""), ("next week", ""), ("", "duty.back.1"), ("", "duty.back.1"), ("2026-11-01", ""), ("", "duty.today.2026-13-99")]  # fmt: skip
        found = await answers(bot, *wishes)
        texts = await store.read(lambda conn: [row[0] for row in conn.exec_driver_sql("SELECT payload FROM outbox ORDER BY id")])  # fmt: skip
        assert await store.read(lambda conn: duties.between(conn, NOW - WEEK, NOW + WEEK)) == []
        return found, texts

    replies, told = played(sqlite_url, story)
    words = [reply.text if reply else "" for reply in replies]
    assert words[0].startswith("Nobody is on call now.")
    assert buttons(replies[0]) == ["duty.today.2026-11-22", "duty.week.2026-11-22"]
    assert words[1:3] == ["Noted.", "That is noted already."]
    assert words[3].startswith("On call now: ")
    assert buttons(replies[3])[-1] == "duty.back.1"
    assert "/oncall 2026-12-24" in words[4]
    assert words[5] == "Noted."
    assert "no longer in the list" in words[6]
    assert "/oncall 2026-12-24" in words[7]  # a day that is over
    assert "/oncall 2026-12-24" in words[8]
    assert ["on call" in one for one in told] == [True, True]


def test_whoever_is_on_leave_is_not_on_call(sqlite_url: str) -> None:
    async def story(bot: StaffBot, store: Store) -> list[Reply | None]:
        await store.run(lambda conn: leaves.add(conn, LIN_DOCTOR.key, NOW - WEEK, NOW + WEEK) and None)
        return await answers(bot, ("", "duty.week.2026-11-22"), ("", ""))

    replies = played(sqlite_url, story)
    assert replies[1] is not None
    assert replies[1].text.startswith("Nobody is on call now.")


def test_an_update_that_came_before_is_not_answered_again(sqlite_url: str) -> None:
    async def story(bot: StaffBot, store: Store) -> list[Reply | None]:
        wish = OwnTime(LIN_DOCTOR, data="duty.today.2026-11-22", about="oncall")
        return [await carry_out(bot._desk, wish, "7") for _ in range(2)]

    assert [reply is None for reply in played(sqlite_url, story)] == [False, True]
