"""What a file is worth to the doctors: whether it counts, whether it can be read, and the day it tells of."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from flows.case import Record

# The bytes were kept and no picture could be made of them. Of the other problems the original is whole, only too large to be shown.
UNREADABLE = frozenset({"unreadable", "cut_short", "locked", "too_many_pixels", "too_many_entries", "took_too_long", "crashed"})  # fmt: skip
# Nothing in such a file is of use to anybody: it is refused by its name, with what to do instead.
REFUSED = frozenset({"unknown_kind", "empty", "bomb", "too_deep"})
LONG_AGO = 3 * 365  # days: a single date on a page that is older than this may as well be the cat's birthday


def there(record: Record) -> bool:
    """Whether it is in the case: safely stored, and not taken away as another cat's."""
    return record.state == "stored" and record.whose != "not"


def counts(record: Record) -> bool:
    """Whether it is one more file: no second copy, and no picture that a better one stands in for."""
    return there(record) and not record.same and record.quality != "replaced"


def unreadable(record: Record) -> bool:
    """Whether nobody can read it: it does not open, or the picture is poor and the owner may have a better one."""
    return record.problem in UNREADABLE or record.quality in ("asked", "promised")


def proves(record: Record) -> bool:
    """Whether a line of the checklist may rest on it: it can be read, and nobody doubts whose it is."""
    return counts(record) and not unreadable(record) and record.whose in ("", "mine")


def flaws(record: Record) -> tuple[str, ...]:
    """Why a picture is hard to read: some of "blurred", "dark", "glare", "cut"."""
    return tuple(record.facts.get("flaws") or ())


def slices_missing(record: Record) -> int:
    """How many images of its series are not there, by its facts; ``Record.missing`` keeps it."""
    series = (one for study in record.facts.get("studies") or () for one in study.get("series") or ())
    return sum(int(one.get("missing") or 0) for one in series)


def done_on(record: Record, today: date) -> str:
    """The day the test was made (YYYY-MM-DD): the study's own, or the newest date printed on the page; "" where it is not known. Told by its facts; ``Record.day`` keeps it."""
    studies = _days((study.get("date") for study in record.facts.get("studies") or ()), today)
    if studies:
        return studies[-1]
    printed = _days(record.facts.get("dates") or (), today)
    if not printed or (len(printed) == 1 and (today - date.fromisoformat(printed[0])).days > LONG_AGO):
        return ""
    return printed[-1]


def with_day(record: Record, today: date) -> Record:
    """The record with its day, be it only that the picture was taken then, and with what its series lack."""
    done, taken = done_on(record, today), _days((record.facts.get("taken"),), today)
    day = done or (taken[0] if taken else "")
    return replace(record, day=day, dated=bool(done), missing=slices_missing(record))


def _days(values: Iterable[object], today: date) -> list[str]:
    """Those that are days and not ahead, the oldest first."""
    found = set()
    for value in values:
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            continue
        if day <= today:
            found.add(day.isoformat())
    return sorted(found)
