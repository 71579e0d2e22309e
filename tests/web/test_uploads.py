"""The resumable upload protocol on both engines: from the first byte to a stored record, and whatever a sender may get wrong."""

import hashlib
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from desk.landed import UploadSender
from desk.upload_links import upload_link
from desk.uploading import CHANNEL, Uploads, reading
from flows.case import Case
from storage import cases
from storage.engine import Store
from storage.landing import open_landing
from storage.shelf import Shelf
from tests.builders import NOON, a_case
from tests.desk.office import CHANNELS, Office, in_office
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
        self.base = f"/upload/{upload_link(office.desk.links, 'case-1', office.now)}/files"

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
