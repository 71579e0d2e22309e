"""Owners' words turned into concepts: the tokens of a text, with typing errors mended, looked up in ``clinical/listening.toml``."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

LONGEST = 4_096  # characters that are listened to; Telegram allows no more in one message
COMMA, STOP = ",", "."
_FILE = Path(__file__).with_name("clinical") / "listening.toml"
_CJK = r"\u3400-\u9fff"
_STRETCHED = re.compile(r"(.)\1{2,}")
_TOKENS = re.compile(rf"\d+(?:\.\d+)?|[a-z]+|[{_CJK}]|[.!?;…。\n]+|[,:、()]+|(?<=[{_CJK}])\s+(?=[{_CJK}])|\s-+\s|--+|—")
_APOSTROPHES = re.compile(r"(?<=[a-z])['’‘`´ʼ](?=[a-z])")
_DENIALS = frozenset(
    ["not", "no", "wont", "cant", "dont", "doesnt", "isnt", "without", "never", "stop", "stopped", "one", "after"]
)
_SHORTEST_MENDED = 5  # letters: shorter words have too many honest neighbours


class Token(NamedTuple):
    """A word, a number, one Chinese character, or COMMA or STOP. ``place`` counts words; a stop counts as several."""

    text: str
    place: int


class Hit(NamedTuple):
    """A term of the list, from token ``start`` to before ``end``, with every concept it can mean."""

    start: int
    end: int
    concepts: tuple[str, ...]


class Node(dict[str, "Node"]):
    """One step in the tree of terms; ``concepts`` is what a term that ends here can mean."""

    concepts: tuple[str, ...] = ()


class Lexicon(NamedTuple):
    """The list as it is searched: concept → section, the tree, the words that need no mending, the mended ones."""

    sections: dict[str, str]
    tree: Node
    words: frozenset[str]
    shortened: dict[str, tuple[tuple[str, int], ...]]
    fold: dict[int, int]


def _forms(term: str) -> Iterator[str]:
    """The usual endings of an English verb: pant* → pant, pants, panted, panting."""
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
    tree, sections, words = Node(), {}, set[str]()
    for section, concepts in content.items():
        if not isinstance(concepts, dict):
            continue
        for concept, terms in concepts.items():
            sections[concept] = section
            for term in terms.split(","):
                for form in _forms(term.strip()):
                    words |= _plant(tree, form.translate(fold), concept)
    shortened: dict[str, list[tuple[str, int]]] = {}
    for word in sorted(words):
        if len(word) >= _SHORTEST_MENDED:
            for short, place in _shortened(word):
                shortened.setdefault(short, []).append((word, place))
    known = frozenset(words | set(content["common"].split()))
    return Lexicon(sections, tree, known, {short: tuple(found) for short, found in shortened.items()}, fold)


def _plant(tree: Node, form: str, concept: str) -> set[str]:
    """Puts one term into the tree and gives its Latin words."""
    tokens = [found[0] for found in _TOKENS.finditer(form)]
    node = tree
    for token in tokens:
        node = node.setdefault(token, Node())
    if concept not in node.concepts:
        node.concepts = (*node.concepts, concept)
    return {token for token in tokens if token.isascii() and token.isalpha()}


def tokens(text: str) -> list[Token]:
    """At most LONGEST characters as tokens: width, case, accents, apostrophes, emoji and simplified characters evened out."""
    book = lexicon()
    even = unicodedata.normalize("NFKC", text[:LONGEST]).lower().translate(book.fold)
    even = _APOSTROPHES.sub("", even)
    found: list[Token] = []
    place = 0
    for match in _TOKENS.finditer(even):
        token = match[0]
        if token[0].isalnum():
            for word in _mended(token) if token.isascii() and token.isalpha() else (token,):
                found.append(Token(word, place))
                place += 1
        else:
            mark = STOP if token[0] in ".!?;…。\n" else COMMA
            place += 5 if mark == STOP else 1
            found.append(Token(mark, place))
    return found


@lru_cache(maxsize=4_096)
def _mended(word: str) -> tuple[str, ...]:
    """The word as the list spells it: one wrong, missing, doubled or swapped letter, or two or three words run together."""
    book = lexicon()
    if word in book.words or len(word) < 4:
        return (word,)
    calm = _STRETCHED.sub(r"\1\1", word)
    for tried in (calm, _STRETCHED.sub(r"\1", word)):
        if tried in book.words:
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
        if short in book.words and len(short) >= _SHORTEST_MENDED:
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
        if left not in book.words:
            continue
        if right in book.words:
            return (left, right)
        if parts > 2 and (rest := _parted(right, parts - 1)):
            return (left, *rest)
    return ()


def hits(found: list[Token]) -> list[Hit]:
    """The longest listed terms, one after another; the bare things inside a longer term are heard as well."""
    book = lexicon()
    heard: list[Hit] = []
    start = 0
    while start < len(found):
        end, concepts = _longest(book.tree, found, start, len(found))
        if not concepts:
            start += 1
            continue
        heard.append(Hit(start, end, concepts))
        if end - start > 1 and not any(
            book.sections[concept] in ("guards", "turning", "scopes") for concept in concepts
        ):
            heard.extend(_inside(book, found, start, end))
        start = end
    return heard


def _longest(tree: Node, found: list[Token], start: int, limit: int) -> tuple[int, tuple[str, ...]]:
    node: Node | None = tree
    best = start
    concepts: tuple[str, ...] = ()
    for place in range(start, limit):
        node = node.get(found[place].text) if node is not None else None
        if node is None:
            break
        if node.concepts:
            best, concepts = place + 1, node.concepts
    return best, concepts


def _inside(book: Lexicon, found: list[Token], start: int, end: int) -> Iterator[Hit]:
    """What stands inside a longer term: things always; signs only in English, for Chinese compounds often mean something else."""
    sorts = ("things", "symptoms", "manners") if found[start].text.isascii() else ("things",)
    if any(word.text in _DENIALS for word in found[start:end]):
        return
    for place in range(start, end):
        last, concepts = _longest(book.tree, found, place, end if place > start else end - 1)
        if kept := tuple(concept for concept in concepts if book.sections[concept] in sorts):
            yield Hit(place, last, kept)
