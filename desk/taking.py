"""Taking a file in, whatever way it came: opened in a child, noted with its case, put on the shelf, told of as ``Stored``."""

import asyncio
from pathlib import Path

from desk.desk import Desk
from flows.case import Record
from flows.incoming import Stored
from records import alike
from records.findings import Opened
from records.preview import opened
from storage import cases, files
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
    facts = {"is": seen.kind, **seen.facts}
    twin = await _twin(desk, shelf, case_id, sha, seen)
    return Stored(unique, sha, size, preview, seen.problem, thumb, facts | ({"alike": twin} if twin else {}))


async def _twin(desk: Desk, shelf: Shelf, case_id: str, sha: str, seen: Opened) -> str:
    """The original (SHA-256) of an earlier picture of this case that this one repeats with other bytes, or "".

    Two that are taken at the same moment do not see one another.
    """
    case = await desk.store.read(lambda conn: cases.by_id(conn, case_id, peek=True))
    look = str(seen.facts.get("look", ""))
    if case is None or not look or not seen.preview:
        return ""
    others = [one for one in case.records if one.file not in ("", sha) and one.preview and one.facts.get("look")]
    near = [others[place] for place in alike.nearest(look, [str(one.facts["look"]) for one in others])]
    return await asyncio.to_thread(_repeated, shelf, seen.preview, near) if near else ""


def _repeated(shelf: Shelf, preview: bytes, near: list[Record]) -> str:
    try:
        place = alike.repeated(preview, [shelf.get(one.preview) for one in near])
    except FileNotFoundError:  # one that was erased meanwhile
        return ""
    return "" if place is None else near[place].file


def _shelve(shelf: Shelf, content: bytes | Path) -> str:
    return shelf.adopt(content) if isinstance(content, Path) else shelf.put(content)


def _measured(source: bytes | Path) -> tuple[str, int]:
    if isinstance(source, bytes):
        return name_of(source), len(source)
    return name_of_file(source), source.stat().st_size
