"""What the group is shown besides words: contact sheets and the case file, drawn and set in a child when they leave."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
import structlog

from desk.desk import Desk
from flows.case_file import case_file
from records.case_file import case_file_beside
from records.sheet import Tile, sheet_beside
from storage import cases
from storage.shelf import Shelf

log = structlog.get_logger(__name__)
FEW: Final = 4  # so many pictures are shown large; of more, thumbnails are sharp enough


class Showing:
    """Reads our own pictures from the shelf; one that cannot be read leaves a gap, never a fault."""

    def __init__(self, desk: Desk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf

    async def sheet(self, post: Mapping[str, Any]) -> bytes | None:
        """The contact sheet of a ``Post``; None when it could not be drawn: the card follows in any case."""
        try:
            return await asyncio.to_thread(self._drawn, list(post["sheet"]), str(post["text"]).partition("\n")[0])
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("no_contact_sheet", records=len(post["sheet"]), error=type(error).__name__)
            return None

    def _drawn(self, shown: Sequence[Mapping[str, Any]], title: str) -> bytes:
        return sheet_beside([self._tile(one, large=len(shown) <= FEW) for one in shown], title)

    def _tile(self, one: Mapping[str, Any], large: bool) -> Tile:
        small = one["thumb"] and not (large or one["wide"])
        picture = self._picture(str(one["thumb"] if small else one["picture"]))
        return Tile(
            picture, int(one["number"]), str(one["day"]), str(one["label"]), str(one["mark"]), bool(one["wide"])
        )

    async def case_file(self, case_id: str, language: str) -> tuple[str, bytes] | None:
        """The file's name and the PDF of the case as it stands now; None when the case was erased or nothing could be set."""
        case = await self._desk.store.read(lambda conn: cases.by_id(conn, case_id, peek=True))
        if case is None:
            return None
        found = case_file(case, self._desk.clinic, language, self._desk.clock())
        try:
            pdf = await asyncio.to_thread(self._set, orjson.loads(orjson.dumps(found)))
        except (OSError, ValueError) as error:
            log.error("no_case_file", error=type(error).__name__)
            return None
        return f"{case.code}-{language.partition('_')[0]}.pdf", pdf

    def _set(self, file: Mapping[str, Any]) -> bytes:
        wanted = dict.fromkeys(str(entry["picture"]) for entry in file["index"] if entry["picture"])
        pictures = {sha: self._picture(sha) for sha in wanted}
        return case_file_beside(file, {sha: data for sha, data in pictures.items() if data})

    def _picture(self, sha256: str) -> bytes:
        try:
            return self._shelf.get(sha256) if sha256 else b""
        except (OSError, ValueError) as error:
            log.warning("picture_gone", error=type(error).__name__)
            return b""
