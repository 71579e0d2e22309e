"""Files of a transcript: what is written in braces behind one is what its bytes would have told.

``file: thorax.dcm {modality: CR, patient: Mimi, date: 2026-05-03}`` is a DICOM study; ``album: 4 photos {2 flaws: blurred}`` has a second picture
that is blurred; ``same: 1`` is the same bytes as the first file of the talk, ``alike: 1`` that picture saved anew, ``problem: locked`` what the child says of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.rehearsal.script import Impossible

STUDY = ("date", "modality", "part", "description", "species", "patient", "sex", "born")
SERIES = ("images", "frames", "missing")
NUMBERS = ("width", "height", "pages", "seconds", "files", "refused_more")
LISTS = ("flaws", "dates")
WORDS = ("is", "taken", "look", "text", "words", "looks_like")
ASIDE = ("caption", "problem", "same", "alike", "refused", "film")
KINDS = ("photo", "document", "voice", "video")
ENDINGS = {
    "dcm": "dicom",
    "pdf": "pdf",
    "zip": "zip",
    "jpg": "jpeg",
    "png": "png",
    "mp4": "mp4",
    "mov": "mov",
    "heic": "heic",
}


@dataclass
class Sent:
    """What one file brings along: ``facts``, the child's ``problem``, a ``caption``, whose bytes it repeats and whose picture (0: its own)."""

    facts: dict[str, Any] = field(default_factory=dict)
    caption: str = ""
    problem: str = ""
    same: int = 0
    alike: int = 0


def told_in(line: str) -> tuple[str, str]:
    """The line without its braces, and what stands in them."""
    found = re.fullmatch(r"(.*?)\s*\{(.*)\}\s*(.*)", line)
    return (f"{found[1]} {found[3]}".strip(), found[2]) if found else (line, "")


def facts_of(text: str, place: int, kind: str, name: str) -> Sent:
    """What the braces say of the file at this place (from 1). Raises Impossible for a word nobody knows."""
    own = _pairs(text, place)
    if strange := sorted(set(own) - {*STUDY, *SERIES, *NUMBERS, *LISTS, *WORDS, *ASIDE}):
        raise Impossible(f"A file has no {', '.join(strange)}; what it can have stands in app/rehearsal/files.py.")
    if not own:
        return Sent()
    earlier = (int(own.get(key, "0")) for key in ("same", "alike"))
    sent = Sent(_facts(own), own.get("caption", ""), own.get("problem", ""), *earlier)
    sent.facts.setdefault("is", "jpeg" if kind == "photo" else ENDINGS.get(name.rpartition(".")[2], "pdf"))
    return sent


def _pairs(text: str, place: int) -> dict[str, str]:
    """``key: value, 2 key: value``: what holds for every file, and what holds for the one at this place."""
    found = re.findall(r"(?:(\d+) )?(\w+): (.*?)(?=, (?:\d+ )?\w+: |$)", text)
    return {key: value for number, key, value in found if not number or int(number) == place}


def _facts(own: Mapping[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {key: own[key] for key in WORDS if key in own}
    facts |= {key: int(own[key]) for key in NUMBERS if key in own}
    facts |= {key: own[key].split() for key in LISTS if key in own}
    facts |= {"film": True} if "film" in own else {}
    if "refused" in own:
        facts["refused"] = [
            dict(zip(("name", "problem"), one.rsplit(" ", 1), strict=True)) for one in own["refused"].split("; ")
        ]
    if any(key in own for key in STUDY):
        series = {key: int(own[key]) for key in SERIES if key in own}
        study = {key: own[key] for key in STUDY if key in own}
        facts["studies"] = [{**study, "series": [{"modality": own.get("modality", ""), "description": "", **series}]}]
        facts["images"] = series.get("images", 1)
    return facts
