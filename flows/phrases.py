"""Owners' words turned into concepts: the tokens of a text, with typing errors mended, looked up in ``clinical/listening.toml``."""

import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flows.spelling import Dictionary, dictionary, mended

LONGEST = 4_096  # characters that are listened to; Telegram allows no more in one message
COMMA, STOP = ",", "."
POLAR = ("functions", "symptoms", "events", "manners")  # sections whose concepts can be denied
MUTING = frozenset({"others", "own_other", "if", "suppose", "asked", "past_long", "past_weeks", "speaker"})
ROLES = frozenset(
    {"or", "not", "not_near", "not_far", "trouble", "stop", "post", "filler", "onward", "speaker", "asked", "past_weeks"}
    | {"since", "present", "if", "suppose", "if_undo", "own_other", "break", "barrier"}
)  # what no rule asks for: it only parts, denies or places what is said
DENIALS = ("not", "not_near", "not_far", "trouble", "stop")
_CLINICAL = Path(__file__).with_name("clinical")
_CJK = r"\u3400-\u9fff"
_UNITS = "次下度天小分公隻顆歲日月年點秒週個號毫"
_TOKENS = re.compile(
    rf"[{_CJK}]|[a-z]+|[0-9]+(?:\.[0-9]+)?|[.!?;…。\n]+|[,:、()]+|(?<=[{_CJK}]{{2}})\s+(?=[{_CJK}]{{2}})|(?<=[0-9])\s+(?=[{_CJK}]{{2}})(?![{_UNITS}])|\s-+\s|--+|—"
)
_DOUBLING = re.compile(r"[^aeiou][aeiou][bdgmnprt]$")  # drip, dripping
_PUNCTUATION = tuple(zip("，。！？：；（）", ",.!?:;()", strict=True))  # one by one is faster than folding a whole text for them
_APOSTROPHES = re.compile(r"(?<=[a-z])['’‘`´ʼ](?=[a-z])")
_DENYING = frozenset(
    {"not", "no", "wont", "cant", "dont", "doesnt", "isnt", "without", "never", "stop", "stopped", "one", "after"}
)
_THINGS = frozenset({"things"})
_MERE = frozenset({"things", "manners"})
PASSED = frozenset(
    "his her its the my a an our their this that poor little really very so just like all completely totally quite pretty literally kinda both right too".split()
    + list("了的都很好超也還著得就他她牠整全太蠻")
)
_CLOSED = frozenset({"guards", "turning", "scopes"})


class Text(NamedTuple):
    """``words``: words, numbers, single Chinese characters, COMMA and STOP; ``places`` counts them, a stop as several.

    ``marks`` are the places of COMMA and STOP among the words, ``asked`` those where a question mark stood.
    """

    words: list[str]
    places: list[int]
    marks: list[int]
    asked: list[int]


class Term(NamedTuple):
    """What a listed term can mean: ``polar`` concepts can be denied, ``turning`` ones deny, ``sorts`` are their sections.

    ``told`` is what counts for the rules (the polar ones first, then those ``kept``); the rest only plays a role in the sentence.
    ``functions`` are what a healthy cat does, ``lasting`` is what can be over (``ends`` says it is); ``plain`` ones
    neither turn a meaning nor can be turned; ``mutes`` when it speaks of another time, another cat or a mere thought.
    ``breaks`` begins a clause, ``lists`` is "or", ``bars`` stops a denial, ``posts`` denies what stands before it;
    ``acts`` when it can change what other terms say.
    """

    concepts: tuple[str, ...]
    told: tuple[str, ...]
    kept: tuple[str, ...]
    polar: tuple[str, ...]
    others: tuple[str, ...]
    turning: tuple[str, ...]
    sorts: frozenset[str]
    functions: frozenset[str]
    lasting: frozenset[str]
    mutes: bool
    ends: bool
    plain: bool
    breaks: bool = False
    lists: bool = False
    bars: bool = False
    posts: bool = False
    acts: bool = False


class Hit(NamedTuple):
    """A term that was said, from word ``start`` to before word ``end``."""

    start: int
    end: int
    term: Term


class Node(dict[str, "Node"]):
    """One step in the tree of terms; ``term`` is what a term that ends here can mean.

    ``inner`` is what stands inside that term, ``tails`` what begins in it and may go on beyond, found when it is first said.
    """

    __slots__ = ("depth", "inner", "tails", "term")  # there are 25,000 of them

    def __init__(self, depth: int = 0) -> None:
        super().__init__()
        self.depth = depth
        self.term: Term | None = None
        self.inner: tuple[Hit, ...] | None = None
        self.tails: tuple[tuple[int, Node], ...] | None = None


class Lexicon(NamedTuple):
    """The list as it is searched: concept → section, the tree of terms, the words as they are spelt, simplified → traditional.

    ``folded`` finds whether there is anything to fold.
    ``between`` and ``cat`` are plain words: what may stand between "I" and what I feel, and what speaks of the cat.
    """

    sections: dict[str, str]
    tree: Node
    book: Dictionary
    fold: dict[int, int]
    folded: re.Pattern[str]
    between: frozenset[str]
    cat: frozenset[str]


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
    elif _DOUBLING.search(before):
        yield from (f"{before}{before[-1]}{ending}{after}" for ending in ("ed", "ing"))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The shipped list, read once. A term may stand under several concepts."""
    content, plain = (
        tomllib.loads((_CLINICAL / name).read_text(encoding="utf-8"))
        for name in ("listening.toml", "listening_words.toml")
    )
    fold = {ord(a): ord(b) for a, b in zip(plain["simplified"], plain["traditional"], strict=True)}
    tree, sections, latin = Node(), dict[str, str](), set[str]()
    made = dict[tuple[str, ...], Term]()  # many terms mean the same: one value for all of them saves 20 MB
    for section, concepts in content.items():
        if not isinstance(concepts, dict):
            continue
        for concept, terms in concepts.items():
            sections[concept] = section
            for term in terms.split(","):
                for form in _forms(term.strip()):
                    latin |= _plant(tree, form.translate(fold), concept, sections, made)
    fold |= {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}  # the full-width ASCII of Chinese keyboards
    folded = re.compile(f"[{re.escape(''.join(map(chr, fold)))}]")
    between, cat = (frozenset(plain[words].translate(fold).split()) for words in ("between", "cat"))
    return Lexicon(sections, tree, dictionary(latin, plain["common"].split()), fold, folded, between, cat)


def term(concepts: tuple[str, ...], sections: dict[str, str]) -> Term:
    """The concepts sorted by what can happen to them."""
    polar = tuple(concept for concept in concepts if sections.get(concept) in POLAR)
    others = tuple(concept for concept in concepts if concept not in polar)
    turning = tuple(concept for concept in others if concept in DENIALS)
    functions = frozenset(concept for concept in polar if sections[concept] == "functions")
    lasting = frozenset(concept for concept in polar if sections[concept] in ("symptoms", "manners"))
    sorts = frozenset(sections.get(concept, "measures") for concept in concepts)
    mutes, ends = not MUTING.isdisjoint(others), "over" in others
    bars, posts = "barrier" in others, "post" in others
    kept = tuple(concept for concept in others if concept not in ROLES)
    return Term(
        concepts,
        (*polar, *kept),
        kept,
        polar,
        others,
        turning,
        sorts,
        functions,
        lasting,
        mutes,
        ends,
        plain=not (polar or turning or bars or posts),
        breaks="break" in others,
        lists="or" in others,
        bars=bars,
        posts=posts,
        acts=bool(turning or posts or ends),
    )


def _plant(
    tree: Node, form: str, concept: str, sections: dict[str, str], made: dict[tuple[str, ...], Term]
) -> set[str]:
    """Puts one term into the tree and gives its Latin words."""
    words = [found[0] for found in _TOKENS.finditer(form)]
    node = tree
    for word in words:
        node = node.get(word) or node.setdefault(sys.intern(word), Node(node.depth + 1))
    had = node.term.concepts if node.term else ()
    if concept not in had:
        concepts = (*had, concept)
        node.term = made.get(concepts) or made.setdefault(concepts, term(concepts, sections))
    return {word for word in words if word.isascii() and word.isalpha()}


def words(text: str) -> Text:
    """At most LONGEST characters as words: width, case, accents, apostrophes, emoji and simplified characters evened out."""
    even = text[:LONGEST].lower()
    if not even.isascii():
        for wide, narrow in _PUNCTUATION:
            even = even.replace(wide, narrow)
    if lexicon().folded.search(even):
        even = even.translate(lexicon().fold)
    if not unicodedata.is_normalized("NFKC", even):  # a quick look: nearly all texts are
        even = unicodedata.normalize("NFKC", even).lower().translate(lexicon().fold)[: 2 * LONGEST]
    found: list[str] = []
    marks: list[int] = []
    asked: list[int] = []
    add = found.append
    for token in _TOKENS.findall(_APOSTROPHES.sub("", even).replace("/", " per ")):
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
            lost = before.term.functions if "post" in hit.term.others else hit.term.functions if "not" in before.term.turning else ()
            if lost:
                yield Hit(0, last, _lost(tuple(sorted(lost))))
        before, place = hit, last


@lru_cache(maxsize=256)
def _lost(functions: tuple[str, ...]) -> Term:
    concepts = tuple(f"!{function}" for function in functions)
    return Term(concepts, concepts, (), concepts, (), (), frozenset({"symptoms"}), frozenset(), frozenset(), False, False, False)
