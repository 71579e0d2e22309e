"""What is denied, and what belongs to another time or another cat: each hit of a text becomes a concept that counts, or not.

A denied function or symptom is written with a "!" ("!pee"). Two denials cancel each other ("no trouble peeing",
"can't stop vomiting"). The reach of a word is short on purpose: where it is unclear, the sign is heard.
"""

from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from flows.answers import answered, carried, refused
from flows.hearsay import quiet
from flows.lexicon import Hit, Term
from flows.phrases import COMMA, STOP, Text

REACH = {"not": 6, "not_near": 3, "not_far": 9, "trouble": 4, "stop": 3}  # words after it, Chinese characters likewise
_REACH_OF_OVER = 4
_REACH_OF_POST = 4
_LINKS = frozenset(
    {
        COMMA,
        "or",
        "nor",
        "any",
        "had",
        "have",
        "has",
        "been",
        "even",
        "ever",
        "a",
        "an",
        "或",
        "者",
        "是",
        "也",
        "和",
        "跟",
        "及",
        "與",
    }
)
_AFFIRMED = frozenset({"eats", "drinks", "pees", "walks", "breathes", "sees", "jumps"})  # "no diarrhea eats well"
_LONGEST_CLAUSE = 24  # hits: a text without any comma is cut, so that the work stays in proportion to its length


Denied = tuple[Hit, tuple[str, ...]]  # a hit with its concepts, the denied ones marked


class Said(NamedTuple):
    """Concept → the places in words where it counts: now, and some weeks ago (for harm that shows late)."""

    recent: dict[str, list[int]]
    weeks: dict[str, list[int]]


def clauses(text: Text, hits: list[Hit]) -> Iterator[list[list[Hit]]]:
    """Sentences, each a list of clauses: parted by commas and by words such as "but" and "now"."""
    words = text.words
    marks = iter((*text.marks, len(words)))
    mark = next(marks)
    sentence: list[list[Hit]] = []
    clause: list[Hit] = []
    for hit in sorted(hits, key=itemgetter(0)):
        while mark < hit.start:
            if clause:
                sentence.append(clause)
                clause = []
            if words[mark] == STOP and sentence:
                yield sentence
                sentence = []
            mark = next(marks)
        if clause and (hit.term.breaks or len(clause) >= _LONGEST_CLAUSE) and not _only_speaks(clause):
            sentence.append(clause)
            clause = []
        clause.append(hit)
    if clause:
        sentence.append(clause)
    if sentence:
        yield sentence


def _only_speaks(clause: list[Hit]) -> bool:
    """Whether nothing but "I" has been said: "yesterday" then parts nothing ("I yesterday fell")."""
    return len(clause) == 1 and "speaker" in clause[0].term.others


def said(text: Text, hits: list[Hit]) -> Said:
    """Every concept that is said of this cat and of now."""
    heard = Said(defaultdict(list), defaultdict(list))
    places = text.places
    questions = refused(text)
    past: list[Denied] = []
    for sentence in clauses(text, hits):
        unheard = quiet(text.words, sentence)
        spoken = _spoken(text.words, sentence)
        if questions:
            spoken = _answers(spoken, questions)
        if not unheard and not past:
            for hit, concepts in spoken:
                place = places[hit.start]
                for concept in concepts:
                    heard.recent[concept].append(place)
            continue
        now: list[Denied] = []
        for hit, concepts in spoken:
            reason = unheard.get(hit.start) if unheard else None
            if reason == "weeks" or reason == "past":
                past.append((hit, concepts))
            if reason is None or reason == "weeks":
                now.append((hit, concepts))
                counts, place = heard.weeks if reason else heard.recent, places[hit.start]
                for concept in concepts:
                    counts[concept].append(place)
        if past:
            for concept, place in carried(text, past[-_LONGEST_CLAUSE:], now):
                heard.recent[concept].append(place)
    return heard


def _answers(spoken: list[Denied], questions: list[range]) -> list[Denied]:
    """The hits of a sentence, those of a question as its answer says it."""
    out, telling = list[Denied](), list[Denied]()
    asked: range | None = None
    for hit, concepts in spoken:
        question = next((q for q in questions if hit.start in q), None)
        if question is not asked and telling:
            out.extend(telling if asked is None else answered(telling))
            telling = []
        asked = question
        telling.append((hit, concepts))
    out.extend(telling if asked is None else answered(telling))
    return out


def _spoken(words: list[str], sentence: list[list[Hit]]) -> list[Denied]:
    """All hits of a sentence, with the denied concepts and those that are over marked."""
    lists = any(hit.term.lists for clause in sentence[1:] for hit in clause) if len(sentence) > 1 else False
    spoken: list[Denied] = []
    before: list[Denied] = []
    for clause in sentence:
        if not lists and True not in [hit.term.acts for hit in clause]:
            spoken += [(hit, hit.term.told) for hit in clause]
            continue
        before = _denied(words, clause, before[-1:] if lists else [])
        spoken += before
        for number, hit in enumerate(clause):
            if hit.term.ends and not _leads_on(hit, clause[max(number - 1, 0) :]):
                _end(spoken, hit)
    return spoken


def _leads_on(over: Hit, around: list[Hit]) -> bool:
    """ "Stopped eating" speaks of what follows, "no better" denies it; "the vomiting has stopped" ends what was said before."""
    for hit in around[:4]:
        if hit.start < over.start:
            if "not" in hit.term.turning and over.start - hit.end <= 1:
                return True
        elif over.term.turning and hit.term.polar and 0 <= hit.start - over.end < REACH["stop"]:
            return True
    return False


def _end(spoken: list[Denied], over: Hit) -> None:
    """Marks what lasted until then as no more: "the cough and the fever are gone". An event ("was hit") stays one."""
    reached = over.start
    for place in range(len(spoken) - 1, -1, -1):
        hit, concepts = spoken[place]
        if hit.start >= over.start or not hit.term.polar:
            continue
        if reached - hit.end > _REACH_OF_OVER or not hit.term.lasting:
            break
        spoken[place] = (hit, tuple(f"!{c}" if c in hit.term.lasting else c for c in concepts))
        reached = hit.start


def _denied(words: list[str], clause: list[Hit], before: list[Denied]) -> list[Denied]:
    """The hits of a clause with the denied concepts marked; ``before`` ends the last clause of a list ("no fits, fever or …")."""
    out = before.copy()
    pending: list[tuple[int, str]] = []
    last = len(out) - 1  # where in ``out`` the last thing stands that can be denied
    carries = bool(before and any(concept[0] == "!" for concept in before[0][1]))
    spent = False  # whether something was named since the last "not": "no lilies and no bait" are two denials
    for hit in clause:
        term = hit.term
        if term.plain:
            out.append((hit, term.told))
            spent = spent or "things" in term.sorts
            continue
        if pending and term.bars:
            pending = [(end, kind) for end, kind in pending if kind == "not_far"]
        concepts = term.told
        if term.posts and last >= 0 and not pending and hit.start - out[last][0].end <= _REACH_OF_POST:
            out[last] = (out[last][0], _unable(out[last][0].term, out[last][1]))
        if term.polar:
            if pending or carries:
                follows = carries and last >= 0 and not pending and _goes_on(words, out[last], hit)
                concepts = _turned(hit, pending, follows)
                carries = concepts[: len(term.polar)] != term.polar
            if not term.turning:
                pending = []
            last = len(out)
        out.append((hit, concepts))
        if term.turning:
            if spent:
                pending = []
            spent = False
            pending.extend((hit.end, concept) for concept in term.turning)
    return out[len(before) :]


def _turned(hit: Hit, pending: list[tuple[int, str]], follows: bool) -> tuple[str, ...]:
    """The concepts of a hit with those marked that are denied an odd number of times."""
    near = [kind for end, kind in pending if hit.start - end < REACH[kind]]
    whole = follows or (len(near) - near.count("trouble")) & 1
    functions = follows or len(near) & 1
    term = hit.term
    if not whole and not functions:
        return term.told
    denied = (functions if concept in term.functions else whole for concept in term.polar)
    return tuple(f"!{c}" if is_denied else c for c, is_denied in zip(term.polar, denied, strict=True)) + term.kept


def _unable(term: Term, concepts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"!{concept}" if concept in term.functions else concept for concept in concepts)


def _goes_on(words: list[str], before: Denied, hit: Hit) -> bool:
    """Whether a denial reaches the next thing too: "no vomiting or fits", "不吃不喝", "not breathing fast"."""
    gap = words[before[0].end : hit.start]
    functions = any(concept[0] == "!" and concept[1:] in before[0].term.functions for concept in before[1])
    if words[hit.start] in _AFFIRMED:
        return False
    if not gap:
        return not functions or "manners" in hit.term.sorts or "functions" in hit.term.sorts
    if len(gap) > 4 or not _LINKS.issuperset(gap):
        return False
    return not functions or "functions" in hit.term.sorts
