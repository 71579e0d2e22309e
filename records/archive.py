"""Inside the disposable child: a ZIP archive to its facts and one picture of all that is in it. Never called in the service's own process.

Nothing is extracted. Every entry is judged by its content; one that is broken, locked or unknown is named and stops no other.
"""

import json
import time
import warnings
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any, BinaryIO, Final, cast

from records import openers
from records.archive_entries import Entry, listed, pieces
from records.archive_names import is_clutter, is_program
from records.archive_pictures import sheet_of
from records.attempts import attempt, seconds_left
from records.dicom_file import problem_without_pixels
from records.dicom_header import Header, Short, Unusual, parsed, read_header, unfolded
from records.dicom_pixels import is_image, two_sizes
from records.dicom_studies import FACTS_BYTES, Studies
from records.findings import Opened
from records.kinds import kind_of
from records.limits import (
    MOST_IN_MEMORY,
    MOST_PICTURES,
    MOST_SHOWN_REFUSALS,
    PICTURES_S,
    SCAN_S,
    THOROUGH_S,
    WALL_S,
    WALL_SHARE,
    Refused,
)

SNIFFED: Final = 8192
SMALLEST: Final = 200  # pixels; smaller pictures on a CD are buttons of its viewer
DIRECTORY: Final = b"1.2.840.10008.1.3.10"  # Media Storage Directory: the DICOMDIR of a CD
PAPERS: Final = ("jpeg", "png", "webp", "heic", "pdf")


@dataclass(slots=True)
class Clock:
    """How much of the time is spent: processor seconds of this process, or wall seconds where the machine is busy."""

    cpu: float = field(default_factory=time.process_time)
    wall: float = field(default_factory=time.monotonic)
    seconds: float = field(default_factory=seconds_left)

    def over(self, budget: float) -> bool:
        """Whether ``budget`` seconds are spent."""
        share = min(1.0, self.seconds / WALL_S)  # a second child has what the first one left
        spent = max(time.process_time() - self.cpu, (time.monotonic() - self.wall) / WALL_SHARE)
        return spent > budget * share


def look(file: BinaryIO, kind: str) -> Opened:
    """Facts and one composed preview. ``problem`` only where nothing at all could be opened, or where time was up before the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clock = Clock()
        found = Contents(clock)
        try:
            found.scan(file)
        except Refused as refused:
            return Opened(kind, problem=refused.problem)
        sheet, failed = sheet_of(found.studies, found.papers, lambda: clock.over(PICTURES_S))
        for entry, problem in failed:
            found.refuse(entry, problem)
        preview, thumb = two_sizes(sheet) if sheet else (None, None)
        return Opened(kind, preview, thumb, found.problem(preview is not None), found.facts())


class Contents:
    """What is found, entry by entry: ``studies`` and ``papers``, photographs and pages with their previews."""

    def __init__(self, clock: Clock) -> None:
        self.studies = Studies()
        self.papers: list[bytes] = []
        self._clock = clock
        self._inside: Counter[str] = Counter()
        self._refused: list[tuple[str, str]] = []
        self._files = 0
        self._held = 0  # bytes of archives within this one
        self._on_cd = False
        self._unfinished = False

    def scan(self, file: BinaryIO, deep: int = 0) -> None:
        """Goes over all entries once. Raises Refused for the archive as a whole."""
        entries = listed(file, self._files)
        self._files += len(entries)
        programs = tuple(entry.folder for entry in entries if entry.folder and is_program(entry.name))
        self._on_cd = self._on_cd or any(is_program(entry.name) or entry.name == "DICOMDIR" for entry in entries)
        for entry in entries:
            if self._clock.over(SCAN_S):
                self._unfinished = True
                return
            try:
                self._take(entry, deep, bool(programs) and entry.folder.startswith(programs))
            except Refused as refused:
                self.refuse(entry, refused.problem)
            except MemoryError:
                self.refuse(entry, "too_big_to_open")
            except Exception:  # broken bytes make readers raise what they like
                self.refuse(entry, "unreadable")

    def refuse(self, entry: Entry, problem: str) -> None:
        """Names it, unless it is nothing that an owner would miss."""
        if problem and not is_clutter(entry.name, entry.folder, self._on_cd):
            self._refused.append((entry.name, problem))

    def problem(self, drawn: bool) -> str:
        """The word for the whole archive."""
        if self._unfinished:
            return "took_too_long"
        if self._inside and (drawn or not self._refused):
            return ""
        if self._refused:
            return Counter(problem for _, problem in self._refused).most_common(1)[0][0]
        return "unknown_kind" if self._files else "empty"

    def facts(self) -> dict[str, Any]:
        """As decision 0013 lists them."""
        refused = [{"name": name, "problem": problem} for name, problem in self._refused[:MOST_SHOWN_REFUSALS]]
        facts: dict[str, Any] = {"inside": dict(self._inside), "files": self._files, "refused": refused}
        facts["refused_more"] = len(self._refused) - len(refused)
        facts = {key: value for key, value in facts.items() if value or key == "files"}
        if self.studies.images():
            facts |= self.studies.facts(FACTS_BYTES - len(json.dumps(facts)))
        return facts

    def _take(self, entry: Entry, deep: int, beside_program: bool) -> None:
        if entry.problem:
            raise Refused(entry.problem)
        with entry.open() as file:
            start = file.read(SNIFFED)
            kind = kind_of(start)
            if kind == "dicom":
                self._take_dicom(entry, file, start)
            elif beside_program:
                return
            elif kind == "unknown":
                raise Refused("unknown_kind")
            elif kind == "zip":
                self._take_archive(entry, deep)
            elif kind in PAPERS:
                self._take_paper(entry, kind)
            else:
                self._check(entry, file, len(start))
                self._inside[kind] += 1

    def _take_dicom(self, entry: Entry, file: IO[bytes], start: bytes) -> None:
        header = _header(file, start)
        if header.raw(0x00020002) == DIRECTORY:
            self._on_cd = True
            return
        if header.pixels and sum(header.pixels) > entry.info.file_size:
            raise Refused("cut_short")
        if not is_image(header) and (problem := problem_without_pixels(header)):
            raise Refused(problem)
        self._check(entry, file, file.tell())
        if self.studies.add(header, entry) or not is_image(header):
            self._inside["dicom"] += 1

    def _take_archive(self, entry: Entry, deep: int) -> None:
        if deep:
            raise Refused("too_deep")
        inner = entry.as_file()
        if inner is None:
            self._held += entry.info.file_size
            if self._held > MOST_IN_MEMORY:
                raise Refused("too_big_to_open")
            inner = BytesIO(entry.whole())
        self.scan(inner, deep + 1)
        self._inside["zip"] += 1

    def _take_paper(self, entry: Entry, kind: str) -> None:
        try:
            with attempt(entry.number):
                found = openers.look(BytesIO(entry.whole()), kind)
        except Refused as refused:
            if refused.problem:
                raise
            found = Opened(kind)
        if found.problem:
            raise Refused(found.problem)
        if self._on_cd and max(found.facts.get("width", SMALLEST), found.facts.get("height", SMALLEST)) < SMALLEST:
            return
        self._inside[kind] += 1
        if found.preview and len(self.papers) < MOST_PICTURES:
            self.papers.append(found.preview)

    def _check(self, entry: Entry, file: IO[bytes], read: int) -> None:
        """Inflates the rest, as long as there is time for that: the checksum is compared at the end."""
        for piece in pieces(file):
            read += len(piece)
            if self._clock.over(THOROUGH_S):
                return
        if read != entry.info.file_size:
            raise Refused("cut_short")


def _header(file: IO[bytes], start: bytes) -> Header:
    try:
        return parsed(start, ended=len(start) < SNIFFED)
    except (Short, Unusual):
        file.seek(0)
        return read_header(unfolded(cast(BinaryIO, file)))
