"""A picture of numbers for the group: bars of open cases, parted by age. Drawn with Pillow in a child, as contact sheets are."""

from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Final

from records.child import child

WALL_S: Final = 30.0
MOST_BYTES: Final = 2 * 1024 * 1024
Bar = tuple[str, tuple[int, ...]]  # a label and its parts


def picture_beside(title: str, bars: Sequence[Bar], legend: Sequence[str]) -> bytes:
    """A PNG. Blocks for some milliseconds. Raises OSError when none came back."""
    with child(_work, title, list(bars), list(legend)) as (ours, _):
        try:
            if not ours.poll(WALL_S):
                raise TimeoutError("The picture took too long.")
            return ours.recv_bytes(MOST_BYTES)
        except EOFError:
            raise OSError("The picture could not be drawn.") from None


def _work(theirs: Connection, title: str, bars: Sequence[Bar], legend: Sequence[str]) -> None:
    from records.figures_drawing import drawn

    theirs.send_bytes(drawn(title, bars, legend))
