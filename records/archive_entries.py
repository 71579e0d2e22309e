"""What a ZIP archive lists, judged before a byte is inflated, and its entries, read in small pieces (pitfalls 77 and 80)."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, Final, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from records.archive_names import as_words, folder_of
from records.limits import (
    MOST_DIRECTORY,
    MOST_ENTRIES,
    MOST_IN_MEMORY,
    MOST_INFLATED,
    MOST_RATIO,
    RATIO_FROM,
    Refused,
)

PIECE: Final = 256 * 1024
_LOCAL_HEADER: Final = 30  # bytes; the lengths of the name and of what is extra are its last four
_LENGTHS_AT: Final = 26
_ENCRYPTED: Final = 0x1
_END: Final = b"PK\x05\x06"
_END_WITHIN: Final = 65_557  # its own 22 bytes and the longest comment
_OFFICE: Final = "[Content_Types].xml"


@dataclass(slots=True)
class Entry:
    """One file of an archive. ``number``: its own among all, those of archives within too. ``problem``: why it is not opened, or ""."""

    archive: ZipFile
    source: BinaryIO
    info: ZipInfo
    name: str
    folder: str
    number: int
    problem: str = ""

    def open(self) -> IO[bytes]:
        """To be read from its start. Raises what ``zipfile`` raises for a header that contradicts the list."""
        return self.archive.open(self.info)

    def whole(self) -> bytes:
        """All of it, checked. Raises Refused("too_big_to_open")."""
        if self.info.file_size > MOST_IN_MEMORY:
            raise Refused("too_big_to_open")
        with self.open() as file:
            data = file.read(self.info.file_size + 1)
            if len(data) != self.info.file_size:
                raise Refused("cut_short")
        return data

    def as_file(self) -> BinaryIO | None:
        """A view of the archive's own bytes, where the entry is stored as it is; None where it is packed."""
        if self.info.compress_type != ZIP_STORED:
            return None
        self.source.seek(self.info.header_offset)
        name, extra = struct.unpack_from("<HH", self.source.read(_LOCAL_HEADER), _LENGTHS_AT)
        return io.BufferedReader(
            _Part(self.source, self.info.header_offset + _LOCAL_HEADER + name + extra, self.info.file_size)
        )


class _Part(io.RawIOBase):
    """A stretch of a file as a file of its own."""

    def __init__(self, source: BinaryIO, start: int, size: int) -> None:
        self._source, self._start, self._size, self._at = source, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if begin + offset < 0:
            raise OSError("Before the start.")
        self._at = begin + offset
        return self._at

    def readinto(self, room: Any) -> int:
        self._source.seek(self._start + self._at)
        data = self._source.read(max(0, min(len(room), self._size - self._at)))
        room[: len(data)] = data
        self._at += len(data)
        return len(data)


def listed(file: BinaryIO, first: int = 0) -> list[Entry]:
    """All files of the archive in their order, numbered from ``first``. Raises Refused for an archive that is no archive, or that asks for too much as a whole."""
    try:
        archive = ZipFile(cast("IO[bytes]", _Measured(file)))
    except (BadZipFile, NotImplementedError, ValueError, OSError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("unreadable" if _has_end(file) else "cut_short") from None
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_ENTRIES:
        raise Refused("too_many_entries")
    if any(info.filename == _OFFICE for info in infos):  # a document of an office program
        raise Refused("unknown_kind")
    entries = [
        Entry(archive, file, info, as_words(info), folder_of(info), number) for number, info in enumerate(infos, first)
    ]
    _judge(entries, file.seek(0, io.SEEK_END))
    return entries


class _Measured:
    """A file that is never read in one piece larger than a list of entries may be: ``zipfile`` reads the list at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(MOST_DIRECTORY + 1 if size < 0 else min(size, MOST_DIRECTORY + 1))
        if len(data) > MOST_DIRECTORY:
            raise Refused("too_many_entries")
        return data

    def close(self) -> None:
        """The file is not ours."""


def _has_end(file: BinaryIO) -> bool:
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END_WITHIN))
    return _END in file.read(_END_WITHIN)


def _judge(entries: list[Entry], size: int) -> None:
    """Marks what is not opened. Raises Refused where all that is left would still grow too large."""
    overlapping = _overlapping([entry.info for entry in entries])
    for entry in entries:
        info = entry.info
        if info.flag_bits & _ENCRYPTED:
            entry.problem = "locked"
        elif info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            entry.problem = "no_decoder"
        elif id(info) in overlapping or _is_bomb(info.file_size, info.compress_size):
            entry.problem = "bomb"
        elif not info.file_size:
            entry.problem = "empty"
    total = sum(entry.info.file_size for entry in entries if not entry.problem)
    if _is_bomb(total, size):
        raise Refused("bomb")
    if total > MOST_INFLATED:
        raise Refused("too_big_to_open")


def _is_bomb(inflated: int, packed: int) -> bool:
    return inflated > RATIO_FROM and inflated > MOST_RATIO * packed


def _overlapping(infos: list[ZipInfo]) -> set[int]:
    """Entries that share bytes with others: a few kilobytes can so become many files (the ``id`` of each)."""
    found: set[int] = set()
    before, end = None, 0
    for info in sorted(infos, key=lambda info: (info.header_offset, info.compress_size)):
        if before is not None and info.header_offset < end:
            found |= {id(before), id(info)}
        reach = info.header_offset + _LOCAL_HEADER + len(info.orig_filename) + info.compress_size
        if reach >= end:
            before, end = info, reach
    return found


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of an entry. ``zipfile`` compares the checksum at the end and raises BadZipFile."""
    while piece := file.read(PIECE):
        yield piece
