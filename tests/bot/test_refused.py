"""Who tried what in the group and may not, or came too late: one line with the case, on both engines, and no change."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson
import pytest

from bot.staff import StaffBot
from desk.desk import Desk
from flows.case import Case, Review, Status
from flows.case_page import ACTION
from storage import case_pages, cases, posts
from storage.engine import Store
from tests.bot.test_staff import ANON, CASE, CHAT, GROUP, NOW, VISITOR, message, press, prompt, update
from tests.payments.words import clinic

Json = dict[str, Any]
IN_REVIEW = replace(CASE, review=Review(round=1, key="Ab_-9", topic=5, card=30), submitted_at=NOW)
DECLINED = replace(IN_REVIEW, status=Status.DECLINED)
WANG = {"id": 9002, "is_bot": False, "first_name": "Wang"}


def lines_after(store: Store, case: Case, *raws: Json) -> tuple[list[tuple[str, int, str]], bool]:
    """The audit of a case after these updates, and whether the case is as it was."""

    async def story() -> tuple[list[tuple[str, int, str]], bool]:
        await store.run(lambda conn: cases.insert(conn, case))
        await store.run(lambda conn: posts.remember(conn, GROUP, 40, case.id, "prompt"))
        bot = StaffBot("1:a", "http://127.0.0.1:9", Desk(store, clinic(), lambda: NOW), clinic(), GROUP)
        try:
            for raw in raws:
                assert await bot.on_update(orjson.dumps(raw)) == 200
        finally:
            await bot.close()
        views = await store.read(lambda conn: case_pages.views_of(conn, case.id))
        after = await store.read(lambda conn: cases.by_id(conn, case.id, peek=True))
        return [(view.doctor, view.person, view.part) for view in views if view.what == "refused"], after == case

    return asyncio.run(story())


@pytest.mark.parametrize(
    ("case", "raw", "line"),
    [
        (IN_REVIEW, update(callback_query=press(sender=VISITOR)), ("", 9009, "go")),
        (IN_REVIEW, update(callback_query=press(chat={"id": -5, "type": "group", "title": "x"})), ("", 9001, "go")),
        (IN_REVIEW, update(message=prompt(**{"from": VISITOR})), ("", 9009, "reply")),
        (IN_REVIEW, update(message=prompt(**{"from": ANON}, sender_chat=CHAT)), ("", ANON["id"], "reply")),
        (IN_REVIEW, update(callback_query=press("ACDEF3.older.go")), ("lin", 9001, "go")),
        (DECLINED, update(callback_query=press()), ("lin", 9001, "go")),
        (DECLINED, update(message=prompt(**{"from": WANG})), ("wang", 9002, "reply")),
    ],
)
def test_what_is_refused_leaves_one_line_and_no_change(
    store: Store, case: Case, raw: Json, line: tuple[str, int, str]
) -> None:
    """A second press within a minute adds none: nobody fills the books by tapping."""
    again = {**raw, "update_id": 901}
    assert lines_after(store, case, raw, again) == ([line], True)


@pytest.mark.parametrize(
    "raw",
    [
        update(callback_query=press(f"ACDEF3.-.{ACTION}")),
        update(callback_query=press("NOBODY.k.go", sender=VISITOR)),
        update(callback_query=press("strange", sender=VISITOR)),
        update(message=message(text="chat", **{"from": VISITOR})),
    ],
)
def test_what_is_allowed_or_about_no_case_leaves_none(store: Store, raw: Json) -> None:
    assert lines_after(store, IN_REVIEW, raw)[0] == []
