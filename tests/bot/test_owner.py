"""The owner bot with a real desk and store, against the sandbox's Telegram."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image
from sqlalchemy import Connection, text

from bot.fetching import Fetcher
from bot.owner import BODY_BYTES, OwnerBot, OwnerSender
from bot.polling import Poller
from bot.session import CannotStart
from desk.desk import Desk
from desk.sending import Failed, Sent
from flows.case import Call, Status
from flows.clinic import Clinic
from flows.incoming import Stored
from storage import cases
from storage.engine import Store, open_store
from storage.outbox import OutboxRow
from storage.shelf import Shelf, open_shelf
from tests.builders import a_case
from tests.sandbox_process import OWNER_TOKEN, Sandbox

SECRET = "s" * 32
OLD_SECRET = "o" * 32
MEI = 5001
HEADER = b"x-telegram-bot-api-secret-token"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CLINIC = Clinic(
    "Cat Clinic", "TW", "Asia/Taipei", ("en", "zh_Hant"), "TWD", 300000, 30, 24, (), (), (), time(20), time(9)
)
COMMANDS = {"en": {"start": "Begin", "status": "Where it stands"}, "zh_Hant": {"start": "開始", "status": "進度"}}


@pytest.fixture
def opened_store(sqlite_url: str) -> Iterator[Store]:
    store = open_store(sqlite_url)
    yield store
    store.close()


def play(url: str, store: Store, story: Callable[[OwnerBot, Desk], Awaitable[Any]], token: str = OWNER_TOKEN) -> Any:
    """Runs a story with a bot and its desk, and closes both."""

    async def run() -> Any:
        desk = Desk(store, CLINIC, lambda: NOW)
        bot = OwnerBot(token, url, desk, (SECRET, OLD_SECRET))
        desk.connect({"owner": OwnerSender(bot, desk)})
        try:
            return await story(bot, desk)
        finally:
            await desk.deliverer.idle()
            await bot.close()

    return asyncio.run(run())


def say(number: int, words: str) -> bytes:
    person = {"id": MEI, "is_bot": False, "first_name": "Mei", "language_code": "en"}
    chat = {"id": MEI, "type": "private", "first_name": "Mei"}
    message = {"message_id": number, "date": 1763800000, "chat": chat, "from": person, "text": words}
    return orjson.dumps({"update_id": number, "message": message})


def inbox_rows(store: Store) -> list[tuple[str, str]]:
    def rows(conn: Connection) -> list[tuple[str, str]]:
        return [(row.key, row.state) for row in conn.execute(text("SELECT key, state FROM inbox ORDER BY key"))]

    return store.perform(rows).result()


def row(payload: dict[str, Any], kind: str = "say", channel: str = "owner", recipient: str = str(MEI)) -> OutboxRow:
    plain: dict[str, Any] = {
        "id": 1, "channel": channel, "recipient": recipient, "kind": kind, "payload": payload, "policy": "may-repeat",
        "case_id": "c", "attempts": 1, "fence": 1, "created_at": NOW, "provider_id": "", "interrupted": False, "revision": 0,
    }  # fmt: skip
    known = OutboxRow.__dataclass_fields__
    return OutboxRow(**{name: value for name, value in (plain | {"resent": False}).items() if name in known})


def words(said: str = "hello", **more: Any) -> dict[str, Any]:
    return {"text": said, "buttons": [], "contact": "", "clear": False} | more


# --- webhooks -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "given",
    [
        [],
        [b""],
        [b"wrong"],
        [SECRET.encode(), SECRET.encode()],
        ["密".encode()],
        [b"\xff" * 32],
        [SECRET.encode() + b"x"],
        [b"s" * 100_000],
    ],
)
def test_a_wrong_secret_is_401_and_nothing_is_stored(given: list[bytes], opened_store: Store) -> None:
    async def story(bot: OwnerBot, desk: Desk) -> None:
        headers = {HEADER: given} if given else {}
        assert await bot.webhook(headers, say(1, "hi"), "") == (401, b"")

    play("http://127.0.0.1:9", opened_store, story)
    assert inbox_rows(opened_store) == []


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_both_secrets_of_a_rotation_open_and_a_repeat_is_200_too(
    secret: str, far: Sandbox, opened_store: Store
) -> None:
    async def story(bot: OwnerBot, desk: Desk) -> None:
        headers = {HEADER: [secret.encode()]}
        for _ in range(3):
            assert (await bot.webhook(headers, say(1, "/start"), ""))[0] == 200

    play(far.url, opened_store, story)
    assert inbox_rows(opened_store) == [("1", "done")]


@pytest.mark.parametrize(
    ("raw", "status", "rows"),
    [
        (b"{" * 5, 400, []),
        (b" " * (BODY_BYTES + 1), 413, []),
        (b'{"update_id": 5, "edited_message": {"x": 1}}', 200, []),
        (b'{"update_id": 5, "of_next_year": {"x": 1}}', 200, []),
        (b'{"update_id": 5}', 200, []),
        (b'{"update_id": 5, "message": {"message_id": 1}}', 200, [("5", "failed")]),
    ],
)
def test_what_cannot_be_read_holds_nobody_up(raw: bytes, status: int, rows: list[Any], opened_store: Store) -> None:
    async def story(bot: OwnerBot, desk: Desk) -> int:
        return (await bot.webhook({HEADER: [SECRET.encode()]}, raw, ""))[0]

    assert play("http://127.0.0.1:9", opened_store, story) == status
    assert inbox_rows(opened_store) == rows


@pytest.mark.parametrize("raw", [b"[]", b'{"message": {}}', b'{"update_id": true}', b'{"update_id": "5"}'])
def test_an_update_without_a_number_is_kept_under_its_hash(raw: bytes, opened_store: Store) -> None:
    async def story(bot: OwnerBot, desk: Desk) -> list[int]:
        return [await bot.on_update(raw) for _ in range(2)]

    assert play("http://127.0.0.1:9", opened_store, story) == [200, 200]
    ((key, state),) = inbox_rows(opened_store)
    assert key.startswith("unnumbered-")
    assert state == "failed"


def test_a_database_that_is_away_is_503(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    store.close()

    async def story(bot: OwnerBot, desk: Desk) -> int:
        return await bot.on_update(say(1, "hi"))

    assert play("http://127.0.0.1:9", store, story) == 503


# --- the whole way with the sandbox -------------------------------------------------------------------------------------
def test_an_owner_who_writes_by_polling_is_answered_and_a_press_stops_spinning(
    far: Sandbox, opened_store: Store
) -> None:
    async def story(bot: OwnerBot, desk: Desk) -> None:
        await bot.set_up(COMMANDS)
        poller = Poller("owner", bot.fetch, bot.on_update, wait_s=5)
        running = asyncio.create_task(poller.run())
        try:
            await asyncio.to_thread(far.send, MEI, "/start")
            seen = await asyncio.to_thread(
                far.until, lambda: [m for m in far.chat(MEI)["messages"] if m["from"]["is_bot"]]
            )
            buttons = [button for line in seen[-1].get("buttons", []) for button in line]
            assert buttons
            query = await asyncio.to_thread(far.press, MEI, seen[-1]["message_id"], buttons[0]["text"])
            await asyncio.to_thread(far.until, lambda: far.callback(query) is not None)
            await asyncio.to_thread(far.until, lambda: far.pending()["owner"] == 0)
        finally:
            poller.stop()
            await asyncio.wait_for(running, 1)

    play(far.url, opened_store, story)


def test_set_up_for_webhooks_reads_back_and_tells_the_name(far: Sandbox, opened_store: Store) -> None:
    async def story(bot: OwnerBot, desk: Desk) -> str:
        return await bot.set_up(COMMANDS, "https://clinic.example/telegram/owner")

    assert play(far.url, opened_store, story)
    asked = {one["method"]: one["params"] for one in far.requests()}
    assert asked["setWebhook"]["allowed_updates"] == [
        "message",
        "callback_query",
        "my_chat_member",
        "pre_checkout_query",
    ]
    assert asked["setWebhook"]["secret_token"] == SECRET
    codes = [one["params"].get("language_code") for one in far.requests() if one["method"] == "setMyCommands"]
    assert codes == [None, "zh"]


def test_set_up_for_polling_never_drops_what_waits(far: Sandbox, opened_store: Store) -> None:
    play(far.url, opened_store, lambda bot, desk: bot.set_up(COMMANDS))
    asked = [one["params"] for one in far.requests() if one["method"] == "deleteWebhook"]
    assert [one.get("drop_pending_updates", False) for one in asked] == [False]


def test_a_wrong_token_is_refused_with_a_sentence(far: Sandbox, opened_store: Store) -> None:
    with pytest.raises(CannotStart, match="OWNER_BOT_TOKEN"):
        play(far.url, opened_store, lambda bot, desk: bot.set_up(COMMANDS), token="1000009:nobody")
    with pytest.raises(CannotStart, match="OWNER_BOT_TOKEN"):
        play(far.url, opened_store, lambda bot, desk: bot.set_up(COMMANDS), token="not a token")


def test_messages_leave_with_their_keyboards_and_long_ones_in_pieces(far: Sandbox, opened_store: Store) -> None:
    far.send(MEI, "/start")  # a bot may only write to those who began
    go = [[{"words": "Go", "data": "a:1", "url": ""}, {"words": "Pay", "data": "", "url": "https://pay.example/x"}]]
    payloads = [
        words("one\u202e <b>&", buttons=go),
        words("貓" * 3000 + "\n\n" + "犬" * 3000, buttons=go),
        words("number?", contact="Share my number"),
        words("thanks", clear=True),
    ]

    async def story(bot: OwnerBot, desk: Desk) -> list[Any]:
        return [await OwnerSender(bot, desk).send(row(payload)) for payload in payloads]

    outcomes = play(far.url, opened_store, story)
    assert all(isinstance(outcome, Sent) and outcome.provider_id for outcome in outcomes)
    sent = [one["params"] for one in far.requests() if one["method"] == "sendMessage"]
    assert [one["text"][:5] for one in sent] == ["one <", "貓" * 5, "犬" * 5, "numbe", "thank"]
    assert ["reply_markup" in one for one in sent] == [True, False, True, True, True]
    assert sent[3]["reply_markup"]["keyboard"] == [[{"text": "Share my number", "request_contact": True}]]
    assert sent[4]["reply_markup"] == {"remove_keyboard": True}
    assert all(one["link_preview_options"] == {"is_disabled": True} and "parse_mode" not in one for one in sent)


def test_a_ticked_list_is_drawn_in_its_place_and_below_where_its_place_is_gone(
    far: Sandbox, opened_store: Store
) -> None:
    far.send(MEI, "/start")
    keys = [[{"words": "☑ 1", "data": "a:0", "url": ""}]]

    async def story(bot: OwnerBot, desk: Desk) -> list[Any]:
        sender = OwnerSender(bot, desk)
        first = await sender.send(row(words("1. a sign", buttons=keys)))
        assert isinstance(first, Sent)
        place = int(first.provider_id)
        ticked = row({"message": place, "text": "1. ☑ a sign", "buttons": keys}, "redraw")
        gone = row({"message": place + 50, "text": "1. ☑ a sign", "buttons": keys}, "redraw")
        grown = row({"message": place, "text": "貓" * 5000, "buttons": keys}, "redraw")
        return [first, *[await sender.send(one) for one in (ticked, ticked, gone, grown)]]

    first, ticked, again, gone, grown = (one.provider_id for one in play(far.url, opened_store, story))
    assert ticked == again == first
    assert int(first) < int(gone) < int(grown)
    texts = {one["message_id"]: one["text"][:11] for one in far.chat(MEI)["messages"] if one.get("text")}
    assert texts[int(first)] == texts[int(gone)] == "1. ☑ a sign"


def test_a_calendar_file_leaves_as_a_document(far: Sandbox, opened_store: Store) -> None:
    far.send(MEI, "/start")
    payload = {
        "caption": "Your call", "uid": "u", "sequence": 0, "method": "REQUEST", "summary": "Call",
        "starts_at": "2026-11-25T06:00:00+00:00", "ends_at": "2026-11-25T06:30:00+00:00",
    }  # fmt: skip
    outcome = play(far.url, opened_store, lambda bot, desk: OwnerSender(bot, desk).send(row(payload, "say_calendar")))
    assert isinstance(outcome, Sent)
    document = far.chat(MEI)["messages"][-1]["document"]
    assert document["name"] == "second-look-call.ics"


def test_an_owner_who_blocked_the_bot_is_blocked_and_a_storm_is_too_fast(far: Sandbox, opened_store: Store) -> None:
    far.send(MEI, "/start")
    far.fault("telegram", "429", method="sendMessage", retry_after=3)

    async def story(bot: OwnerBot, desk: Desk) -> list[Any]:
        sender = OwnerSender(bot, desk)
        first = await sender.send(row(words()))
        await asyncio.to_thread(far.block, MEI)
        return [first, await sender.send(row(words()))]

    assert play(far.url, opened_store, story) == [Failed("too_fast", after_s=3.0), Failed("blocked")]


# --- files --------------------------------------------------------------------------------------------------------------
def fetched(far: Sandbox, store: Store, shelf: Shelf, file_id: str) -> Any:
    payload = {"file_id": file_id, "unique": "U", "kind": "document", "name": "x.png"}
    return play(
        far.url, store, lambda bot, desk: Fetcher(bot, desk, shelf).send(row(payload, "fetch", "fetch", f"{MEI}/U"))
    )


def file_ids(far: Sandbox) -> list[str]:
    updates = [one["update"]["message"] for one in far.log(kind="update")]
    return [message["document"]["file_id"] for message in updates if "document" in message]


def test_a_file_is_stored_as_it_came_and_has_a_preview(far: Sandbox, opened_store: Store, tmp_path: Path) -> None:
    out = BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "PNG")
    far.files(MEI, [("x.png", out.getvalue(), "image/png")], kind="document")
    shelf = open_shelf(f"file://{tmp_path}/files")
    assert fetched(far, opened_store, shelf, file_ids(far)[0]) == Failed("no_longer_wanted")  # of no case: not kept
    assert not list((tmp_path / "files").rglob("?" * 64))
    opened_store.perform(lambda conn: cases.insert(conn, a_case(id="c"))).result()
    outcome = fetched(far, opened_store, shelf, file_ids(far)[0])
    assert isinstance(outcome, Sent)
    stored = outcome.answer
    assert isinstance(stored, Stored)
    assert (stored.unique, stored.size, stored.problem) == ("U", len(out.getvalue()), "")
    assert shelf.get(stored.file) == out.getvalue()
    assert shelf.get(stored.preview).startswith(b"\xff\xd8\xff")


def test_a_file_that_telegram_does_not_know_is_gone(far: Sandbox, opened_store: Store, tmp_path: Path) -> None:
    shelf = open_shelf(f"file://{tmp_path}/files")
    assert fetched(far, opened_store, shelf, "nothing") == Failed("file_gone")


def test_a_file_over_20_megabytes_is_too_big(far: Sandbox, opened_store: Store, tmp_path: Path) -> None:
    far.files(MEI, [("x.bin", b"x" * (20 * 1024 * 1024 + 1), "application/octet-stream")], kind="document")
    shelf = open_shelf(f"file://{tmp_path}/files")
    assert fetched(far, opened_store, shelf, file_ids(far)[0]) == Failed("file_too_big")


def test_a_reminder_of_a_call_that_was_moved_meanwhile_does_not_leave(far: Sandbox, opened_store: Store) -> None:
    """It waited while Telegram was away; the rows of the current booking, and of none, leave."""
    starts = NOW + timedelta(hours=24)
    call = Call("lin", starts, starts + timedelta(minutes=30), revision=2)
    case = a_case(chat=MEI, status=Status.BOOKED, step="", call=call, revision=2)

    async def story(bot: OwnerBot, desk: Desk) -> list[Any]:
        await desk.store.run(lambda conn: cases.insert(conn, case))

        sender = OwnerSender(bot, desk)
        return [await sender.send(_reminder(case.id, revision)) for revision in (1, 2, 0)]

    stale, current, plain = play(far.url, opened_store, story)
    assert stale == Failed("no_longer_wanted")
    assert stale not in (current, plain)


def _reminder(case_id: str, revision: int) -> OutboxRow:
    payload = {"text": "Your call is tomorrow.", "buttons": [], "contact": "", "clear": False, "revision": revision}
    return OutboxRow(1, "owner", str(MEI), "say", payload, "may-repeat", case_id, 1, 1, NOW, "", False, revision)
