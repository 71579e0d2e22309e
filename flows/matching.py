"""What a file is, by its modality, its name, its caption and the words printed in it; and the checklist lines that it fills.

A wrong tick is worse than none: notes and invoices name tests that they do not show, a doubtful caption counts for nothing, and
where two sorts of tests are named in one text neither is believed. A subject is written "xray:chest"; "/paper" behind it means a report or
a picture of an image, "/part" an image whose slices are not all there: both are filed with their line and do not fill it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.case import Record
from flows.checklist import Item
from flows.subjects import Book, Hit, Way, beginnings, book, plainly

CAPTION = 60  # characters: what is longer tells a story, and a story names more than the file shows
PAPER, PART = "/paper", "/part"
PICTURES = ("jpeg", "png", "webp", "heic", "gif")
MOVING = ("mp4", "mov")


@dataclass(frozen=True, slots=True)
class Told:
    """What one text tells: subject → the word that says so; the regions named; whether it is a paper about tests, or in doubt."""

    subjects: dict[str, str]
    regions: dict[str, str]
    stops: dict[str, str]
    doubtful: bool


def shown(record: Record, cat: str = "", caption: str = "") -> dict[str, str]:
    """What the file shows, each subject with the word or the modality it was known by. ``caption``: that of its album."""
    found, facts = book(), record.facts
    voice = record.kind == "voice" or facts.get("is") == "voice"
    if voice:
        return {"voice": "voice"}
    title = _told(_camel(record.name), found, cat, near=True)
    words = (record.caption or caption).strip()
    said = _told(words if len(words) <= CAPTION else "", found, cat, near=True)
    if said.doubtful:
        said = Told({}, {}, {}, doubtful=True)
    near = Told(title.subjects | said.subjects, title.regions | said.regions, title.stops | said.stops, said.doubtful)
    if facts.get("studies"):
        return _of_studies(facts["studies"], near, found)
    print_ = _certain(_told(str(facts.get("words", "")), found, cat, near=False), found)
    if stops := near.stops or print_.stops:
        return dict(list(stops.items())[:1])
    picture = record.kind == "photo" or facts.get("is") in PICTURES
    seen = {one: why for one, why in (print_.subjects | near.subjects).items() if picture or not _pictures(one, found)}
    seen = _with_regions(seen, near.regions | print_.regions, found)
    paper = {one + (PAPER if _order(one, found) == "image" else ""): why for one, why in seen.items()}
    if record.kind == "video" or facts.get("is") in MOVING:
        return {"video": "video"} | paper
    return paper or ({"xray" + PAPER: "film"} if facts.get("film") else {})


def _camel(name: str) -> str:
    """A file's name without its ending, "BloodTest" parted."""
    stem = re.sub(r"\.\w{2,5}$", "", name)
    return f"{stem} | {parted}" if (parted := re.sub(r"(?<=[a-z])(?=[A-Z])", " ", stem)) != stem else stem


def _told(text: str, found: Book, cat: str, *, near: bool) -> Told:
    """What a text tells; each phrase is used up, so that "free T4" says nothing of T4. ``near``: a name or a caption."""
    left = plainly(text)
    if not left.strip():
        return Told({}, {}, {}, doubtful=False)
    if cat:
        left = left.replace(plainly(cat), " | ")
    hits: list[tuple[Hit, str]] = []
    for place in sorted({place for one in beginnings(left) for place in found.begins.get(one, ())}):
        words, meant = found.phrases[place]
        if words in left:
            left = left.replace(words, " | ")
            hits += [(hit, words.strip()) for hit in meant if near or not hit.short]
    by: dict[str, dict[str, str]] = {
        kind: {} for kind in ("stop", "subject", "image", "region", "doubt", "advice", "ignore")
    }
    groups: dict[str, dict[int, str]] = {}
    for hit, words in hits:
        if hit.group < 0:
            by[hit.kind].setdefault(hit.id, words)
        else:
            groups.setdefault(hit.id, {})[hit.group] = words
    for one, met in groups.items():
        if len(met) >= found.subjects[one].need:
            by["subject"].setdefault(one, ", ".join(met.values()))
    doubtful = bool(by["doubt"]) or "?" in text or "？" in text if near else bool(by["advice"])
    return Told(by["subject"] | by["image"], by["region"], by["stop"], doubtful)


def _certain(told: Told, found: Book) -> Told:
    """Of a printed text only what does not contradict itself: a pathologist's report names tests, a lab page no X-rays, advice what is to be done."""
    if told.doubtful:
        return Told({}, {}, told.stops, doubtful=True)
    orders = {_order(one, found) for one in told.subjects}
    kept = dict(told.subjects)
    if "report" in orders:
        kept = {one: why for one, why in kept.items() if _beside_report(one, found)}
    elif {"lab", "image"} <= orders:
        kept = {}
    return Told(kept, told.regions, told.stops, told.doubtful)


def _beside_report(one: str, found: Book) -> bool:
    return _order(one, found) in ("report", "about") or found.subjects[one].sample


def _pictures(one: str, found: Book) -> bool:
    return found.subjects[one].pictures


def _order(one: str, found: Book) -> str:
    return found.subjects[base(one).partition(":")[0]].order


def base(subject: str) -> str:
    """The subject without what its file lacks."""
    return subject.partition("/")[0]


def _with_regions(seen: Mapping[str, str], regions: Mapping[str, str], found: Book) -> dict[str, str]:
    """Images get the regions that are named with them; an ultrasound of the heart is the heart ultrasound."""
    result: dict[str, str] = {}
    for one, why in seen.items():
        if _order(one, found) != "image" or one in ("echo", "teeth"):
            result[one] = why
        elif one == "ultrasound" and "heart" in regions:
            result["echo"] = why
        else:
            result |= {f"{one}:{region}": f"{why} {words}" for region, words in regions.items()} or {one: why}
    if "echo" in result:
        result.pop("ultrasound", None)
    return result


def _of_studies(studies: Iterable[Mapping[str, Any]], near: Told, found: Book) -> dict[str, str]:
    """DICOM: the modality says what it is; description, part, name and caption say of what."""
    result: dict[str, str] = {}
    for study in studies:
        series = study.get("series") or ()
        codes = [str(one.get("modality", "")).upper() for one in (study, *series)]
        images = {found.modalities[code]: code for code in codes if code in found.modalities}
        said = [
            *(study.get(key, "") for key in ("part", "description")),
            *(one.get("description", "") for one in series),
        ]
        told = _told(" | ".join(dict.fromkeys(map(str, said))), found, "", near=True)
        regions = told.regions or near.regions
        if "ultrasound" in images and "echo" in told.subjects | near.subjects:
            images["echo"] = images.pop("ultrasound")
        moving = any(int(one.get("frames") or 0) > int(one.get("images") or 1) for one in series)
        lacking = any(one.get("missing") for one in series)
        for one, why in _with_regions(images, regions, found).items():
            result[one + (PAPER if one == "echo" and not moving else PART if lacking else "")] = why
    return result


# --- the checklist ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Match:
    """The checklist lines that one file fills by itself, those it is only filed with, and the words it was known by."""

    fills: tuple[str, ...]
    filed: tuple[str, ...]
    why: str


def proposed(seen: Mapping[str, str], items: Sequence[Item]) -> Match:
    """What the lines of this checklist make of a file. Both empty where nothing is sure enough."""
    pure = whole(seen)
    fills = tuple(item.id for item in items if any(_alone(way, pure) for way in book().ways[item.id]))
    filed = tuple(item.id for item in items if item.id not in fills and files_with(item.id, seen))
    return Match(fills, filed, next(iter(seen.values()), ""))


def whole(subjects: Iterable[str]) -> frozenset[str]:
    """The subjects that count as shown: no paper, no part; an image of a region is an image too."""
    pure = [one for one in subjects if "/" not in one]
    return frozenset(pure) | {one.partition(":")[0] for one in pure}


def _alone(way: Way, pure: frozenset[str]) -> bool:
    return all(pure.issuperset(part) for part in way)


def files_with(line: str, subjects: Iterable[str]) -> bool:
    """Whether a file with these subjects belongs to this line, be it only as a part, a picture or a report of it."""
    found = book()
    wide = {base(one) for one in subjects}
    wide |= {one.partition(":")[0] for one in wide} | {f"order:{order_of(one)}" for one in wide}
    if any(wide.issuperset(part) for way in found.ways[line] for part in way):
        return True
    return not wide.isdisjoint(found.also.get(line, ()))


def order_of(subject: str) -> str:
    """One of ``subjects.ORDERS``; "other" for a subject of an earlier version of the file."""
    known = book().subjects.get(base(subject).partition(":")[0])
    return known.order if known else "other"


def on_paper(subject: str) -> bool:
    """Whether it is a report or a picture of an image, and not the image itself."""
    return subject.endswith(PAPER)


def words_of(subject: str, language: str) -> str:
    """What people call a subject: "X-ray, chest", 「胸腔 X 光」; "" for one of an earlier version of the file."""
    found = book()
    image, _, region = base(subject).partition(":")
    if image not in found.subjects:
        return ""
    name = found.subjects[image].words(language)
    if region not in found.regions:
        return name
    where = found.regions[region].words(language)
    if language != "zh_Hant":
        return f"{name}, {where}"
    return f"{where} {name}" if name[0].isascii() else f"{where}{name}"
