"""The records checklist of the illness: what is there, what will come, what was never done; "never done" is a good answer.

A line is as the owner set it by touch, unless a file proves that it is there, or the only file for it cannot be read.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from flows import matching, problems, worth
from flows.case import Case, Record, changed
from flows.checklist import Item
from flows.route import problem_of
from flows.subjects import Way, book
from flows.wording import mark

STATES = ("will", "have", "never")  # a press goes to the next; what was not touched "will" be got
SIGNS = {"have": "☑", "will": "…", "never": "✗", "unreadable": "⚠"}
FROM_HOME = ("video", "photo", "diary")  # kinds that no vet is asked for


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it stands: ``state`` "have", "will", "never" or "unreadable"; ``proved`` where a file says so.

    ``files``: all that belong to it, read or not. ``lacks``: subjects that are still wanting where a part is here. ``dated``: the newest
    day that a test of its files was made (YYYY-MM-DD); ``day``: the latest that they can be of; ``old`` where that is too long ago.
    """

    item: Item
    state: str
    files: tuple[Record, ...] = ()
    proved: bool = False
    lacks: tuple[str, ...] = ()
    dated: str = ""
    day: str = ""
    old: bool = False


def items(case: Case) -> tuple[Item, ...]:
    """The list for this illness, the musts first."""
    return problems.checklist(problem_of(case).id)


def lines(case: Case, today: date | None = None) -> tuple[Line, ...]:
    """Every line of the list as it stands on this day; by default that of the last thing anybody did."""
    known = [record for record in case.records if worth.counts(record) and (record.checked or record.shows)]
    on = today or case.updated_at.date()
    if not known:
        return tuple(Line(item, _touched(case, item)) for item in items(case))
    return tuple(_line(case, item, [one for one in known if belongs(one, item.id)], on) for item in items(case))


def in_view(found: Sequence[Line]) -> list[Line]:
    """The lines as the owner sees them numbered: what is needed, then what is welcome."""
    return sorted(found, key=lambda line: line.item.need != "must")


def _touched(case: Case, item: Item) -> str:
    """What she set herself; nothing is said to be there that nobody said is there."""
    return case.answers.get(f"check:{item.id}", "will")


def _line(case: Case, item: Item, files: Sequence[Record], today: date) -> Line:
    if not files:
        return Line(item, _touched(case, item))
    good = [one for one in files if worth.proves(one)]
    dated = max((one.day for one in good if one.dated), default="")
    day = max((one.day for one in good), default="")
    old = bool(day and item.fresh_days) and date.fromisoformat(day) < today - timedelta(days=item.fresh_days)
    if fills(item.id, good):
        return Line(item, "have", tuple(files), True, (), dated, day, old)
    poor = [one for one in files if worth.unreadable(one)]
    if not good and poor and any(fills(item.id, [one]) for one in poor):
        return Line(item, "unreadable", tuple(files))
    return Line(item, _touched(case, item), tuple(files), lacks=_lacks(item.id, good), dated=dated, day=day, old=old)


def belongs(record: Record, line: str) -> bool:
    """Whether a file is filed with a line: as the owner said, else as it was recognised."""
    return line in record.items if record.checked else _with(line, record.shows)


@lru_cache(maxsize=4096)
def _with(line: str, shows: tuple[str, ...]) -> bool:
    return matching.files_with(line, shows)


@lru_cache(maxsize=512)
def _whole(shows: tuple[str, ...]) -> frozenset[str]:
    return matching.whole(shows)


def fills(line: str, files: Sequence[Record]) -> bool:
    """Whether these files together are what the line asks for. The owner's own word about a file needs no more."""
    if any(one.checked and line in one.items for one in files):
        return True
    found = book()
    days, images = found.dates.get(line, 1), found.images.get(line, 1)
    for way in found.ways.get(line, ()):
        used = [one for one in files if any(_whole(one.shows).issuperset(part) for part in way)]
        if not all(any(_whole(one.shows).issuperset(part) for one in used) for part in way):
            continue
        enough_days = days == 1 or len({one.day for one in used if one.dated}) >= days
        if enough_days and (images == 1 or sum(_images(one) for one in used) >= images):
            return True
    return False


def _images(record: Record) -> int:
    return int(record.facts.get("images") or 1)


def _lacks(line: str, files: Sequence[Record]) -> tuple[str, ...]:
    """What of the way that is nearest to its end is not there yet, where a part of it is."""
    found: list[tuple[int, tuple[str, ...]]] = []
    for way in book().ways.get(line, ()):
        wanting = _wanting(way, files)
        if 0 < len(wanting) < len(way):
            found.append((len(wanting), wanting))
    return min(found, default=(0, ()))[1]


def _wanting(way: Way, files: Iterable[Record]) -> tuple[str, ...]:
    return tuple(part[0] for part in way if not any(_whole(one.shows).issuperset(part) for one in files))


def pressed(case: Case, item_id: str) -> Case:
    """The next state of one item by touch."""
    key = f"check:{item_id}"
    now = case.answers.get(key, "will")
    return changed(case, answers={**case.answers, key: STATES[(STATES.index(now) + 1) % len(STATES)]})


def missing(case: Case, found: Sequence[Line] = ()) -> tuple[Item, ...]:
    """What the home vet can be asked for: not there yet or not to be read, and not known to be never done."""
    wanted = (line.item for line in found or lines(case) if line.state in ("will", "unreadable"))
    return tuple(item for item in wanted if item.kind not in FROM_HOME)


def verdict(case: Case, found: Sequence[Line] = ()) -> str:
    """green: all musts are there; yellow: one can still be got; blue: the musts that lack were never done.

    red: a must cannot be read. nothing, red too: there is no file at all; where everything needed was never done that is blue and no fault.
    """
    states = {line.state for line in found or lines(case) if line.item.need == "must"}
    if "unreadable" in states:
        return "red"
    if states != {"never"} and not any(worth.counts(one) for one in case.records):
        return "nothing"
    return "yellow" if "will" in states else "blue" if "never" in states else "green"


VERDICTS = {
    "green": mark("🟢 everything needed is there"),
    "yellow": mark("🟡 needed records can still be got"),
    "blue": mark("🔵 a needed test was never done"),
    "red": mark("🔴 a needed record cannot be read"),
    "nothing": mark("🔴 nothing to read was sent"),
}
TO_OWNER = {
    "green": mark("🟢 What the doctors need most is here. Thank you."),
    "yellow": mark("🟡 Some of what the doctors need most is still to come."),
    "blue": mark("🔵 Some of what the doctors need most was never done. That is all right; they can say whether it is worth doing."),
    "red": mark("🔴 Something that the doctors need most cannot be read as it is."),
    "nothing": mark("🔴 The doctors have nothing to read yet. You can send records at any time, also after your case is sent."),
}  # fmt: skip
