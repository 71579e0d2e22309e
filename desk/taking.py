"""Taking a file in, whatever way it came: opened in a child, noted with its case, put on the shelf, told of as ``Stored``."""

import asyncio
from pathlib import Path

from desk.desk import Desk
from flows.incoming import Stored
from records.preview import opened
from storage import files
from storage.files import FileLine
from storage.shelf import Shelf, name_of, name_of_file


async def take(desk: Desk, shelf: Shelf, case_id: str, source: bytes | Path, unique: str, name: str) -> Stored | None:
    """Keeps the original under its hash, byte for byte, and its safe pictures. None when the case was erased meanwhile.

    Safe to repeat: bytes are stored under their hash. A ``Path`` is moved onto the shelf, where it may be too big for the memory.
    """
    seen = await opened(source, name)
    pictures = [picture for picture in (seen.preview, seen.thumb) if picture]
    sha, size = await asyncio.to_thread(_measured, source)
    preview = name_of(seen.preview) if seen.preview else ""
    thumb = name_of(seen.thumb) if seen.thumb else ""
    known, now = FileLine(sha, seen.kind, size, preview, thumb), desk.clock()
    if not await desk.store.run(lambda conn: files.keep(conn, case_id, known, name, now)):
        return None
    # After they are noted: what is noted is not taken away any more (``storage.erasure.take_away``).
    for content in (*pictures, source):
        await asyncio.to_thread(_shelve, shelf, content)
    return Stored(unique, sha, size, preview, seen.problem, thumb, {"is": seen.kind, **seen.facts})


def _shelve(shelf: Shelf, content: bytes | Path) -> str:
    return shelf.adopt(content) if isinstance(content, Path) else shelf.put(content)


def _measured(source: bytes | Path) -> tuple[str, int]:
    if isinstance(source, bytes):
        return name_of(source), len(source)
    return name_of_file(source), source.stat().st_size
