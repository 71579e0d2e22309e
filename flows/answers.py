"""A sign told without its word: in the answer to a question ("Is he peeing? No."), or as the change since last week.

Only what is plain is filled in: a question about the cat that is answered with a bare no, a number or a bare
denial of today beside what was said of earlier days.
"""

from collections.abc import Iterable, Iterator

from flows.lexicon import Hit
from flows.phrases import COMMA, STOP, Text

_REACH = 14  # places between what was and what is ("last month 22 asleep, now 50")
_MARKS = frozenset({COMMA, STOP})
_ASKING = frozenset({"嗎", "呢", "嘛", "么"})
_HEMS = frozenset(
    {
        "a",
        "ans",
        "answer",
        "um",
        "uh",
        "well",
        "sadly",
        "unfortunately",
        "答",
        "呃",
        "嗯",
        "都",
        "還",
        "完",
        "全",
        "從",
        "來",
    }
)
_NO = frozenset({"no", "nope", "nah", "not", "never", "nothing", "none", "沒", "不", "無"})
_GOES_ON = frozenset(
    {"he", "she", "it", "hes", "shes", "since", "for", "at", "not", "nothing", "yet", "even", "really", "today", "in", "any", "有"}
    | {"much", "all", "anymore", "a", "行", "能", "會", "太", "了", "耶", "欸", "啊"}
)  # fmt: skip
_OF_THE_READER = frozenset({"you", "your", "您", "你", "i", "we", "我"})
_TOPICS = frozenset({"breathe", "asleep", "rate"})
_NUMBERS = frozenset({"n_high", "n_middle"})
_LOST = frozenset({"pee", "small", "breathe", "eat", "drink", "stand", "walk", "move", "use", "see", "respond"})
_LASTS = ("stop", "over")

Told = tuple[Hit, tuple[str, ...]]


def refused(text: Text) -> list[range]:
    """The words of each question that is answered with no."""
    words, found = text.words, list[range]()
    if not text.asked and _ASKING.isdisjoint(words) and "沒" not in words:
        return found
    begin = 0
    for mark in text.marks:
        if not _denies(words, mark + 1):
            begin = mark + 1
            continue
        asked = mark in text.asked or (mark > begin and words[mark - 1] in _ASKING) or _either(words, begin, mark)
        if asked and _OF_THE_READER.isdisjoint(words[begin : min(mark, begin + 3)]):
            found.append(range(begin, mark))
        begin = mark + 1
    return found


def _either(words: list[str], begin: int, end: int) -> bool:
    """Whether 有沒有 asks here."""
    clause = words[begin:end]
    if "沒" not in clause:
        return False
    place = clause.index("沒")
    return 0 < place < len(clause) - 1 and clause[place - 1] == clause[place + 1] == "有"


def _denies(words: list[str], place: int) -> bool:
    """Whether an answer begins here that is no more than a no."""
    while place < len(words) and words[place] in _HEMS:
        place += 1
    if place >= len(words) or words[place] not in _NO:
        return False
    return place + 1 >= len(words) or words[place + 1] in _MARKS or words[place + 1] in _GOES_ON


def answered(question: Iterable[Told]) -> list[Told]:
    """What the no to a question says: "peeing?" "no" is not peeing, "has the bleeding stopped?" "no" is bleeding on."""
    told = list(question)
    if any(concept in hit.term.others for hit, _ in told for concept in _LASTS):
        return [(hit, (*(c.lstrip("!") for c in concepts), "nonstop_blood")) for hit, concepts in told]
    if any("trouble" in hit.term.turning for hit, _ in told):
        return [
            (hit, tuple(c.lstrip("!") if c[1:] in hit.term.functions else c for c in concepts))
            for hit, concepts in told
        ]
    return [(hit, tuple(f"!{c}" if c in hit.term.polar else c for c in concepts)) for hit, concepts in told]


def carried(text: Text, past: list[Told], now: Iterable[Told]) -> Iterator[tuple[str, int]]:
    """What the past part of a message lends to the part of now, with its place: "22 asleep last month, now 50"."""
    for hit, concepts in now:
        lost = "not" in hit.term.turning and _bare(text.words, hit.end)
        if not lost and _NUMBERS.isdisjoint(concepts):
            continue
        place = text.places[hit.start]
        for was, told in past:
            if 0 < place - text.places[was.start] <= _REACH:
                if lost:
                    yield from (("!pee" if c == "small" else f"!{c}", place) for c in told if c in _LOST)
                else:
                    yield from ((c, place) for c in told if c in _TOPICS)


def _bare(words: list[str], end: int) -> bool:
    """Whether nothing follows that a denial could deny."""
    while end < len(words) and words[end] in {"了", "at", "all", "anymore", "now", "有"}:
        end += 1
    return end >= len(words) or words[end] in _MARKS
