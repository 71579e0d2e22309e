"""The doctors' case page: who may see what, every look written down before anything is shown, and files as a doctor looks at them.

Whatever may not be seen is answered as what is not there (None): nobody learns from an answer whether a case or a file exists.
"""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from desk.desk import Desk
from desk.enrolment import enrolled
from desk.held import HeldFiles
from desk.sign_in_links import wish_of
from flows import first_read, worth
from flows.case import Case, Record
from flows.clinic import Doctor
from records import viewing
from storage import case_pages, cases, inbox
from storage.case_pages import Remark, View
from storage.shelf import Shelf

T = TypeVar("T")

LASTS = timedelta(hours=8)  # a session: one working day, no longer
INBOX = "sign-in"
AT_ONCE = 2  # children that look at files for doctors, beside those that open what comes in
LISTED = 64  # files whose contents are remembered
SLICES = 16  # in one answer
SEEN = 2048


@dataclass(frozen=True, slots=True)
class Visitor:
    """An enrolled doctor with a session of her own."""

    doctor: Doctor
    session: str


class CasePages:
    """One per process."""

    def __init__(self, desk: Desk, shelf: Shelf, https: bool = True) -> None:
        """``https``: whether browsers reach us so; then the cookie goes no other way."""
        self.https = https
        self.desk = desk
        self.shelf = shelf
        self._held = HeldFiles(shelf)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="viewing")
        self._contents: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._pages: OrderedDict[tuple[str, str], None] = OrderedDict()

    # --- who ----------------------------------------------------------------------------------------------------------
    async def invited(self, link: str) -> Doctor | None:
        """The doctor that a link is for, as long as she is enrolled and it has not run out. Uses nothing up."""
        wish = wish_of(self.desk.links, link, self.desk.clock())
        return await self.desk.store.read(lambda conn: self._doctor(conn, wish.person)) if wish else None

    def _doctor(self, conn: Connection, person: int) -> Doctor | None:
        return enrolled(conn, self.desk.clinic).doctor_by_telegram(person)

    async def sign_in(self, link: str) -> tuple[str, str] | None:
        """Uses the link up: the secret of a new session, and the case it leads to. None for a link that is not good, or not any more."""
        now = self.desk.clock()
        wish = wish_of(self.desk.links, link, now)
        if wish is None:
            return None
        secret = secrets.token_urlsafe(32)

        def begun(conn: Connection) -> bool:
            doctor, shown = self._doctor(conn, wish.person), _shown(cases.by_id(conn, wish.case_id))
            if doctor is None or shown is None or not inbox.claim(conn, INBOX, wish.chance, now):
                return False
            case_pages.begin(conn, _mark(secret), wish.person, now, now + LASTS)
            case_pages.note(conn, View(wish.case_id, now, doctor.key, wish.person, "signed_in"))
            return True

        return (secret, wish.case_id) if await self.desk.store.run(begun) else None

    async def visitor(self, secret: str) -> Visitor | None:
        """Whose session this is; None for an ended one, and for a doctor who is no longer enrolled."""
        if not secret:
            return None
        session, now = _mark(secret), self.desk.clock()

        def whose(conn: Connection) -> Doctor | None:
            person = case_pages.person_of(conn, session, now)
            return self._doctor(conn, person) if person is not None else None

        doctor = await self.desk.store.read(whose)
        return Visitor(doctor, session) if doctor else None

    async def sign_out(self, secret: str) -> None:
        """Ends the session, wherever its secret may have been copied to."""
        await self.desk.store.run(lambda conn: case_pages.end(conn, _mark(secret)))

    # --- what ---------------------------------------------------------------------------------------------------------
    async def open(self, visitor: Visitor, case_id: str) -> tuple[Case, Sequence[Remark]] | None:
        """The whole page, thumbnails included; noted as one look. Without remarks, and without what is held back, during a blind first read."""

        def seen(conn: Connection) -> tuple[Case, Sequence[Remark]] | None:
            case = _shown(cases.by_id(conn, case_id, peek=True))
            if case is None:
                return None
            case_pages.note(conn, self._view(visitor, case_id, "page"))
            if first_read.blind(case, visitor.doctor.key):
                return first_read.blinded(case, visitor.doctor.key), ()
            return case, case_pages.remarks_of(conn, case_id)

        found = await self.desk.store.run(seen)
        if found:
            self._pages[visitor.session, case_id] = None
            if len(self._pages) > SEEN:
                self._pages.popitem(last=False)
        return found

    async def record(
        self, visitor: Visitor, case_id: str, number: int, what: str, part: str = ""
    ) -> tuple[Case, Record] | None:
        """A record that this case shows its doctors; noted as ``what``, unless it is a thumbnail of a page that was noted as a whole."""
        silent = what == "thumb" and (visitor.session, case_id) in self._pages

        def seen(conn: Connection) -> tuple[Case, Record] | None:
            case = _shown(cases.by_id(conn, case_id, peek=True))
            case = first_read.for_reader(case, visitor.doctor.key) if case else None
            record = _numbered(case, number) if case else None
            if case is None or record is None:
                return None
            if not silent:
                case_pages.note(conn, self._view(visitor, case_id, what, record.file, part))
            return case, record

        return await (self.desk.store.read(seen) if silent else self.desk.store.run(seen))

    async def remark(self, visitor: Visitor, case_id: str, text: str) -> bool:
        """Writes a remark down, unless it is empty. False where there is no such case."""
        now = self.desk.clock()

        def written(conn: Connection) -> bool:
            if _shown(cases.by_id(conn, case_id)) is None:
                return False
            if text:
                case_pages.note(conn, self._view(visitor, case_id, "remark"))
                case_pages.add_remark(conn, Remark(case_id, now, visitor.doctor.key, text))
            return True

        return await self.desk.store.run(written)

    def _view(self, visitor: Visitor, case_id: str, what: str, file: str = "", part: str = "") -> View:
        return View(case_id, self.desk.clock(), visitor.doctor.key, visitor.doctor.telegram, what, file, part[:80])

    # --- files --------------------------------------------------------------------------------------------------------
    async def stored(self, sha256: str) -> bytes:
        """One of our own pictures. Raises FileNotFoundError and ShelfAway."""
        return await asyncio.to_thread(self.shelf.get, sha256)

    def local(self, record: Record) -> AbstractContextManager[Path]:
        """The original, to be read while the block lasts. Raises FileNotFoundError and ShelfAway."""
        return self._held.local(record.file)

    async def contents(self, record: Record) -> dict[str, Any]:
        """What can be looked at in it (``records.parts``). Raises limits.Refused, FileNotFoundError and ShelfAway."""
        if record.file not in self._contents:
            found = await self._look(record, lambda path, kind: viewing.contents(path, kind))
            self._contents[record.file] = found
            if len(self._contents) > LISTED:
                self._contents.popitem(last=False)
        return self._contents[record.file]

    async def picture(self, record: Record, part: str, sort: str, page: int) -> bytes:
        """A full picture or a page as a JPEG. Raises as ``contents``."""
        return await self._look(record, lambda path, kind: viewing.picture(path, kind, part, sort, page))

    async def slices(self, record: Record, series: int, first: int, count: int) -> list[viewing.Slice]:
        """Some images of a series. Raises as ``contents``, and IndexError where there is no such series or image."""
        images = (await self.contents(record))["series"][series]["slices"]
        wanted = [(str(key), int(frame)) for key, frame in images[first : first + min(count, SLICES)]]
        if not wanted:
            raise IndexError(first)
        return await self._look(record, lambda path, kind: viewing.slices(path, kind, wanted))

    async def _look(self, record: Record, look: Callable[[Path, str], T]) -> T:
        kind = str(record.facts.get("is", ""))

        def looked() -> T:
            with self._held.local(record.file) as path:
                return look(path, kind)

        return await asyncio.get_running_loop().run_in_executor(self._threads, looked)

    async def tidy(self) -> None:
        """Each minute: copies of files that nobody looks at any more are let go."""
        await asyncio.to_thread(self._held.tidy)

    async def close(self) -> None:
        """Lets go of all of them."""
        await asyncio.to_thread(self._held.tidy, 0.0)
        self._threads.shutdown(wait=False, cancel_futures=True)


def _mark(secret: str) -> str:
    """What the table knows of a session: whoever reads the table cannot sign in with it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _shown(case: Case | None) -> Case | None:
    """A draft is nobody's business yet."""
    return case if case and case.submitted_at else None


def _numbered(case: Case, number: int) -> Record | None:
    """By its number in the case; what the group is not shown is not here either: refused, taken away, second copies."""
    record = case.records[number - 1] if 0 < number <= len(case.records) else None
    return record if record is not None and record.file and worth.counts(record) else None
