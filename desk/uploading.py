"""Files through the browser: begun within limits, written piece by piece, checked when whole, and told to their case exactly once.

After a crash at any point the file's size says where to go on; a whole file that its case was not told of is told of by whoever looks
next: the browser that asks how far it is, or the sweep (``tidy``).
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex

import orjson
import structlog
from sqlalchemy import Connection

from desk.desk import Desk
from desk.pieces import Checksum, Refused, write_piece
from desk.receive import ByCase, Envelope
from flows.incoming import Uploaded
from flows.uploads import closed, no_room, too_much
from storage import cases, uploads
from storage.landing import Busy, Landing
from storage.shelf import name_of_file
from storage.uploads import Upload

log = structlog.get_logger(__name__)

CHANNEL = "uploads"
KEPT = timedelta(days=7)  # an upload that nobody goes on with
REMEMBERED = timedelta(days=30)  # one that was taken: its browser may ask once more
SETTLED = timedelta(seconds=10)
RESERVE = 1_000_000_000  # bytes of the disk that are left to everything else


class Uploads:
    """One per process, over a folder that all processes of the service share."""

    def __init__(self, desk: Desk, landing: Landing) -> None:
        self.desk = desk
        self.landing = landing

    async def begin(self, case_id: str, name: str, size: int, told: str) -> Upload:
        """A new upload. Raises Refused with the reason: the case is closed, the file or all files together too large, the disk full."""
        now = self.desk.clock()
        upload = Upload(token_hex(16), case_id, name, size, told, "coming", now, now)
        free = self.landing.room()
        await self.desk.store.run(lambda conn: _begin(conn, upload, free))
        return upload

    async def find(self, case_id: str, upload_id: str) -> Upload:
        """An upload of this very case. Raises Refused(404)."""
        found = await self.desk.store.read(lambda conn: uploads.find(conn, upload_id))
        if found is None or found.case_id != case_id:
            raise Refused(404)
        return found

    async def offset(self, upload: Upload) -> int:
        """How many bytes are here. One that is whole is finished first, so that nobody hears "all" before its case has."""
        if upload.state == "whole":
            await self._tell(upload)
        if upload.state != "coming":
            return upload.size
        here = self.landing.size(upload.id)
        if here == upload.size:
            with self.landing.held(upload.id) as file:
                await self._finish(upload, file)
        return here

    async def append(
        self, upload: Upload, offset: int, length: int | None, body: AsyncIterator[bytes], checksum: Checksum | None
    ) -> int:
        """Writes a piece; the new offset. Raises ``landing.Busy`` or Refused; what came before the line broke stays."""
        with self.landing.held(upload.id) as file:
            upload = await self.find(upload.case_id, upload.id)  # again, now that nobody else can change it
            here = upload.size if upload.state != "coming" else os.fstat(file).st_size
            if offset != here:
                raise Refused(409)
            if length is not None and offset + length > upload.size:
                raise Refused(413)
            if upload.state == "coming":
                here = await write_piece(file, upload, offset, body, checksum)
                now = self.desk.clock()
                if not await self.desk.store.run(lambda conn: uploads.touch(conn, upload.id, now)):
                    raise Refused(404)  # erased meanwhile
                if here == upload.size:
                    await self._finish(upload, file)
            return here

    async def drop(self, upload: Upload) -> None:
        """The owner changed her mind. Raises ``landing.Busy``; what its case was told of already stays with it."""
        with self.landing.held(upload.id):
            if (await self.find(upload.case_id, upload.id)).state == "coming":
                await self.desk.store.run(lambda conn: uploads.drop(conn, upload.id))
                self.landing.drop(upload.id)

    async def _finish(self, upload: Upload, file: int) -> None:
        """Length and hash are right, or nothing is told to anybody. The lock is held."""
        sha = await asyncio.to_thread(name_of_file, self.landing.path(upload.id))
        if upload.told and sha != upload.told:
            os.ftruncate(file, 0)
            raise Refused(460)
        now = self.desk.clock()
        if not await self.desk.store.run(lambda conn: uploads.touch(conn, upload.id, now, "whole")):
            raise Refused(404)
        await self._tell(upload)

    async def _tell(self, upload: Upload) -> None:
        """Its case hears of it, once: the inbox knows the upload's id."""
        news = {"upload": upload.id, "name": upload.name, "size": upload.size, "case": upload.case_id}
        envelope = reading(orjson.dumps(news))
        await self.desk.accept(envelope, orjson.dumps(news))

    async def tidy(self) -> None:
        """The sweep: what is whole is told of, what was taken or given up leaves the disk, and files that nobody knows."""
        now = self.desk.clock()
        here = self.landing.ids()  # before the rows are read: a row is always older than its file
        for upload in await self._of_state("coming", SETTLED):
            if self.landing.size(upload.id) == upload.size:
                with suppress(Busy, Refused):  # whoever writes it now finishes it; what is not what it said begins anew
                    await self.offset(upload)
        for upload in await self._of_state("whole", SETTLED):
            await self._tell(upload)
            if await self.desk.store.read(partial(_is_over, upload)):
                await self.desk.store.run(partial(_taken, upload, now))
                self.landing.drop(upload.id)
        for upload in [*await self._of_state("coming", KEPT), *await self._of_state("taken", REMEMBERED)]:
            await self.desk.store.run(partial(_forget, upload))
        known = await self.desk.store.read(uploads.ids)
        for gone in here - known:
            self.landing.drop(gone)

    async def _of_state(self, state: str, age: timedelta) -> list[Upload]:
        before = self.desk.clock() - age
        return await self.desk.store.read(lambda conn: uploads.of_state(conn, state, before))


def reading(raw: bytes) -> Envelope:
    """What was told of a whole file, for the second try of what failed."""
    news = orjson.loads(raw)
    what = Uploaded(news["upload"], news["name"], news["size"])
    return Envelope(CHANNEL, news["upload"], ByCase(news["case"]), what)


def _begin(conn: Connection, upload: Upload, free: int) -> None:
    case = cases.by_id(conn, upload.case_id)
    if case is None:
        raise Refused(404)
    sentence = closed(case)
    if sentence:
        raise Refused(403, sentence)
    count, pledged = uploads.pledged(conn, case.id)
    sentence = too_much(case, upload.size, count, pledged)
    if sentence:
        raise Refused(413, sentence)
    if upload.size + RESERVE > free:
        log.error("upload_refused", reason="disk_full")
        raise Refused(507, no_room(case))
    uploads.add(conn, upload)


def _taken(upload: Upload, now: datetime, conn: Connection) -> None:
    uploads.touch(conn, upload.id, now, "taken")


def _forget(upload: Upload, conn: Connection) -> None:
    uploads.drop(conn, upload.id)


def _is_over(upload: Upload, conn: Connection) -> bool:
    """Whether its case has the bytes on the shelf, or will never want them."""
    case = cases.by_id(conn, upload.case_id, peek=True)
    if case is None:
        return True
    record = next((one for one in case.records if one.unique == f"upload:{upload.id}"), None)
    return record.state != "arriving" if record else bool(closed(case))
