"""What is denied, and what belongs to another time or another cat: each hit of a text becomes a concept that counts, or not.

A denied function or symptom is written with a "!" ("!pee"). Two denials cancel each other ("no trouble peeing",
"can't stop vomiting"). The reach of a word is short on purpose: where it is unclear, the sign is heard.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import NamedTuple

from flows.phrases import COMMA, STOP, Hit, Term, Text

REACH = {"not": 6, "not_near": 3, "not_far": 9, "trouble": 4, "stop": 3}  # words after it, Chinese characters likewise
_REACH_OF_PAST = 12
_SHORT_CLAUSE = 5  # words: "In 2021, …" speaks of what comes after the comma
_REACH_OF_SUPPOSING = 8
_LINKS = frozenset({COMMA, "or", "nor", "any", "或", "者", "是", "也", "和", "跟", "及", "與"})
_LONGEST_CLAUSE = 24  # hits: a text without any comma is cut, so that the work stays in proportion to its length


Denied = tuple[Hit, tuple[str, ...]]  # a hit with its concepts, the denied ones marked


class Said(NamedTuple):
    """Concept → the places in words where it counts: now, and some weeks ago (for harm that shows late)."""

    recent: dict[str, list[int]]
    weeks: dict[str, list[int]]


def clauses(words: list[str], hits: list[Hit]) -> Iterator[list[list[Hit]]]:
    """Sentences, each a list of clauses: parted by commas and by words such as "but" and "now"."""
    sentence: list[list[Hit]] = [[]]
    marks = iter([(place, word) for place, word in enumerate(words) if word in (COMMA, STOP)])
    mark = next(marks, None)
    for hit in sorted(hits, key=itemgetter(0)):
        while mark is not None and mark[0] < hit.start:
            if mark[1] == STOP:
                yield sentence
                sentence = [[]]
            elif sentence[-1]:
                sentence.append([])
            mark = next(marks, None)
        if sentence[-1] and ("break" in hit.term.others or len(sentence[-1]) >= _LONGEST_CLAUSE):
            sentence.append([])
        sentence[-1].append(hit)
    yield sentence


def said(text: Text, hits: list[Hit]) -> Said:
    """Every concept that is said of this cat and of now."""
    heard = Said(defaultdict(list), defaultdict(list))
    for sentence in clauses(text.words, hits):
        quiet = _quiet(sentence)
        lists = any("or" in hit.term.others for clause in sentence[1:] for hit in clause)
        before: list[Denied] = []
        for clause in sentence:
            before = _denied(text.words, clause, before[-1:] if lists else [])
            for hit, concepts in before:
                reason = quiet.get(hit.start) if quiet else None
                if reason is None or reason == "weeks":
                    counts, place = heard.weeks if reason else heard.recent, text.places[hit.start]
                    for concept in concepts:
                        counts[concept].append(place)
    return heard


def _denied(words: list[str], clause: list[Hit], before: list[Denied]) -> list[Denied]:
    """The hits of a clause with the denied concepts marked; ``before`` ends the last clause of a list ("no fits, fever or …")."""
    out = before.copy()
    pending: list[tuple[int, str]] = []
    last = len(out) - 1  # where in ``out`` the last thing stands that can be denied
    carries = bool(before and any(concept[0] == "!" for concept in before[0][1]))
    for hit in clause:
        term = hit.term
        if pending and "barrier" in term.others:
            pending = [(end, kind) for end, kind in pending if kind == "not_far"]
        concepts = term.concepts
        if term.polar:
            if pending or carries:
                follows = carries and last >= 0 and not pending and _goes_on(words, out[last], hit)
                concepts = _turned(hit, pending, follows)
                carries = concepts[: len(term.polar)] != term.polar
            if not term.turning:
                pending = []
            last = len(out)
        elif "post" in term.others and last >= 0 and hit.start - out[last][0].end <= 2:
            out[last] = (out[last][0], _unable(out[last][0].term, out[last][1]))
        out.append((hit, concepts))
        if term.turning:
            pending.extend((hit.end, concept) for concept in term.turning)
    return out[len(before) :]


def _turned(hit: Hit, pending: list[tuple[int, str]], follows: bool) -> tuple[str, ...]:
    """The concepts of a hit with those marked that are denied an odd number of times."""
    near = [kind for end, kind in pending if hit.start - end < REACH[kind]]
    whole = follows or (len(near) - near.count("trouble")) & 1
    functions = follows or len(near) & 1
    term = hit.term
    if not whole and not functions:
        return term.concepts
    denied = (functions if concept in term.functions else whole for concept in term.polar)
    return tuple(f"!{c}" if is_denied else c for c, is_denied in zip(term.polar, denied, strict=True)) + term.others


def _unable(term: Term, concepts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"!{concept}" if concept in term.functions else concept for concept in concepts)


def _goes_on(words: list[str], before: Denied, hit: Hit) -> bool:
    """Whether a denial reaches the next thing too: "no vomiting or fits", "不吃不喝", "not breathing fast"."""
    gap = words[before[0].end : hit.start]
    functions = any(concept[0] == "!" and concept[1:] in before[0].term.functions for concept in before[1])
    if not gap:
        return not functions or "manners" in hit.term.sorts or "functions" in hit.term.sorts
    if len(gap) > 2 or not _LINKS.issuperset(gap):
        return False
    return not functions or "functions" in hit.term.sorts


def _quiet(sentence: list[list[Hit]]) -> dict[int, str]:
    """Where the hits start that are not of this cat or not of now, with the reason."""
    flat = [hit for clause in sentence for hit in clause]
    if not any(hit.term.mutes for hit in flat):
        return {}
    quiet = {hit.start: "others" for hit in _of_others(flat)}
    for number, clause in enumerate(sentence):
        for hit in clause:
            if not hit.term.mutes:
                continue
            concepts = hit.term.others
            if "asked" in concepts:
                quiet.update((other.start, "if") for other in clause if other.start < hit.start)
            if "if" in concepts or "suppose" in concepts:
                quiet.update((other.start, "if") for other in _supposed(sentence, number, hit))
            if ("past_long" in concepts or "past_weeks" in concepts) and not _since(clause, hit):
                reason = "past" if "past_long" in concepts else "weeks"
                quiet.update((o.start, reason) for o in _past(sentence, number, hit) if quiet.get(o.start) != "past")
    return quiet


def _supposed(sentence: list[list[Hit]], number: int, hit: Hit) -> list[Hit]:
    """What "if" takes along: the rest of its clause. "Worried about" takes less, and nothing that is said to be so now."""
    reached = _reach(sentence, number, hit)
    if "if" in hit.term.others:
        return reached
    stop = _first(reached, "present")
    return [o for o in reached if o.start - hit.end <= _REACH_OF_SUPPOSING and (stop is None or o.start < stop.start)]


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
        "since" in other.term.concepts and (-3 <= other.start - hit.start < 0 or 0 <= other.start - hit.end <= 1)
        for other in clause
    )


def _past(sentence: list[list[Hit]], number: int, hit: Hit) -> list[Hit]:
    """What a word of the past takes along: its clause, up to the first word of the present on either side."""
    clause = sentence[number]
    after = _reach(sentence, number, hit)
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
