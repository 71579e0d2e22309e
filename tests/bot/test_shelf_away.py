"""The store of files is away: nothing is lost, nothing is asked for again and again, and no card waits behind its pictures."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from aiogram.types import File

from app.rehearsal.clinic import clinic
from bot.fetching import Fetcher
from bot.showing import PATIENCE, Showing
from desk.copies import gather, zipped
from flows.case import Case, Record
from flows.effects import SendCopy
from flows.incoming import Asked, Attached
from storage import cases, outbox
from storage.engine import Store
from storage.shelf import ShelfAway, ShelfRefused, name_of
from tests.builders import NOON, a_case
from tests.desk.office import Office, in_office
from tests.storage.buckets import Buckets
from tests.storage.doing import do

pytestmark = pytest.mark.enable_socket
DATA = b"%PDF-1.7 not much of one"


@pytest.fixture(scope="module")
def buckets() -> Iterator[Buckets]:
    """A real S3 API on this machine."""
    with Buckets() as running:
        yield running


class Line:
    """A bot whose every file is DATA; downloads are counted."""

    token = "1:token"

    def __init__(self) -> None:
        self.bot = self
        self.session = self
        self.brought = 0

    async def __call__(self, method: Any) -> File:
        """Answers getFile."""
        return File(file_id="f", file_unique_id="u", file_size=len(DATA), file_path="documents/f")

    async def download(self, token: str, path: str, limit_bytes: int) -> tuple[int, bytes]:
        """The file."""
        self.brought += 1
        return 200, DATA


async def _sent(office: Office) -> Case:
    """An owner sends a file."""
    await office.owner(Asked("new"))
    case = await _case(office)
    filled = {"consent_at": NOON, "answers": {"cat_name": "Miso"}, "step": "records", "screen": "w"}
    await office.desk.store.run(lambda conn: cases.save(conn, case, Case(**{**case.__dict__, **filled})))
    await office.owner(Attached("document", "f", "u", "a.pdf", len(DATA)))
    return await _case(office)


async def _case(office: Office) -> Case:
    case = await office.desk.store.read(lambda conn: cases.by_chat(conn, 1001))
    assert case is not None
    return case


def test_a_file_waits_for_the_shelf_for_days_and_is_brought_twice_only(store: Store, buckets: Buckets) -> None:
    """The row is neither given up nor told of as a lost file; its bytes come with the first try after the outage."""
    shelf, line = buckets.shelf(), Line()

    async def story(office: Office) -> None:
        office.desk.connect({"fetch": Fetcher(cast(Any, line), office.desk, shelf)})
        with buckets.broken():
            case = await _sent(office)
            for _ in range(12):
                office.later(hours=4)
                await office.sweep()
            assert [record.state for record in case.records] == ["arriving"]
            depth = await store.read(lambda conn: outbox.depth(conn, office.now))
            assert (depth["waiting"], depth["dead"], line.brought) == (1, 0, 1)
            assert office.channels["staff"].sent == []
        office.later(hours=1)
        await office.sweep()
        case = await _case(office)
        assert (case.records[0].state, case.records[0].file) == ("stored", name_of(DATA))
        assert shelf.get(name_of(DATA)) == DATA
        assert line.brought == 2

    in_office(store, story)


def _tile(sha256: str) -> dict[str, Any]:
    words = {"day": "3 May 2026", "label": "照片 Photo", "mark": ""}
    return {"picture": sha256, "thumb": "", "number": 1, "wide": False, **words}


def test_a_sheet_waits_a_moment_and_then_goes_with_gaps(buckets: Buckets) -> None:
    """The doctors' card stands behind it in the same line."""
    shelf = buckets.shelf()
    post = {"text": "Case ACDEF3", "sheet": [_tile(shelf.put(bytes([number]))) for number in range(30)]}
    showing = Showing(shelf)
    with buckets.broken():
        for attempts in range(1, PATIENCE + 1):
            with pytest.raises(ShelfAway):
                asyncio.run(showing.sheet(post, attempts))
        assert asyncio.run(showing.sheet(post, PATIENCE + 1))


def test_a_copy_never_says_that_a_file_is_lost_because_the_shelf_is_away(store: Store, buckets: Buckets) -> None:
    """It is put together later; a file that really is gone is named in it."""
    shelf = buckets.shelf()
    record = Record("u", "photo", "", 4, "stored", file=shelf.put(b"meow"))
    do(store, cases.insert, a_case(records=(record,)))
    held = do(store, gather, 1001)
    wanted = SendCopy(1, 1, (f"K7M2QX/{record.file}",), "en")
    order = {name: getattr(wanted, name) for name in wanted.__slots__}
    with buckets.refusing(), pytest.raises(ShelfRefused):
        zipped(held, clinic(), order, shelf.get, NOON)
    shelf.drop(record.file)
    assert b"PK" in zipped(held, clinic(), order, shelf.get, NOON)


def test_an_erasure_waits_for_the_shelf(store: Store, buckets: Buckets) -> None:
    """What is to leave the shelf stays ordered until the shelf answers."""
    shelf, line = buckets.shelf(), Line()
    name = shelf.put(b"to be forgotten")

    async def story(office: Office) -> None:
        office.desk.connect({"fetch": Fetcher(cast(Any, line), office.desk, shelf)})
        order = outbox.Outgoing("fetch", "shelf", "unshelve", {"files": [name]}, "safe")
        with buckets.broken():
            await store.run(lambda conn: outbox.put(conn, [order], office.now - timedelta(hours=1), 0))
            for _ in range(10):
                office.later(hours=1)
                await office.sweep()
            depth = await store.read(lambda conn: outbox.depth(conn, office.now))
            assert (depth["waiting"], depth["dead"]) == (1, 0)
        assert shelf.has(name)
        office.later(hours=1)
        await office.sweep()
        assert not shelf.has(name)

    in_office(store, story)
