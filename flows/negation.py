"""What is denied, and what belongs to another time or another cat: each hit of a text becomes a concept that counts, or not.

A denied function or symptom is written with a "!" ("!pee"). Two denials cancel each other ("no trouble peeing",
"can't stop vomiting"). The reach of a word is short on purpose: where it is unclear, the sign is heard.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from flows.phrases import COMMA, STOP, Hit, Lexicon, Token, lexicon

REACH = {"not": 6, "not_near": 3, "not_far": 9, "trouble": 4, "stop": 3}  # words after it, Chinese characters likewise
_REACH_OF_PAST = 12
_SHORT_CLAUSE = 5  # words: "In 2021, …" speaks of what comes after the comma
_REACH_OF_SUPPOSING = 8


class Heard(NamedTuple):
    """A concept that counts, where it stands in words; ``weeks`` when it was said to be some weeks ago."""

    concept: str
    place: int
    weeks: bool = False


def clauses(tokens: list[Token], hits: list[Hit]) -> Iterator[list[list[Hit]]]:
    """Sentences, each a list of clauses: parted by commas and by words such as "but" and "now"."""
    sentence: list[list[Hit]] = [[]]
    marks = iter([(place, token.text) for place, token in enumerate(tokens) if token.text in (COMMA, STOP)])
    mark = next(marks, None)
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        while mark is not None and mark[0] < hit.start:
            if mark[1] == STOP:
                yield sentence
                sentence = [[]]
            elif sentence[-1]:
                sentence.append([])
            mark = next(marks, None)
        if "break" in hit.concepts and sentence[-1]:
            sentence.append([])
        sentence[-1].append(hit)
    yield sentence


def counted(tokens: list[Token], hits: list[Hit]) -> list[Heard]:
    """Every concept that is said of this cat and of now."""
    book = lexicon()
    heard: list[Heard] = []
    for sentence in clauses(tokens, hits):
        if not sentence[0]:
            continue
        quiet = _quiet(tokens, sentence)
        for clause in sentence:
            for hit, concepts in _denied(book, tokens, clause):
                if hit in quiet and quiet[hit] != "weeks":
                    continue
                heard.extend(Heard(concept, tokens[hit.start].place, hit in quiet) for concept in concepts)
    return heard


def _denied(book: Lexicon, tokens: list[Token], clause: list[Hit]) -> Iterable[tuple[Hit, list[str]]]:
    """The hits of a clause with the denied concepts marked."""
    out: list[tuple[Hit, list[str]]] = []
    pending: list[tuple[int, str]] = []
    last = -1  # where in ``out`` the last thing stands that can be denied
    carries = False
    for hit in clause:
        polar = [
            concept for concept in hit.concepts if book.sections.get(concept) in ("functions", "symptoms", "manners")
        ]
        others = [concept for concept in hit.concepts if concept not in polar]
        turning = [concept for concept in others if concept in REACH]
        if "barrier" in others:
            pending = [
                (end, kind) for end, kind in pending if kind == "not_far" or (hit.start == end and kind == "stop")
            ]
        if polar:
            follows = carries and last >= 0 and _goes_on(book, tokens, out[last], hit)
            signs = [_turned(book, hit, concept, pending, follows) for concept in polar]
            carries = any(sign[0] == "!" for sign in signs)
            if not turning:
                pending = []
            last = len(out)
            out.append((hit, signs + others))
        else:
            if "post" in others and last >= 0 and hit.start - out[last][0].end <= 2:
                out[last] = (out[last][0], [_unable(book, concept) for concept in out[last][1]])
            out.append((hit, others))
        pending.extend((hit.end, concept) for concept in turning)
    return out


def _turned(book: Lexicon, hit: Hit, concept: str, pending: list[tuple[int, str]], follows: bool) -> str:
    function = book.sections[concept] == "functions"
    count = sum(hit.start - end < REACH[kind] and (function or kind != "trouble") for end, kind in pending)
    return f"!{concept}" if count % 2 or (not pending and follows) else concept


def _unable(book: Lexicon, concept: str) -> str:
    return f"!{concept}" if book.sections.get(concept) == "functions" else concept


def _goes_on(book: Lexicon, tokens: list[Token], before: tuple[Hit, list[str]], hit: Hit) -> bool:
    """Whether a denial reaches the next thing too: "no vomiting or fits", "不吃不喝", "not breathing fast"."""
    gap = tokens[before[0].end : hit.start]
    functions = any(concept[1:] in book.sections and book.sections[concept[1:]] == "functions" for concept in before[1])
    kinds = {book.sections.get(concept) for concept in hit.concepts}
    if not gap:
        return not functions or bool(kinds & {"manners", "functions"})
    linked = {"or", "nor", "或", "或是", "any", "也", "和", "跟", "及", "與", "是", "者"}
    if len(gap) > 2 or not all(token.text in linked for token in gap):
        return False
    return not functions or "functions" in kinds


def _quiet(tokens: list[Token], sentence: list[list[Hit]]) -> dict[Hit, str]:
    """The hits that are not of this cat or not of now, with the reason."""
    quiet: dict[Hit, str] = {}
    flat = [hit for clause in sentence for hit in clause]
    for hit in flat:
        if "others" in hit.concepts or ("own_other" in hit.concepts and _is_over(flat)):
            quiet.update((other, "others") for other in _until(flat, hit, "this_cat"))
    for number, clause in enumerate(sentence):
        for hit in clause:
            if "if" in hit.concepts or "suppose" in hit.concepts:
                reached = [other for other in _reach(tokens, sentence, number, hit) if _supposed(hit, other)]
                stop = _first(reached, "present") if "suppose" in hit.concepts else None
                quiet.update((other, "if") for other in reached if stop is None or other.start < stop.start)
            if ("past_long" in hit.concepts or "past_weeks" in hit.concepts) and not _since(clause, hit):
                reason = "past" if "past_long" in hit.concepts else "weeks"
                quiet.update(
                    (other, reason) for other in _past(tokens, sentence, number, hit) if quiet.get(other) != "past"
                )
    return quiet


def _supposed(hit: Hit, other: Hit) -> bool:
    return "if" in hit.concepts or other.start - hit.end <= _REACH_OF_SUPPOSING


def _is_over(flat: list[Hit]) -> bool:
    return any(concept in ("died", "past_long", "past_weeks") for hit in flat for concept in hit.concepts)


def _until(flat: list[Hit], hit: Hit, concept: str) -> Iterator[Hit]:
    for other in flat:
        if other.start > hit.start and concept in other.concepts and other.start >= hit.end:
            return
        yield other


def _first(hits: Iterable[Hit], concept: str) -> Hit | None:
    return next((hit for hit in hits if concept in hit.concepts), None)


def _reach(tokens: list[Token], sentence: list[list[Hit]], number: int, hit: Hit) -> list[Hit]:
    """The hits after this one in its clause, and in the next when the clause is a short opening ("In 2021, …")."""
    clause = sentence[number]
    reached = [other for other in clause if other.start >= hit.end]
    if number + 1 < len(sentence) and clause[-1].end - clause[0].start <= _SHORT_CLAUSE and not _says_something(clause):
        reached += sentence[number + 1]
    return reached


def _says_something(clause: list[Hit]) -> bool:
    """Whether the clause speaks of the cat's state at all, besides of time."""
    book = lexicon()
    return any(book.sections.get(concept) in ("functions", "symptoms") for hit in clause for concept in hit.concepts)


def _since(clause: list[Hit], hit: Hit) -> bool:
    """ "Since last year" goes on until now."""
    return any(
        "since" in other.concepts and (-3 <= other.start - hit.start < 0 or 0 <= other.start - hit.end <= 1)
        for other in clause
    )


def _past(tokens: list[Token], sentence: list[list[Hit]], number: int, hit: Hit) -> list[Hit]:
    """What a word of the past takes along: its clause, up to the first word of the present on either side."""
    clause = sentence[number]
    after = _reach(tokens, sentence, number, hit)
    stop = _first(after, "present")
    taken = [other for other in after if stop is None or other.start < stop.start]
    before = [other for other in clause if other.start < hit.start]
    if not any("present" in other.concepts for other in before):
        taken += before
    return [other for other in taken if abs(other.start - hit.start) <= _REACH_OF_PAST]
