"""One piece of an upload, from the line to the disk: in constant memory, synced, and taken back where it is not what it says."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass

from storage.uploads import Upload

PIECE = 1024 * 1024  # bytes held in memory for one upload
SYNCED = 8 * PIECE  # so much at most is not on the disk yet
IDLE_S = 20.0  # a sender that is silent for so long has lost its line; it may hold the lock no longer


class Refused(Exception):
    """Not taken: the HTTP status and a sentence for the owner."""

    def __init__(self, status: int, sentence: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the sender says of one piece: SHA-256 or SHA-1 of its bytes."""

    algorithm: str
    digest: bytes


async def write_piece(
    file: int, upload: Upload, offset: int, body: AsyncIterator[bytes], checksum: Checksum | None
) -> int:
    """Writes at the offset; gives the new one. Raises Refused. Short writes to the page cache are made here in the loop, so that no thread outlives the lock."""
    here, piece = offset, bytearray()
    seen = hashlib.new(checksum.algorithm) if checksum else None
    unsynced = 0
    try:
        while True:
            async with asyncio.timeout(IDLE_S):
                chunk = await anext(body, None)
            if chunk is None:
                break
            piece += chunk
            if here + len(piece) > upload.size:
                piece.clear()
                here = _cut_back(file, offset)
                raise Refused(413)
            if len(piece) >= PIECE:
                here, unsynced = _put(file, here, piece, seen), unsynced + len(piece)
                piece.clear()
            if unsynced >= SYNCED:
                unsynced = 0
                await asyncio.to_thread(_sync, os.dup(file))
    except TimeoutError as error:
        raise Refused(408) from error
    finally:
        here = _put(file, here, piece, seen)
    if checksum and seen and seen.digest() != checksum.digest:
        _cut_back(file, offset)
        raise Refused(460)
    await asyncio.to_thread(_sync, os.dup(file))
    return here


def _put(file: int, here: int, piece: bytearray, seen: "hashlib._Hash | None") -> int:
    if seen:
        seen.update(piece)
    left = memoryview(piece)
    while left:
        count = os.pwrite(file, left, here)
        here, left = here + count, left[count:]
    return here


def _cut_back(file: int, offset: int) -> int:
    os.ftruncate(file, offset)
    return offset


def _sync(file: int) -> None:
    """Of a copy of the descriptor, which holds the lock too: whoever gives up waiting lets nobody else in before this is over."""
    try:
        os.fsync(file)
    finally:
        os.close(file)
