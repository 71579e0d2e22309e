"""The illnesses an owner can choose, each with its own questions and its checklist of records, read from ``clinical/problems*.toml``.

Which records each problem needs follows the clinic's table of records (section (b) of its clinical notes, drawn from IRIS 2023,
AAFP/EveryCat 2022, AAHA 2018 and the sources named there); rows of general professional knowledge are marked in the files.
A record is defined once and named by every problem that needs it, so what the owner answered stays true when she changes the problem.
The whole is a draft until the clinic's doctors sign it; its version is kept with every case that was shown it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from flows.red_flags import ListRefused

_FOLDER = Path(__file__).with_name("clinical")
HEAD = "problems.toml"  # the file with the version, the status, the order of the buttons and what every case needs
NEEDS = ("must", "want")
KINDS = ("lab", "image", "report", "notes", "video", "diary", "photo")

QUESTION = (160, 160)  # most characters in English and in Chinese: a question is one readable line of a message
BUTTON = (26, 14)  # an answer on half a telephone's width
PROBLEM = (26, 12)  # a problem's name on half a telephone's width
LINE = (60, 60)  # a checklist's line as the owner reads it
LETTER = (120, 120)  # the same line in the letter to the home vet
BRING = (160, 160)

_ID = re.compile(r"[a-z][a-z0-9_]{1,31}")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """One button of a question: ``value`` is what is kept, "unknown" where the owner may not know."""

    value: str
    en: str
    zh_Hant: str

    def words(self, language: str) -> str:
        """What the button says; an unchosen language ("") reads English."""
        return self.zh_Hant if language == "zh_Hant" else self.en


@dataclass(frozen=True, slots=True)
class Question:
    """One question about this illness; ``{cat}`` in it stands for the cat's name. Typed words are an answer too."""

    id: str
    en: str
    zh_Hant: str
    choices: tuple[Answer, ...]

    def words(self, language: str) -> str:
        """What the owner is asked, ``{cat}`` still in its place."""
        return self.zh_Hant if language == "zh_Hant" else self.en


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist of records.

    ``need`` is one of NEEDS, ``kind`` one of KINDS. ``original``: the DICOM files are asked for, not a picture of the screen.
    ``fresh_days``: the age in days above which it is old (it stays useful as a trend), 0 where it does not grow old.
    """

    id: str
    en: str
    zh_Hant: str
    need: str
    kind: str
    original: bool
    fresh_days: int
    letter_en: str
    letter_zh_Hant: str

    def words(self, language: str) -> str:
        """What the owner reads."""
        return self.zh_Hant if language == "zh_Hant" else self.en

    def letter(self, language: str) -> str:
        """What the home vet reads."""
        return self.letter_zh_Hant if language == "zh_Hant" else self.letter_en


@dataclass(frozen=True, slots=True)
class Problem:
    """One illness: its button, its questions, its checklist without COMMON, and what the owner can add herself."""

    id: str
    en: str
    zh_Hant: str
    questions: tuple[Question, ...]
    items: tuple[Item, ...]
    bring_en: str
    bring_zh_Hant: str

    def words(self, language: str) -> str:
        """What the button says."""
        return self.zh_Hant if language == "zh_Hant" else self.en

    def bring(self, language: str) -> str:
        """What the owner herself can add."""
        return self.bring_zh_Hant if language == "zh_Hant" else self.bring_en


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything in the files: ``problems`` by id in the order of the buttons, ``common`` for every case."""

    version: str
    status: str
    common: tuple[Item, ...]
    problems: Mapping[str, Problem]


def _table(entry: object, what: str, needed: set[str], may: frozenset[str] = frozenset()) -> dict[str, object]:
    """The entry as a table with all ``needed`` keys and no others than those and ``may``."""
    if not isinstance(entry, dict):
        raise ListRefused(f"{what} is not a table of its own: {entry}")
    name = f"{what} “{entry.get('id', '?')}”"
    if missing := sorted(needed - set(entry)):
        raise ListRefused(f"{name} lacks {', '.join(missing)}")
    if strange := sorted(set(entry) - needed - may):
        raise ListRefused(f"{name} has what nobody reads: {', '.join(strange)}")
    return entry


def _id(value: object, what: str) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ListRefused(f"the id of {what} must be 2 to 32 small letters, digits and _: “{value}”")
    return value


def _pair(where: str, english: object, chinese: object, most: tuple[int, int], brace: str = "") -> tuple[str, str]:
    """The words in both languages. Only ``brace`` may stand in braces, since whatever does is replaced by a value."""
    both = []
    for words, limit in ((english, most[0]), (chinese, most[1])):
        if not isinstance(words, str) or not 1 <= len(words.strip()) <= limit:
            raise ListRefused(f"{where}: the words must have 1 to {limit} characters: “{words}”")
        if re.search(r"[{}]", words.replace(brace, "") if brace else words):
            raise ListRefused(f"{where}: {f'only {brace} may' if brace else 'nothing may'} stand in braces: “{words}”")
        both.append(words.strip())
    if not _HAN.search(both[1]):
        raise ListRefused(f"{where}: the Chinese words hold no Chinese: “{both[1]}”")
    return both[0], both[1]


def _item(entry: object) -> Item:
    words = {"en", "zh_Hant", "letter_en", "letter_zh_Hant"}
    row = _table(entry, "the item", {"id", "kind", *words}, frozenset({"original", "fresh_days"}))
    name = _id(row["id"], "an item")
    if row["kind"] not in KINDS:
        raise ListRefused(f"{name}: the kind “{row['kind']}” is none of {', '.join(KINDS)}")
    original, days = row.get("original", False), row.get("fresh_days", 0)
    if not isinstance(original, bool) or (original and row["kind"] != "image"):
        raise ListRefused(f"{name}: original is true or false, and true for images only")
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= 365:
        raise ListRefused(f"{name}: fresh_days must be a whole number of days from 0 to 365: “{days}”")
    en, zh = _pair(name, row["en"], row["zh_Hant"], LINE)
    letter_en, letter_zh = _pair(f"{name}, letter", row["letter_en"], row["letter_zh_Hant"], LETTER)
    return Item(name, en, zh, "", str(row["kind"]), original, days, letter_en, letter_zh)


def _question(entry: object) -> Question:
    row = _table(entry, "the question", {"id", "en", "zh_Hant", "choices"})
    name = _id(row["id"], "a question")
    en, zh = _pair(name, row["en"], row["zh_Hant"], QUESTION, "{cat}")
    given = row["choices"]
    if not isinstance(given, list) or not 2 <= len(given) <= 6:
        raise ListRefused(f"{name}: a question needs 2 to 6 choices")
    choices = []
    for choice in given:
        if not isinstance(choice, list) or len(choice) != 3:
            raise ListRefused(
                f"{name}: each choice is three texts, the value, the English and the Chinese words: {choice}"
            )
        value = _id(choice[0], f"a choice of {name}")
        choices.append(Answer(value, *_pair(f"{name}, {value}", choice[1], choice[2], BUTTON)))
    for part in ("value", "en", "zh_Hant"):
        if len({getattr(choice, part).casefold() for choice in choices}) < len(choices):
            raise ListRefused(f"{name}: two choices have the same {part}")
    return Question(name, en, zh, tuple(choices))


def _needed(row: Mapping[str, object], where: str, items: Mapping[str, Item]) -> tuple[Item, ...]:
    """The items that a row names under ``must`` and ``want``, in that order."""
    found: dict[str, Item] = {}
    for need in NEEDS:
        names = row[need]
        if not isinstance(names, list):
            raise ListRefused(f"{where}: {need} must be a list of items")
        for name in names:
            if name not in items:
                raise ListRefused(f"{where}: there is no item “{name}”")
            if name in found:
                raise ListRefused(f"{where}: the item “{name}” is named twice")
            found[name] = replace(items[name], need=need)
    if not any(item.need == "must" for item in found.values()):
        raise ListRefused(f"{where}: at least one item must be a must")
    return tuple(found.values())


def _problem(entry: object, items: Mapping[str, Item]) -> Problem:
    row = _table(
        entry, "the problem", {"id", "en", "zh_Hant", "bring_en", "bring_zh_Hant", "must", "want", "questions"}
    )
    name = _id(row["id"], "a problem")
    en, zh = _pair(name, row["en"], row["zh_Hant"], PROBLEM)
    bring_en, bring_zh = _pair(f"{name}, bring", row["bring_en"], row["bring_zh_Hant"], BRING)
    asked = row["questions"]
    if not isinstance(asked, list) or not 2 <= len(asked) <= 4:
        raise ListRefused(f"{name}: a problem needs 2 to 4 questions")
    questions = tuple(_question(question) for question in asked)
    return Problem(name, en, zh, questions, _needed(row, name, items), bring_en, bring_zh)


def _once(ids: list[str], what: str) -> None:
    for name in ids:
        if ids.count(name) > 1:
            raise ListRefused(f"two {what} have the id “{name}”")


def _rows(files: Mapping[str, str]) -> tuple[dict[str, object], list[object], list[object]]:
    """The head's table, all items and all problems. The head alone holds more than items and problems."""
    head: dict[str, object] = {}
    rows: dict[str, list[object]] = {"item": [], "problem": []}
    for name, text in files.items():
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ListRefused(f"{name} is not valid TOML: {error}") from None
        for kind, into in rows.items():
            more = content.pop(kind, [])
            if not isinstance(more, list):
                raise ListRefused(f"{name}: write [[{kind}]] with two brackets")
            into.extend(more)
        if name == HEAD:
            head = content
        elif content:
            raise ListRefused(f"{name}: only {HEAD} holds {', '.join(sorted(content))}")
    return head, rows["item"], rows["problem"]


def read(files: Mapping[str, str]) -> Catalogue:
    """The catalogue from the texts of TOML files by name. Raises ``ListRefused`` with a sentence a vet can act on."""
    found, item_rows, problem_rows = _rows(files)
    head = _table({"id": HEAD, **found}, "the file", {"id", "version", "status", "order", "common"})
    version, status, order = head["version"], head["status"], head["order"]
    if not isinstance(version, str) or not version or not isinstance(status, str) or not status:
        raise ListRefused(f"{HEAD} needs a version and a status, each a text")
    listed = [_item(row) for row in item_rows]
    _once([item.id for item in listed], "items")
    items = {item.id: item for item in listed}
    common = _needed(_table(head["common"], "the table", {"must", "want"}), "common", items)
    problems = [_problem(row, items) for row in problem_rows]
    _once([problem.id for problem in problems], "problems")
    _once([question.id for problem in problems for question in problem.questions], "questions")
    by_id = {problem.id: problem for problem in problems}
    if not isinstance(order, list) or sorted(map(str, order)) != sorted(by_id) or "other" not in by_id:
        raise ListRefused(f"order must name every problem once, “other” among them: {', '.join(sorted(by_id))}")
    used = {item.id for problem in problems for item in problem.items}
    if both := sorted(used & {item.id for item in common}):
        raise ListRefused(f"every case is asked for it anyway, no problem needs to name it: {', '.join(both)}")
    if unused := sorted(set(items) - used - {item.id for item in common}):
        raise ListRefused(f"no problem asks for {', '.join(unused)}")
    return Catalogue(version, status, common, MappingProxyType({name: by_id[name] for name in order}))


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The catalogue that is shipped with the program."""
    return read({file.name: file.read_text(encoding="utf-8") for file in sorted(_FOLDER.glob("problems*.toml"))})


VERSION = catalogue().version
STATUS = catalogue().status
COMMON = catalogue().common
PROBLEMS = catalogue().problems


def checklist(problem_id: str) -> tuple[Item, ...]:
    """The problem's records, then those of every case. What the owner wrote in her own words has the list of “other”."""
    return PROBLEMS.get(problem_id, PROBLEMS["other"]).items + COMMON
