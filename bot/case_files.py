"""Channel "file": the case file as a document in the doctors' group. A line of its own, so that a large one holds up no card."""

import asyncio
import tempfile
from collections.abc import Callable, Mapping
from typing import IO, Any, Final

import orjson
import structlog
import telegram as tg
from sqlalchemy import Connection
from telegram import error as tge

from bot import pieces, visible
from bot.group import Group, Pace, in_topic, outcome_of
from desk.sending import Failed, Outcome, Sent
from flows.case import Case
from flows.case_file import case_file
from storage import cases, posts
from storage.outbox import OutboxRow
from storage.shelf import Shelf

log = structlog.get_logger(__name__)

Make = Callable[[Mapping[str, Any], Callable[[str], bytes], IO[bytes]], None]  # ``records.case_file.case_file_beside``
UPLOAD_S: Final = 60  # the desk gives up a slow call after 80
CAPTION_CHARS: Final = 1024


class CaseFileSender:
    """Sets the paper at the moment it leaves, so that it tells how the case stands now; nothing of it is kept."""

    def __init__(self, group: Group, shelf: Shelf, make: Make, pace: Pace) -> None:
        """``pace`` is the group's: cards, sheets and papers count together (pitfall 15)."""
        self._group = group
        self._shelf = shelf
        self._make = make
        self._pace = pace
        self._one = asyncio.Lock()  # one child that sets paper at a time: it takes as much memory as its pictures

    async def send(self, row: OutboxRow) -> Outcome:
        """One document. A case that was erased meanwhile has none; what the child could not set is raised, and tried again.

        Raises ShelfAway: a paper without its pictures is worth little, and nobody waits behind it.
        """
        case = await self._case(row)
        if case is None:
            return Failed("no_longer_wanted")
        async with self._one:
            if wait := self._pace.wait_for(1):
                return Failed("too_fast", wait)
            with tempfile.TemporaryFile() as paper:  # without a name: nobody else can find it, and it goes with us
                await asyncio.to_thread(self._set, case, str(row.payload["language"]), paper)
                return await self._upload(row, case, paper)

    async def _case(self, row: OutboxRow) -> Case | None:
        return await self._group.desk.store.read(lambda conn: cases.by_id(conn, row.case_id, peek=True))

    def _set(self, case: Case, language: str, paper: IO[bytes]) -> None:
        desk = self._group.desk
        file = case_file(case, desk.clinic, language, desk.clock())
        self._make(orjson.loads(orjson.dumps(file)), self._shelf.get, paper)
        paper.seek(0)

    async def _upload(self, row: OutboxRow, case: Case, paper: IO[bytes]) -> Outcome:
        chat, topic = await self._group.chat(), int(row.payload["topic"]) or None
        words = (pieces(visible(str(row.payload["caption"])), CAPTION_CHARS) or [""])[0]
        name = f"{case.code}-{str(row.payload['language']).partition('_')[0]}.pdf"

        async def call(thread: int | None) -> tg.Message:
            paper.seek(0)
            document = tg.InputFile(paper, name, read_file_handle=False)  # read while it is sent, never whole in memory
            return await self._group.bot.send_document(
                chat, document, caption=words, message_thread_id=thread, read_timeout=UPLOAD_S, write_timeout=UPLOAD_S
            )

        try:
            message = await in_topic(topic, call)
        except tge.ChatMigrated as error:
            await self._group.moved(chat, error.new_chat_id)
            return Failed("chat_moved")
        except tge.TelegramError as error:
            return outcome_of(error)
        return await self._known(row, chat, message.message_id)

    async def _known(self, row: OutboxRow, chat: int, message: int) -> Outcome:
        """Remembered, so that it goes when the case is erased; one that was erased while this was on its way goes at once."""

        def remembered(conn: Connection) -> bool:
            if cases.by_id(conn, row.case_id) is None:
                return False
            posts.remember(conn, chat, message, row.case_id, "file")
            return True

        if await self._group.desk.store.run(remembered):
            return Sent(str(message))
        try:
            await self._group.bot.delete_messages(chat, [message])
        except tge.TelegramError as error:
            log.error("case_file_not_deleted", error=type(error).__name__)
        return Failed("no_longer_wanted")

    def can_ask(self, row: OutboxRow) -> bool:
        """A second copy harms nobody: nothing needs to be asked."""
        return True

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """Rows of this channel are simply done again."""
        return None
