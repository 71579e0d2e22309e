"""Inside the disposable child: what a doctor can look at in one file: stacks of images, and pictures and pages. Reads headers, decodes nothing.

A part of an archive has a key: its number in the list of entries, and behind a dot its number within an archive that lies in the archive.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO, Final, cast

import pypdfium2

from records.archive_entries import Entry, listed
from records.archive_names import is_program
from records.dicom_header import Header, read_header, unfolded
from records.dicom_studies import Studies
from records.kinds import SNIFFED, kind_of
from records.limits import MOST_FRAMES, MOST_PICTURES, Refused
from records.pdf import MOST_PAGES

PICTURES: Final = ("jpeg", "png", "webp", "heic")
MOST_SLICES: Final = 10_000  # that are listed
DESCRIPTION: Final = 64


class Parts:
    """The parts of one file by their keys; "" is the file itself."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._listed: dict[str, list[Entry]] = {}

    def open(self, key: str) -> BinaryIO:
        """To be read from its start. Raises Refused and IndexError."""
        if not key:
            self._file.seek(0)
            return self._file
        above, _, number = key.rpartition(".")
        entry = self.entries(above)[int(number)]
        if entry.problem:
            raise Refused(entry.problem)
        return entry.as_file() or BytesIO(entry.whole())

    def entries(self, key: str) -> list[Entry]:
        """Of the archive that this part is."""
        if key not in self._listed:
            self._listed[key] = listed(self.open(key))
        return self._listed[key]

    def each(self, kind: str) -> Iterator[tuple[str, str, BinaryIO]]:
        """Key, kind and content of everything in it, whatever is broken left out."""
        if kind == "zip":
            yield from self._inside("")
        else:
            yield "", kind, self.open("")

    def _inside(self, above: str) -> Iterator[tuple[str, str, BinaryIO]]:
        entries = self.entries(above)
        programs = tuple(entry.folder for entry in entries if entry.folder and is_program(entry.name))
        for number, entry in enumerate(entries):
            key = f"{above}.{number}" if above else str(number)
            kind = _kind(entry)
            if kind == "zip" and not above:
                yield from self._nested(key)
            elif kind == "dicom" or (kind and not (programs and entry.folder.startswith(programs))):
                yield key, kind, cast(BinaryIO, _Late(self, key))

    def _nested(self, key: str) -> Iterator[tuple[str, str, BinaryIO]]:
        try:
            yield from self._inside(key)
        except Refused:
            return


class _Late:
    """A part that is opened when it is first read: most headers are needed, most pictures are not."""

    def __init__(self, parts: Parts, key: str) -> None:
        self._parts, self._key = parts, key
        self._file: BinaryIO | None = None

    def __getattr__(self, name: str) -> Any:
        if self._file is None:
            self._file = self._parts.open(self._key)
        return getattr(self._file, name)


def _kind(entry: Entry) -> str:
    if entry.problem:
        return ""
    try:
        with entry.open() as file:
            return kind_of(file.read(SNIFFED))
    except Exception:  # broken entries make readers raise what they like
        return ""


def contents(file: BinaryIO, kind: str, count_pages: bool = True) -> dict[str, Any]:
    """``series``: each with its images in order, as [key, frame]; ``papers``: each with key, kind and pages. Raises Refused.

    ``count_pages``: False where a page has ended an earlier child.
    """
    studies, papers = Studies(), list[dict[str, Any]]()
    for key, one, part in Parts(file).each(kind):
        try:
            if one == "dicom":
                header = read_header(unfolded(part))
                if not studies.add(header, key) and _holds_pdf(header):
                    papers.append({"key": key, "kind": "pdf", "pages": 1})
            elif one in PICTURES or one == "pdf":
                pages = _pages(part) if one == "pdf" and count_pages and len(papers) < MOST_PICTURES else 1
                papers.append({"key": key, "kind": one, "pages": pages})
        except Exception:  # one broken part keeps no other from being looked at
            continue
    return {"series": _series(studies), "papers": papers}


def _series(studies: Studies) -> list[dict[str, Any]]:
    found, room = [], MOST_SLICES
    for series in studies.by_size():
        images = [[one.where, frame] for one in series.in_order() for frame in range(min(one.frames, MOST_FRAMES))]
        if images := images[:room]:
            found.append({**series.told(DESCRIPTION), "date": series.facts["date"], "slices": images})
        room -= len(images)
    return found


def _pages(file: BinaryIO) -> int:
    document = pypdfium2.PdfDocument(BytesIO(file.read()), autoclose=False)
    try:
        return min(len(document), MOST_PAGES)
    finally:
        document.close()


def _holds_pdf(header: Header) -> bool:
    return header.raw(0x00420012) == b"application/pdf"
