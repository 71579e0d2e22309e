"""/start with a code from raw payloads: who is heard where, and that whoever is enrolled may decide at once."""

from typing import Any

import orjson
import pytest

from bot.enrolment import Enrol, carry_out
from bot.page_link import Rebuff
from bot.staff import StaffBot
from desk.enrolment import dismiss, give_code
from flows.case_page import GREETING
from storage.engine import Store
from tests.bot.test_staff import CHAT, GROUP, NOW, VISITOR, heard, message, press, update
from tests.bot.test_staff_bot import inbox_rows, played

CODE = "ACDE-FGHJ-KMNP"
ALONE = {"id": 9009, "type": "private"}


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"text": f"/start {CODE}", "from": VISITOR, "chat": ALONE}, Enrol(9009, CODE)),
        ({"text": "/start", "from": {**VISITOR, "language_code": "zh-hans"}, "chat": ALONE}, Enrol(9009, "", "zh_Hant")),
        ({"text": "/start " + "x\n" * 90, "from": VISITOR, "chat": ALONE}, Enrol(9009, "x\n" * 32)),
        ({"text": f"/start {CODE}", "from": VISITOR, "chat": CHAT}, None),
        ({"text": f"/start {CODE}", "from": VISITOR, "chat": {"id": -5, "type": "group", "title": "x"}}, None),
        ({"text": CODE, "from": VISITOR, "chat": ALONE}, None),
        ({"text": f"/start {CODE}", "chat": {"id": 9001, "type": "private"}}, Enrol(9001, CODE)),
        ({"text": "/start", "chat": {"id": 9001, "type": "private"}}, Rebuff(GREETING)),
    ],
)  # fmt: skip
def test_a_code_is_heard_alone_with_the_bot_and_nowhere_else(changes: dict[str, Any], wanted: object) -> None:
    """In the group everybody would read it."""
    assert heard(update(message=message(**changes))) == wanted


def test_whoever_is_enrolled_may_press_at_once_and_whoever_is_dismissed_may_not(sqlite_url: str) -> None:
    """Through the bot as it runs: an update is translated with the accounts that count when it comes."""
    pressed = orjson.dumps({**update(callback_query=press(sender=VISITOR)), "update_id": 903})

    async def story(bot: StaffBot, store: Store) -> list[bool]:
        found = []
        await store.run(lambda conn: give_code(conn, "wang", CODE, NOW))
        start = update(message=message(text=f"/start {CODE}", **{"from": VISITOR}, chat=ALONE))
        for number, raw in enumerate((pressed, orjson.dumps(start), pressed.replace(b"903", b"904"))):
            assert await bot.on_update(raw) == 200, number
            found.append(("staff", "904", "done") in await inbox_rows(store))
        await store.run(lambda conn: dismiss(conn, "wang", NOW))
        await bot.on_update(pressed.replace(b"903", b"905"))
        found.append(("staff", "905", "done") in await inbox_rows(store))
        return found

    assert played(sqlite_url, story) == [False, False, True, False]


def test_a_code_that_comes_twice_is_answered_once(sqlite_url: str) -> None:
    async def story(bot: StaffBot, store: Store) -> list[str]:
        await store.run(lambda conn: give_code(conn, "wang", CODE, NOW))
        return [await carry_out(bot._desk, Enrol(9009, CODE), "7") for _ in range(2)]

    first, second = played(sqlite_url, story)
    assert first.startswith("You are enrolled as Dr. Wang.")
    assert second == ""


def test_a_failed_press_is_read_again_as_of_the_doctor_who_pressed(sqlite_url: str) -> None:
    """The second try has no table at hand, and by then another account may count."""
    raw = {"update": update(callback_query=press(sender=VISITOR)), "case": "", "chat": GROUP}

    async def story(bot: StaffBot, _: Store) -> list[Any]:
        found = [bot.reading(orjson.dumps({**raw, "enrolled": {"wang": 9009}})), bot.reading(orjson.dumps(raw))]
        return [one and one.incoming for one in found]

    again, unknown = played(sqlite_url, story)
    assert (again.doctor, again.person) == ("wang", 9009)
    assert unknown is None
