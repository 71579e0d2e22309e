"""What the doctors see of the records before they open any: the tiles of the contact sheet."""

from collections.abc import Sequence

from flows.case import Case, Record
from flows.effects import Shown
from flows.records_by_date import both, day_of, in_order, marks, number

STRIPS = ("dicom", "zip")  # their pictures are strips of images, wider than high
ROWS, COLUMNS = 4, 3


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
        day=day_of(record, language),
        label=both(case, record, language),
        mark=" · ".join(marks(record, language)),
        wide=record.facts.get("is") in STRIPS and bool(record.facts.get("studies")),
    )
