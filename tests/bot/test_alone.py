"""What the staff bot says to one doctor, and a mention in the group, through the sandbox."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.alone import DoctorSender
from desk.enrolment import dismiss
from desk.sending import Sent
from storage import posts
from storage.outbox import OutboxRow
from tests.bot.test_staff_sender import NOW, World, played, post, row, sandbox
from tests.sandbox_process import Sandbox

__all__ = ["sandbox"]
LIN = 9001


def tell(doctor: str = "lin", text: str = "Case ACDEF3: Miso is yours now.") -> OutboxRow:
    plain = row("tell", doctor=doctor, text=text, role="note", buttons=[[{"words": "Accept", "data": "ACDEF3.q1.accept", "url": ""}]])  # fmt: skip
    return replace(plain, channel="doctor")


def alone(sandbox: Sandbox) -> list[Any]:
    return [message for message in sandbox.chat(LIN, "staff")["messages"] if message.get("text", "").startswith("Case")]


def test_a_doctor_who_wrote_to_the_bot_is_told_alone_and_others_are_not_missed(
    sqlite_url: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """A bot may not begin a talk: the row is done all the same, for the topic names the doctor too."""

    async def story(world: World) -> None:
        sender = DoctorSender(world.bot.group)
        assert await sender.send(tell()) == Sent()
        sandbox.send(LIN, "/start", "staff")
        sent = await sender.send(tell())
        assert sent.provider_id
        assert [message["text"] for message in alone(sandbox)] == ["Case ACDEF3: Miso is yours now."]
        await world.store.run(lambda conn: dismiss(conn, "lin", NOW))
        for nobody in ("lin", "gone"):
            assert await sender.send(tell(nobody)) == Sent()
        assert len(alone(sandbox)) == 1

    played(sqlite_url, sandbox, tmp_path, story)


def test_an_erased_case_leaves_the_private_chats_too(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> None:
        sandbox.send(LIN, "/start", "staff")
        await DoctorSender(world.bot.group).send(tell())
        order = {"case": "c0ffee", "code": "ACDEF3", "topic": 0, "card": 0, "words": "Case ACDEF3: erased."}
        assert await world.send(row("unpost", **order)) == Sent()
        assert alone(sandbox) == []
        assert await world.store.read(lambda conn: posts.alone(conn, "c0ffee")) == {}

    played(sqlite_url, sandbox, tmp_path, story)


def test_a_note_mentions_the_doctor_it_speaks_to(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """By whatever account counts when it leaves; without one the name alone stands there."""

    async def story(world: World) -> None:
        await world.send(post("Case ACDEF3: it is yours.", "note", doctor="lin"))
        await world.store.run(lambda conn: dismiss(conn, "lin", NOW))
        await world.send(post("Case ACDEF3: it is yours.", "note", doctor="lin"))

    played(sqlite_url, sandbox, tmp_path, story)
    named, bare = [r["params"] for r in sandbox.requests() if r["method"] == "sendMessage"][-2:]
    assert named["text"] == bare["text"] == "Dr. Lin: Case ACDEF3: it is yours."
    assert [(entity["type"], entity["user"]["id"]) for entity in named["entities"]] == [("text_mention", LIN)]
    assert not bare.get("entities")
