"""What the doctors see of the records before they open any: the tiles of the contact sheet."""

from collections.abc import Sequence
from datetime import date

from flows.case import Case, Record
from flows.effects import Shown
from flows.records_by_date import day_of, in_order, kind_words, marks, number
from flows.summary import MONTHS
from flows.wording import LANGUAGES, say

STRIPS = ("dicom", "zip")  # their pictures are strips of images, wider than high
ROWS, COLUMNS = 4, 3
LONGEST_KIND = 60  # characters; a label has two lines


def tiles(case: Case, records: tuple[Record, ...], language: str) -> tuple[Shown, ...]:
    """A tile for each of these records, in the order of their dates; second copies and what was refused have none."""
    wanted = {record.unique for record in records}
    return tuple(tile(case, record, language) for record in in_order(case) if record.unique in wanted)


def sheets(shown: Sequence[Shown]) -> list[tuple[Shown, ...]]:
    """The tiles in sheets of at most four rows of three; a strip has a row of its own. Higher ones Telegram would make smaller."""
    found: list[list[Shown]] = []
    rows, left = ROWS, 0
    for one in shown:
        if one.wide or not left:
            rows, left = rows + 1, 0 if one.wide else COLUMNS
        if rows > ROWS:
            found.append([])
            rows = 1
        found[-1].append(one)
        left -= not one.wide
    return [tuple(sheet) for sheet in found]


def tile(case: Case, record: Record, language: str) -> Shown:
    """One record. Its label is in both scripts: the doctors of one group need not read the same."""
    return Shown(
        picture=record.preview,
        thumb=record.thumb,
        number=number(case, record),
        day=day_words(day_of(case, record), language),
        label=both(case, record, language),
        mark=" · ".join(marks(record, language)),
        wide=record.facts.get("is") in STRIPS and bool(record.facts.get("studies")),
    )


def both(case: Case, record: Record, language: str) -> str:
    """What a record is, in the group's language and then in the other."""
    languages = sorted(LANGUAGES, key=lambda one: one != language)
    return " ".join(dict.fromkeys(kind_words(case, record, one)[:LONGEST_KIND] for one in languages))


def day_words(day: str, language: str) -> str:
    """ "3 May 2026" of YYYY-MM-DD; "" of nothing."""
    if not day:
        return ""
    at = date.fromisoformat(day)
    return say(language, "{day} {month} {year}", day=at.day, month=say(language, MONTHS[at.month - 1]), year=at.year)
