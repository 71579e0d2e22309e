"""Typing errors mended: a word becomes the listed word that was most likely meant, or stays as it is."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

SHORTEST_MENDED = 5  # letters: shorter words have too many honest neighbours
_LONGEST_READ = 32  # letters of a "word": nothing longer is one
_SHORTEST_SKELETON = 4  # consonants that must agree where the vowels do not ("diarrehea")
_LONG_WORD = 8
_VOWELS = frozenset("aeiouy")


class Dictionary(NamedTuple):
    """``known``: words that need no mending. ``skeletons``: listed words by their remains.

    ``shortened``: the words, with blanks between them, of which a letter less makes the key. One text instead of a tuple with places
    saves every process 4 MB; the places are worked out again for the few words that somebody misspelt.
    """

    known: frozenset[str]
    shortened: dict[str, str]
    skeletons: dict[str, str]


def dictionary(listed: Iterable[str], ordinary: Iterable[str]) -> Dictionary:
    """``listed`` words are what a slip may be mended to; ``ordinary`` ones are only left alone."""
    words = sorted(listed)
    shortened: dict[str, str] = {}
    skeletons: dict[str, str] = {}
    for word in words:
        if len(word) >= SHORTEST_MENDED:
            for short in {short for short, _ in _shortened(word)}:
                shortened[short] = f"{shortened[short]} {word}" if short in shortened else word
        if len(word) >= _LONG_WORD and (bones := _skeleton(word)):
            skeletons.setdefault(bones, word)
    known = frozenset(words) | frozenset(ordinary)
    return Dictionary(known, shortened, skeletons)


def mended(word: str, book: Dictionary) -> tuple[str, ...]:
    """The word as the list spells it: one wrong, missing, doubled or swapped letter, other vowels, or words run together."""
    if word in book.known or len(word) < 4:
        return (word,)
    for tried in (calm := _calmed(word, 2), _calmed(word, 1)):
        if tried in book.known:
            return (tried,)
    if near := _nearest(calm[:_LONGEST_READ], book):
        return (near,)
    return _parted(calm, book) or (calm,)


def _calmed(word: str, most: int) -> str:
    """ "heeelp" with at most ``most`` equal letters in a row."""
    calm = word[:most]
    for letter in word[most:]:
        if calm[-most:] != letter * most:
            calm += letter
    return calm


def _shortened(word: str) -> Iterator[tuple[str, int]]:
    return ((word[:place] + word[place + 1 :], place) for place in range(len(word)))


def _skeleton(word: str) -> str:
    """The first letter and the consonants, none doubled; "" when too few to tell words apart."""
    bones = word[0]
    for letter in word[1:]:
        if letter not in _VOWELS and letter != bones[-1]:
            bones += letter
    return bones if len(bones) >= _SHORTEST_SKELETON else ""


def _nearest(word: str, book: Dictionary) -> str | None:
    """The listed word that takes the smallest slip and begins alike; None when there is none."""
    slips = [
        (0 if _calmed(word, 1) == _calmed(listed, 1) else 1, listed)
        for listed in book.shortened.get(word, "").split()
        if listed[0] == word[0]
    ]
    if len(word) >= SHORTEST_MENDED:
        slips += _slips(word, book)
    if slips:
        return min(slips)[1]
    return book.skeletons.get(_skeleton(word)) if len(word) >= _LONG_WORD else None


def _slips(word: str, book: Dictionary) -> Iterator[tuple[int, str]]:
    """One letter too many, two letters swapped, one letter wrong (a vowel for a vowel is likelier)."""
    for short, place in _shortened(word):
        if short in book.known and len(short) >= SHORTEST_MENDED and short[0] == word[0]:
            yield (0 if _calmed(word, 1) == _calmed(short, 1) else 1), short
        for listed, other in _lengthened(short, book):
            if abs(place - other) > 1 or listed[0] != word[0]:
                continue
            if place != other:
                yield 1, listed
            else:
                yield (2 if {word[place], listed[place]} <= _VOWELS else 3), listed


def _lengthened(short: str, book: Dictionary) -> Iterator[tuple[str, int]]:
    """The listed words with one letter more, each with every place of that letter."""
    for listed in book.shortened.get(short, "").split():
        yield from ((listed, place) for made, place in _shortened(listed) if made == short)


def _parted(word: str, book: Dictionary, parts: int = 3) -> tuple[str, ...]:
    """Words run together ("cantbreathe"), or nothing."""
    if not 5 <= len(word) <= 24:
        return ()
    for place in range(2, len(word) - 2):
        left, right = word[:place], word[place:]
        if left not in book.known:
            continue
        if right in book.known:
            return (left, right)
        if parts > 2 and (rest := _parted(right, book, parts - 1)):
            return (left, *rest)
    return ()
