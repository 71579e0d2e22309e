"""The ear that is always awake: red and amber signs heard in anything an owner writes, in English, Chinese or both.

Nothing is asked and nothing is diagnosed here. A text becomes concepts (``phrases``, ``quantities``), the denied and the
past ones are marked or left out (``negation``), and rules from ``clinical/listening_rules.toml`` name the signs.
When in doubt about a red sign it is heard.
"""

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from flows.negation import Heard as Concept
from flows.negation import counted
from flows.phrases import hits, lexicon, tokens
from flows.quantities import measures
from flows.red_flags import AMBER, RED

Level = Literal["red", "amber", "none"]
WINDOW = 10  # words within which the parts of a sign are said
STILL_COUNTS_AFTER_WEEKS = frozenset({"R7", "R8", "R10", "R11"})  # harm that shows late: "last week he ate …"
_FILE = Path(__file__).with_name("clinical") / "listening_rules.toml"
_ORDER = {sign.id: place for place, sign in enumerate(RED + AMBER)}


class Heard(NamedTuple):
    """The most urgent level that was heard, and the ids of all signs (R1…, A1…), the red ones first."""

    level: Level
    ids: tuple[str, ...]


class Rule(NamedTuple):
    """All ``parts`` within ``window`` words, in that order if ``ordered``, and none of ``unless`` near: then ``sign``."""

    sign: str
    parts: tuple[frozenset[str], ...]
    unless: frozenset[str]
    window: int
    ordered: bool


class RulesRefused(Exception):
    """A rule names an unknown concept or sign: the sentence says which, and the program must not start."""


def _keys(alternatives: str) -> frozenset[str]:
    """ "pee|!drink|?eat" as a set; "?eat" is both eat and !eat."""
    keys = set()
    for key in alternatives.split("|"):
        keys |= {key[1:], f"!{key[1:]}"} if key[0] == "?" else {key}
    return frozenset(keys)


def rule(sign: str, text: str) -> Rule:
    """One line of the rules' file: parts, ``~unless``, ``@window`` and a ``>`` in front for "in this order"."""
    parts, unless, window = [], set[str](), WINDOW
    for word in text.removeprefix(">").split():
        if word[0] == "~":
            unless |= _keys(word[1:])
        elif word[0] == "@":
            window = int(word[1:])
        else:
            parts.append(_keys(word))
    known, numbers = lexicon().sections, _measured()
    for key in frozenset().union(*parts, unless):
        if key.lstrip("!") not in known and key not in numbers:
            raise RulesRefused(f"{sign}: “{text}” names the unknown concept “{key}”")
    if sign not in _ORDER or not parts:
        raise RulesRefused(f"“{sign}: {text}” is not a rule for a sign of the list")
    return Rule(sign, tuple(parts), frozenset(unless), window, text.startswith(">"))


def _measured() -> frozenset[str]:
    return frozenset(
        [
            "times2",
            "times3",
            "once",
            "hours",
            "day",
            "days",
            "min5",
            "minutes",
            "brief",
            "floors",
            "hot",
            "n_high",
            "n_middle",
            "count2",
            "past_long",
        ]
    )


class Rules(NamedTuple):
    """What names a sign, and what takes it back when it is said later ("he peed normally after all")."""

    naming: tuple[Rule, ...]
    relief: tuple[Rule, ...]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The shipped rules. Raises ``RulesRefused`` when they do not fit the words or the signs."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    naming, relief = (
        tuple(rule(sign, text) for sign, texts in content[table].items() for text in texts)
        for table in ("rules", "relief")
    )
    return Rules(naming, relief)


class Said(NamedTuple):
    """Where each concept stands, in words; ``keys`` for a quick look."""

    places: dict[str, list[int]]
    keys: frozenset[str]


def _said(concepts: Iterable[Concept]) -> Said:
    places: dict[str, list[int]] = {}
    for concept in concepts:
        places.setdefault(concept.concept, []).append(concept.place)
    return Said(places, frozenset(places))


def _matched(rule: Rule, said: Said) -> int:
    """The last place where the rule holds, or -1. One walk over the concepts it names."""
    if any(said.keys.isdisjoint(part) for part in rule.parts):
        return -1
    steps = sorted(
        (place, number)
        for number, part in enumerate(rule.parts)
        for key in part & said.keys
        for place in said.places[key]
    )
    near = sorted(place for key in rule.unless & said.keys for place in said.places[key])
    seen = [-10_000] * len(rule.parts)
    matched = -1
    for place, number in steps:
        seen[number] = place
        first = min(seen)
        if place - first > rule.window or (rule.ordered and seen != sorted(seen)):
            continue
        if not any(first - WINDOW <= other <= place + WINDOW for other in near):
            matched = place
    return matched


def hear(text: str) -> Heard:
    """The signs in a text of any language mix; at most 4,096 characters are listened to. Never raises."""
    found = tokens(text)
    concepts = counted(found, hits(found) + measures(found))
    recent, late = _said(c for c in concepts if not c.weeks), _said(concepts)
    ids: dict[str, int] = {}
    book = rules()
    for rule in book.naming:
        said = late if rule.sign in STILL_COUNTS_AFTER_WEEKS else recent
        if rule.sign not in ids and (place := _matched(rule, said)) >= 0:
            ids[rule.sign] = place
    for rule in book.relief:
        if rule.sign in ids and _matched(rule, recent) > ids[rule.sign]:
            del ids[rule.sign]
    heard = tuple(sorted(ids, key=_ORDER.__getitem__))
    level: Level = "none" if not heard else "red" if heard[0][0] == "R" else "amber"
    return Heard(level, heard)


def line(text: str) -> str:
    """One line for a program: the level, a tab, the ids with a blank between them."""
    heard = hear(text)
    return f"{heard.level}\t{' '.join(heard.ids)}"
