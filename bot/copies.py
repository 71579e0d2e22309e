"""Channel "copy": the ZIP of /export, as a document in the owner's chat. A line of its own, so that a large one holds up no words."""

import asyncio
from typing import Final

from aiogram import methods, types

from bot.fetching import Line
from bot.session import OUR_CALLS_ERRORS, outcome_of
from desk.copies import Held, gather, zipped
from desk.desk import Desk
from desk.sending import Failed, Outcome, Sent
from storage.outbox import OutboxRow
from storage.shelf import Shelf

UPLOAD_BYTES: Final = 50_000_000  # Bot API, sendDocument
UPLOAD_S: Final = 75  # the desk gives up a slow call after 80


class CopySender:
    """Puts the ZIP together at the moment it leaves; nothing of it is kept."""

    def __init__(self, owner: Line, desk: Desk, shelf: Shelf) -> None:
        self._bot = owner.bot
        self._desk = desk
        self._shelf = shelf
        self._one = asyncio.Lock()  # forty megabytes at a time are enough

    async def send(self, row: OutboxRow) -> Outcome:
        """One part. A person who has erased everything meanwhile gets nothing."""
        chat = int(row.recipient)
        held = await self._desk.store.read(lambda conn: gather(conn, chat))
        if not held:
            return Failed("no_longer_wanted")
        async with self._one:
            data = await asyncio.to_thread(self._zip, row, held)
            if len(data) > UPLOAD_BYTES:
                return Failed("file_too_big")
            return await self._upload(chat, row, data)

    def _zip(self, row: OutboxRow, held: list[Held]) -> bytes:
        return zipped(held, self._desk.clinic, row.payload, self._shelf.get, self._desk.clock())

    async def _upload(self, chat: int, row: OutboxRow, data: bytes) -> Outcome:
        part, parts = int(row.payload["part"]), int(row.payload["parts"])
        name = "second-look.zip" if parts == 1 else f"second-look-{part}-of-{parts}.zip"
        document = methods.SendDocument(chat_id=chat, document=types.BufferedInputFile(data, name))
        try:
            sent = await self._bot(document, request_timeout=UPLOAD_S)
        except OUR_CALLS_ERRORS as error:
            return outcome_of(error)
        return Sent(str(sent.message_id))

    def can_ask(self, row: OutboxRow) -> bool:
        """A second copy harms nobody: nothing needs to be asked."""
        return True

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """Rows of this channel are simply done again."""
        return None
