"""The case file in the doctors' group, through the sandbox: a PDF that opens, in its topic, gone when the case is erased."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from bot.case_files import CaseFileSender
from bot.group import Pace
from desk.sending import Failed, Sent
from flows.case import Record
from records.case_file import case_file_beside
from storage import cases, posts
from storage.outbox import OutboxRow
from storage.shelf import ShelfAway
from tests.bot.test_staff_sender import GROUP, World, picture, played, row, sandbox
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.enable_socket
__all__ = ["sandbox"]


def order(topic: int = 0, language: str = "en") -> OutboxRow:
    return replace(row("post_file", caption="The case file of ACDEF3", language=language, topic=topic), channel="file")


def filing(world: World, pace: Pace | None = None, make: Any = case_file_beside) -> CaseFileSender:
    return CaseFileSender(world.bot.group, world.shelf, make, pace or Pace())


async def with_a_record(world: World) -> None:
    """The story's case with one photo whose preview is on the shelf."""

    def keep(conn: Any) -> None:
        case = cases.by_id(conn, "c0ffee")
        assert case is not None
        photo = Record("u1", "photo", "miso.jpg", 12, "stored", file="f" * 64, preview=world.shelf.put(picture("teal")))
        cases.save(conn, case, replace(case, records=(photo,)))

    await world.store.run(keep)


def opened(world: World, message: Any) -> str:
    data = world.sandbox.http.get(message["document"]["url"]).content
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))


@pytest.mark.parametrize(("language", "words"), [("en", "Case ACDEF3"), ("zh_Hant", "案號 ACDEF3")])
def test_the_case_file_is_a_document_that_opens(
    language: str, words: str, sqlite_url: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    async def story(world: World) -> None:
        await with_a_record(world)
        assert isinstance(await filing(world).send(order(language=language)), Sent)
        message = world.seen()[-1]
        assert message["document"]["name"] == f"ACDEF3-{language.partition('_')[0]}.pdf"
        assert message["caption"] == "The case file of ACDEF3"
        text = opened(world, message)
        assert words in text
        assert "miso.jpg" not in text
        assert "f" * 12 in text

    played(sqlite_url, sandbox, tmp_path, story)


def test_it_stands_in_the_topic_of_its_case_or_in_the_general_one(
    sqlite_url: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """The whole document, also when the first try went to a topic that is gone."""

    async def story(world: World) -> None:
        topic = (await world.send(row("open_topic", name="ACDEF3"))).answer.topic
        for wanted, found in ((topic, topic), (987654, None)):
            assert isinstance(await filing(world).send(order(wanted)), Sent)
            message = world.seen()[-1]
            assert message.get("thread_id") == found
            assert "Miso" in opened(world, message)

    played(sqlite_url, sandbox, tmp_path, story)


def test_it_goes_with_its_case(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """Without topics it is deleted as a message."""

    async def story(world: World) -> None:
        sent = await filing(world).send(order())
        erased = {"case": "c0ffee", "code": "ACDEF3", "topic": 0, "card": 0, "words": "erased"}
        assert await world.store.read(lambda conn: posts.of_case(conn, GROUP, "c0ffee")) == [int(sent.provider_id)]
        assert await world.send(row("unpost", **erased)) == Sent()
        assert [message for message in world.seen() if "document" in message] == []

    played(sqlite_url, sandbox, tmp_path, story)


def test_a_case_that_was_erased_has_none(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> Any:
        await _erase(world)
        return await filing(world).send(order())

    assert played(sqlite_url, sandbox, tmp_path, story) == Failed("no_longer_wanted")


def test_one_that_was_on_its_way_while_the_case_was_erased_is_taken_back(
    sqlite_url: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Whoever deletes the messages of the case may have looked already."""

    async def story(world: World) -> Any:
        loop = asyncio.get_running_loop()

        def meanwhile(*given: Any) -> None:
            case_file_beside(*given)
            asyncio.run_coroutine_threadsafe(_erase(world), loop).result()

        outcome = await filing(world, make=meanwhile).send(order())
        assert [message for message in world.seen() if "document" in message] == []
        assert await world.store.read(lambda conn: posts.of_case(conn, GROUP, "c0ffee")) == []
        return outcome

    assert played(sqlite_url, sandbox, tmp_path, story) == Failed("no_longer_wanted")


async def _erase(world: World) -> None:
    def gone(conn: Any) -> None:
        conn.exec_driver_sql("DELETE FROM cases")

    await world.store.run(gone)


def test_paper_keeps_to_the_pace_of_the_group(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """Cards, sheets and papers count together (pitfall 15)."""

    async def story(world: World) -> None:
        pace = Pace(most=1)
        assert isinstance(await filing(world, pace).send(order()), Sent)
        waiting = await filing(world, pace).send(order())
        assert isinstance(waiting, Failed)
        assert waiting.code == "too_fast"

    played(sqlite_url, sandbox, tmp_path, story)


def test_a_shelf_that_does_not_answer_is_waited_for(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """The desk knows what is raised: the row is tried for ever, and no card stands behind it."""

    def away(*_: Any) -> None:
        raise ShelfAway

    async def story(world: World) -> None:
        with pytest.raises(ShelfAway):
            await filing(world, make=away).send(order())
        assert world.seen() == []

    played(sqlite_url, sandbox, tmp_path, story)


def test_paper_that_cannot_be_set_is_tried_again_by_the_desk(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """What the sender raises is retried; nothing was sent."""

    def broken(*_: Any) -> None:
        raise OSError

    async def story(world: World) -> None:
        with pytest.raises(OSError):
            await filing(world, make=broken).send(order())
        assert world.seen() == []

    played(sqlite_url, sandbox, tmp_path, story)
