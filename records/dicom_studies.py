"""Images of one file or of thousands, put in order: studies, series, what they show, and whether slices are missing."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Any, Final, NamedTuple

from records.dicom_header import EXPLICIT, IMPLICIT, Header
from records.dicom_pixels import frames_of, is_image
from records.dicom_text import day, name, numbers, whole, words

MOST_STUDIES: Final = 12
MOST_SERIES: Final = 24
FACTS_BYTES: Final = 14_000  # of JSON; the child's whole answer has at most 16 KB (records.preview)
STACK: Final = 5  # fewer slices than these have no even spacing to judge by

_CHARSET: Final = 0x00080005
_PLAIN: Final = (EXPLICIT, IMPLICIT, "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99")
_LOSSY: Final = ("4.50", "4.51", "4.81", "4.91", "4.203")  # ends of 1.2.840.10008.1.2
_FACTS: Final = ("modality", "description", "part", "species", "patient", "sex", "born", "date")

Facts = dict[str, Any]


class Slice(NamedTuple):
    """One image: its number in the series, its place along the stack in mm, the stack's direction, and where its file is."""

    number: int | None
    along: float | None
    facing: tuple[float, float, float] | None
    frames: int
    where: Any


@dataclass(slots=True)
class Series:
    """Images that belong together. ``facts`` are those of the first one seen."""

    facts: dict[str, str]
    slices: list[Slice] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    compressed: str = ""

    def in_order(self) -> list[Slice]:
        """By the place in the stack where all have one, else by their numbers."""
        if len({one.facing for one in self.slices}) == 1 and all(one.along is not None for one in self.slices):
            return sorted(self.slices, key=lambda one: (one.along, one.number or 0))
        return sorted(self.slices, key=lambda one: one.number if one.number is not None else 1 << 40)

    def missing(self) -> int | None:
        """How many slices seem to be missing; None where nothing can be said."""
        counted = _missing_numbers([one.number for one in self.slices if one.number is not None])
        stacks: dict[Normal | None, list[float]] = {}
        for one in self.slices:
            if one.along is not None:
                stacks.setdefault(one.facing, []).append(one.along)
        found = [counted, *map(_missing_places, stacks.values())]
        return max((one for one in found if one is not None), default=None)

    def told(self, words_most: int) -> Facts:
        """What the doctor reads of it."""
        found: Facts = {
            "modality": self.facts["modality"],
            "description": self.facts["description"][:words_most],
            "images": len(self.slices),
            "frames": sum(one.frames for one in self.slices),
            "missing": self.missing(),
            "compressed": self.compressed,
        }
        if found["frames"] == found["images"]:
            del found["frames"]
        return {key: value for key, value in found.items() if value not in ("", None)}


class Studies:
    """Takes headers, gives facts. ``series``: by the UIDs of study and series."""

    def __init__(self) -> None:
        self.series: dict[tuple[bytes, bytes], Series] = {}

    def add(self, header: Header, where: Any = None) -> bool:
        """False for what is no image, and for an image that is there already."""
        if not is_image(header):
            return False
        key = header.raw(0x0020000D), header.raw(0x0020000E)
        series = self.series.get(key)
        if series is None:
            series = self.series[key] = Series(_facts_of(header))
        uid = header.raw(0x00080018)
        if uid and uid in series.seen:
            return False
        series.seen.add(uid)
        series.compressed = series.compressed or _compression(header)
        facing = _normal(header.raw(0x00200037))
        along = _along(header.raw(0x00200032), facing)
        series.slices.append(Slice(whole(header.raw(0x00200013)), along, facing, frames_of(header), where))
        return True

    def images(self) -> int:
        """All of them."""
        return sum(len(series.slices) for series in self.series.values())

    def by_size(self) -> list[Series]:
        """The series with the most images first."""
        return sorted(self.series.values(), key=lambda series: -len(series.slices))

    def facts(self, room: int = FACTS_BYTES) -> Facts:
        """``studies`` and ``images``, in at most ``room`` bytes of JSON: descriptions are shortened before series are left out."""
        for words_most, series_most in ((64, 24), (24, 24), (12, 12), (0, 6), (0, 2)):
            found = {"studies": self._studies(words_most, series_most), "images": self.images()}
            if len(json.dumps(found)) <= room:
                break
        return found

    def _studies(self, words_most: int, series_most: int) -> list[Facts]:
        studies: dict[bytes, list[Series]] = {}
        for (study, _), series in self.series.items():
            studies.setdefault(study, []).append(series)
        told = [_study(series, words_most, series_most) for series in studies.values()]
        return sorted(told, key=lambda study: str(study.get("date", "")), reverse=True)[:MOST_STUDIES]


def _study(series: Sequence[Series], words_most: int, series_most: int) -> Facts:
    """A study is what most of its images are: a report or a scout beside a CT does not make it something else."""
    largest = sorted(series, key=lambda one: -len(one.slices))
    weights: Counter[str] = Counter()
    for one in series:
        weights[one.facts["modality"]] += len(one.slices)
    found: Facts = {
        key: next((s.facts[key] for s in largest if s.facts[key]), "") for key in _FACTS if key != "modality"
    }
    found["modality"] = weights.most_common(1)[0][0]
    found["description"] = next((s.facts["study"] for s in largest if s.facts["study"]), "")[:words_most]
    found = {key: value for key, value in found.items() if value}
    return found | {"series": [one.told(words_most) for one in largest[: min(series_most, MOST_SERIES)]]}


def _facts_of(header: Header) -> dict[str, str]:
    """The elements of the table in decision 0013 and no others: what else a header says of the owner stays in the original."""
    charset = header.raw(_CHARSET)
    sex = header.raw(0x00100040).decode("ascii", "replace")[:1].upper()
    dates = (day(header.raw(tag)) for tag in (0x00080020, 0x00080021, 0x00080022, 0x00080023))
    return {
        "modality": words(header.raw(0x00080060))[:16],
        "description": words(header.raw(0x0008103E), charset),
        "study": words(header.raw(0x00081030), charset),
        "part": words(header.raw(0x00180015))[:24],
        "species": _species(header, charset),
        "patient": name(header.raw(0x00100010), charset),
        "sex": sex if sex in ("M", "F", "O") else "",
        "born": day(header.raw(0x00100030)),
        "date": next(filter(None, dates), ""),
    }


def _species(header: Header, charset: bytes) -> str:
    """Patient Species Description, else the meaning or the value of Patient Species Code Sequence."""
    code = header.first_item(0x00102202)
    for raw in (header.raw(0x00102201), code.raw(0x00080104), code.raw(0x00080100)):
        if found := words(raw, charset):
            return found
    return ""


def _compression(header: Header) -> str:
    if header.syntax in _PLAIN:
        return ""
    lossy = header.syntax.removeprefix("1.2.840.10008.1.2.") in _LOSSY or header.raw(0x00282110) == b"01"
    return "lossy" if lossy else "lossless"


Normal = tuple[float, float, float]


@lru_cache(256)
def _normal(facing: bytes) -> Normal | None:
    """Of the image plane, from its two directions (PS3.3, C.7.6.2.1.1). Rounded: writers differ in the last digits."""
    to = numbers(facing)
    if len(to) != 6:
        return None
    x, y, z = to[1] * to[5] - to[2] * to[4], to[2] * to[3] - to[0] * to[5], to[0] * to[4] - to[1] * to[3]
    return round(x, 3), round(y, 3), round(z, 3)


def _along(place: bytes, normal: Normal | None) -> float | None:
    """The distance along the normal."""
    at = numbers(place) if normal else ()
    return sum(a * n for a, n in zip(at, normal, strict=True)) if normal and len(at) == 3 else None


def _missing_numbers(found: Iterable[int]) -> int | None:
    """Gaps in numbers that otherwise go up by the same step; numbers that jump about say nothing."""
    ordered = sorted(set(found))
    steps = [after - before for before, after in pairwise(ordered)]
    if len(steps) < 2:
        return None
    step = Counter(steps).most_common(1)[0][0]
    gaps = sum(one // step - 1 for one in steps if one > step and one % step == 0)
    return gaps if gaps <= len(ordered) else None


def _missing_places(found: Iterable[float]) -> int | None:
    """Gaps of two or more even steps in a stack whose other steps are even; two ranges in one series are no gap."""
    ordered = sorted(found)
    steps = [after - before for before, after in pairwise(ordered) if after - before > 1e-3]
    if len(steps) < STACK - 1:
        return None
    step = median(steps)
    even = sum(abs(one / step - 1) < 0.05 for one in steps)
    if even < 0.8 * len(steps):
        return None
    gaps = (one / step for one in steps if one > 1.5 * step)
    return sum(round(gap) - 1 for gap in gaps if abs(gap - round(gap)) < 0.1 and gap < len(steps))
