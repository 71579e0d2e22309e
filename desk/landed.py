"""Channel "uploads": a file that came whole through the browser is opened and put on the shelf, like any other."""

import asyncio

from desk.sending import Failed, Outcome, Sent
from desk.taking import take
from desk.uploading import Uploads
from storage.outbox import OutboxRow
from storage.shelf import Shelf


class UploadSender:
    """Safe to repeat: what is taken is a second name of the bytes, and the first stays until the case says that it has them."""

    def __init__(self, uploads: Uploads, shelf: Shelf) -> None:
        self._uploads = uploads
        self._shelf = shelf

    async def send(self, row: OutboxRow) -> Outcome:
        """A file of a case that was erased meanwhile is not kept. "tidy": after an erasure what is left of its uploads goes."""
        if row.kind == "tidy":
            await self._uploads.tidy()
            return Sent()
        if row.attempts > 1:  # nothing is opened again for a shelf that cannot take it
            await asyncio.to_thread(self._shelf.prove)
        payload = row.payload
        try:
            twin = self._uploads.landing.twin(payload["upload"])
        except FileNotFoundError:
            return Failed("file_gone")
        try:
            stored = await take(self._uploads.desk, self._shelf, row.case_id, twin, payload["unique"], payload["name"])
        finally:
            twin.unlink(missing_ok=True)
        return Sent(answer=stored) if stored else Failed("no_longer_wanted")

    def can_ask(self, row: OutboxRow) -> bool:
        """Nobody needs to be asked: a file is stored under its hash."""
        return True

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """Rows of this channel are simply done again."""
        return None
