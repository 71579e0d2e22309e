"""Messages that may have been sent are found in the chat, against the sandbox's Telegram: nothing is changed by the looking."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.owner import OwnerBot, OwnerSender
from desk.desk import Desk
from desk.sending import Failed, Sent
from storage.engine import Store, open_store
from storage.outbox import OutboxRow
from tests.bot.test_owner import CLINIC, MEI, NOW
from tests.bot.test_owner import OWNER_TOKEN as TOKEN
from tests.builders import NOON
from tests.sandbox_process import Sandbox, running_sandbox

TOM = 5003
WORDS: dict[str, Any] = {"text": "Hello", "buttons": [], "contact": "", "clear": False}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    people = [{"id": MEI, "name": "Mei"}, {"id": TOM, "name": "Tom"}]
    with running_sandbox(owner_token=TOKEN, owners=people) as running:
        yield running


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


def a_row(number: int = 1, chat: int = MEI, above: int = 0, **payload: Any) -> OutboxRow:
    """A message for a chat."""
    return OutboxRow(
        number, "owner", str(chat), "say", WORDS | payload, "may-repeat", "case-1", 1, 1, NOON, "", True, 0, above=above
    )


def play(sandbox: Sandbox, store: Store, story: Callable[[OwnerSender, Desk], Awaitable[None]]) -> None:
    """Two owners who have begun, and a sender."""
    sandbox.reset()
    for person in (MEI, TOM):
        sandbox.send(person, "/start")

    async def run() -> None:
        desk = Desk(store, CLINIC, lambda: NOW)
        bot = OwnerBot(TOKEN, sandbox.url, desk)
        try:
            await story(OwnerSender(bot, desk), desk)
        finally:
            await bot.close()

    asyncio.run(run())


def number(outcome: Any) -> int:
    """The message's number."""
    assert isinstance(outcome, Sent)
    return int(outcome.provider_id)


def test_what_was_sent_is_found_and_what_was_not_is_not(sandbox: Sandbox, store: Store) -> None:
    """Also between messages to and from others, which are numbered together with it."""

    async def story(sender: OwnerSender, desk: Desk) -> None:
        before = number(await sender.send(a_row()))
        between = number(await sender.send(a_row(2, TOM)))
        sandbox.send(MEI, "Are you there?")
        sent = await sender.send(a_row(3))
        assert before < between < number(sent)
        assert await sender.reconcile(a_row(3, above=before)) == sent
        assert await sender.reconcile(a_row(4, above=number(sent))) is None
        assert await sender.reconcile(a_row(4, TOM, above=between)) is None
        assert await sender.reconcile(a_row(3, above=0)) is None

    play(sandbox, store, story)


def test_looking_changes_no_message_and_sends_none(sandbox: Sandbox, store: Store) -> None:
    """Neither words nor buttons; the ground truth has one message and no edit."""

    async def story(sender: OwnerSender, desk: Desk) -> None:
        first = number(await sender.send(a_row(buttons=[[{"words": "Yes", "data": "x.0", "url": ""}]])))
        assert await sender.reconcile(a_row(2, above=first - 1)) == Sent(str(first))
        kinds = [entry["kind"] for entry in sandbox.log() if entry["kind"] in ("message", "edit", "delete")]
        assert kinds == ["message"]

    play(sandbox, store, story)


def test_of_a_long_text_only_the_pieces_that_lack_are_sent(sandbox: Sandbox, store: Store) -> None:
    """The process died between two pieces."""
    long = "word " * 1500

    async def story(sender: OwnerSender, desk: Desk) -> None:
        before = number(await sender.send(a_row()))
        await sender.send(a_row(2, text=long[:3000]))  # stands for the first piece
        row = a_row(3, above=before, text=long)
        assert await sender.reconcile(row) is None
        assert number(await sender.send(row)) == before + 2
        again = await sender.reconcile(row)
        assert again == Sent(str(before + 2))

    play(sandbox, store, story)


@pytest.mark.parametrize("keyboard", [{"contact": "Share my number"}, {"clear": True}])
def test_a_message_with_a_reply_keyboard_is_found_by_another_refusal(
    sandbox: Sandbox, store: Store, keyboard: dict[str, Any]
) -> None:
    """Telegram never lets a bot edit these. An ordinary message is not taken for one, nor one for an ordinary message."""

    async def story(sender: OwnerSender, desk: Desk) -> None:
        row = a_row(**keyboard)
        sent = number(await sender.send(row))
        assert await sender.reconcile(replace(row, above=sent - 1)) == Sent(str(sent))
        assert await sender.reconcile(replace(row, above=sent)) is None
        assert await sender.reconcile(a_row(2, above=sent - 1)) is None

    play(sandbox, store, story)


def test_where_no_number_is_known_nothing_can_be_looked_for(sandbox: Sandbox, store: Store) -> None:
    """The very first message after a first start leaves alone."""

    async def story(sender: OwnerSender, desk: Desk) -> None:
        assert not sender.can_ask(a_row())
        assert sender.can_ask(a_row(above=1))

    play(sandbox, store, story)


def test_a_failure_to_ask_is_told_as_such(sandbox: Sandbox, store: Store) -> None:
    """It is not taken for "not there"."""

    async def story(sender: OwnerSender, desk: Desk) -> None:
        first = number(await sender.send(a_row()))
        sandbox.fault("telegram", "429", method="editMessageLiveLocation", retry_after=7)
        assert await sender.reconcile(a_row(2, above=first)) == Failed("too_fast", after_s=7.0)
        sandbox.clear_faults()

    play(sandbox, store, story)
