"""What the staff bot says to one doctor, and a mention in the group, through the sandbox."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.alone import DoctorSender
from desk.enrolment import dismiss
from desk.sending import Failed, Sent
from storage import posts
from storage.outbox import OutboxRow
from tests.bot.test_staff_sender import NOW, World, played, post, row, sandbox
from tests.sandbox_process import Sandbox

__all__ = ["sandbox"]
LIN = 9001


def tell(doctor: str = "lin", text: str = "Case ACDEF3: Miso is yours now.") -> OutboxRow:
    plain = row("tell", doctor=doctor, text=text, role="note", buttons=[[{"words": "Accept", "data": "ACDEF3.q1.accept", "url": ""}]])  # fmt: skip
    return replace(plain, channel="doctor")


def briefing(doctor: str = "lin", revision: int = 0) -> OutboxRow:
    """What is for one doctor alone and comes back to its case."""
    plain = row("tell", doctor=doctor, text="Case ACDEF3: ring.", role="note", buttons=[], about="call.before.1")
    return replace(plain, channel="doctor", revision=revision)


def test_what_is_for_her_alone_comes_back_when_she_cannot_be_written_to(
    sqlite_url: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    """She never wrote, she is nobody's account, or she was dismissed: the case hears of it each time."""

    async def story(world: World) -> None:
        sender = DoctorSender(world.bot.group)
        assert await sender.send(briefing()) == Failed("not_begun")
        assert await sender.send(briefing("gone")) == Failed("not_begun")
        sandbox.send(LIN, "/start", "staff")
        assert isinstance(await sender.send(briefing()), Sent)
        await world.store.run(lambda conn: dismiss(conn, "lin", NOW))
        assert await sender.send(briefing()) == Failed("not_begun")

    played(sqlite_url, sandbox, tmp_path, story)


def test_what_speaks_of_a_call_that_is_another_is_not_sent(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """The case of this row has no call at all; one that stands is in ``tests/desk/test_calls.py``."""

    async def story(world: World) -> None:
        sandbox.send(LIN, "/start", "staff")
        assert await DoctorSender(world.bot.group).send(briefing(revision=1)) == Failed("no_longer_wanted")
        assert alone(sandbox) == []

    played(sqlite_url, sandbox, tmp_path, story)


def test_a_request_for_a_note_opens_her_keyboard_for_a_reply(sqlite_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    async def story(world: World) -> None:
        sandbox.send(LIN, "/start", "staff")
        prompt = row("tell", doctor="lin", text="Case ACDEF3: a note?", role="call.note", buttons=[], about="call.note.1")  # fmt: skip
        sent = await DoctorSender(world.bot.group).send(replace(prompt, channel="doctor"))
        assert isinstance(sent, Sent)
        found = await world.store.read(lambda conn: posts.find(conn, LIN, int(sent.provider_id)))
        assert found == posts.Post("c0ffee", "call.note")

    played(sqlite_url, sandbox, tmp_path, story)
    sent = [r["params"] for r in sandbox.requests() if r["method"] == "sendMessage"][-1]
    assert sent["reply_markup"]["force_reply"]


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
