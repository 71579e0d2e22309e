"""The resumable upload protocol on both engines: from the first byte to a stored record, and whatever a sender may get wrong."""

import asyncio
import errno
import hashlib
import html
import os
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import ClientDisconnect

from desk.case_links import UPLOADS
from desk.landed import UploadSender
from desk.sending import Failed, Outcome
from desk.uploading import CHANNEL, RESERVE, Uploads, reading
from flows.case import Case, Record, Status
from flows.incoming import Asked, Pressed
from flows.uploads import CASE_BYTES, FILE_BYTES, MOST
from storage import cases, uploads
from storage.engine import Store
from storage.landing import open_landing
from storage.outbox import OutboxRow
from storage.shelf import Shelf
from tests.builders import NOON, a_case
from tests.desk.office import CHANNELS, Channel, Office, in_office
from web.app import make_app

TUS = {"Tus-Resumable": "1.0.0"}
BODY = {**TUS, "Content-Type": "application/offset+octet-stream"}
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40


async def _no_state() -> Mapping[str, Any]:
    return {}


class House:
    """The app with a real folder and a real shelf, and a case that has reached the records."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.shelf = Shelf(folder / "files")
        self.landing = open_landing(folder / "uploads")
        self.uploads = Uploads(office.desk, self.landing)
        office.desk.connect({CHANNEL: UploadSender(self.uploads, self.shelf)}, {CHANNEL: reading})
        app = make_app({}, _no_state, "", office.desk.links, self.uploads)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")
        self.base = f"/upload/{UPLOADS.made(office.desk.links, 'case-1', office.now)}/files"

    async def begin(self, size: int, name: str = "scan.jpg", base: str = "", **told: str) -> httpx.Response:
        """POST."""
        metadata = ",".join(f"{k} {b64encode(v.encode()).decode()}" for k, v in {"filename": name, **told}.items())
        headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata}
        return await self.http.post(base or self.base, headers=headers)

    async def patch(self, at: str, offset: int, body: Any, **more: str) -> httpx.Response:
        """PATCH."""
        return await self.http.patch(at, content=body, headers={**BODY, "Upload-Offset": str(offset), **more})

    async def head(self, at: str) -> httpx.Response:
        """HEAD."""
        return await self.http.head(at, headers=TUS)

    async def whole(self, data: bytes, **more: Any) -> str:
        """A whole upload in one piece; gives its address."""
        at = (await self.begin(len(data), **more)).headers["location"]
        assert (await self.patch(at, 0, data)).status_code == 204
        await self.office.desk.deliverer.idle()
        return str(at)

    async def case(self) -> Case:
        """The case as it is now."""
        found = await self.office.desk.store.read(lambda conn: cases.by_id(conn, "case-1", peek=True))
        assert found is not None
        return found


def at_home(store: Store, folder: Path, story: Callable[[House], Awaitable[Any]], **case: Any) -> Any:
    """Plays a story with one case in the database."""

    async def whole(office: Office) -> Any:
        mine = a_case(**{"step": "records", "consent_at": NOON, **case})
        await store.run(lambda conn: cases.insert(conn, mine))
        return await story(House(office, folder))

    return in_office(store, whole, CHANNELS)


def test_a_file_in_two_pieces_becomes_a_stored_record(store: Store, tmp_path: Path) -> None:
    """And its bytes lie on the shelf, once; the folder is empty after the sweep."""

    async def story(house: House) -> None:
        begun = await house.begin(len(JPEG), "X-ray 1.jpg")
        at = begun.headers["location"]
        assert (begun.status_code, begun.headers["upload-offset"]) == (201, "0")
        assert (await house.patch(at, 0, JPEG[:5000])).headers["upload-offset"] == "5000"
        assert (await house.head(at)).headers["upload-offset"] == "5000"
        assert (await house.patch(at, 5000, JPEG[5000:])).headers["upload-offset"] == str(len(JPEG))
        await house.office.desk.deliverer.idle()
        (record,) = (await house.case()).records
        sha = hashlib.sha256(JPEG).hexdigest()
        assert (record.state, record.file, record.name, record.kind) == ("stored", sha, "X-ray 1.jpg", "document")
        assert house.shelf.get(sha) == JPEG
        house.office.later(minutes=1)
        await house.uploads.tidy()
        assert house.landing.ids() == set()
        assert (await house.head(at)).headers["upload-offset"] == str(len(JPEG))

    at_home(store, tmp_path, story)


def status(answers: list[httpx.Response]) -> list[int]:
    """Their statuses."""
    return [answer.status_code for answer in answers]


def test_the_server_says_what_it_can(store: Store, tmp_path: Path) -> None:
    """Version, extensions and the largest file; another version is refused with ours."""

    async def story(house: House) -> None:
        said = await house.http.options(house.base)
        assert said.status_code == 204
        assert said.headers["tus-version"] == "1.0.0"
        assert set(said.headers["tus-extension"].split(",")) == {"creation", "checksum", "expiration", "termination"}
        assert said.headers["tus-checksum-algorithm"] == "sha1,sha256"
        old = await house.http.post(house.base, headers={"Tus-Resumable": "0.2.2", "Upload-Length": "5"})
        assert (old.status_code, old.headers["tus-version"]) == (412, "1.0.0")
        assert (await house.http.post(house.base, headers={"Upload-Length": "5"})).status_code == 412

    at_home(store, tmp_path, story)


@pytest.mark.parametrize("offset", [0, 4999, 5001, 10**17])
def test_only_the_real_size_is_an_offset(store: Store, tmp_path: Path, offset: int) -> None:
    """Anything else is 409 and writes nothing."""

    async def story(house: House) -> None:
        at = (await house.begin(len(JPEG))).headers["location"]
        await house.patch(at, 0, JPEG[:5000])
        assert (await house.patch(at, offset, b"x")).status_code == 409
        assert (await house.head(at)).headers["upload-offset"] == "5000"

    at_home(store, tmp_path, story)


def test_what_is_no_number_is_refused(store: Store, tmp_path: Path) -> None:
    """In every header that must be one; and a body of another type."""

    async def story(house: House) -> None:
        for length in ("", "-5", "1e9", "9" * 40, "٣", "0"):
            headers = {"Tus-Resumable": "1.0.0", "Upload-Length": length.encode("utf-8")}
            assert (await house.http.post(house.base, headers=headers)).status_code == 400  # type: ignore[arg-type]
        assert (await house.http.post(house.base, headers=TUS)).status_code == 400
        broken = {**TUS, "Upload-Length": "5", "Upload-Metadata": "filename not-base64!"}
        assert (await house.http.post(house.base, headers=broken)).status_code == 400
        at = (await house.begin(5)).headers["location"]
        assert (await house.http.patch(at, content=b"x", headers=BODY)).status_code == 400
        assert (await house.http.patch(at, content=b"x", headers={**TUS, "Upload-Offset": "0"})).status_code == 415
        assert (await house.patch(at, 0, b"x", **{"Upload-Checksum": "md5 AAAA"})).status_code == 400

    at_home(store, tmp_path, story)


def test_more_bytes_than_were_announced_are_refused(store: Store, tmp_path: Path) -> None:
    """With their number in the header or streamed without one: what was there before stays as it was."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"x" * 100_000

    async def story(house: House) -> None:
        at = (await house.begin(2_000_000)).headers["location"]
        await house.patch(at, 0, b"a" * 1000)
        assert (await house.patch(at, 1000, b"x" * 2_000_000)).status_code == 413
        assert (await house.patch(at, 1000, endless())).status_code == 413
        assert (await house.head(at)).headers["upload-offset"] == "1000"

    at_home(store, tmp_path, story)


def test_two_writers_never_share_a_file(store: Store, tmp_path: Path) -> None:
    """The second is told to come later (423), and so is one that wants to take the file away."""

    async def story(house: House) -> None:
        at = (await house.begin(20_000)).headers["location"]
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b"a" * 10_000
            begun.set()
            await go_on.wait()
            yield b"b" * 10_000

        first = asyncio.create_task(house.patch(at, 0, slowly()))
        await begun.wait()
        assert (await house.patch(at, 0, b"z" * 20_000)).status_code == 423
        assert (await house.http.delete(at, headers=TUS)).status_code == 423
        go_on.set()
        assert (await first).headers["upload-offset"] == "20000"
        await house.office.desk.deliverer.idle()
        (record,) = (await house.case()).records
        assert house.shelf.get(record.file) == b"a" * 10_000 + b"b" * 10_000

    at_home(store, tmp_path, story)


def test_what_came_before_the_line_broke_stays(store: Store, tmp_path: Path) -> None:
    """The next piece goes on there."""

    async def breaks() -> AsyncIterator[bytes]:
        yield b"a" * 7000
        raise ClientDisconnect

    async def story(house: House) -> None:
        upload = await house.uploads.begin("case-1", "x", 10_000, "")
        with pytest.raises(ClientDisconnect):
            await house.uploads.append(upload, 0, None, breaks(), None)
        assert house.landing.size(upload.id) == 7000

    at_home(store, tmp_path, story)


def test_a_piece_that_is_not_what_it_says_is_not_kept(store: Store, tmp_path: Path) -> None:
    """460, and the offset is where it was; the right one goes through, by either hash."""

    async def story(house: House) -> None:
        at = (await house.begin(3000)).headers["location"]
        await house.patch(at, 0, b"a" * 1000)
        wrong = {"Upload-Checksum": f"sha256 {b64encode(hashlib.sha256(b'other').digest()).decode()}"}
        assert (await house.patch(at, 1000, b"b" * 1000, **wrong)).status_code == 460
        assert (await house.head(at)).headers["upload-offset"] == "1000"
        for offset, name in ((1000, "sha1"), (2000, "sha256")):
            right = {"Upload-Checksum": f"{name} {b64encode(hashlib.new(name, b'b' * 1000).digest()).decode()}"}
            assert (await house.patch(at, offset, b"b" * 1000, **right)).status_code == 204

    at_home(store, tmp_path, story)


def test_a_file_that_is_not_what_it_said_never_reaches_the_case(store: Store, tmp_path: Path) -> None:
    """It begins anew; with the right bytes it is taken."""

    async def story(house: House) -> None:
        at = (await house.begin(len(JPEG), sha256=hashlib.sha256(JPEG).hexdigest())).headers["location"]
        assert (await house.patch(at, 0, JPEG[::-1])).status_code == 422
        assert (await house.case()).records == ()
        assert (await house.head(at)).headers["upload-offset"] == "0"
        assert (await house.patch(at, 0, JPEG)).status_code == 204
        assert len((await house.case()).records) == 1

    at_home(store, tmp_path, story)


NAMES = {
    "../../etc/passwd": "passwd", "..\\..\\boot.ini": "boot.ini", "/": "", "..": "", "a\x00b\u202ecod.exe": "abcod.exe",
    "x" * 500: "x" * 120, "CD/S1/IM001": "IM001", "檢驗 1.pdf": "檢驗 1.pdf",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_no_path(store: Store, tmp_path: Path, name: str) -> None:
    """Nothing is written but in the folder and on the shelf."""

    async def story(house: House) -> None:
        await house.whole(JPEG, name=name)
        assert (await house.case()).records[0].name == NAMES[name]

    before = {path.name for path in tmp_path.iterdir()}
    at_home(store, tmp_path, story)
    assert {path.name for path in tmp_path.iterdir()} - before == {"files", "uploads"}


def test_a_link_opens_its_own_case_only(store: Store, tmp_path: Path) -> None:
    """Another's upload is not there for it; a forged or old link opens nothing."""

    async def story(house: House) -> None:
        other = a_case(id="case-2", code="OTHER2", chat=2002, step="records", consent_at=NOON)
        await store.run(lambda conn: cases.insert(conn, other))
        links, now = house.office.desk.links, house.office.now
        at = (await house.begin(len(JPEG))).headers["location"]
        upload_id = at.rpartition("/")[2]
        theirs = f"/upload/{UPLOADS.made(links, 'case-2', now)}/files"
        stranger = f"{theirs}/{upload_id}"
        calls = [
            await house.head(stranger),
            await house.patch(stranger, 0, b"x"),
            await house.http.delete(stranger, headers=TUS),
        ]
        assert status(calls) == [404] * 3
        forged = f"/upload/{links.sign('paid', 'case-1.ffffffff')}/files"
        assert status([await house.begin(5, base=forged), await house.head(f"{forged}/{upload_id}")]) == [403] * 2
        house.office.later(days=7, seconds=1)
        assert status([await house.begin(5), await house.head(at), await house.patch(at, 0, b"x")]) == [403] * 3
        assert status([await house.head(f"{house.base}/../{upload_id}")])[0] in (403, 404)

    at_home(store, tmp_path, story)


def test_too_much_is_refused_with_a_reason(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file too large, all together too large, too many, no room on the disk."""

    async def story(house: House) -> None:
        large = await house.begin(FILE_BYTES + 1)
        assert (large.status_code, "5 GB" in large.text) == (413, True)
        monkeypatch.setattr(house.landing, "room", lambda: 10**12)
        assert status([await house.begin(FILE_BYTES) for _ in range(CASE_BYTES // FILE_BYTES)]) == [201, 201]
        together = await house.begin(1)
        assert (together.status_code, "10 GB" in together.text) == (413, True)

    at_home(store, tmp_path, story)


def test_a_full_disk_is_said_before_anything_is_sent(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """507 and a sentence."""

    async def story(house: House) -> None:
        monkeypatch.setattr(house.landing, "room", lambda: RESERVE + 10)
        assert status([await house.begin(10), await house.begin(11)]) == [201, 507]

    at_home(store, tmp_path, story)


def test_a_disk_that_fills_up_meanwhile_stops_a_file_and_loses_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """507 within one piece of whatever length, so that the database keeps its room; it goes on when there is some again."""

    async def endless() -> AsyncIterator[bytes]:
        for number in range(30):
            monkeypatch.setattr(house_room, "free", RESERVE - 1 if number > 10 else RESERVE + 1)
            yield b"x" * 1024 * 1024

    class Room:
        free = RESERVE * 2

    house_room = Room()

    async def story(house: House) -> None:
        monkeypatch.setattr(house.landing, "room", lambda: house_room.free)
        at = (await house.begin(30 * 1024 * 1024)).headers["location"]
        assert (await house.patch(at, 0, endless())).status_code == 507
        here = int((await house.head(at)).headers["upload-offset"])
        assert 10 * 1024 * 1024 <= here < 20 * 1024 * 1024
        assert (await house.patch(at, here, b"x")).status_code == 507
        house_room.free = RESERVE * 2
        assert (await house.patch(at, here, b"x")).status_code == 204

    at_home(store, tmp_path, story)


def test_a_write_that_finds_no_room_is_told_so(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the disk had said before; the browser is to stop and not to try without end."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no room")

    async def story(house: House) -> None:
        at = (await house.begin(5)).headers["location"]
        with monkeypatch.context() as patched:
            patched.setattr(os, "pwrite", full)
            assert (await house.patch(at, 0, b"hello")).status_code == 507
        assert (await house.patch(at, 0, b"hello")).status_code == 204

    at_home(store, tmp_path, story)


def test_what_is_told_of_lies_on_the_disk(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that a dead writer left may stand in memory only: they are synced before anybody hears "all"."""
    synced: list[int] = []
    fsync = os.fsync

    def noted(file: int) -> None:
        synced.append(os.fstat(file).st_ino)
        fsync(file)

    async def story(house: House) -> None:
        at = (await house.begin(len(JPEG))).headers["location"]
        path = house.landing.path(at.rpartition("/")[2])
        path.write_bytes(JPEG)
        monkeypatch.setattr(os, "fsync", noted)
        await house.head(at)
        assert path.stat().st_ino in synced

    at_home(store, tmp_path, story)


def test_who_asks_late_does_not_finish_a_file_twice(store: Store, tmp_path: Path) -> None:
    """Two ask how far it is, and while one waits the other and the sweep have done it all."""

    async def story(house: House) -> None:
        at = (await house.begin(len(JPEG), sha256=hashlib.sha256(JPEG).hexdigest())).headers["location"]
        upload_id = at.rpartition("/")[2]
        seen_before = await house.uploads.find("case-1", upload_id)
        house.landing.path(upload_id).write_bytes(JPEG)
        await house.head(at)
        await house.office.desk.deliverer.idle()
        house.office.later(minutes=1)
        await house.uploads.tidy()
        house.landing.path(upload_id).write_bytes(JPEG[::-1])  # as it would be found by who looked before
        assert await house.uploads.offset(seen_before) == len(JPEG)
        assert (await house.uploads.find("case-1", upload_id)).state == "taken"

    at_home(store, tmp_path, story)


def test_a_hundred_files_are_the_most(store: Store, tmp_path: Path) -> None:
    """Those under way count."""

    async def story(house: House) -> None:
        assert status([await house.begin(5), await house.begin(5), await house.begin(5)]) == [201, 201, 413]

    records = tuple(Record(f"u{n}", "photo", "", 1, "stored") for n in range(MOST - 2))
    at_home(store, tmp_path, story, records=records)


@pytest.mark.parametrize("case", [{"consent_at": None}, {"status": Status.WITHDRAWN}])
def test_nothing_is_taken_before_consent_or_after_the_end(store: Store, tmp_path: Path, case: dict[str, Any]) -> None:
    """403 with the reason, and the page says the same."""

    async def story(house: House) -> None:
        refused = await house.begin(5)
        page = await house.http.get(house.base.removesuffix("/files"))
        assert (refused.status_code, page.status_code) == (403, 403)
        assert refused.text in html.unescape(page.text)

    at_home(store, tmp_path, story, **case)


def test_a_whole_file_is_told_of_once_however_often_it_is_asked_for(store: Store, tmp_path: Path) -> None:
    """The last answer was lost: the browser asks again, sends the last piece again, and the sweep comes by."""

    async def story(house: House) -> None:
        at = await house.whole(JPEG)
        assert status(
            [await house.head(at), await house.patch(at, 0, JPEG), await house.patch(at, len(JPEG), b"")]
        ) == [200, 409, 204]
        for _ in range(3):
            house.office.later(minutes=1)
            await house.uploads.tidy()
            await house.office.sweep()
        assert status([await house.head(at)]) == [200]
        assert [record.state for record in (await house.case()).records] == ["stored"]
        assert house.landing.ids() == set()

    at_home(store, tmp_path, story)


@pytest.mark.parametrize("finder", ["browser", "sweep"])
def test_a_file_whose_last_byte_came_just_before_a_crash_is_not_lost(store: Store, tmp_path: Path, finder: str) -> None:
    """All bytes are on the disk and nobody was told: whoever looks next finishes it."""

    async def story(house: House) -> None:
        at = (await house.begin(len(JPEG))).headers["location"]
        house.landing.path(at.rpartition("/")[2]).write_bytes(JPEG)
        assert (await house.case()).records == ()
        if finder == "browser":
            await house.head(at)
        else:
            house.office.later(minutes=1)
            await house.uploads.tidy()
        await house.office.desk.deliverer.idle()
        assert [record.state for record in (await house.case()).records] == ["stored"]

    at_home(store, tmp_path, story)


def test_opening_a_second_time_finds_the_bytes_again(store: Store, tmp_path: Path) -> None:
    """The service died after the file was moved onto the shelf and before that was written down."""

    async def story(house: House) -> None:
        at = (await house.begin(len(JPEG))).headers["location"]
        sender = UploadSender(house.uploads, house.shelf)
        sent: list[Any] = []

        class Dying(Channel):
            async def send(self, row: OutboxRow) -> Outcome:
                sent.append(await sender.send(row))
                return Failed("no_connection") if len(sent) == 1 else sent[-1]

        house.office.desk.connect({CHANNEL: Dying()})
        await house.patch(at, 0, JPEG)
        await house.office.desk.deliverer.idle()
        assert [record.state for record in (await house.case()).records] == ["arriving"]
        house.office.later(minutes=5)
        await house.office.sweep()
        (record,) = (await house.case()).records
        assert (record.state, sent[0] == sent[1]) == ("stored", True)
        assert house.shelf.get(record.file) == JPEG

    at_home(store, tmp_path, story)


def test_what_nobody_goes_on_with_runs_out(store: Store, tmp_path: Path) -> None:
    """After a week without a piece; a piece puts it off."""

    async def story(house: House) -> None:
        left, used = [(await house.begin(100)).headers["location"] for _ in range(2)]
        for at in (left, used):
            await house.patch(at, 0, b"x")
        house.office.later(days=6)
        await house.patch(f"{fresh(house)}/{used.rpartition('/')[2]}", 1, b"x")
        house.office.later(days=2)
        await house.uploads.tidy()
        assert house.landing.ids() == {used.rpartition("/")[2]}
        assert status([await house.head(f"{fresh(house)}/{at.rpartition('/')[2]}") for at in (left, used)]) == [
            404,
            200,
        ]

    at_home(store, tmp_path, story)


def fresh(house: House) -> str:
    """The address below a link of now."""
    return f"/upload/{UPLOADS.made(house.office.desk.links, 'case-1', house.office.now)}/files"


def test_what_is_cancelled_is_gone(store: Store, tmp_path: Path) -> None:
    """Row and bytes; a file that its case has already stays."""

    async def story(house: House) -> None:
        at = (await house.begin(100)).headers["location"]
        await house.patch(at, 0, b"x")
        assert status([await house.http.delete(at, headers=TUS), await house.head(at)]) == [204, 404]
        assert house.landing.ids() == set()
        kept = await house.whole(JPEG)
        await house.http.delete(kept, headers=TUS)
        assert [record.state for record in (await house.case()).records] == ["stored"]

    at_home(store, tmp_path, story)


def test_an_erasure_takes_unfinished_files_along(store: Store, tmp_path: Path) -> None:
    """Row and bytes, at once; a piece that comes later finds nothing."""

    async def story(house: House) -> None:
        at = (await house.begin(100)).headers["location"]
        await house.patch(at, 0, b"x")
        await house.office.owner(Asked("erase"))
        await house.office.owner(Pressed(f"{(await house.case()).screen}.0"))
        assert await store.read(uploads.ids) == set()
        assert house.landing.ids() == set()
        assert status([await house.head(at), await house.patch(at, 1, b"x")]) == [404, 404]
        assert house.landing.ids() == set()

    at_home(store, tmp_path, story)


def test_a_stranger_on_the_disk_is_swept_away(store: Store, tmp_path: Path) -> None:
    """A file without a row, as an erasure in the middle of a piece may leave it; what is not ours stays."""

    async def story(house: House) -> None:
        house.landing.path("a" * 32).write_bytes(b"x")
        (tmp_path / "uploads" / "README").write_text("not ours")
        await house.uploads.tidy()
        assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["README"]

    at_home(store, tmp_path, story)


def test_a_proxy_that_knows_only_post_is_no_hindrance(store: Store, tmp_path: Path) -> None:
    """The method stands in a header."""

    async def story(house: House) -> None:
        at = (await house.begin(3)).headers["location"]
        headers = {**BODY, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
        assert (await house.http.post(at, content=b"x", headers=headers)).headers["upload-offset"] == "1"
        assert (await house.http.post(at, headers=TUS)).status_code == 405

    at_home(store, tmp_path, story)


def test_the_page_lists_what_is_there_and_escapes_it(store: Store, tmp_path: Path) -> None:
    """In the case's language, with scripts of our own only; a link that ran out says how to get another."""

    async def story(house: House) -> None:
        at = house.base.removesuffix("/files")
        shown = await house.http.get(at)
        assert shown.status_code == 200
        assert "<i>lab</i>" not in shown.text
        assert "&lt;i&gt;lab&lt;/i&gt;.pdf" in shown.text
        assert 'lang="zh-Hant"' in shown.text
        assert "script-src 'self'" in shown.headers["content-security-policy"]
        assert "unsafe" not in shown.headers["content-security-policy"]
        house.office.later(days=8)
        old = await house.http.get(at)
        assert (old.status_code, "/upload" in old.text, "<i>lab" in old.text) == (410, True, False)
        assert (await house.http.get("/upload/case-1.ffffffff.AAAA")).status_code == 404

    records = (Record("u1", "document", "<i>lab</i>.pdf", 1_500_000, "stored"),)
    at_home(store, tmp_path, story, records=records, language="zh_Hant")
