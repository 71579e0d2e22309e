"""Reads the problems and their checklists from the texts of ``clinical/problems*.toml``.

Whoever edits the files is a vet, not a programmer: what is wrong is refused before the program starts, with a sentence that
names the row and the rule.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from flows.checklist import (
    BRING,
    BUTTON,
    KINDS,
    LETTER,
    LINE,
    NEEDS,
    PROBLEM,
    QUESTION,
    Answer,
    Catalogue,
    Item,
    Problem,
    Question,
)
from flows.red_flags import AMBER, RED, ListRefused

HEAD = "problems.toml"  # the file with the version, the status, the order of the buttons and what every case needs

_ID = re.compile(r"[a-z][a-z0-9_]{1,31}")
_HAN = re.compile("[\u4e00-\u9fff]")


def _table(entry: object, what: str, needed: set[str], may: frozenset[str] = frozenset()) -> dict[str, object]:
    """The entry as a table with all ``needed`` keys and no others than those and ``may``."""
    if not isinstance(entry, dict):
        raise ListRefused(f"{what} is not a table of its own: {entry}")
    name = f"{what} “{entry['id']}”" if "id" in entry else what
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
            if not isinstance(name, str) or name not in items:
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


def _signs(table: object, questions: list[Question]) -> dict[tuple[str, str], str]:
    """The sign for each (question, value) that is one; all three must exist."""
    if not isinstance(table, dict) or not all(isinstance(answers, dict) for answers in table.values()):
        raise ListRefused('signs must be lines like: a_question = { a_value = "R1" }')
    known = {(question.id, choice.value) for question in questions for choice in question.choices}
    there = {sign.id for sign in RED + AMBER}
    found = {(question, value): str(sign) for question, answers in table.items() for value, sign in answers.items()}
    for (question, value), sign in found.items():
        if (question, value) not in known:
            raise ListRefused(f"signs: no question “{question}” has the choice “{value}”")
        if sign not in there:
            raise ListRefused(f"signs: red_flags.toml has no sign “{sign}”")
    return found


def _asked_once(common: tuple[Item, ...], problems: list[Problem], items: Mapping[str, Item]) -> None:
    """Every item has its place: in ``common`` or with problems, never in both and never nowhere."""
    always = {item.id for item in common}
    used = {item.id for problem in problems for item in problem.items}
    if both := sorted(used & always):
        raise ListRefused(f"every case is asked for it anyway, no problem needs to name it: {', '.join(both)}")
    if unused := sorted(set(items) - used - always):
        raise ListRefused(f"no problem asks for {', '.join(unused)}")


def read(files: Mapping[str, str]) -> Catalogue:
    """The catalogue from the texts of TOML files by name. Raises ``ListRefused`` with a sentence a vet can act on."""
    content, item_rows, problem_rows = _rows(files)
    head = _table({"id": HEAD, **content}, "the file", {"id", "version", "status", "order", "common", "signs"})
    version, status, order = head["version"], head["status"], head["order"]
    if not isinstance(version, str) or not version or not isinstance(status, str) or not status:
        raise ListRefused(f"{HEAD} needs a version and a status, each a text")
    listed = [_item(row) for row in item_rows]
    _once([item.id for item in listed], "items")
    items = {item.id: item for item in listed}
    common = _needed(_table(head["common"], "common", set(NEEDS)), "common", items)
    problems = [_problem(row, items) for row in problem_rows]
    questions = [question for problem in problems for question in problem.questions]
    _once([problem.id for problem in problems], "problems")
    _once([question.id for question in questions], "questions")
    _asked_once(common, problems, items)
    by_id = {problem.id: problem for problem in problems}
    if not isinstance(order, list) or sorted(map(str, order)) != sorted(by_id) or "other" not in by_id:
        raise ListRefused(f"order must name every problem once, “other” among them: {', '.join(sorted(by_id))}")
    in_order = MappingProxyType({name: by_id[name] for name in order})
    return Catalogue(version, status, common, in_order, MappingProxyType(_signs(head["signs"], questions)))
