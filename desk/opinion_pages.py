"""The opinion's form on the case page: every view and every save is written down, and the draft is decided upon like anything that comes in."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import Connection

from desk.case_pages import CasePages, Visitor
from desk.receive import ByCase, seen
from flows import first_read, opinion_paper
from flows.case import Case, changed
from flows.context import Context
from flows.incoming import Drafted
from flows.opinion_form import text_of
from flows.rounds import staff_language
from records.letter import letter_beside
from storage import case_pages

OPENED, SAVED, PAPER = "opinion", "opinion_saved", "opinion_paper"  # of ``storage.case_pages.View``


@dataclass(frozen=True, slots=True)
class Sheet:
    """A case with its draft, and what may be known beside it."""

    case: Case
    context: Context


class OpinionPages:
    """Beside the case page, for the same visitors."""

    def __init__(self, pages: CasePages) -> None:
        self.pages = pages

    async def open(self, visitor: Visitor, case_id: str, what: str = OPENED) -> Sheet | None:
        """The case, noted as one look; None where the case page shows nothing either, and for who reads it blind."""
        desk = self.pages.desk

        def looked(conn: Connection) -> Sheet | None:
            found = seen(conn, case_id, desk.moment())
            if found is None or not found[0].submitted_at or first_read.blind(found[0], visitor.doctor.key):
                return None
            self._note(conn, visitor, found[0], what)
            return Sheet(*found)

        return await desk.store.run(looked)

    async def save(self, visitor: Visitor, case_id: str, form: Drafted) -> tuple[Sheet, bool] | None:
        """The case afterwards, and whether it holds what the form says. None where there is no such case."""
        if await self.open(visitor, case_id, SAVED) is None:
            return None
        desk = self.pages.desk
        await desk.react(ByCase(case_id), form)
        found = await desk.store.read(lambda conn: seen(conn, case_id, desk.moment()))
        if found is None:
            return None
        case, context = found
        return Sheet(case, context), text_of(case, form.sections, staff_language(context)) == case.draft.text

    async def paper(self, visitor: Visitor, case_id: str, for_the_vet: bool = False) -> bytes | None:
        """The opinion as the owner would get it now, or what her vet would, as a PDF. Raises ValueError for one that is too long, OSError when it could not be set."""
        sheet = await self.open(visitor, case_id, PAPER)
        if sheet is None:
            return None
        case = sheet.case if sheet.case.opinion else changed(sheet.case, opinion=sheet.case.draft.text)
        pages = (opinion_paper.for_the_vet if for_the_vet else opinion_paper.pages)(case, sheet.context)
        return await asyncio.to_thread(letter_beside, pages, sheet.context.clinic.name)

    def _note(self, conn: Connection, visitor: Visitor, case: Case, what: str) -> None:
        now, doctor = self.pages.desk.clock(), visitor.doctor
        part = str(case.draft.version)
        case_pages.note(conn, case_pages.View(case.id, now, doctor.key, doctor.telegram, what, part=part))
