"""The list of what owners say (``clinical/listening.toml``), read into a tree of words with what each term can mean."""

import re
import sys
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flows.spelling import Dictionary, dictionary

POLAR = ("functions", "symptoms", "events", "manners")  # sections whose concepts can be denied
MUTING = frozenset({"others", "own_other", "if", "suppose", "asked", "past_long", "past_weeks", "speaker"})
ROLES = frozenset(
    {
        "or",
        "not",
        "not_near",
        "not_far",
        "trouble",
        "stop",
        "post",
        "filler",
        "onward",
        "speaker",
        "asked",
        "past_weeks",
    }
    | {"since", "present", "if", "suppose", "if_undo", "own_other", "break", "barrier"}
)  # what no rule asks for: it only parts, denies or places what is said
DENIALS = ("not", "not_near", "not_far", "trouble", "stop")
_CLINICAL = Path(__file__).with_name("clinical")
_CJK = r"\u3400-\u9fff"
_UNITS = "次下度天小分公隻顆歲日月年點秒週個號毫"
TOKENS = re.compile(
    rf"[{_CJK}]|[a-z]+|[0-9]+(?:\.[0-9]+)?|[.!?;…。\n]+|[,:、()]+|(?<=[{_CJK}]{{2}})\s+(?=[{_CJK}]{{2}})|(?<=[0-9])\s+(?=[{_CJK}]{{2}})(?![{_UNITS}])|\s-+\s|--+|—"
)
_DOUBLING = re.compile(r"[^aeiou][aeiou][bdgmnprt]$")  # drip, dripping


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
    ``sounds`` are syllables in phonetic letters with their characters, the longest first.
    ``between`` and ``cat`` are plain words: what may stand between "I" and what I feel, and what speaks of the cat.
    """

    sections: dict[str, str]
    tree: Node
    book: Dictionary
    fold: dict[int, int]
    folded: re.Pattern[str]
    between: frozenset[str]
    cat: frozenset[str]
    sounds: tuple[tuple[str, str], ...]


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
    spelt = plain["sounds"].split()
    sounds = tuple(sorted(zip(spelt[::2], spelt[1::2], strict=True), key=lambda pair: -len(pair[0])))
    folded = re.compile(f"[{re.escape(''.join(map(chr, fold)))}]")
    between, cat = (frozenset(plain[words].translate(fold).split()) for words in ("between", "cat"))
    return Lexicon(sections, tree, dictionary(latin, plain["common"].split()), fold, folded, between, cat, sounds)


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
    words = [found[0] for found in TOKENS.finditer(form)]
    node = tree
    for word in words:
        node = node.get(word) or node.setdefault(sys.intern(word), Node(node.depth + 1))
    had = node.term.concepts if node.term else ()
    if concept not in had:
        concepts = (*had, concept)
        node.term = made.get(concepts) or made.setdefault(concepts, term(concepts, sections))
    return {word for word in words if word.isascii() and word.isalpha()}
