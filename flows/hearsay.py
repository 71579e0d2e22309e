"""What is not of this cat and not of now: other cats, years ago, mere thoughts, general questions, the owner's own state.

Each of these has a reach, short on purpose: where it is unclear of whom or when something is said, the sign is heard.
"""

from collections.abc import Iterable, Iterator

from flows.lexicon import Hit, lexicon
from flows.phrases import COMMA, STOP

_REACH_OF_PAST = 12
_SHORT_CLAUSE = 5  # words: "In 2021, …" speaks of what comes after the comma
_REACH_OF_SUPPOSING = 8
_REACH_OF_SPEAKER = 8
_OTHERS = frozenset({"others", "own_other"})
_DONE_TO = frozenset(
    {"wake", "move", "see", "hit", "run_over", "eat", "drink", "collapse", "cry"}
)  # "I can't wake him"
_FALLS_ALONE = frozenset(
    {"fell", "fall", "fallen", "falling", "slipped", "tumbled", "跌", "摔", "滑"}
)  # but "I dropped Milo"
_ENOUGH_TOLD = 3  # words before "last year" that make it the end of a sentence
_SUBJECTS = frozenset(
    {
        "he",
        "she",
        "it",
        "they",
        "hes",
        "shes",
        "his",
        "her",
        "my",
        "we",
        "i",
        "im",
        "theres",
        "there",
        "cat",
        "now",
        "today",
    }
)
_MARKS = frozenset({COMMA, STOP})
_ELSEWHERE = frozenset({"asked", "if", "suppose", "past_long", "past_weeks"})
PERSONAL = frozenset(
    {"collapse", "wake", "breathe", "stand", "walk", "move", "eat", "drink", "see", "twitch", "cry", "lethargy", "pain"}
    | {
        "stagger",
        "choke",
        "gasp",
        "pant",
        "fever",
        "sudden_scream",
        "vomit",
        "blind",
        "hit",
        "run_over",
        "inpatient",
        "in_hospital",
        "bite_wound",
        "hospital",
        "fall",
        "limping",
        "diabetic",
        "seizure",
        "cough",
        "drool",
        "wound",
        "sprawled",
    }
)  # what people say of themselves as well ("I can't breathe, I'm so scared")


def quiet(words: list[str], sentence: list[list[Hit]]) -> dict[int, str]:
    """Where the hits start that are not of this cat or not of now, with the reason."""
    roles = {role for clause in sentence for hit in clause if hit.term.mutes for role in hit.term.others}
    if not roles:
        return {}
    unheard: dict[int, str] = {}
    if not roles.isdisjoint(_OTHERS):
        unheard = {hit.start: "others" for hit in _of_others([hit for clause in sentence for hit in clause])}
    if "speaker" in roles:
        unheard.update((hit.start, "others") for clause in sentence for hit in _of_speaker(words, clause))
    if roles.isdisjoint(_ELSEWHERE):
        return unheard
    for number, clause in enumerate(sentence):
        for hit in clause:
            if not hit.term.mutes:
                continue
            concepts = hit.term.others
            if "asked" in concepts:
                unheard.update((other.start, "if") for other in clause if other.start < hit.start)
            if "if" in concepts or "suppose" in concepts:
                unheard.update((other.start, "if") for other in _supposed(sentence, number, hit))
            if ("past_long" in concepts or "past_weeks" in concepts) and not _since(clause, hit):
                reason = "past" if "past_long" in concepts else "weeks"
                unheard.update(
                    (o.start, reason)
                    for o in _past(words, sentence, number, hit)
                    if unheard.get(o.start) not in ("past", "others")
                )
    return unheard


def _supposed(sentence: list[list[Hit]], number: int, hit: Hit) -> list[Hit]:
    """What "if" takes along: the rest of its clause. "Worried about" takes less, and nothing that is said to be so now."""
    reached = [o for o in _reach(sentence, number, hit) if "euthanasia" not in o.term.concepts]
    if "if" in hit.term.others:
        return reached
    stop = _first(reached, "present")
    return [o for o in reached if o.start - hit.end <= _REACH_OF_SUPPOSING and (stop is None or o.start < stop.start)]


def _of_speaker(words: list[str], clause: list[Hit]) -> Iterator[Hit]:
    """States of the owner: "I collapsed into bed", but neither "I can't wake him" nor "I think he collapsed"."""
    book = lexicon()
    for speaker in clause:
        if "speaker" not in speaker.term.others:
            continue
        for hit in clause:
            gap = words[speaker.end : hit.start]
            if hit.start < speaker.end or len(gap) > _REACH_OF_SPEAKER or PERSONAL.isdisjoint(hit.term.concepts):
                continue
            done_to_cat = not (
                _DONE_TO.isdisjoint(hit.term.concepts) or book.cat.isdisjoint(words[hit.start : hit.end + 3])
            )
            dropped = "fall" in hit.term.concepts and words[hit.start] not in _FALLS_ALONE
            bites = "dog" in speaker.term.concepts and "attack" in hit.term.concepts
            if book.between.issuperset(gap) and not (done_to_cat or dropped or bites):
                yield hit


def _of_others(flat: list[Hit]) -> Iterator[Hit]:
    """What a sentence says of another cat: all of it, up to a word that leads back to this one."""
    over = any(concept in ("died", "past_long", "past_weeks") for hit in flat for concept in hit.term.concepts)
    speaks = any("others" in hit.term.concepts or (over and "own_other" in hit.term.concepts) for hit in flat)
    seen = False
    for hit in flat if speaks else ():
        if "others" in hit.term.concepts or "own_other" in hit.term.concepts:
            seen, speaks = True, True
        elif seen and "this_cat" in hit.term.concepts:
            speaks = False
        if speaks:
            yield hit


def _first(hits: Iterable[Hit], concept: str) -> Hit | None:
    return next((hit for hit in hits if concept in hit.term.concepts), None)


def _reach(sentence: list[list[Hit]], number: int, hit: Hit) -> list[Hit]:
    """The hits after this one in its clause, and in the next when the clause is a short opening ("In 2021, …")."""
    clause = sentence[number]
    reached = [other for other in clause if other.start >= hit.end]
    if number + 1 < len(sentence) and clause[-1].end - clause[0].start <= _SHORT_CLAUSE and not _says_something(clause):
        reached += sentence[number + 1]
    return reached


def _says_something(clause: list[Hit]) -> bool:
    """Whether the clause speaks of the cat's state at all, besides of time."""
    return any("functions" in hit.term.sorts or "symptoms" in hit.term.sorts for hit in clause)


def _since(clause: list[Hit], hit: Hit) -> bool:
    """ "Since last year" goes on until now."""
    return any(
        ("since" in other.term.concepts and -3 <= other.start - hit.start < 0)
        or ("onward" in other.term.concepts and 0 <= other.start - hit.end <= 1)
        for other in clause
    )


def _past(words: list[str], sentence: list[list[Hit]], number: int, hit: Hit) -> list[Hit]:
    """What a word of the past takes along: its clause, up to the first word of the present on either side."""
    clause = sentence[number]
    after = [] if _closes(words, hit) else _reach(sentence, number, hit)
    stop = _first(after, "present")
    taken = [other for other in after if stop is None or other.start < stop.start]
    before = [other for other in clause if other.start < hit.start]
    if any(
        "present" in other.term.others for other in before
    ):  # "he can't breathe he was ill last year" keeps its first half
        walls = [
            n for n, other in enumerate(before) if "barrier" in other.term.others or "present" in other.term.others
        ]
        before = before[walls[-1] + 1 :]
    taken += before
    return [other for other in taken if abs(other.start - hit.start) <= _REACH_OF_PAST]


def _closes(words: list[str], hit: Hit) -> bool:
    """Whether a word of the past ends what was said before it, and somebody goes on without a stop: "… last year he …"."""
    told = words[max(hit.start - _ENOUGH_TOLD, 0) : hit.start]
    return (
        len(told) == _ENOUGH_TOLD and _MARKS.isdisjoint(told) and hit.end < len(words) and words[hit.end] in _SUBJECTS
    )
