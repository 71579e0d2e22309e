"""Layouts of headers seen before: slices of one series have the same elements with the same lengths, and need no second walk.

The walk (``records.dicom_header``) reads tags, representations and lengths only, never values of known length. Where all those bytes are
the same at the same places, it would end the same; so they are compared at once, as one long number under a mask.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

Places = dict[int, tuple[int, int]]

_KEPT: Final = 4  # of as many series that come by turns
_MARK: Final = slice(128, 132)
_UNDEFINED: Final = b"\xff\xff\xff\xff"


@dataclass(frozen=True, slots=True)
class Layout:
    """``end``: where the walk ended. ``mask``: ones over every byte that it looked at, and over the transfer syntax, which decides how."""

    end: int
    mask: int
    looked_at: int
    places: Places
    syntax: str


_known: deque[Layout] = deque(maxlen=_KEPT)
_last_end = 0


def recalled(data: bytes) -> Layout | None:
    """The layout of this header, if one like it was learnt."""
    for layout in _known:
        if int.from_bytes(data[: layout.end], "little") & layout.mask == layout.looked_at:
            return layout
    return None


def learn(data: bytes, end: int, places: Places, syntax: str, syntax_key: int) -> None:
    """Keeps a layout that came twice; the first time is no sign yet, and a mask costs as much as half a walk."""
    global _last_end
    seen, _last_end = _last_end, end
    if seen != end or data[_MARK] != b"DICM":
        return
    mask = bytearray(_MARK.start) + b"\xff" * (end - _MARK.start)
    for key, (value, length) in places.items():
        if key != syntax_key and length > 0 and value + length <= end and data[value - 4 : value] != _UNDEFINED:
            mask[value : value + length] = bytes(length)
    number = int.from_bytes(mask, "little")
    _known.appendleft(Layout(end, number, int.from_bytes(data[:end], "little") & number, places, syntax))
