"""Channel "fetch": a file that an owner sent is brought from Telegram and taken in; after an erasure, bytes are cleared away."""

import asyncio
from typing import Final, Protocol

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import GetFile

from bot.session import OUR_CALLS_ERRORS, LeanSession, outcome_of
from desk.desk import Desk
from desk.sending import Failed, Outcome, Sent
from desk.shelving import clear
from desk.taking import take
from storage.outbox import OutboxRow
from storage.shelf import Shelf

FILE_BYTES: Final = 20 * 1024 * 1024  # the cloud Bot API's limit for downloads (pitfall 11)


class Line(Protocol):
    """A bot with the session below it: downloads are no methods of the Bot API and need the session itself."""

    bot: Bot
    session: LeanSession


class Fetcher:
    """Channel "fetch": brings a file from Telegram onto the shelf and makes its preview."""

    def __init__(self, owner: Line, desk: Desk, shelf: Shelf) -> None:
        self._bot = owner.bot
        self._session = owner.session
        self._desk = desk
        self._shelf = shelf

    async def send(self, row: OutboxRow) -> Outcome:
        """Safe to repeat: bytes are stored under their hash. A file of a case that was erased meanwhile is not kept."""
        if row.kind in ("unshelve", "scrub"):
            return await self._clear_away(row)
        if row.attempts > 1:  # nothing is brought again for a shelf that cannot take it
            await asyncio.to_thread(self._shelf.prove)
        data = await self._bytes(row.payload["file_id"])
        if not isinstance(data, bytes):
            return data
        payload = row.payload
        stored = await take(self._desk, self._shelf, row.case_id, data, payload["unique"], payload["name"])
        return Sent(answer=stored) if stored else Failed("no_longer_wanted")

    async def _clear_away(self, row: OutboxRow) -> Outcome:
        """After an erasure: bytes that nobody needs leave the shelf, and what was deleted leaves the database's file."""
        await clear(self._desk, self._shelf, row.payload.get("files", ()))
        if row.kind == "scrub":
            await self._desk.store.scrub()
        return Sent()

    def can_ask(self, row: OutboxRow) -> bool:
        """Nobody needs to be asked: a file is stored under its hash."""
        return True

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """Rows of this channel are simply done again."""
        return None

    async def _bytes(self, file_id: str) -> bytes | Outcome:
        try:
            file = await self._bot(GetFile(file_id=file_id))
            if (file.file_size or 0) > FILE_BYTES:
                return Failed("file_too_big")
            status, data = await self._session.download(self._bot.token, file.file_path or "", FILE_BYTES)
        except TelegramBadRequest as error:
            return Failed("file_too_big" if "too big" in error.message.lower() else "file_gone")
        except OUR_CALLS_ERRORS as error:
            return outcome_of(error)
        if status == 200:
            return data
        return Failed("their_fault" if status >= 500 else "file_gone")
