"""The staff bot around its translation: secrets, bodies, and what is kept."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import text as sql

from bot.staff import StaffBot
from desk.desk import Desk
from desk.receive import ByCase, ByCode
from storage import cases, posts, staffchat
from storage.engine import Store, open_store
from storage.posts import Post
from tests.bot.test_staff import CASE, CHAT, GROUP, LIN, NOW, VISITOR, message, press, prompt, update
from tests.payments.words import clinic

SECRET = "s" * 32


def played(address: str, story: Callable[[StaffBot, Store], Any], secrets: tuple[str, ...] = (SECRET,)) -> Any:
    """Runs a story with a staff bot that reaches nobody, on a database of its own."""

    async def whole() -> Any:
        store = open_store(address)
        try:
            await store.run(lambda conn: cases.insert(conn, CASE))
            await store.run(lambda conn: posts.remember(conn, GROUP, 40, CASE.id, "prompt"))
            desk = Desk(store, clinic(), lambda: NOW)
            bot = StaffBot("1:a", "http://127.0.0.1:9", desk, clinic(), GROUP, secrets)
            try:
                return await story(bot, store)
            finally:
                await bot.close()
        finally:
            store.close()

    return asyncio.run(whole())


async def inbox_rows(store: Store) -> list[Any]:
    query = sql("SELECT channel, key, state FROM inbox ORDER BY key")
    return await store.read(lambda conn: [tuple(row) for row in conn.execute(query)])


def carried(*values: bytes) -> dict[bytes, list[bytes]]:
    return {b"x-telegram-bot-api-secret-token": list(values)} if values else {}


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ((SECRET.encode(),), 200),
        ((b"o" * 32,), 200),
        ((), 401),
        ((b"",), 401),
        ((SECRET.encode(), SECRET.encode()), 401),
        ((SECRET.encode()[:-1],), 401),
        ((SECRET.encode() + b"s",), 401),
        ((SECRET.upper().encode(),), 401),
        (("é" * 16).encode(), 401),
        ((b"\xff\xfe" * 16,), 401),
        ((b"s" * 5000,), 401),
    ],
)
def test_the_secret_is_the_only_way_in(sqlite_url: str, values: Any, status: int) -> None:
    given = (values,) if isinstance(values, bytes) else values
    body = orjson.dumps(update(message=message()))

    async def story(bot: StaffBot, _: Store) -> int:
        return (await bot.webhook(carried(*given), body, "/telegram/staff"))[0]

    assert played(sqlite_url, story, (SECRET, "o" * 32)) == status


def test_every_mutated_secret_is_answered_401(sqlite_url: str) -> None:
    async def story(bot: StaffBot, _: Store) -> set[int]:
        secret = SECRET.encode()
        wrong = [
            secret[:at] + bytes([secret[at] ^ (1 << bit)]) + secret[at + 1 :] for at in range(32) for bit in range(8)
        ]
        assert len(wrong) > 200
        return {(await bot.webhook(carried(value), b"{}", "/telegram/staff"))[0] for value in wrong}

    assert played(sqlite_url, story) == {401}


def test_without_a_secret_nobody_gets_in(sqlite_url: str) -> None:
    async def story(bot: StaffBot, _: Store) -> int:
        return (await bot.webhook(carried(b""), b"{}", "/telegram/staff"))[0]

    assert played(sqlite_url, story, ("",)) == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 200),
        (b"{}", 200),
        (b'{"update_id":1}', 200),
        (b'{"update_id":"1","message":{}}', 200),
        (b'{"update_id":1,"message":{}}', 200),
        (b'{"update_id":1,"message":7}', 200),
        (b'{"update_id":1,"callback_query":{"id":"1"}}', 200),
        (b'{"update_id":1,"brand_new_kind":{"x":1}}', 200),
        (b"x" * 1_048_577, 413),
    ],
)
def test_no_body_is_answered_with_500(sqlite_url: str, body: bytes, status: int) -> None:
    async def story(bot: StaffBot, _: Store) -> int:
        return (await bot.webhook(carried(SECRET.encode()), body, "/telegram/staff"))[0]

    assert played(sqlite_url, story) == status


def test_chatter_leaves_no_trace(sqlite_url: str) -> None:
    async def story(bot: StaffBot, store: Store) -> tuple[set[int], list[Any]]:
        chatter = [orjson.dumps({"update_id": at, "message": message(text=f"chat {at}")}) for at in range(100)]
        return {await bot.on_update(raw) for raw in chatter}, await inbox_rows(store)

    assert played(sqlite_url, story) == ({200}, [])


def test_a_press_a_reply_and_a_command_are_each_claimed_once(sqlite_url: str) -> None:
    async def story(bot: StaffBot, store: Store) -> list[Any]:
        things = [
            {"update_id": 1, "callback_query": press()},
            {"update_id": 2, "message": prompt()},
            {"update_id": 3, "message": message(text="/queue")},
            {"update_id": 4, "callback_query": press(sender=VISITOR)},
        ]
        for thing in things * 2:
            assert await bot.on_update(orjson.dumps(thing)) == 200
        return await inbox_rows(store)

    assert played(sqlite_url, story) == [("staff", "1", "done"), ("staff", "2", "done"), ("staff", "3", "done")]


def test_a_database_that_is_away_is_answered_503(sqlite_url: str) -> None:
    async def story(bot: StaffBot, store: Store) -> int:
        store.close()
        return await bot.on_update(orjson.dumps(update(callback_query=press())))

    assert played(sqlite_url, story) == 503


def test_what_failed_is_read_again_without_looking_up_the_prompt(sqlite_url: str) -> None:
    async def story(bot: StaffBot, _: Store) -> list[Any]:
        kept = [
            {"update": update(callback_query=press()), "case": "", "chat": GROUP},
            {"update": update(message=prompt()), "case": "c0ffee", "chat": GROUP},
            update(message=prompt()),
        ]
        return [bot.reading(orjson.dumps(raw)) for raw in kept]

    pressed, replied, unread = played(sqlite_url, story)
    assert pressed.address == ByCode("ACDEF3")
    assert (replied.address, replied.incoming.prompt) == (ByCase("c0ffee"), 40)
    assert unread is None


def test_the_group_that_moved_is_followed(sqlite_url: str) -> None:
    async def story(bot: StaffBot, store: Store) -> tuple[int, Any, Any]:
        service = {"message_id": 1, "date": 1, "from": LIN, "chat": CHAT, "migrate_to_chat_id": -1002}
        await bot.on_update(orjson.dumps(update(message=service)))
        moved = {"id": -1002, "type": "supergroup", "title": "Doctors"}
        raw = {"update_id": 901, "callback_query": press(chat=moved)}
        await bot.on_update(orjson.dumps(raw))
        found = await store.read(lambda conn: (staffchat.current(conn, GROUP), posts.find(conn, -1002, 40)))
        return *found, await inbox_rows(store)

    assert played(sqlite_url, story) == (-1002, Post("c0ffee", "prompt"), [("staff", "901", "done")])
