"""The contact sheet: the records of a case in order of date, in pictures that a doctor reads on a phone before opening anything.

Drawn with Pillow in a child (``records.child``, ``records.sheet_drawing``): neither Pillow nor the pictures nor the font stay in the service.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from typing import Final

from records.child import child

WALL_S: Final = 30.0
MOST_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tile:
    """One record on the sheet. ``picture``: our own JPEG, or b"" where there is none. ``day``: its date in words, "" unknown.

    ``mark``: what a doctor has to mind, "" nothing. ``wide``: a strip of images, which gets a row of its own.
    """

    picture: bytes
    number: int
    day: str
    label: str
    mark: str = ""
    wide: bool = False


def sheet_beside(tiles: Sequence[Tile], title: str) -> bytes:
    """``contact_sheet`` in a process of its own. Blocks for some milliseconds a picture. Raises OSError when no sheet came back."""
    words = json.dumps([asdict(tile) | {"picture": b""} for tile in tiles], default=lambda _: "")
    with child(_work, title) as (ours, _):
        try:
            ours.send_bytes(words.encode())
            for tile in tiles:
                ours.send_bytes(tile.picture)
            if not ours.poll(WALL_S):
                raise TimeoutError("The contact sheet took too long.")
            return ours.recv_bytes(MOST_BYTES)
        except EOFError:
            raise OSError("The contact sheet could not be drawn.") from None


def _work(theirs: Connection, title: str) -> None:
    from records.sheet_drawing import contact_sheet

    words = json.loads(theirs.recv_bytes())
    theirs.send_bytes(contact_sheet([Tile(**(tile | {"picture": theirs.recv_bytes()})) for tile in words], title))
