"""The wire and the lean session against a small server that misbehaves on purpose, and what each failure means for an outbox row."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import GetFile, GetMe, SendDocument, SendMessage, TelegramMethod
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from bot.session import OUR_CALLS_ERRORS, Accepted, LeanSession, outcome_of
from bot.wire import NoAnswer, NotConnected, TooLarge, Wire
from desk.errors import FAILURES
from desk.sending import Failed, Unsure

TOKEN = "1000001:canary-token"
Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Far:
    """A server of which each request takes the next reply. ``requests``: head and body of each; ``connections`` counts them."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.requests: list[tuple[str, bytes]] = []
        self.connections = 0
        self.url = ""
        self._tasks: set[asyncio.Task[Any]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next((int(x[15:]) for x in head.split("\r\n") if x.lower().startswith("content-length:")), 0)
                self.requests.append((head, await reader.readexactly(length)))
                await self.replies.pop(0)(writer)
                if writer.is_closing():
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def end(self) -> None:
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def far(*replies: Reply) -> AsyncIterator[tuple[Far, Wire]]:
    there = Far()
    there.replies = list(replies)
    server = await asyncio.start_server(there.serve, "127.0.0.1", 0)
    there.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    wire = Wire(there.url)
    try:
        yield there, wire
    finally:
        await wire.close()
        there.end()
        server.close()


def answer(body: bytes = b"{}", status: int = 200, head: str = "") -> Reply:
    async def reply(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body)

    return reply


def raw(data: bytes, *, close: bool = True) -> Reply:
    async def reply(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if close:
            writer.close()

    return reply


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


def telegram(code: int = 200, **fields: Any) -> Reply:
    return answer(orjson.dumps({"ok": code == 200} | ({"error_code": code} if code != 200 else {}) | fields), code)


def said_by(reply: Reply, method: TelegramMethod[Any] | None = None) -> Any:
    """The result of one call, or the error it raised."""

    async def call() -> Any:
        async with far(reply) as (there, wire):
            bot = Bot(TOKEN, LeanSession(wire, there.url))
            try:
                return await bot(method or SendMessage(chat_id=1, text="x"), request_timeout=1)
            except OUR_CALLS_ERRORS as error:
                return error

    return asyncio.run(call())


# --- the wire -----------------------------------------------------------------------------------------------------------
def test_one_connection_serves_calls_that_follow_each_other() -> None:
    async def play() -> None:
        async with far(answer(b"1"), answer(b"2", 400), answer(b"3")) as (there, wire):
            got = [await wire.post("/a", b"body", "text/plain") for _ in range(3)]
            assert got == [(200, b"1"), (400, b"2"), (200, b"3")]
            assert there.connections == 1
            head, body = there.requests[0]
            assert head.startswith("POST /a HTTP/1.1\r\nHost: 127.0.0.1:")
            assert body == b"body"

    asyncio.run(play())


def test_a_connection_that_the_server_closed_while_idle_is_passed_over() -> None:
    async def play() -> None:
        async with far(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"), answer(b"2")) as (there, wire):
            await wire.post("/a", b"", "text/plain")
            await asyncio.sleep(0.05)
            assert await wire.post("/a", b"", "text/plain") == (200, b"2")
            assert there.connections == 2

    asyncio.run(play())


def test_answers_in_chunks_in_pieces_and_without_a_length_are_read_whole() -> None:
    async def dribble(writer: asyncio.StreamWriter) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n":
            writer.write(bytes([byte]))
            await asyncio.sleep(0)

    async def play() -> None:
        endless = raw(b"HTTP/1.1 200 OK\r\n\r\nabc")
        early = raw(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nz")
        async with far(dribble, endless, early) as (_, wire):
            assert await wire.get("/a", 100) == (200, b"abcd")
            assert await wire.get("/a", 100) == (200, b"abc")
            assert await wire.get("/a", 100) == (200, b"z")

    asyncio.run(play())


def test_nobody_listening_is_not_connected() -> None:
    async def play() -> None:
        async with far() as (there, _):
            url = there.url
        with pytest.raises(NotConnected):
            await Wire(url).post("/a", b"", "text/plain")

    asyncio.run(play())


@pytest.mark.parametrize(
    "reply",
    [
        raw(b""),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
        raw(b"not http at all\r\n\r\n"),
        silence,
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", close=False),
    ],
)
def test_a_written_request_without_a_whole_answer_is_no_answer(reply: Reply) -> None:
    async def play() -> None:
        async with far(reply) as (_, wire):
            with pytest.raises(NoAnswer):
                await wire.post("/a", b"", "text/plain", timeout=0.3)

    asyncio.run(play())


def test_a_late_answer_is_never_taken_for_the_next_calls() -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        await answer(b"late")(writer)

    async def play() -> None:
        async with far(late, answer(b"right")) as (_, wire):
            with pytest.raises(NoAnswer):
                await wire.post("/a", b"", "text/plain", timeout=0.1)
            assert await wire.post("/b", b"", "text/plain") == (200, b"right")

    asyncio.run(play())


def test_waiting_for_room_is_not_connected_and_room_comes_back() -> None:
    async def play() -> None:
        async with far(silence, answer(b"2")) as (there, _):
            narrow = Wire(there.url, most=1)
            first = asyncio.create_task(narrow.post("/a", b"", "text/plain"))
            await asyncio.sleep(0.05)
            with pytest.raises(NotConnected):
                await narrow.post("/a", b"", "text/plain", timeout=0.1)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)
            assert await narrow.post("/a", b"", "text/plain") == (200, b"2")
            await narrow.close()

    asyncio.run(play())


def test_a_download_stops_at_its_limit() -> None:
    async def play() -> None:
        async with far(answer(b"x" * 1001), answer(b"x" * 1000)) as (_, wire):
            with pytest.raises(TooLarge):
                await wire.get("/a", 1000)
            assert len((await wire.get("/a", 1000))[1]) == 1000

    asyncio.run(play())


@pytest.mark.parametrize("path", ["/a b", "/a\r\nX: y", "/貓"])
def test_a_path_cannot_smuggle_a_header(path: str) -> None:
    with pytest.raises(ValueError):
        asyncio.run(Wire("http://127.0.0.1:9").get(path, 1))


# --- the session --------------------------------------------------------------------------------------------------------
def sent(method: TelegramMethod[Any]) -> tuple[str, bytes]:
    async def call() -> tuple[str, bytes]:
        async with far(telegram(result={"message_id": 1})) as (there, wire):
            await Bot(TOKEN, LeanSession(wire, there.url))(method)
            return there.requests[0]

    return asyncio.run(call())


def test_a_call_leaves_as_json_with_only_what_was_set() -> None:
    keys = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="a:1")]])
    head, body = sent(SendMessage(chat_id=5, text="貓", reply_markup=keys))
    assert head.startswith(f"POST /bot{TOKEN}/sendMessage ")
    assert "Content-Type: application/json" in head
    expected = {
        "chat_id": 5,
        "text": "貓",
        "reply_markup": {"inline_keyboard": [[{"text": "Go", "callback_data": "a:1"}]]},
    }
    assert orjson.loads(body) == expected


def test_a_file_leaves_as_multipart() -> None:
    head, body = sent(SendDocument(chat_id=5, document=BufferedInputFile(b"BEGIN:\r\n\0", 'a".ics'), caption="貓"))
    assert "multipart/form-data; boundary=" in head
    assert b'name="document"; filename="a.ics"' in body
    assert b"BEGIN:\r\n\0\r\n--" in body
    assert 'name="caption"\r\n\r\n貓\r\n'.encode() in body
    assert b'name="chat_id"\r\n\r\n5\r\n' in body


def test_results_are_light_for_messages_and_typed_where_they_are_read() -> None:
    assert said_by(telegram(result={"message_id": 9, "chat": {"id": 1}})) == Accepted(9)
    me = said_by(telegram(result={"id": 1, "is_bot": True, "first_name": "B", "username": "b"}), GetMe())
    assert me.username == "b"
    file = said_by(telegram(result={"file_id": "f", "file_unique_id": "u", "file_path": "p"}), GetFile(file_id="f"))
    assert file.file_path == "p"


REFUSALS = [
    (400, "Bad Request: can't parse entities: x", {}, "bad_markup"),
    (400, "Bad Request: BUTTON_DATA_INVALID", {}, "bad_markup"),
    (400, "Bad Request: chat not found", {}, "blocked"),
    (400, "Bad Request: message text is empty", {}, "refused"),
    (400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -1002}, "chat_moved"),
    (401, "Unauthorized", {}, "not_authorised"),
    (403, "Forbidden: bot was blocked by the user", {}, "blocked"),
    (404, "Not Found", {}, "not_authorised"),
    (409, "Conflict: terminated by other getUpdates request", {}, "refused"),
    (413, "Request Entity Too Large", {}, "file_too_big"),
    (418, "Something of next year", {}, "refused"),
    (500, "Internal Server Error", {}, "their_fault"),
    (502, "Bad Gateway: restart", {}, "their_fault"),
]


@pytest.mark.parametrize(("code", "words", "parameters", "row"), REFUSALS)
def test_every_refusal_has_its_row(code: int, words: str, parameters: dict[str, Any], row: str) -> None:
    error = said_by(telegram(code, description=words, parameters=parameters))
    assert isinstance(error, TelegramAPIError)
    assert outcome_of(error) == Failed(row)
    assert row in FAILURES


def test_the_wish_to_wait_is_handed_on_in_seconds() -> None:
    error = said_by(telegram(429, description="Too Many Requests: retry after 7", parameters={"retry_after": 7}))
    assert outcome_of(error) == Failed("too_fast", after_s=7.0)
    assert outcome_of(said_by(telegram(429, description="Too Many Requests"))) == Failed("too_fast", after_s=1.0)


def test_a_gateways_page_is_their_fault_and_a_strange_200_is_unsure() -> None:
    assert outcome_of(said_by(answer(b"<html>502</html>", 502))) == Failed("their_fault")
    assert outcome_of(said_by(answer(b"<html>log in</html>"))) == Unsure()
    assert outcome_of(said_by(answer(b"[]"))) == Unsure()


def test_a_lost_answer_is_unsure_and_no_connection_is_not() -> None:
    assert outcome_of(said_by(raw(b""))) == Unsure()
    assert outcome_of(said_by(silence)) == Unsure()
    assert outcome_of(NotConnected()) == Failed("no_connection")


def test_no_error_of_the_network_tells_the_token() -> None:
    for reply in (raw(b""), silence, answer(b"<html>", 502)):
        error = said_by(reply)
        assert "canary-token" not in f"{error!r}{error}{error.__cause__!r}"
