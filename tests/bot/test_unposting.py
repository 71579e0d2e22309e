"""An erased case leaves the group: with its topic, else message by message, else a person is told."""

from pathlib import Path
from typing import Any

from desk.sending import Failed, Sent
from storage import posts
from tests.bot.test_staff_sender import GROUP, World, played, post, row, sandbox
from tests.sandbox_process import Sandbox

__all__ = ["sandbox"]
WORDS = "Case ACDEF3: erased at the owner's wish."


async def _posted(world: World, topic: int) -> dict[str, Any]:
    """A card, a prompt and a note; the order that takes them away again."""
    card = await world.send(post(topic=topic))
    for role in ("prompt", "note"):
        await world.send(post("Miso is better", role, topic=topic))
    return {"case": "c0ffee", "code": "ACDEF3", "topic": topic, "card": int(card.provider_id), "words": WORDS}


async def _known(world: World) -> list[int]:
    return await world.store.read(lambda conn: posts.of_case(conn, GROUP, "c0ffee"))


def test_the_topic_goes_with_all_that_was_in_it(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """And what had missed the topic goes too; asked twice it is done once."""

    async def story(world: World) -> None:
        topic = (await world.send(row("open_topic", name="ACDEF3 Miso"))).answer.topic
        order = await _posted(world, topic)
        await world.send(post("Miso in General", "note"))
        assert len(await _known(world)) == 4
        assert await world.send(row("unpost", **order)) == Sent()
        assert "Miso" not in str(world.seen())
        assert await _known(world) == []
        assert await world.send(row("unpost", **order)) == Sent()

    played(sqlite_url, sandbox, tmp_path, story)


def test_without_a_topic_the_messages_go_and_the_card_says_why(
    sqlite_url: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Nothing of the illness stays on it."""

    async def story(world: World) -> None:
        order = await _posted(world, 0)
        assert await world.send(row("unpost", **order)) == Sent()
        assert [message["text"] for message in world.seen() if message.get("text")][-1] == WORDS
        assert "Miso" not in str(world.seen())

    played(sqlite_url, sandbox, tmp_path, story)


def test_what_cannot_be_deleted_is_not_taken_for_done(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """Without rights, after two days: the messages stay known, and the desk tells the staff."""

    async def story(world: World) -> None:
        order = await _posted(world, 0)
        sandbox.control("rights", chat=GROUP, admin=False)
        sandbox.advance(3 * 86_400)
        outcome = await world.send(row("unpost", **order))
        assert isinstance(outcome, Failed)
        assert not outcome.failure.retry
        assert len(await _known(world)) == 3

    played(sqlite_url, sandbox, tmp_path, story)
