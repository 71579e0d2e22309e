"""The ear that is always awake: red and amber signs heard in anything an owner writes, in English, Chinese or both.

Nothing is asked and nothing is diagnosed here. A text becomes concepts (``phrases``, ``quantities``), the denied and the
past ones are marked or left out (``negation``), and rules from ``clinical/listening_rules.toml`` name the signs.
When in doubt about a red sign it is heard.
"""

import tomllib
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from flows.lexicon import lexicon
from flows.negation import said
from flows.phrases import hits, words
from flows.points import weighed
from flows.quantities import MEASURES, measures
from flows.red_flags import AMBER, RED

Level = Literal["red", "amber", "none"]
WINDOW = 10  # words within which the parts of a sign are said
NEAR = 7  # words on either side in which something else rules a sign out; messages without any full stop need it short
STILL_COUNTS_AFTER_WEEKS = frozenset({"R7", "R8", "R10", "R11"})  # harm that shows late: "last week he ate …"
_FILE = Path(__file__).with_name("clinical") / "listening_rules.toml"
_RELIEVED = frozenset({"R1"})
_MOST_TURNS = 8  # how often a text may turn from bad to good; more is not an owner's message
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
    for part in text.removeprefix(">").split():
        if part[0] == "~":
            unless |= _keys(part[1:])
        elif part[0] == "@":
            window = int(part[1:])
        else:
            parts.append(_keys(part))
    known = lexicon().sections
    for key in frozenset().union(*parts, unless):
        if key.lstrip("!") not in known and key not in MEASURES:
            raise RulesRefused(f"{sign}: “{text}” names the unknown concept “{key}”")
    if sign not in _ORDER or not parts:
        raise RulesRefused(f"“{sign}: {text}” is not a rule for a sign of the list")
    return Rule(sign, tuple(parts), frozenset(unless), window, text.startswith(">"))


class Rules(NamedTuple):
    """What names a sign, and what takes it back when it is said later ("he peed normally after all").

    ``begun`` is an index of the naming rules: those that can only hold when the concept was said. ``late`` holds those of
    harm that shows late.
    """

    naming: tuple[Rule, ...]
    relief: tuple[Rule, ...]
    begun: dict[str, tuple[Rule, ...]]
    late: dict[str, tuple[Rule, ...]]


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The shipped rules. Raises ``RulesRefused`` when they do not fit the words or the signs."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    naming, relief = (
        tuple(rule(sign, text) for sign, texts in content[table].items() for text in texts)
        for table in ("rules", "relief")
    )
    late = tuple(found for found in naming if found.sign in STILL_COUNTS_AFTER_WEEKS)
    return Rules(naming, relief, _begun(naming), _begun(late))


def _begun(naming: tuple[Rule, ...]) -> dict[str, tuple[Rule, ...]]:
    begun: dict[str, list[Rule]] = {}
    for found in naming:
        for key in min(found.parts, key=len):
            begun.setdefault(key, []).append(found)
    return {key: tuple(found) for key, found in begun.items()}


def _matched(rule: Rule, places: dict[str, list[int]], after: int = -1) -> int:
    """The first place beyond ``after`` where the rule holds, or -1. One walk over the concepts it names."""
    keys = places.keys()
    if any(part.isdisjoint(keys) for part in rule.parts):
        return -1
    steps = [(place, n) for n, part in enumerate(rule.parts) for key in part & keys for place in places[key]]
    near = sorted(place for key in rule.unless & keys for place in places[key])
    if len(rule.parts) > 1:
        steps.sort()
    seen = [-10_000] * len(rule.parts)
    for place, number in steps:
        seen[number] = place
        first = min(seen)
        if place <= after or place - first > rule.window or (rule.ordered and seen != sorted(seen)):
            continue
        beside = bisect_left(near, first - NEAR)
        if beside == len(near) or near[beside] > place + NEAR:
            return place
    return -1


def _taken_back(sign: str, places: dict[str, list[int]]) -> bool:
    """Whether the last thing said about a sign is relief ("he couldn't pee this morning, now he pees normally")."""
    naming, relieving = _of(sign)
    relief = max((_last(rule, places) for rule in relieving), default=-1)
    return relief >= 0 and all(_matched(rule, places, relief) < 0 for rule in naming)


@lru_cache(maxsize=len(_RELIEVED))
def _of(sign: str) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules that name this sign, and those that take it back."""
    naming, relieving = (tuple(rule for rule in some if rule.sign == sign) for some in (rules().naming, rules().relief))
    return naming, relieving


def _last(rule: Rule, places: dict[str, list[int]]) -> int:
    last = found = _matched(rule, places)
    for _ in range(_MOST_TURNS):
        if found < 0:
            break
        last, found = found, _matched(rule, places, found)
    return last


def _named(places: dict[str, list[int]], begun: dict[str, tuple[Rule, ...]]) -> set[str]:
    """The signs that a rule names in what was said, and where."""
    ids: set[str] = set()
    for key in places.keys() & begun.keys():
        for rule in begun[key]:
            if rule.sign in ids:
                continue
            for part in rule.parts:
                if part.isdisjoint(places):
                    break
            else:
                if _matched(rule, places) >= 0:
                    ids.add(rule.sign)
    return ids


def hear(text: str) -> Heard:
    """The signs in a text of any language mix; at most 4,096 characters are listened to. Never raises."""
    found = words(text)
    heard_terms = hits(found.words) + measures(found.words)
    places = said(found, heard_terms)
    ids = _named(places.recent, rules().begun)
    if places.weeks:
        late = {key: places.recent.get(key, []) + places.weeks.get(key, []) for key in {*places.recent, *places.weeks}}
        ids |= _named(late, rules().late)
    ids -= {sign for sign in ids & _RELIEVED if _taken_back(sign, places.recent)}
    if not any(sign[0] == "R" for sign in ids) and (weighty := weighed(found, heard_terms, places.recent, bool(ids))):
        ids.add(weighty)
    heard = tuple(sorted(ids, key=_ORDER.__getitem__))
    level: Level = "none" if not heard else "red" if heard[0][0] == "R" else "amber"
    return Heard(level, heard)


def line(text: str) -> str:
    """One line for a program: the level, a tab, the ids with a blank between them."""
    heard = hear(text)
    return f"{heard.level}\t{' '.join(heard.ids)}"
