"""Who may press, write and ask in the staff bot, for every button of the transcripts: whoever may not gets for a case that is there the answer for one that is not."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, partial
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, select

from app.rehearsal.house import house_of
from app.rehearsal.player import Player, with_beginning
from bot.staff import ANONYMOUS, NOT_ENROLLED, NOT_HERE, StaffBot
from bot.staff_answers import COMMANDS
from desk.desk import Desk
from flows.case import Review, Status
from flows.doctors import NO_CASE
from flows.incoming import StaffPressed
from storage import cases, posts
from storage.engine import Store
from storage.tables import Rows
from tests.bot.test_staff import ANON, BOT, CHAT, GROUP, LIN, NOW, VISITOR, message, press, update
from tests.builders import a_case
from tests.payments.words import clinic
from tests.scenarios.play import names

SENT = a_case(id="sent", code="ACDEF3", status=Status.REVIEW, submitted_at=NOW, review=Review(1, "Ab_-9", card=30))
DRAFT = a_case(id="draft", code="DRAFT2", chat=1002)
MISSING = "GGGGG7"
OWNER = {"id": SENT.chat, "is_bot": False, "first_name": "Mei"}
ELSEWHERE = {"id": -77, "type": "supergroup", "title": "Another group"}
UNTOUCHED = ("inbox", "views")  # that an update came, and who tried
HANDS: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a visitor of the group": (VISITOR, CHAT),
    "an owner in the group": (OWNER, CHAT),
    "a doctor in another group": (LIN, ELSEWHERE),
    "a visitor alone with the bot": (VISITOR, {"id": VISITOR["id"], "type": "private"}),
    "an owner alone with the bot": (OWNER, {"id": OWNER["id"], "type": "private"}),
}


@cache
def acted() -> frozenset[str]:
    """Every action of a staff button that any transcript reaches."""
    actions = set()
    for path in names():
        script, before = with_beginning(path)
        player = Player(script, house_of(script, path.parent), before)
        taken = player.desk.receive

        def noted(incoming: Any, *rest: Any, taken: Any = taken, **more: Any) -> Any:
            if isinstance(incoming, StaffPressed):
                actions.add(incoming.data.split(".", 2)[2])
            return taken(incoming, *rest, **more)

        player.desk.receive = noted  # type: ignore[method-assign]
        player.play()
    return frozenset(actions)


class Desks:
    """A staff bot that reaches nobody; what it would say is caught."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store, self.number = store, 0
        self.said: list[tuple[str, bool]] = []
        self.bot = StaffBot("1:a", "http://127.0.0.1:9", Desk(store, clinic(), lambda: NOW), clinic(), GROUP)

        async def notice(query: str, text: str, alert: bool) -> None:
            self.said.append((text, alert))

        async def reply(asked: Any, text: str, *rest: Any, **more: Any) -> None:
            self.said.append((text, False))

        monkeypatch.setattr(self.bot.group, "notice", notice)
        monkeypatch.setattr(self.bot.group, "reply", reply)

    async def heard(self, **content: Any) -> list[tuple[str, bool]]:
        """What is answered to one update."""
        self.number += 1
        self.said.clear()
        assert await self.bot.on_update(orjson.dumps(update(**content) | {"update_id": self.number})) == 200
        await asyncio.gather(*self.bot._words)
        return list(self.said)

    async def books(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables but of those that only say that somebody came."""
        return await self.store.read(_rows)


def _rows(conn: Connection) -> dict[str, list[tuple[Any, ...]]]:
    tables = [table for table in Rows.metadata.sorted_tables if table.name not in UNTOUCHED]
    return {table.name: [tuple(row) for row in conn.execute(select(table))] for table in tables}


def at_the_desks(store: Store, monkeypatch: pytest.MonkeyPatch, story: Callable[[Desks], Awaitable[None]]) -> None:
    async def whole() -> None:
        for case in (SENT, DRAFT):
            await store.run(partial(cases.insert, case=case))
        await store.run(lambda conn: posts.remember(conn, GROUP, 40, SENT.id, "prompt"))
        desks = Desks(store, monkeypatch)
        try:
            await story(desks)
        finally:
            await desks.bot.close()

    asyncio.run(whole())


@pytest.mark.parametrize("whose", HANDS)
def test_no_button_works_under_foreign_hands_nor_tells_whether_a_case_is_there(
    store: Store, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    sender, chat = HANDS[whose]

    async def story(desks: Desks) -> None:
        actions, before = acted(), await desks.books()
        assert len(actions) > 50
        for action in actions:
            said = [
                await desks.heard(callback_query=press(f"{code}.Ab_-9.{action}", sender, chat))
                for code in (SENT.code, DRAFT.code, MISSING)
            ]
            assert said[0] == said[1] == said[2], action
            assert said[0] in ([(NOT_HERE, True)], [(NOT_ENROLLED, True)]), action
        assert await desks.books() == before

    at_the_desks(store, monkeypatch, story)


def test_a_draft_is_for_a_doctor_what_is_not_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every button, the way to the case page, and /case; of a case that was sent the same hands learn more."""

    async def story(desks: Desks) -> None:
        before = await desks.books()
        private = {"id": LIN["id"], "type": "private"}
        for action in acted():
            said = [await desks.heard(callback_query=press(f"{code}.Ab_-9.{action}")) for code in (DRAFT.code, MISSING)]
            assert said[0] == said[1] == [(NO_CASE, True)], action
        for words, chat in (("/start {}", private), ("/case {}", CHAT)):
            texts = [words.format(code) for code in (DRAFT.code, MISSING, SENT.code)]
            draft, missing, sent = [await desks.heard(message=message(text=text, chat=chat)) for text in texts]
            assert draft == missing != sent
        after = await desks.books()
        assert after.pop("outbox") != before.pop("outbox")  # the link to the page of the one that was sent
        assert after == before

    at_the_desks(store, monkeypatch, story)


def test_commands_and_replies_of_others_are_refused_or_not_heard(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(desks: Desks) -> None:
        before = await desks.books()
        for sender, chat in HANDS.values():
            for command in COMMANDS:
                said = [
                    await desks.heard(message=message(text=f"/{command} {code}", chat=chat, **{"from": sender}))
                    for code in (SENT.code, DRAFT.code, MISSING)
                ]
                assert said[0] == said[1] == said[2], command
                assert said[0] == ([(NOT_ENROLLED, False)] if chat == CHAT else []), command
            asked = {"message_id": 40, "date": 1, "chat": chat, "from": BOT, "text": "…"}
            said_back = await desks.heard(message=message(reply_to_message=asked, chat=chat, **{"from": sender}))
            assert said_back == ([(NOT_ENROLLED, False)] if chat == CHAT else [])
        hidden = await desks.heard(message=message(text="/queue", sender_chat=CHAT, **{"from": ANON}))
        assert hidden == [(ANONYMOUS, False)]
        assert await desks.books() == before

    at_the_desks(store, monkeypatch, story)


@pytest.mark.parametrize("role", sorted({"prompt", "call.note", "inquiry.1", "inquiry.1.view"}))
def test_a_private_request_is_answered_by_the_one_it_was_put_to(
    store: Store, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """Numbers of messages are each chat's own: a colleague's message of the same number is not the request."""

    async def story(desks: Desks) -> None:
        await desks.store.run(lambda conn: posts.remember(conn, 9001, 50, SENT.id, role))
        before = await desks.books()
        for person in (9002, 9009, OWNER["id"]):
            own = {"id": person, "type": "private"}
            asked = {"message_id": 50, "date": 1, "chat": own, "from": BOT, "text": "…"}
            await desks.heard(message=message(reply_to_message=asked, chat=own, **{"from": LIN | {"id": person}}))
        assert await desks.books() == before

    at_the_desks(store, monkeypatch, story)
