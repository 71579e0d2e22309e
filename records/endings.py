"""Inside the disposable child: whether a broken file is merely cut short, as after a lost connection. Then sending it again helps.

Each format says where it ends; what is asked here is whether the bytes reach that place. No pixel is decoded.
"""

import os
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Final

TAIL: Final = 64 * 1024
MOST_STEPS: Final = 100_000


def ends_early(file: BinaryIO, kind: str) -> bool:
    """Whether the end that this kind of file announces is missing. Never raises for what the bytes do."""
    check = _CHECKS.get(kind)
    try:
        return check is not None and check(file, _length(file))
    except struct.error:  # in the middle of a head
        return True
    except ValueError:
        return False


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of ISO base media between two places: name, where the content begins, where the box says it ends (may be > ``end``)."""
    for _ in range(MOST_STEPS):
        if end - start < 8:
            return
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        content = start + 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            content += 8
        elif size == 0:
            size = end - start
        if size < content - start:
            raise ValueError("A box is at least as long as its head.")
        yield name, content, start + size
        start += size


def tail(file: BinaryIO, most: int = TAIL) -> bytes:
    """The last bytes of a file."""
    file.seek(max(0, _length(file) - most))
    return file.read(most)


def _length(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _jpeg(file: BinaryIO, length: int) -> bool:
    """Without its end mark. Cameras pad with zeros behind it, and some put whole films there."""
    return b"\xff\xd9" not in tail(file)


def _png(file: BinaryIO, length: int) -> bool:
    return b"IEND\xaeB`\x82" not in tail(file)


def _webp(file: BinaryIO, length: int) -> bool:
    file.seek(4)
    return int.from_bytes(file.read(4), "little") + 8 > length


def _media(file: BinaryIO, length: int) -> bool:
    """A box that goes on behind the end, or no table of what is where: recorders write that last."""
    names = set()
    for name, _, end in boxes(file, 0, length):
        if end > length:
            return True
        names.add(name)
    return not names & {b"moov", b"meta"}


def _pdf(file: BinaryIO, length: int) -> bool:
    return b"%%EOF" not in tail(file)


def _ogg(file: BinaryIO, length: int) -> bool:
    """The last page must be whole. That it carries the mark of an end is asked of nobody: live recordings have none."""
    last = tail(file)
    at = last.rfind(b"OggS")
    table = last[at + 27 : at + 27 + last[at + 26]] if 0 <= at <= len(last) - 27 else b""
    left = len(last) - (at + 27 + len(table) + sum(table))
    return not table or left < 0 or 0 < left < 27  # so few bytes are the start of one more page


_CHECKS: Final[Mapping[str, Callable[[BinaryIO, int], bool]]] = {
    "jpeg": _jpeg,
    "png": _png,
    "webp": _webp,
    "heic": _media,
    "mp4": _media,
    "mov": _media,
    "pdf": _pdf,
    "voice": _ogg,
}
