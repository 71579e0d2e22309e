"""Owners' words turned into concepts: the tokens of a text, with typing errors mended, looked up in the list."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from flows.lexicon import TOKENS, Hit, Node, Term, lexicon, term
from flows.spelling import mended

LONGEST = 4_096  # characters that are listened to; Telegram allows no more in one message
COMMA, STOP = ",", "."
_PUNCTUATION = tuple(
    zip("，。！？：；（）", ",.!?:;()", strict=True)
)  # one by one is faster than folding a whole text for them
_BOPOMOFO = re.compile("[\u3105-\u312f]")
_TONES = re.compile("(?<=[\u3105-\u312f])[ˊˇˋ˙]")
_APOSTROPHES = re.compile(r"(?<=[a-z])['’‘`´ʼ](?=[a-z])")
_DENYING = frozenset(
    {"not", "no", "wont", "cant", "dont", "doesnt", "isnt", "without", "never", "stop", "stopped", "one", "after"}
)
_THINGS = frozenset({"things"})
_MERE = frozenset({"things", "manners"})
PASSED = frozenset(
    [
        "his",
        "her",
        "its",
        "the",
        "my",
        "a",
        "an",
        "our",
        "their",
        "this",
        "that",
        "poor",
        "little",
        "really",
        "very",
        "so",
        "just",
        "like",
        "all",
        "completely",
        "totally",
        "quite",
        "pretty",
        "literally",
        "kinda",
        "both",
        "right",
        "too",
        "了",
        "的",
        "都",
        "很",
        "好",
        "超",
        "也",
        "還",
        "著",
        "得",
        "就",
        "他",
        "她",
        "牠",
        "整",
        "全",
        "太",
        "蠻",
    ]
)  # what may stand inside a listed term without changing it: "popped right out", "掉了出來"
_CLOSED = frozenset({"guards", "turning", "scopes"})


class Text(NamedTuple):
    """``words``: words, numbers, single Chinese characters, COMMA and STOP; ``places`` counts them, a stop as several.

    ``marks`` are the places of COMMA and STOP among the words, ``asked`` those where a question mark stood.
    """

    words: list[str]
    places: list[int]
    marks: list[int]
    asked: list[int]


def words(text: str) -> Text:
    """At most LONGEST characters as words: width, case, accents, apostrophes, emoji and simplified characters evened out."""
    even = text[:LONGEST].lower()
    if not even.isascii():
        for wide, narrow in _PUNCTUATION:
            even = even.replace(wide, narrow)
        if _BOPOMOFO.search(even):
            even = _spelled_out(even)
    if lexicon().folded.search(even):
        even = even.translate(lexicon().fold)
    if not unicodedata.is_normalized("NFKC", even):  # a quick look: nearly all texts are
        even = unicodedata.normalize("NFKC", even).lower().translate(lexicon().fold)[: 2 * LONGEST]
    found: list[str] = []
    marks: list[int] = []
    asked: list[int] = []
    add = found.append
    for token in TOKENS.findall(_APOSTROPHES.sub("", even).replace("/", " per ")):
        if token >= "\u3400" or "0" <= token < ":":
            add(token)
        elif token.isalpha():
            found.extend(_mended(token))
        else:
            if token[0] == "?":
                asked.append(len(found))
            marks.append(len(found))
            found.append(STOP if token[0] in ".!?;…。\n" else COMMA)
    return Text(found, _places(found, marks), marks, asked)


def _spelled_out(text: str) -> str:
    """Syllables in phonetic letters as the characters of the list ("ㄔㄨㄢˇ" is 喘); single letters are left out as before."""
    text = _TONES.sub("", text)
    for sound, character in lexicon().sounds:
        text = text.replace(sound, character)
    return text


def _places(words: list[str], marks: list[int]) -> list[int]:
    """Where each word stands when a comma counts as two words and a stop as six."""
    places: list[int] = []
    done = shift = 0
    for mark in marks:
        places.extend(range(done + shift, mark + shift))
        shift += 5 if words[mark] == STOP else 1
        done = mark
    places.extend(range(done + shift, len(words) + shift))
    return places


@lru_cache(maxsize=4_096)
def _mended(word: str) -> tuple[str, ...]:
    return mended(word, lexicon().book)


def hits(found: list[str]) -> list[Hit]:
    """The longest listed terms, one after another; the bare things inside a longer term are heard as well."""
    first = lexicon().tree.get
    heard: list[Hit] = []
    start, limit = 0, len(found)
    while start < limit:
        node = first(found[start])
        if node is None:
            start += 1
            continue
        end, ended = start + 1, node
        if node and end < limit and (found[end] in node or found[end] in PASSED):
            end, ended = _longest(node, found, end, limit)
        if ended.term is None:
            start += 1
            continue
        heard.append(Hit(start, end, ended.term))
        if end - start > 1:
            if end - start > ended.depth:
                inside = _inside(ended.term, found[start:end])
            else:
                if ended.inner is None:
                    ended.inner = _inside(ended.term, found[start:end])
                inside = ended.inner
            for inner in inside:
                heard.append(Hit(start + inner.start, start + inner.end, inner.term))
            if end < limit and end - start == ended.depth and ended.term.sorts.isdisjoint(_CLOSED):
                heard.extend(_overlapping(found, start, end, ended))
        start = end
    return heard


def _overlapping(found: list[str], start: int, end: int, ended: Node) -> Iterator[Hit]:
    """Chinese terms that begin inside a longer one and go on beyond it, unless they turn the meaning."""
    if ended.tails is None:
        ended.tails = tuple(_tails(found[start:end]))
    for place, node in ended.tails:
        following = node.get(found[end])
        if following is None:
            continue
        last, whole = _longest(following, found, end + 1, len(found))
        if whole.term is not None and whole.term.sorts.isdisjoint(_CLOSED):
            yield Hit(start + place, last, whole.term)


def _tails(words: list[str]) -> Iterator[tuple[int, Node]]:
    """Where in a term others begin that its end does not end."""
    for place in range(1, len(words)):
        node: Node | None = lexicon().tree
        for word in words[place:]:
            node = node.get(word) if node else None
        if node:
            yield place, node


def _longest(node: Node, found: Sequence[str], place: int, limit: int) -> tuple[int, Node]:
    """The end and the node of the longest term that goes on from ``node`` at ``place``; a node without a term if there is none."""
    best, ended = place, node
    step = node
    while place < limit:
        following = step.get(found[place])
        if following is None:
            if found[place] not in PASSED or place + 1 >= limit:
                break
            following = step.get(found[place + 1])
            if following is None:
                break
            place += 1
        step = following
        place += 1
        if step.term is not None:
            best, ended = place, step
    return best, ended


def _inside(whole: Term, words: list[str]) -> tuple[Hit, ...]:
    """What stands inside a longer term: things always; signs in English, and in Chinese when the whole is a mere thing.

    Other Chinese compounds often mean something else than their parts.
    """
    if not whole.sorts.isdisjoint(_CLOSED):
        return ()
    lost = tuple(_lost_inside(words))
    if not _DENYING.isdisjoint(words):
        return lost
    english = words[0].isascii()
    sorts = ("things", "symptoms", "events", "manners") if english or whole.sorts == _THINGS else ("things",)
    further = (*sorts, "functions") if english and whole.sorts <= _MERE else sorts  # "trying to pee"
    tree, sections = lexicon().tree, lexicon().sections
    found: list[Hit] = []
    for place, word in enumerate(words):
        if (node := tree.get(word)) is None:
            continue
        last, ended = _longest(node, words, place + 1, len(words) if place else len(words) - 1)
        allowed = further if place else sorts
        new = ended.term and any(concept not in whole.concepts for concept in ended.term.concepts)
        if ended.term and new and (kept := tuple(c for c in ended.term.concepts if sections[c] in allowed)):
            found.append(Hit(place, last, ended.term if kept == ended.term.concepts else term(kept, sections)))
    return (*found, *lost)


def _lost_inside(words: list[str]) -> Iterator[Hit]:
    """A function that a longer term denies within itself: "not responding" is a failing and also a lost response."""
    tree = lexicon().tree
    before: Hit | None = None
    place = 0
    while place < len(words):
        node = tree.get(words[place])
        last, ended = (0, None) if node is None else _longest(node, words, place + 1, len(words) - (place == 0))
        if ended is None or ended.term is None:
            place += 1
            continue
        hit = Hit(place, last, ended.term)
        if before and hit.start - before.end <= 1:
            lost = (
                before.term.functions
                if "post" in hit.term.others
                else hit.term.functions
                if "not" in before.term.turning
                else ()
            )
            if lost:
                yield Hit(0, last, _lost(tuple(sorted(lost))))
        before, place = hit, last


@lru_cache(maxsize=256)
def _lost(functions: tuple[str, ...]) -> Term:
    concepts = tuple(f"!{function}" for function in functions)
    return Term(
        concepts, concepts, (), concepts, (), (), frozenset({"symptoms"}), frozenset(), frozenset(), False, False, False
    )
