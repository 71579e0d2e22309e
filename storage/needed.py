"""Every file that some row needs, in the order of names, page by page: a million of them cost no more memory than a thousand."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, or_, select, union_all

from storage.tables import attachments, cases, files

T = TypeVar("T")
Read = Callable[[Callable[[Connection], list[tuple[str, datetime]]]], list[tuple[str, datetime]]]
PAGE = 1000


def page(conn: Connection, after: str, count: int = PAGE) -> list[tuple[str, datetime]]:
    """The next needed names above ``after``, each with the time its row was written: originals, previews and thumbnails alike."""
    parts = [
        select(column.label("name"), files.c.at.label("at")).where(column > after).order_by(column).limit(count)
        for column in (files.c.sha256, files.c.preview, files.c.thumb)
    ]
    both = union_all(*(select(part.subquery()) for part in parts)).subquery()
    wanted = select(both.c.name, both.c.at).order_by(both.c.name).limit(count)
    return [(str(name), at) for name, at in conn.execute(wanted)]


def codes(conn: Connection, names: Sequence[str], most: int = 10) -> list[str]:
    """The codes of cases to which these files, or files with these pictures, belong; one more than ``most`` where there are more."""
    either = or_(files.c.sha256.in_(names), files.c.preview.in_(names), files.c.thumb.in_(names))
    of_case = (
        select(cases.c.code)
        .join(attachments, attachments.c.case_id == cases.c.id)
        .join(files, files.c.sha256 == attachments.c.sha256)
    )
    return list(conn.scalars(of_case.where(either).distinct().order_by(cases.c.code).limit(most + 1)))


def needed(read: Read) -> Iterator[tuple[str, datetime]]:
    """All of them; ``read`` runs a page's query. A name that several rows need comes once, with the oldest of their times."""
    after = last = ""
    while found := read(partial(page, after=after)):
        for name, at in found:
            if name != last:
                yield name, at
            last = name
        after = found[-1][0]
