"""The shelf and the books, compared both ways on both engines."""

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from desk.shelving import OLD, Compared, Shelving
from storage import cases, erasure, files, noticed, tables
from storage.engine import Store, open_store
from storage.files import FileLine
from storage.needed import needed, page
from storage.shelf import Shelf, ShelfAway, name_of, open_shelf
from tests.builders import NOON, a_case, case_number
from tests.desk.office import Office, in_office
from tests.storage.buckets import Buckets
from tests.storage.doing import at_once, do


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
    assert compare(store, shelf) == [Compared(missing=1)]  # the service was started anew
    assert len(notes(store)) == 1
    assert do(store, noticed.count, "missing") == 1


def test_the_staff_reads_how_many_are_missing_and_whose(store: Store, tmp_path: Path) -> None:
    """An original and the thumbnail of another file, of two cases; the third case is whole."""
    shelf = open_shelf(f"file://{tmp_path}/shelf")
    for number in range(3):
        do(store, cases.insert, case_number(number))
    keep(store, "case-0", name_of(b"lost"))
    keep(store, "case-1", put(shelf, "x ray"), thumb=name_of(b"lost thumb"))
    keep(store, "case-2", put(shelf, "whole"))

    async def story(office: Office) -> list[str]:
        await Shelving(office.desk, shelf).compare()
        await office.desk.deliverer.idle()
        return office.channels["staff"].texts()

    (told,) = in_office(store, story)
    assert told.startswith("2 stored files")
    assert told.endswith("Cases: C00000, C00001.")


def test_a_file_that_came_back_and_is_lost_again_is_told_of_again(store: Store, tmp_path: Path) -> None:
    shelf = open_shelf(f"file://{tmp_path}/shelf")
    do(store, cases.insert, a_case())
    name = name_of(b"lost")
    keep(store, "case-1", name)
    compare(store, shelf)
    put(shelf, "lost")
    assert compare(store, shelf) == [Compared()]
    assert do(store, noticed.count, "missing") == 0
    shelf.drop(name)
    compare(store, shelf)
    assert len(notes(store)) == 2


def test_a_missing_file_of_somebody_who_erased_everything_is_forgotten(store: Store, tmp_path: Path) -> None:
    do(store, cases.insert, a_case())
    keep(store, "case-1", name_of(b"lost"))
    compare(store, open_shelf(f"file://{tmp_path}/shelf"))
    case = do(store, cases.by_id, "case-1")
    assert case is not None
    do(store, erasure.erase, case.chat, [case])
    assert do(store, noticed.count, "missing") == 0


def test_a_shelf_that_is_away_is_not_an_empty_one(store: Store, tmp_path: Path) -> None:
    """Nothing is told as missing, and nothing is dropped."""
    shelf = open_shelf(f"file://{tmp_path}/shelf")
    do(store, cases.insert, a_case())
    keep(store, "case-1", put(shelf, "kept"))
    (tmp_path / "shelf").rename(tmp_path / "elsewhere")
    with pytest.raises(ShelfAway):
        compare(store, shelf)
    assert notes(store) == []


def test_it_is_compared_every_six_hours_however_often_the_service_starts(store: Store, tmp_path: Path) -> None:
    """The hour stands in the database: of two processes one compares, and a start is no reason to."""
    shelf = open_shelf(f"file://{tmp_path}/shelf")

    async def story(office: Office) -> list[bool]:
        compared = []
        for pause in (timedelta(0), timedelta(hours=5), timedelta(hours=1), timedelta(minutes=1)):
            office.now += pause
            compared.append(await Shelving(office.desk, shelf).due() is not None)
        return compared

    assert in_office(store, story) == [True, False, True, False]


@pytest.mark.enable_socket
def test_a_bucket_is_compared_as_a_folder_is(store: Store) -> None:
    """What lies there is two days old only by the clock of the comparison."""
    with Buckets() as buckets:
        shelf = buckets.shelf()
        do(store, cases.insert, a_case())
        kept, stranger = shelf.put(b"kept"), shelf.put(b"stranger")
        keep(store, "case-1", kept)
        keep(store, "case-1", name_of(b"lost"))
        later = datetime.now(UTC) + timedelta(days=2)

        async def story(office: Office) -> Compared:
            office.now = later
            return await Shelving(office.desk, shelf).compare()

        assert in_office(store, story) == Compared(unneeded=1, missing=1)
        assert (shelf.has(kept), shelf.has(stranger)) == (True, False)


def test_whoever_sends_what_is_just_being_dropped_keeps_it(store: Store, tmp_path: Path) -> None:
    """Thirty files come again while the comparison takes them away: whichever was first, noted is kept."""
    shelf = open_shelf(f"file://{tmp_path}/shelf")
    do(store, cases.insert, a_case())
    words = [f"stranger {number}" for number in range(30)]
    dropped = [put(shelf, one) for one in words]

    def both(number: int) -> None:
        if number == 0:
            for name in dropped:
                do(store, partial(erasure.take_away, shelf, name))
        else:
            for one in reversed(words) if number % 2 else words:
                keep(store, "case-1", name_of(one.encode()))
                shelf.put(one.encode())

    at_once(5, both)
    assert [name for name in dropped if not shelf.has(name)] == []


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


def test_no_question_about_one_file_reads_all_of_them(sqlite_url: str) -> None:
    """Whether bytes are needed is asked while everybody waits for the one who writes."""
    store = open_store(sqlite_url)
    plans: list[str] = []

    def asked(conn: Connection) -> None:
        @event.listens_for(conn, "before_cursor_execute")
        def explain(_: object, cursor: Any, words: str, values: Any, *more: object) -> None:
            plans.extend(str(line[3]) for line in cursor.connection.execute(f"EXPLAIN QUERY PLAN {words}", values))

        erasure.is_needed(conn, "ab" * 32)
        page(conn, "ab" * 32)

    do(store, asked)
    store.close()
    assert len([line for line in plans if line.startswith("SEARCH files USING")]) == 6
    assert [line for line in plans if line.startswith("SCAN files")] == []
