"""Pictures that are hard to read: the owner is asked for a better one while she is still there, and a better one takes the place of the poor one."""

from collections.abc import Sequence
from dataclasses import replace

from flows.case import Case, Record, changed
from flows.records_by_date import FLAWS
from flows.troubles import begun, called
from flows.wording import listed, mark, say
from flows.worth import flaws, there

NEAR = 6  # bits of ``look`` by which a second try at a poor picture differs at most (decision 0013)
MOST_NAMED = 8  # pictures that are named one by one
HOW = mark(
    "What helps: daylight from a window, no flash, the phone held still; a page laid flat and whole in the picture."
)
HOW_FILM = mark("For an X-ray the original file from your clinic is best. If you only have the picture: straight from the front, without lamps that reflect.")  # fmt: skip


def asked(case: Case) -> tuple[Record, ...]:
    """The pictures that a better one was asked for, and nothing was said to that yet."""
    return tuple(record for record in case.records if there(record) and record.quality == "asked")


def question(case: Case, poor: Sequence[Record]) -> str:
    """Which pictures, why, and how to do better."""
    language = case.language
    why = [
        (called(case, one), listed((say(language, FLAWS[f]) for f in flaws(one) if f in FLAWS), language))
        for one in poor
    ]
    if len(poor) == 1:
        which, words = why[0]
        lines = [begun(say(language, "{which} may be hard to read for the doctors: {why}.", which=which, why=words))]
    else:
        lines = [say(language, "These pictures may be hard to read for the doctors:")]
        named = (say(language, "{name}: {value}", name=begun(which), value=words) for which, words in why[:MOST_NAMED])
        lines += [f"• {one}" for one in named]
        if len(why) > MOST_NAMED:
            lines.append(say(language, "and {n} more", n=len(why) - MOST_NAMED))
    film = [bool(one.facts.get("film")) for one in poor]
    hows = [words for words, wanted in ((HOW, not all(film)), (HOW_FILM, any(film))) if wanted]
    return "\n".join([*lines, *(say(language, words) for words in hows)])


def said(case: Case, word: str) -> Case:
    """ "promised": a better one comes. "best": it does not, and these count as they are."""
    now = ("asked",) if word == "promised" else ("asked", "promised")
    records = tuple(replace(one, quality=word) if one.quality in now else one for one in case.records)
    return changed(case, records=records)


def in_place(records: Sequence[Record], fresh: Record) -> tuple[tuple[Record, ...], Record]:
    """The records after a good picture came, and that picture: it stands in for the poor one that it is most like, if one is waited for.

    What the poor one was taken for, or what the owner said it is, passes on where the better one does not tell by itself.
    """
    waiting = [one for one in records if _waits(one, fresh)]
    if fresh.problem or fresh.same or flaws(fresh) or not waiting:
        return tuple(records), fresh
    poor = min(waiting, key=lambda one: _apart(one, fresh))
    better = replace(fresh, like="" if fresh.like == poor.unique else fresh.like)
    if poor.checked:
        better = replace(better, items=poor.items, checked=poor.checked)
    elif not better.shows:
        better = replace(better, shows=poor.shows)
    return tuple(_after(one, poor, better) for one in records), better


def _after(one: Record, poor: Record, better: Record) -> Record:
    """The poor one is replaced; others that a better one was promised of are asked about once more."""
    if one is poor:
        return replace(one, quality="replaced", better=better.unique)
    return replace(one, quality="asked") if one.quality == "promised" else one


def _waits(poor: Record, fresh: Record) -> bool:
    readable = fresh.kind == "photo" or fresh.facts.get("is") in ("jpeg", "png", "webp", "heic", "pdf")
    if not readable or poor.unique == fresh.unique:
        return False
    return poor.quality == "promised" or (poor.quality == "asked" and _apart(poor, fresh) <= NEAR)


def _apart(one: Record, other: Record) -> int:
    """Bits by which two pictures look different; 64 where one has no look."""
    try:
        return (int(one.facts["look"], 16) ^ int(other.facts["look"], 16)).bit_count()
    except (KeyError, ValueError, TypeError):
        return 64


def twin(records: Sequence[Record], fresh: Record) -> Record:
    """The picture with the earlier file that it repeats: byte for byte (``same``) or saved anew (``like``, found by ``desk.taking``)."""
    before = [one for one in records if there(one) and one.unique != fresh.unique and not one.same]
    equal = next((one.unique for one in before if fresh.file and one.file == fresh.file), "")
    near = next((one.unique for one in before if one.file and one.file == fresh.facts.get("alike")), "")
    return replace(fresh, same=equal, like="" if equal else near)
