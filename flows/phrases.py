"""Owners' words turned into concepts: the tokens of a text, with typing errors mended, looked up in ``clinical/listening.toml``."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

LONGEST = 4_096  # characters that are listened to; Telegram allows no more in one message
COMMA, STOP = ",", "."
POLAR = ("functions", "symptoms", "manners")  # sections whose concepts can be denied
MUTING = frozenset({"others", "own_other", "if", "suppose", "asked", "past_long", "past_weeks"})
DENIALS = ("not", "not_near", "not_far", "trouble", "stop")
_FILE = Path(__file__).with_name("clinical") / "listening.toml"
_CJK = r"\u3400-\u9fff"
_STRETCHED = re.compile(r"(.)\1{2,}")
_TOKENS = re.compile(
    rf"[0-9]+(?:\.[0-9]+)?|[a-z]+|[{_CJK}]|[.!?;…。\n]+|[,:、()]+|(?<=[{_CJK}]{{2}})\s+(?=[{_CJK}]{{2}})|\s-+\s|--+|—"
)
_APOSTROPHES = re.compile(r"(?<=[a-z])['’‘`´ʼ](?=[a-z])")
_DENYING = frozenset(
    {"not", "no", "wont", "cant", "dont", "doesnt", "isnt", "without", "never", "stop", "stopped", "one", "after"}
)
_CLOSED = frozenset({"guards", "turning", "scopes"})
_SHORTEST_MENDED = 5  # letters: shorter words have too many honest neighbours


class Text(NamedTuple):
    """``words``: words, numbers, single Chinese characters, COMMA and STOP; ``places`` counts them, a stop as several."""

    words: list[str]
    places: list[int]


class Term(NamedTuple):
    """What a listed term can mean: ``polar`` concepts can be denied, ``turning`` ones deny, ``sorts`` are their sections.

    ``functions`` are what a healthy cat does; ``mutes`` when it speaks of another time, another cat or a mere thought.
    """

    concepts: tuple[str, ...]
    polar: tuple[str, ...]
    others: tuple[str, ...]
    turning: tuple[str, ...]
    sorts: frozenset[str]
    functions: frozenset[str]
    mutes: bool


class Hit(NamedTuple):
    """A term that was said, from word ``start`` to before word ``end``."""

    start: int
    end: int
    term: Term


class Node(dict[str, "Node"]):
    """One step in the tree of terms; ``term`` is what a term that ends here can mean."""

    term: Term | None = None


class Lexicon(NamedTuple):
    """The list as it is searched: concept → section, the tree, the words that need no mending, the mended ones."""

    sections: dict[str, str]
    tree: Node
    known: frozenset[str]
    shortened: dict[str, tuple[tuple[str, int], ...]]
    fold: dict[int, int]


def _forms(term: str) -> Iterator[str]:
    """Every way to write a term: (back|hind) legs → two terms; pant* → pant, pants, panted, panting."""
    if choice := re.search(r"\(([^)]*)\)", term):
        for word in choice[1].split("|"):
            yield from _forms(term.replace(choice[0], word, 1))
        return
    if "*" not in term:
        yield term
        return
    before, after = term.split("*", 1)
    stem = before[:-1] if before.endswith("e") else before
    for ending in ("", "s", "es", "ed", "ing"):
        yield f"{stem if ending in ('ed', 'es', 'ing') else before}{ending}{after}"
    if before.endswith("e"):
        yield f"{before}ing{after}"


def _shortened(word: str) -> Iterator[tuple[str, int]]:
    return ((word[:place] + word[place + 1 :], place) for place in range(len(word)))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The shipped list, read once. A term may stand under several concepts."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    fold = {ord(a): ord(b) for a, b in zip(content["simplified"], content["traditional"], strict=True)}
    tree, sections, latin = Node(), dict[str, str](), set[str]()
    for section, concepts in content.items():
        if not isinstance(concepts, dict):
            continue
        for concept, terms in concepts.items():
            sections[concept] = section
            for term in terms.split(","):
                for form in _forms(term.strip()):
                    latin |= _plant(tree, form.translate(fold), concept, sections)
    shortened: dict[str, list[tuple[str, int]]] = {}
    for word in sorted(latin):
        if len(word) >= _SHORTEST_MENDED:
            for short, place in _shortened(word):
                shortened.setdefault(short, []).append((word, place))
    known = frozenset(latin | set(content["common"].split()))
    return Lexicon(sections, tree, known, {short: tuple(found) for short, found in shortened.items()}, fold)


def term(concepts: tuple[str, ...], sections: dict[str, str]) -> Term:
    """The concepts sorted by what can happen to them."""
    polar = tuple(concept for concept in concepts if sections.get(concept) in POLAR)
    others = tuple(concept for concept in concepts if concept not in polar)
    turning = tuple(concept for concept in others if concept in DENIALS)
    functions = frozenset(concept for concept in polar if sections[concept] == "functions")
    sorts = frozenset(sections.get(concept, "measures") for concept in concepts)
    return Term(concepts, polar, others, turning, sorts, functions, not MUTING.isdisjoint(others))


def _plant(tree: Node, form: str, concept: str, sections: dict[str, str]) -> set[str]:
    """Puts one term into the tree and gives its Latin words."""
    words = [found[0] for found in _TOKENS.finditer(form)]
    node = tree
    for word in words:
        node = node.setdefault(word, Node())
    had = node.term.concepts if node.term else ()
    if concept not in had:
        node.term = term((*had, concept), sections)
    return {word for word in words if word.isascii() and word.isalpha()}


def words(text: str) -> Text:
    """At most LONGEST characters as words: width, case, accents, apostrophes, emoji and simplified characters evened out."""
    even = unicodedata.normalize("NFKC", text[:LONGEST]).lower().translate(lexicon().fold)[: 2 * LONGEST]
    found: list[str] = []
    places: list[int] = []
    place = 0
    for token in _TOKENS.findall(_APOSTROPHES.sub("", even).replace("/", " per ")):
        if token >= "\u3400" or "0" <= token < ":":  # one Chinese character, or digits
            found.append(token)
        elif token.isalpha():
            mended = _mended(token)
            found.extend(mended)
            places.extend(range(place, place + len(mended) - 1))
            place += len(mended) - 1
        else:
            found.append(STOP if token[0] in ".!?;…。\n" else COMMA)
            place += 5 if found[-1] == STOP else 1
        places.append(place)
        place += 1
    return Text(found, places)


@lru_cache(maxsize=4_096)
def _mended(word: str) -> tuple[str, ...]:
    """The word as the list spells it: one wrong, missing, doubled or swapped letter, or two or three words run together."""
    book = lexicon()
    if word in book.known or len(word) < 4:
        return (word,)
    calm = _STRETCHED.sub(r"\1\1", word)
    for tried in (calm, _STRETCHED.sub(r"\1", word)):
        if tried in book.known:
            return (tried,)
    if near := _nearest(calm[:32]):
        return (near,)
    return _parted(calm) or (calm,)


def _nearest(word: str) -> str | None:
    """A listed word one slip away that begins alike; None when there is none."""
    if len(word) < _SHORTEST_MENDED - 1:
        return None
    book = lexicon()
    for listed, _ in book.shortened.get(word, ()):
        if listed[0] == word[0] and len(word) >= 4:
            return listed
    for short, place in _shortened(word):
        if short in book.known and len(short) >= _SHORTEST_MENDED:
            return short
        for listed, other in book.shortened.get(short, ()):
            if abs(place - other) <= 1 and listed[0] == word[0] and len(word) >= _SHORTEST_MENDED:
                return listed
    return None


def _parted(word: str, parts: int = 3) -> tuple[str, ...]:
    """Words run together ("cantbreathe"), or nothing."""
    book = lexicon()
    if not 5 <= len(word) <= 24:
        return ()
    for place in range(2, len(word) - 2):
        left, right = word[:place], word[place:]
        if left not in book.known:
            continue
        if right in book.known:
            return (left, right)
        if parts > 2 and (rest := _parted(right, parts - 1)):
            return (left, *rest)
    return ()


def hits(found: list[str]) -> list[Hit]:
    """The longest listed terms, one after another; the bare things inside a longer term are heard as well."""
    tree = lexicon().tree
    heard: list[Hit] = []
    start = 0
    while start < len(found):
        node = tree.get(found[start])
        if node is None:
            start += 1
            continue
        end, meant = _longest(node, found, start + 1, len(found))
        if meant is None:
            start += 1
            continue
        heard.append(Hit(start, end, meant))
        if end - start > 1 and meant.sorts.isdisjoint(_CLOSED):
            heard.extend(Hit(start + a, start + b, inner) for a, b, inner in _inside(tuple(found[start:end])))
        start = end
    return heard


def _longest(node: Node, found: Sequence[str], place: int, limit: int) -> tuple[int, Term | None]:
    """The end and the meaning of the longest term that goes on from ``node`` at ``place``."""
    best, meant = place, node.term
    step: Node | None = node
    while place < limit and (step := step.get(found[place]) if step else None) is not None:
        place += 1
        if step.term is not None:
            best, meant = place, step.term
    return best, meant


@lru_cache(maxsize=4_096)
def _inside(words: tuple[str, ...]) -> tuple[Hit, ...]:
    """What stands inside a longer term: things always; signs only in English, for Chinese compounds often mean something else."""
    sorts = ("things", "symptoms", "manners") if words[0].isascii() else ("things",)
    tree, sections = lexicon().tree, lexicon().sections
    found: list[Hit] = []
    if not _DENYING.isdisjoint(words):
        return ()
    for place, word in enumerate(words):
        if (node := tree.get(word)) is None:
            continue
        last, meant = _longest(node, words, place + 1, len(words) if place else len(words) - 1)
        if meant and (kept := tuple(concept for concept in meant.concepts if sections[concept] in sorts)):
            found.append(Hit(place, last, meant if kept == meant.concepts else term(kept, sections)))
    return tuple(found)
