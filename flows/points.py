"""What the words of a message add up to, when no rule names a sign: the second ear.

Every word, run of two or three words and concept that the tables of phrases know has points: for danger or against it.
A piece of a message whose points reach the LIMIT is heard as the red sign that most of them speak of. The points are data
(``clinical/listening_points.tsv``), counted out from the tables by ``python -m tests.listening.weigh``; a doctor may change or
strike any of them, and without the file's lines only the rules are left. They can only add a red sign, never take one away.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import lru_cache
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from flows.phrases import COMMA, STOP, Hit, Text
from flows.quantities import MEASURES

LIMIT = 15.0  # points for the square root of a piece's words
LONGEST_PIECE, STEP, SHORTEST_PIECE, FEWEST = 40, 20, 8, 3  # words: of a text without stops, below which sentences are joined, at all
MUTED = frozenset({"others", "if", "suppose", "asked", "past_long"})  # of another cat, of long ago, a mere thought
_FILE = Path(__file__).with_name("clinical") / "listening_points.tsv"
_MARKS = frozenset({COMMA, STOP})


class Points(NamedTuple):
    """``table``: feature → points; ``signs``: feature → the sign it speaks of most; ``start``: what every piece begins with."""

    table: dict[str, float]
    signs: dict[str, str]
    start: float


@lru_cache(maxsize=1)
def points() -> Points:
    """The shipped points, read once: lines of feature, points, sign; the line without a feature is the start."""
    table, signs, start = dict[str, float](), dict[str, str](), 0.0
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        feature, value, sign = line.split("\t")
        if feature:
            table[feature] = float(value)
            signs[feature] = sign
        else:
            start = float(value)
    return Points(table, signs, start)


def features(words: list[str], concepts: Collection[str]) -> set[str]:
    """What can have points: words, their runs of two and three, and "=" with each concept said; any number is "#"."""
    even = ["#" if "0" <= word < ":" else word for word in words]
    pairs = [f"{one} {two}" for one, two in zip(even, even[1:], strict=False)]
    runs = [f"{pair} {three}" for pair, three in zip(pairs, even[2:], strict=False)]
    return {*even, *pairs, *runs, *(f"={concept}" for concept in concepts if concept not in MEASURES)}


def pieces(text: Text) -> list[tuple[int, int]]:
    """Where sentences begin and end, short ones joined; a text without stops is cut into overlapping pieces."""
    cuts, begin = list[tuple[int, int]](), 0
    ends = [mark for mark in text.marks if text.words[mark] == STOP]
    for end in (*ends, len(text.words)):
        if end - begin >= SHORTEST_PIECE or (end == len(text.words) and end > begin):
            cuts += _cut(begin, end)
            begin = end + 1
    if len(cuts) > 1 and len(text.words) <= LONGEST_PIECE:
        cuts.append((0, len(text.words)))
    return cuts


def _cut(begin: int, end: int) -> Iterator[tuple[int, int]]:
    while end - begin > LONGEST_PIECE:
        yield begin, begin + LONGEST_PIECE
        begin += STEP
    yield begin, end


def weighed(text: Text, hits: list[Hit], recent: dict[str, list[int]]) -> str | None:
    """The red sign that the weightiest piece of a message speaks of; None when no piece reaches the limit."""
    best, found = LIMIT, None
    muted = [hit.start for hit in hits if hit.term.mutes and not MUTED.isdisjoint(hit.term.others)]
    for begin, end in pieces(text):
        if end - begin < FEWEST or any(begin <= place < end for place in muted):
            continue
        known = _known(text, recent, begin, end)
        if (total := _total(known, end - begin)) >= best:
            best, found = total, _sign(known)
    return found


def _known(text: Text, recent: dict[str, list[int]], begin: int, end: int) -> set[str]:
    first, last = text.places[begin], text.places[end - 1]
    concepts = [concept for concept, places in recent.items() if any(first <= place <= last for place in places)]
    return features(text.words[begin:end], concepts) & points().table.keys()


def _total(known: set[str], words: int) -> float:
    table = points().table
    return points().start + sum(table[feature] for feature in known) / sqrt(max(words, 1))


def _sign(known: set[str]) -> str:
    book, sums = points(), defaultdict[str, float](float)
    for feature in sorted(known):
        if book.table[feature] > 0:
            sums[book.signs[feature]] += book.table[feature]
    return max(sums, key=sums.__getitem__)
