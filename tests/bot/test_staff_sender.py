"""The staff group through the sandbox: topics, cards, prompts, and the decision that stays possible whatever breaks."""

import asyncio
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image
from sqlalchemy import text

from bot.group import CannotStart, Pace, StaffSender
from bot.page_link import PageLinks
from bot.showing import Showing
from bot.staff import WANTED, StaffBot
from bot.staff_answers import COMMANDS
from desk.desk import Desk
from desk.sending import Failed, Outcome, Sent, Unsure
from flows.case import Case, Review, Status
from flows.incoming import Posted, TopicOpened
from storage import cases, posts
from storage.engine import Store, open_store
from storage.outbox import OutboxRow
from storage.posts import Post
from storage.shelf import Shelf
from tests.payments.words import clinic
from tests.sandbox_process import Sandbox, running_sandbox

pytestmark = pytest.mark.enable_socket

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GROUP = -1001000000001
TOKEN = "1000002:staff-sandbox-token-BBBBBBBBBBBBBBBBBBB"
GO = {"words": "Go", "data": "ACDEF3.key.go", "url": ""}
BUTTONS = [[GO, {"words": "Page", "data": "", "url": "https://clinic.example/x"}]]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One for all stories; each begins with an empty world."""
    with running_sandbox() as running:
        yield running


def row(kind: str, **payload: Any) -> OutboxRow:
    return OutboxRow(
        id=1, channel="staff", recipient="c0ffee", kind=kind, payload=payload, policy="may-repeat", case_id="c0ffee",
        attempts=1, fence=1, created_at=NOW, provider_id="", interrupted=False, revision=0,
    )  # fmt: skip


def post(text: str = "Case ACDEF3\nCat: Miso", role: str = "card", **more: Any) -> OutboxRow:
    plain = {"text": text, "role": role, "topic": 0, "buttons": [], "mention": 0, "sheet": []}
    return row("post", **(plain | more))


def tile(sha256: str) -> dict[str, Any]:
    return {
        "picture": sha256,
        "thumb": "",
        "number": 1,
        "day": "3 May 2026",
        "label": "照片 Photo",
        "mark": "",
        "wide": False,
    }


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


class World:
    """What a story holds in its hands."""

    def __init__(self, store: Store, sandbox: Sandbox, folder: Path, pace: Pace | None = None) -> None:
        self.store = store
        self.sandbox = sandbox
        self.shelf = Shelf(folder)
        self.desk = Desk(store, clinic(), lambda: NOW)
        self.bot = StaffBot(TOKEN, sandbox.url, self.desk, clinic(), GROUP, ("s" * 32,))
        pages = PageLinks(lambda case, person: f"http://127.0.0.1/sign-in/{case}-{person}", on_button=False)
        self.sender = StaffSender(self.bot.group, Showing(self.shelf), pace, pages)

    async def send(self, row: OutboxRow) -> Any:
        return await self.sender.send(row)

    def seen(self) -> list[Any]:
        return list(self.sandbox.chat(9001, GROUP)["messages"])


def played(
    address: str, sandbox: Sandbox, folder: Path, story: Callable[[World], Any], pace: Pace | None = None
) -> Any:
    async def whole() -> Any:
        sandbox.reset()
        store = open_store(address)
        try:
            world = World(store, sandbox, folder, pace)
            review = Review(round=1, key="key", topic=0, card=0)
            case = Case(
                id="c0ffee", code="ACDEF3", chat=5001, created_at=NOW, updated_at=NOW, language="en",
                status=Status.REVIEW, submitted_at=NOW, answers={"cat_name": "Miso"}, review=review,
            )  # fmt: skip
            await store.run(lambda conn: cases.insert(conn, case))
            try:
                return await story(world)
            finally:
                await world.bot.close()
        finally:
            store.close()

    return asyncio.run(whole())


def test_a_topic_a_card_with_buttons_and_its_edit(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> None:
        opened = await world.send(row("open_topic", name="ACDEF3 " + "貓" * 200))
        assert isinstance(opened, Sent)
        assert isinstance(opened.answer, TopicOpened)
        topic = opened.answer.topic
        assert topic > 0
        card = await world.send(post(topic=topic, buttons=BUTTONS))
        number = int(card.provider_id)
        assert card == Sent(str(number), Posted("card", number))
        assert await world.store.read(lambda conn: posts.find(conn, GROUP, number)) == Post("c0ffee", "card")
        edit = row("edit_card", message=number, text="Case ACDEF3 decided", buttons=[])
        assert await world.send(edit) == Sent(str(number))
        assert await world.send(edit) == Sent()  # "message is not modified"
        shown = world.seen()[-1]
        assert (shown["text"], shown["thread_id"], shown.get("buttons")) == ("Case ACDEF3 decided", topic, None)

    played(sqlite_url, sandbox, tmp_path, story)


def test_a_prompt_names_the_doctor_and_is_remembered(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> None:
        sent = await world.send(post("Please reply.", "prompt", mention=9001))
        assert isinstance(sent.answer, Posted)
        assert sent.answer.role == "prompt"
        asked = [r["params"] for r in world.sandbox.requests() if r["method"] == "sendMessage"][-1]
        assert asked["reply_markup"] == {"force_reply": True, "selective": True}
        assert asked["entities"][0]["type"] == "text_mention"
        assert asked["entities"][0]["user"]["id"] == 9001
        assert asked["text"] == "Dr. Lin: Please reply."
        note = await world.send(post("A note.", "note"))
        assert note.answer is None

    played(sqlite_url, sandbox, tmp_path, story)


def test_a_contact_sheet_is_one_message_with_a_picture(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """Pictures that cannot be opened leave a gap on it, no more."""

    async def story(world: World) -> None:
        sheet = [tile(world.shelf.put(picture("teal"))), tile(world.shelf.put(b"not a picture"))]
        assert isinstance(await world.send(post("Case ACDEF3: records", "sheet", sheet=sheet)), Sent)
        seen = world.seen()
        assert [(m["caption"], "photo" in m) for m in seen] == [("Case ACDEF3: records", True)]

    played(sqlite_url, sandbox, tmp_path, story)


def test_the_picture_of_the_morning_is_drawn_when_it_leaves(
    sqlite_url: str, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And where it cannot be drawn nothing is posted in its place; the words are a message of their own."""

    async def story(world: World) -> None:
        drawn = post("Clinic · Open cases: 3", "figures", bars=[["waiting", [1, 2, 0]]], legend=["a", "b", "c"])
        assert isinstance(await world.send(drawn), Sent)
        assert [(m["caption"], "photo" in m) for m in world.seen()] == [("Clinic · Open cases: 3", True)]
        monkeypatch.setattr("bot.showing.picture_beside", _cannot)
        assert isinstance(await world.send(drawn), Sent)
        assert len(world.seen()) == 1

    played(sqlite_url, sandbox, tmp_path, story)


def _cannot(*_: object) -> bytes:
    raise OSError("no memory")


def test_a_long_card_is_one_message_and_stays_editable(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """One row is one message: a process that dies in between repeats one at most."""

    async def story(world: World) -> None:
        sent = await world.send(post("Case ACDEF3 " + "word " * 1000, buttons=BUTTONS))
        assert [m["buttons"][0][0]["text"] for m in world.seen()] == ["Go"]
        longer = row("edit_card", message=int(sent.provider_id), text="Case ACDEF3 done. " + "word " * 300, buttons=[])
        assert isinstance(await world.send(longer), Sent)
        assert world.seen()[-1]["text"].startswith("Case ACDEF3 done.")

    played(sqlite_url, sandbox, tmp_path, story)


def test_a_preview_that_is_gone_does_not_hold_up_the_line(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """It leaves a gap on the sheet; and a sheet that cannot be drawn is left out."""

    async def story(world: World) -> None:
        assert (await world.send(post("Records", "sheet", sheet=[tile("0" * 64)]))).provider_id
        assert await world.send(post("Records", "sheet", sheet=[tile("0" * 64) | {"number": "?"}])) == Sent()

    played(sqlite_url, sandbox, tmp_path, story)


def test_a_topic_that_is_gone_means_the_general_one(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> None:
        opened = await world.send(row("open_topic", name="ACDEF3"))
        topic = opened.answer.topic
        await world.bot.bot.delete_forum_topic(GROUP, topic)
        for lost in (topic, 987654):
            card = await world.send(post(topic=lost, buttons=BUTTONS))
            assert isinstance(card, Sent)
            assert world.seen()[-1].get("thread_id") in (None, 1)

    played(sqlite_url, sandbox, tmp_path, story)


def test_whoever_is_asked_for_a_reply_can_write_it_in_a_topic_that_was_closed(
    sqlite_url: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """A note leaves it closed; without the right to manage topics the question is asked all the same."""

    async def story(world: World) -> None:
        opened = await world.send(row("open_topic", name="ACDEF3"))
        topic = opened.answer.topic

        def close() -> None:
            sandbox.control("topic", **{"as": 9001}, chat=GROUP, thread=topic, action="close")

        def write() -> None:
            sandbox.control("send", **{"as": 9002}, chat=GROUP, thread=topic, text="A reason")

        close()
        await fetched(world)
        await world.send(post(topic=topic, role="note"))
        with pytest.raises(Exception, match="400 Bad Request"):
            write()
        assert isinstance(await world.send(post(topic=topic, role="prompt")), Sent)
        write()
        for known in (topic, topic, 0):  # one that is open is left alone
            assert isinstance(await world.send(post(topic=known, role="prompt")), Sent)
        asked = [one for one in sandbox.requests() if one["method"] == "reopenForumTopic"]
        assert len(asked) == 1

    played(sqlite_url, sandbox, tmp_path, story)


def test_who_never_wrote_to_the_bot_is_invited_once_and_then_gets_her_link(
    sqlite_url: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The invitation is one of the case's messages, so that it goes with the case; the link is in her chat alone."""

    async def story(world: World) -> None:
        wish = row("page_link", person=9001, text="The page:", words="Open", closed="Write to me first", start="Write", code="ACDEF3", topic=0)  # fmt: skip
        await world.bot.bot.initialize()  # it knows its own name from then on
        invited = await world.send(wish)
        assert world.seen()[-1]["text"] == "Write to me first"
        number = int(invited.provider_id)
        assert await world.store.read(lambda conn: posts.find(conn, GROUP, number)) == Post("c0ffee", "note")
        sandbox.send(9001, "/start ACDEF3", "staff")
        assert isinstance(await world.send(wish), Sent)
        assert len(world.seen()) == 1
        alone = sandbox.chat(9001, "staff")["messages"][-1]["text"]
        assert alone == "The page:\n\nhttp://127.0.0.1/sign-in/c0ffee-9001"

    played(sqlite_url, sandbox, tmp_path, story)


def test_a_card_that_was_deleted_cannot_be_edited(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> Any:
        sent = await world.send(post())
        await world.bot.bot.delete_message(GROUP, int(sent.provider_id))
        return await world.send(row("edit_card", message=int(sent.provider_id), text="x", buttons=[]))

    assert played(sqlite_url, sandbox, tmp_path, story) == Failed("message_gone")


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("429", Failed("too_fast", 1.0)),
        ("500", Failed("their_fault")),
        ("502", Failed("their_fault")),
        ("reset", Unsure()),
        ("lost_reply", Unsure()),
    ],
)
def test_faults_of_the_world_are_rows_of_the_table(
    sqlite_url: str, sandbox: Sandbox, tmp_path: Path, kind: str, outcome: Outcome
) -> None:
    async def story(world: World) -> Any:
        world.sandbox.fault("telegram", kind, method="sendMessage")
        return await world.send(post())

    assert played(sqlite_url, sandbox, tmp_path, story) == outcome


def test_the_group_that_moved_is_found_by_the_error(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> None:
        new = world.sandbox.migrate(GROUP)
        assert await world.send(post()) == Failed("chat_moved")
        assert await world.bot.group.chat() == new
        assert isinstance(await world.send(post()), Sent)

    played(sqlite_url, sandbox, tmp_path, story)


def test_more_than_the_group_bears_waits(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> list[Outcome]:
        return [await world.send(post(role="note")) for _ in range(4)]

    outcomes = played(sqlite_url, sandbox, tmp_path, story, Pace(3, lambda: 1000.0))
    assert [isinstance(outcome, Sent) for outcome in outcomes] == [True, True, True, False]
    assert outcomes[-1] == Failed("too_fast", 60.0)


# --- the bot with the sandbox -----------------------------------------------------------------------------------------
async def fetched(world: World, offset: int = 0) -> int:
    """Handles what is there, as the poller does; gives the next offset."""
    for raw in await world.bot.fetch(offset, 0):
        assert await world.bot.on_update(orjson.dumps(raw)) == 200
        offset = raw["update_id"] + 1
    return offset


def test_set_up_and_commands(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> None:
        assert await world.bot.set_up()
        assert [c.command for c in await world.bot.bot.get_my_commands()] == list(COMMANDS)
        offset = 0
        for words in ("/queue", "/case acdef3", "/case nobody", "/help", "/stats"):
            world.sandbox.send(9001, words, GROUP)
            offset = await fetched(world, offset)
            await asyncio.gather(*world.bot._words)
        *told, picture, numbers = (m for m in world.seen() if m["from"]["is_bot"])
        said = [m["text"] for m in told]
        assert (bool(picture.get("photo")), numbers["text"].startswith("Open cases: 1")) == (True, True)
        assert "ACDEF3" in said[0]
        assert "Miso" in said[0]
        assert said[1].startswith("Case ACDEF3")
        assert "no such case" in said[2]
        assert "/queue" in said[3]

    played(sqlite_url, sandbox, tmp_path, story)


def test_leave_is_asked_for_with_buttons_and_pressed(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """The doctor presses, is told so, and the group hears of it through the outbox."""

    async def story(world: World) -> None:
        await world.bot.set_up()
        world.sandbox.send(9001, "/away", GROUP)
        offset = await fetched(world)
        await asyncio.gather(*world.bot._words)
        asked = [m for m in world.seen() if m["from"]["is_bot"]][-1]
        assert "no leave ahead" in asked["text"]
        query = world.sandbox.press(9001, asked["message_id"], "Away today", GROUP)
        await fetched(world, offset)
        await asyncio.gather(*world.bot._words)
        answer = world.sandbox.callback(query)
        assert answer
        assert answer["text"] == "Noted."
        waiting = text("SELECT payload FROM outbox WHERE channel = 'staff' AND recipient = 'leave'")
        told = await world.desk.store.read(lambda conn: [row[0] for row in conn.execute(waiting)])
        assert len(told) == 1
        assert "is away" in told[0]

    played(sqlite_url, sandbox, tmp_path, story)


def test_a_press_is_answered_with_a_word(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.bot.set_up()
        card = await world.send(post(buttons=BUTTONS))
        number, offset = int(card.provider_id), 0
        for who, words in ((9009, "Only enrolled doctors"), (9001, "reply to the message below")):
            query = world.sandbox.press(who, number, "Go", GROUP)
            offset = await fetched(world, offset)
            await asyncio.gather(*world.bot._words)
            answer = world.sandbox.callback(query)
            assert answer
            assert words in answer["text"]

    played(sqlite_url, sandbox, tmp_path, story)


def test_the_webhook_is_set_and_read_back(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> None:
        await world.bot.set_up("https://clinic.example/telegram/staff")
        info = await world.bot.bot.get_webhook_info()
        assert (info.url, sorted(info.allowed_updates or ())) == (
            "https://clinic.example/telegram/staff",
            sorted(WANTED),
        )
        await world.bot.set_up()
        assert (await world.bot.bot.get_webhook_info()).url == ""
        short = StaffBot(TOKEN, world.sandbox.url, world.desk, clinic(), GROUP, ("short",))
        with pytest.raises(CannotStart, match="32"):
            await short.set_up("https://clinic.example/telegram/staff")
        with pytest.raises(CannotStart, match="not_authorised"):
            await StaffBot("1:wrong", world.sandbox.url, world.desk, clinic(), GROUP).set_up()

    played(sqlite_url, sandbox, tmp_path, story)
