"""What the group is shown besides words: contact sheets, drawn in a child when they leave."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog

from records.sheet import Tile, sheet_beside
from storage.shelf import Shelf

log = structlog.get_logger(__name__)
FEW: Final = 4  # so many pictures are shown large; of more, thumbnails are sharp enough


class Showing:
    """Reads our own pictures from the shelf; one that cannot be read leaves a gap, never a fault."""

    def __init__(self, shelf: Shelf) -> None:
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

    def _picture(self, sha256: str) -> bytes:
        try:
            return self._shelf.get(sha256) if sha256 else b""
        except (OSError, ValueError) as error:
            log.warning("picture_gone", error=type(error).__name__)
            return b""
