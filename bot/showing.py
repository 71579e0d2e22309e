"""What the group is shown besides words: contact sheets, drawn in a child when they leave."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import structlog

from records.figures_picture import picture_beside
from records.sheet import Tile, sheet_beside
from storage.shelf import Shelf, ShelfAway

log = structlog.get_logger(__name__)
FEW: Final = 4  # so many pictures are shown large; of more, thumbnails are sharp enough
PATIENCE: Final = (
    3  # attempts, seconds apart: a card must not wait behind its pictures while the store of files is away
)


class Showing:
    """Reads our own pictures from the shelf; one that cannot be read leaves a gap, never a fault."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def sheet(self, post: Mapping[str, Any], attempts: int) -> bytes | None:
        """The contact sheet of a ``Post``; None when it could not be drawn: the card follows in any case.

        Raises ShelfAway the first times; a later attempt leaves gaps.
        """
        title = str(post["text"]).partition("\n")[0]
        try:
            return await asyncio.to_thread(self._drawn, list(post["sheet"]), title, attempts)
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("no_contact_sheet", records=len(post["sheet"]), error=type(error).__name__)
            return None

    async def figures(self, post: Mapping[str, Any]) -> bytes | None:
        """How the clinic stands, as a picture; None when it could not be drawn: the words follow in any case."""
        bars = [(str(label), tuple(parts)) for label, parts in post["bars"]]
        try:
            return await asyncio.to_thread(picture_beside, str(post["text"]), bars, list(post["legend"]))
        except OSError as error:
            log.warning("no_picture", error=type(error).__name__)
            return None

    def _drawn(self, shown: Sequence[Mapping[str, Any]], title: str, attempts: int) -> bytes:
        picture = self._pictures(attempts)
        return sheet_beside([_tile(one, picture, large=len(shown) <= FEW) for one in shown], title)

    def _pictures(self, attempts: int) -> Callable[[str], bytes]:
        """Gives a picture by its SHA-256, b"" for a gap. At last a store that is away is asked once and not once for each picture."""
        away = attempts > PATIENCE and not self._answers()

        def picture(sha256: str) -> bytes:
            nonlocal away
            if away or not sha256:
                return b""
            try:
                return self._shelf.get(sha256)
            except ShelfAway:
                if attempts <= PATIENCE:
                    raise
                away = True
            except (FileNotFoundError, ValueError) as error:
                log.warning("picture_gone", error=type(error).__name__)
            return b""

        return picture

    def _answers(self) -> bool:
        try:
            self._shelf.prove()
        except ShelfAway:
            return False
        return True


def _tile(one: Mapping[str, Any], picture: Callable[[str], bytes], large: bool) -> Tile:
    small = one["thumb"] and not (large or one["wide"])
    data = picture(str(one["thumb"] if small else one["picture"]))
    return Tile(data, int(one["number"]), str(one["day"]), str(one["label"]), str(one["mark"]), bool(one["wide"]))
