"""What a file can show, and which checklist lines that fills: the clinical files ``matching*.toml``, read and checked.

Whoever edits them is a vet: what is wrong is refused before the program starts, with a sentence that names the row.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from flows import problems
from flows.clinical_words import content, once
from flows.red_flags import ListRefused
from flows.wording import either

_FOLDER = Path(__file__).with_name("clinical")
ORDERS = ("image", "lab", "report", "notes", "video", "photo", "diary", "voice", "other", "about")
KEYS = frozenset({
    "id", "en", "zh_Hant", "order", "words", "short", "groups", "need", "sample", "pictures", "modalities",
})  # fmt: skip
_HAN = "\u3400-\u9fff"
_HANS = re.compile(f"[{_HAN}]")
_SIGNS = re.compile(r"[\W_]+")
_EDGE = re.compile(rf"(?<=[{_HAN}])(?=[a-z0-9])|(?<=[a-z0-9])(?=[{_HAN}])|(?<=[a-z])(?=\d{{4}})|(?<=\d{{4}})(?=[a-z])")

Part = tuple[str, ...]  # subjects that one file must show together
Way = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing a file can show; ``order`` is one of ORDERS, ``need`` how many groups of its words must occur."""

    id: str
    en: str
    zh_Hant: str
    order: str
    need: int = 1
    sample: bool = False
    pictures: bool = False

    def words(self, language: str) -> str:
        """What people call it."""
        return either(language, self.en, self.zh_Hant)


@dataclass(frozen=True, slots=True)
class Hit:
    """What one phrase tells: which subject, image or region, by which of its groups (-1: it is enough alone)."""

    kind: str  # "stop", "subject", "image", "region", "doubt", "advice" or "ignore"
    id: str
    group: int = -1
    short: bool = False  # believed in names and captions only


@dataclass(frozen=True, slots=True)
class Book:
    """Both files. ``phrases``: the longest first, as ``plainly`` writes them. ``ways``, ``also``, ``dates``, ``images`` by checklist line."""

    version: str
    phrases: tuple[tuple[str, tuple[Hit, ...]], ...]
    begins: Mapping[
        str, tuple[int, ...]
    ]  # the places of the phrases that begin with this word, or with this Chinese sign
    subjects: Mapping[str, Subject]
    regions: Mapping[str, Subject]
    modalities: Mapping[str, str]
    ways: Mapping[str, tuple[Way, ...]]
    also: Mapping[str, tuple[str, ...]]
    dates: Mapping[str, int]
    images: Mapping[str, int]


def plainly(text: str) -> str:
    """The text as phrases are looked for in it: one case and width, single blanks between words and at both ends."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = _EDGE.sub(" ", _SIGNS.sub(" ", folded)).split()
    return f" {' '.join(words)} "


def phrase(words: str) -> str:
    """A word of the file as it is looked for: Latin words as whole words, Chinese ones anywhere."""
    plain = plainly(words).strip()
    first = "" if re.match(f"[{_HAN}]", plain) else " "
    last = "" if re.search(f"[{_HAN}]$", plain) else " "
    return f"{first}{plain}{last}"


def _words(row: Mapping[str, object], key: str) -> tuple[str, ...]:
    found = row.get(key, [])
    if not isinstance(found, list) or not all(isinstance(word, str) and plainly(word).strip() for word in found):
        raise ListRefused(f"{row.get('id', key)}: {key} must be a list of words")
    return tuple(found)


def _rows(found: Mapping[str, object], kind: str) -> Iterator[dict[str, object]]:
    rows = found.get(kind, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ListRefused(f"write [[{kind}]] with two brackets")
    for row in rows:
        if strange := sorted(set(row) - KEYS):
            raise ListRefused(f"the {kind} “{row.get('id')}” has what nobody reads: {', '.join(strange)}")
        if not all(isinstance(row.get(key), str) and str(row[key]).strip() for key in ("id", "en", "zh_Hant")):
            raise ListRefused(f"a {kind} needs an id and words in both languages: {row}")
        yield row


def _subject(row: Mapping[str, object], order: str) -> Subject:
    named, need = str(row.get("order", order)), row.get("need", 1)
    if named not in ORDERS:
        raise ListRefused(f"{row['id']}: the order “{named}” is none of {', '.join(ORDERS)}")
    if not isinstance(need, int) or not 1 <= need <= 9:
        raise ListRefused(f"{row['id']}: need must be a whole number from 1 to 9")
    return Subject(
        str(row["id"]), str(row["en"]), str(row["zh_Hant"]), named, need, bool(row.get("sample")), bool(row.get("pictures"))
    )  # fmt: skip


def _hits(row: Mapping[str, object], kind: str) -> Iterator[tuple[str, Hit]]:
    name = str(row["id"])
    yield from ((word, Hit(kind, name)) for word in _words(row, "words"))
    yield from ((word, Hit(kind, name, short=True)) for word in _words(row, "short"))
    groups = row.get("groups", [])
    if not isinstance(groups, list):
        raise ListRefused(f"{name}: groups must be a list of lists of words")
    for number, group in enumerate(groups):
        yield from ((word, Hit(kind, name, number)) for word in _words({"id": name, "groups": group}, "groups"))


def _phrases(hits: list[tuple[str, Hit]]) -> tuple[tuple[str, tuple[Hit, ...]], ...]:
    found: dict[str, tuple[Hit, ...]] = {}
    for word, hit in hits:
        key = phrase(word)
        found[key] = (*found.get(key, ()), hit)
    return tuple(sorted(found.items(), key=lambda one: (-len(one[0]), one[0])))


def beginnings(text: str) -> set[str]:
    """What a phrase within this text (``plainly``) can begin with: each of its words and of its Chinese signs."""
    return {*text.split(), *_HANS.findall(text)}


def _begins(phrases: Sequence[tuple[str, object]]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for place, (words, _) in enumerate(phrases):
        first = words[0] if words[0] != " " else words.split()[0]
        found[first] = (*found.get(first, ()), place)
    return MappingProxyType(found)


def _way(line: str, words: object, known: set[str]) -> Way:
    if not isinstance(words, str):
        raise ListRefused(f"{line}: each way is a text such as “cbc + chemistry”")
    way = tuple(tuple(sorted(one.strip() for one in part.split("&"))) for part in words.split("+"))
    if strange := sorted({one for part in way for one in part} - known):
        raise ListRefused(f"{line}: matching.toml has nothing called {', '.join(strange)}")
    return way


def _numbers(table: object, name: str, lines: set[str]) -> dict[str, int]:
    if not isinstance(table, dict) or set(table) - lines or not all(type(n) is int and n > 1 for n in table.values()):
        raise ListRefused(f"[{name}] holds checklist lines with a number above 1")
    return dict(table)


def read(shown: str, filled: str) -> Book:
    """The book from the texts of both files. Raises ``ListRefused`` with a sentence a vet can act on."""
    found, lines = content(shown), content(filled)
    kinds = {"stop": "other", "subject": "other", "image": "image", "region": "about"}
    rows = {kind: list(_rows(found, kind)) for kind in kinds}
    made = {kind: {str(row["id"]): _subject(row, order) for row in rows[kind]} for kind, order in kinds.items()}
    once([str(row["id"]) for kind in ("stop", "subject", "image") for row in rows[kind]], "subjects")
    once([str(row["id"]) for row in rows["region"]], "regions")
    hits = [pair for kind in kinds for row in rows[kind] for pair in _hits(row, kind)]
    aside = found.get("words", {})
    if not isinstance(aside, dict):
        raise ListRefused("[words] holds the lists doubt, advice and ignore")
    hits += [(word, Hit(kind, kind)) for kind in ("doubt", "advice", "ignore") for word in _words(aside, kind)]
    subjects = made["stop"] | made["subject"] | made["image"] | _OWN
    modalities = {code: str(row["id"]) for kind in kinds for row in rows[kind] for code in _words(row, "modalities")}
    known = set(subjects) | {f"{image}:{region}" for image in made["image"] for region in made["region"]}
    ways, also = _lines(lines, known)
    phrases = _phrases(hits)
    return Book(
        str(found["version"]), phrases, _begins(phrases), MappingProxyType(subjects), MappingProxyType(made["region"]), modalities, ways, also,
        _numbers(lines.get("dates", {}), "dates", set(ways)), _numbers(lines.get("images", {}), "images", set(ways)),
    )  # fmt: skip


def _lines(
    content_: Mapping[str, object], known: set[str]
) -> tuple[dict[str, tuple[Way, ...]], dict[str, tuple[str, ...]]]:
    """The ways of every checklist line and what is filed with it; every line of every problem must stand there."""
    ways, also = content_.get("ways"), content_.get("also", {})
    if not isinstance(ways, dict) or not isinstance(also, dict):
        raise ListRefused("matching_items.toml needs the tables [ways] and [also]")
    there = {item.id for problem in problems.PROBLEMS for item in problems.checklist(problem)}
    if odd := sorted(there ^ set(ways)):
        raise ListRefused(f"[ways] must hold every line of the checklists once, and no other: {', '.join(odd)}")
    allowed = known | {f"order:{order}" for order in ORDERS}
    if odd := sorted({str(one) for names in also.values() for one in names} - allowed | set(also) - there):
        raise ListRefused(f"[also]: nothing is called {', '.join(odd)}")
    read_ = {line: tuple(_way(line, one, known) for one in listed) for line, listed in ways.items()}
    return read_, {line: tuple(names) for line, names in also.items()}


_OWN = {
    "video": Subject("video", "Video", "影片", "video"),
    "voice": Subject("voice", "Voice message", "語音訊息", "voice"),
}


@lru_cache(maxsize=1)
def book() -> Book:
    """The files that are shipped with the program."""
    return read(*((_FOLDER / name).read_text(encoding="utf-8") for name in ("matching.toml", "matching_items.toml")))


VERSION = book().version
