"""The shelf and the books, compared both ways on both engines."""

import os
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from desk.shelving import OLD, Compared, Shelving
from storage import cases, files, tables
from storage.engine import Store
from storage.files import FileLine
from storage.needed import needed, page
from storage.shelf import Shelf, name_of, open_shelf
from tests.builders import NOON, a_case
from tests.desk.office import Office, in_office
from tests.storage.doing import do


def put(shelf: Shelf, words: str, days: float = 2) -> str:
    """A file that came so many days before NOON."""
    name = shelf.put(words.encode())
    at = (NOON - timedelta(days=days)).timestamp()
    os.utime(shelf.path(name), (at, at))
    return name


def keep(store: Store, case_id: str, name: str, days: float = 2, preview: str = "", thumb: str = "") -> None:
    line = FileLine(name, "jpeg", 4, preview, thumb)
    do(store, files.keep, case_id, line, "a.jpg", NOON - timedelta(days=days))


def notes(store: Store) -> list[str]:
    words = select(tables.outbox.c.payload).where(tables.outbox.c.channel == "staff")
    return [str(payload) for payload in do(store, lambda conn: conn.scalars(words).all())]


def compare(store: Store, shelf: Shelf, times: int = 1) -> list[Compared]:
    found: list[Compared] = []

    async def story(office: Office) -> None:
        shelving = Shelving(office.desk, shelf)
        for _ in range(times):
            found.append(await shelving.compare())

    in_office(store, story)
    return found


def test_bytes_that_no_row_needs_leave_the_shelf_once_they_are_a_day_old(store: Store, tmp_path: Path) -> None:
    """Originals, previews and thumbnails of a case stay, young strangers too."""
    shelf = open_shelf(f"file://{tmp_path}/shelf")
    do(store, cases.insert, a_case())
    kept = [put(shelf, word) for word in ("original", "preview", "thumb")]
    keep(store, "case-1", kept[0], preview=kept[1], thumb=kept[2])
    old, young = put(shelf, "stranger"), put(shelf, "young stranger", days=0.5)
    assert compare(store, shelf, times=2) == [Compared(unneeded=1), Compared()]
    assert [shelf.has(name) for name in (*kept, old, young)] == [True, True, True, False, True]
    assert notes(store) == []


def test_rows_whose_bytes_are_gone_are_told_of_once(store: Store, tmp_path: Path) -> None:
    """And nothing is deleted for it; a row that was written just now waits for its bytes."""
    shelf = open_shelf(f"file://{tmp_path}/shelf")
    do(store, cases.insert, a_case())
    keep(store, "case-1", name_of(b"lost"))
    keep(store, "case-1", name_of(b"coming"), days=0.5)
    assert compare(store, shelf, times=2) == [Compared(missing=1), Compared(missing=1)]
    assert len(notes(store)) == 1


def test_a_file_that_is_noted_while_it_is_looked_at_stays(store: Store, tmp_path: Path) -> None:
    """An owner sends again what nobody needed: it is noted between the comparison and the deed."""
    shelf = open_shelf(f"file://{tmp_path}/shelf")
    do(store, cases.insert, a_case())
    name = put(shelf, "sent again")

    async def story(office: Office) -> None:
        run = office.desk.store.run
        shelving = Shelving(office.desk, shelf)

        async def noted_first(work: object, first: bool = False) -> object:
            await run(partial(files.keep, case_id="case-1", file=FileLine(name, "jpeg", 4, ""), name="a", at=NOON))
            return await run(work, first)  # type: ignore[arg-type]

        office.desk.store.run = noted_first  # type: ignore[method-assign,assignment]
        await shelving.compare()

    in_office(store, story)
    assert shelf.has(name)


def test_what_is_needed_comes_in_order_once_and_page_by_page(store: Store) -> None:
    do(store, cases.insert, a_case())
    names = sorted(name_of(bytes([number])) for number in range(60))
    for number, name in enumerate(names[:20]):
        keep(store, "case-1", name, preview=names[20 + number], thumb=names[40] if number % 2 else "")
    small = partial(page, count=7)
    found = list(needed(lambda work: do(store, lambda conn: work(conn))))
    assert [name for name, _ in found] == sorted(names[:41])
    assert len(do(store, small, "")) == 7


def test_a_day_is_longer_than_any_delivery_takes() -> None:
    """Bytes are put after their row, and a row is tried for hours: what is younger is nobody's fault."""
    assert timedelta(hours=12) <= OLD
