"""What the words of a message add up to, when no rule names a sign: the second ear.

Every word, run of two or three words and concept that the tables of phrases know has points: for danger or against it.
A piece of a message whose points reach the LIMIT is heard as the red sign that most of them speak of. The points are data
(``clinical/listening_points.tsv``), counted out from the tables by ``python -m tests.listening.weigh``; a doctor may change or
strike any of them, and without the file's lines only the rules are left. They can only add a red sign, never take one away.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate, pairwise
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from flows.lexicon import Hit
from flows.phrases import STOP, Text
from flows.quantities import MEASURES

LIMIT = 14.0  # points for the square root of a piece's words
LIMIT_BESIDE_AMBER = 25.0  # where a rule has understood the message as something less urgent
LONGEST_PIECE, STEP = 40, 20  # words: a text without stops is cut into pieces that overlap
SHORTEST_PIECE, FEWEST = 8, 3  # words: below which sentences are joined, and below which nothing is weighed
LEAST_VARIETY = 0.7  # share of different words below which a piece only repeats itself and weighs less
MUTED = frozenset({"others", "if", "suppose", "asked", "past_long"})  # of another cat, of long ago, a mere thought
NUMBER = "#"
_FILE = Path(__file__).with_name("clinical") / "listening_points.tsv"


class Node(dict[str, "Node"]):
    """One word of a feature: its ``points``, the ``sign`` it speaks of most, and the words that may follow."""

    __slots__ = ("points", "sign")

    def __init__(self) -> None:
        super().__init__()
        self.points, self.sign = 0.0, ""


class Points(NamedTuple):
    """``words``: the tree of words and runs of words; ``concepts`` by name; ``start``: what every piece begins with."""

    words: Node
    concepts: dict[str, tuple[float, str]]
    start: float


@lru_cache(maxsize=1)
def points() -> Points:
    """The shipped points, read once: lines of feature, points, sign; the line without a feature is the start."""
    tree, concepts, start = Node(), dict[str, tuple[float, str]](), 0.0
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        feature, value, sign = line.split("\t")
        if not feature:
            start = float(value)
        elif feature[0] == "=":
            concepts[feature[1:]] = float(value), sign
        else:
            node = tree
            for word in feature.split(" "):
                node = node.setdefault(word, Node())
            node.points, node.sign = float(value), sign
    return Points(tree, concepts, start)


def features(words: list[str], concepts: Iterable[str]) -> list[str]:
    """What can have points: words, their runs of two and three, and "=" with each concept said; any number is "#"."""
    even = _even(words)
    pairs = [f"{one} {two}" for one, two in pairwise(even)]
    runs = [f"{pair} {three}" for pair, three in zip(pairs, even[2:], strict=False)]
    return [*even, *pairs, *runs, *(f"={concept}" for concept in concepts if concept not in MEASURES)]


def _even(words: list[str]) -> list[str]:
    return [NUMBER if "0" <= word < ":" else word for word in words]


def weighed(text: Text, hits: list[Hit], recent: dict[str, list[int]], amber: bool) -> str | None:
    """The red sign that the weightiest piece of a message speaks of; None when no piece reaches the limit.

    ``amber``: a rule has understood the message as something less urgent, so that more is needed to contradict it.
    """
    best, heaviest = LIMIT_BESIDE_AMBER if amber else LIMIT, None
    words = _even(text.words)
    upto = [0.0, *accumulate(_sums(words, text.places, recent))]
    muted = [hit.start for hit in hits if hit.term.mutes and not MUTED.isdisjoint(hit.term.others)]
    for begin, end in pieces(text):
        if end - begin < FEWEST:
            continue
        said = upto[end] - upto[begin]
        if points().start + said / sqrt(end - begin) < best or any(begin <= place < end for place in muted):
            continue
        variety = len(set(words[begin:end])) / (end - begin)
        total = points().start + said / sqrt(end - begin) * min(1.0, variety / LEAST_VARIETY)
        if total >= best:
            best, heaviest = total, (begin, end)
    return _sign(words, text.places, recent, *heaviest) if heaviest else None


def _sums(words: list[str], places: list[int], recent: dict[str, list[int]]) -> list[float]:
    """What each place adds: its word, the runs that begin with it, the concepts said there."""
    first, last = points().words.get, len(words)
    sums = [0.0] * last
    for place, word in enumerate(words):
        if (node := first(word)) is None:
            continue
        total = node.points
        if node and place + 1 < last and (node := node.get(words[place + 1])) is not None:
            total += node.points
            if node and place + 2 < last and (node := node.get(words[place + 2])) is not None:
                total += node.points
        sums[place] = total
    concepts = points().concepts
    where = dict(zip(places, range(last), strict=True))
    for concept in concepts.keys() & recent.keys():
        worth = concepts[concept][0]
        for place in set(recent[concept]):
            sums[where[place]] += worth
    return sums


def _sign(words: list[str], places: list[int], recent: dict[str, list[int]], begin: int, end: int) -> str:
    """The sign that the points for danger between two places speak of."""
    sums = defaultdict[str, float](float)
    for place in range(begin, end):
        node = points().words
        for word in words[place : min(place + 3, end)]:
            if (following := node.get(word)) is None:
                break
            node = following
            sums[node.sign] += max(node.points, 0.0)
    for concept, (worth, sign) in points().concepts.items():
        sums[sign] += max(worth, 0.0) * sum(
            places[begin] <= place <= places[end - 1] for place in set(recent.get(concept, ()))
        )
    return max(sorted(sums), key=lambda sign: (sign != "", sums[sign]))


def pieces(text: Text) -> list[tuple[int, int]]:
    """Where sentences begin and end, short ones joined; a text without stops is cut into overlapping pieces."""
    cuts, begin = list[tuple[int, int]](), 0
    last = len(text.words)
    for end in (*(mark for mark in text.marks if text.words[mark] == STOP), last):
        if end - begin >= SHORTEST_PIECE or (end == last and end > begin):
            while end - begin > LONGEST_PIECE:
                cuts.append((begin, begin + LONGEST_PIECE))
                begin += STEP
            cuts.append((begin, end))
            begin = end + 1
    if len(cuts) > 1 and last <= LONGEST_PIECE:
        cuts.append((0, last))
    return cuts
