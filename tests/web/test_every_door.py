"""Every address of the service that has a hole in it, by everything that might be put there: whoever may not see a thing learns not even whether it is there."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, select

from desk.case_links import CALLS, UPLOADS
from desk.case_pages import CasePages
from desk.feeds import feed_link, read_feed
from desk.links import Links
from desk.sign_in_links import SignIn, sign_in_link
from desk.uploading import Uploads
from flows.case import Status
from storage import cases, feeds
from storage.engine import Store
from storage.landing import open_landing
from storage.tables import Rows
from tests.builders import a_case
from tests.desk.office import Office, in_office
from tests.web.ward import a_case_with, a_few, shelf_in
from web import app as web_app

ENGLISH = {"accept-language": "en"}
HOLE = re.compile(r"\{[^}]*\}")
KINDS: Mapping[str, Callable[[Links, str, Office], str]] = {
    "upload": lambda links, case, office: UPLOADS.made(links, case, office.now),
    "call": lambda links, case, office: CALLS.made(links, case, office.now),
    "calendar": lambda links, case, _: feed_link(links, case, 1),
    "paid": lambda links, case, _: links.sign("paid", f"{case}.en"),
    "sign-in": lambda links, case, office: sign_in_link(links, SignIn(case, 9001, "0f"), office.now),
}
CASES = ("case-1", "case-2", "gone")
FORGED = ("x", "case-x", "case-x.", "gone", "%00", "\u00b2", "A" * 4000)
# These say what the protocol can do, and the same to everybody.
ALIKE = {
    ("OPTIONS", "/upload/{link}/files"): (204,),
    ("OPTIONS", "/upload/{link}/files/{upload_id}"): (204,),
}
# The ward's first record is a photo; tests/web/test_case_pages.py opens these of a CT.
OF_A_STUDY = [("GET", f"/case/{{case_id}}/files/{{number}}/{name}") for name in ("contents", "slices")]
FORM = {"action": "cancel", "revision": "0", "text": "words"}
OWN = {"sec-fetch-site": "same-origin"}
TUS = {"tus-resumable": "1.0.0", "upload-length": "5", "x-http-method-override": "PATCH"}


class Street:
    """The whole app with everything it can have, and all its addresses."""

    def __init__(self, office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.office, desk = office, office.desk
        self.pages = CasePages(desk, shelf_in(folder), https=False)
        uploads = Uploads(desk, open_landing(folder / "uploads"))
        monkeypatch.setattr(web_app, "with_doors", lambda app, *_: app)
        app: Any = web_app.make_app({}, _no_state, "", desk.links, uploads, desk, partial(read_feed, desk), self.pages)
        assert isinstance(app, FastAPI)
        routes: list[Any] = [route for route in app.routes if HOLE.search(getattr(route, "path", ""))]
        self.addresses = sorted((method, route.path) for route in routes for method in route.methods or ())
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here", headers=ENGLISH)

    async def answer(self, method: str, path: str, word: str, keep: bool = True) -> tuple[int, bytes]:
        """What the address says with this word in its first hole; ``keep``: with the session of whoever signed in."""
        filled = HOLE.sub("1", path.replace("{link}", word).replace("{case_id}", word))
        tus = path.startswith("/upload/")
        headers = TUS if tus else OWN
        if not keep:
            headers = {**headers, "cookie": ""}
        form = FORM if method == "POST" and not tus else None
        answer = await self.http.request(method, filled, headers=headers, data=form)
        return answer.status_code, answer.content

    async def written(self) -> list[tuple[Any, ...]]:
        """Everything that a request may have left behind."""
        return await self.office.desk.store.read(_all_rows)


def _all_rows(conn: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for table in Rows.metadata.sorted_tables for row in conn.execute(select(table))]


async def _no_state() -> Mapping[str, Any]:
    return {}


def on_the_street(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, story: Callable[[Street], Awaitable[None]]
) -> None:
    """With a case that was sent, and one that is paid."""

    async def whole(office: Office) -> None:
        street = Street(office, folder, monkeypatch)
        sent = a_case_with(a_few(shelf_in(folder)))
        await store.run(lambda conn: cases.insert(conn, sent))
        await store.run(
            lambda conn: cases.insert(conn, a_case(id="case-2", code="PAYD22", chat=1002, status=Status.PAID))
        )
        try:
            await story(street)
        finally:
            await street.http.aclose()
            await street.pages.close()

    in_office(store, whole)


def test_no_address_tells_a_stranger_whether_a_thing_is_there(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forged links, links of another page, words made up: for a case that is there and for one that is not the answer is one and the same."""

    async def story(street: Street) -> None:
        links, theirs = street.office.desk.links, Links("another house's secret")
        before = await street.written()
        assert {path.split("/")[1] for _, path in street.addresses} == {*KINDS, "case"}  # a new page is thought of here
        for method, path in street.addresses:
            own = path.split("/")[1]
            words = [*FORGED, *(made(theirs, case, street.office) for made in KINDS.values() for case in CASES)]
            words += [made(links, case, street.office) for kind, made in KINDS.items() for case in CASES if kind != own]
            found = {await street.answer(method, path, word) for word in words}
            assert len(found) == 1, (method, path)
            assert found.pop()[0] in ALIKE.get((method, path), (404, 403)), (method, path)
        assert await street.written() == before

    on_the_street(store, tmp_path, monkeypatch, story)


def test_the_same_addresses_open_for_whom_they_are_made(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without this the test above would also pass over a house that answers nobody."""

    async def story(street: Street) -> None:
        links = street.office.desk.links
        version = await store.run(lambda conn: feeds.renew(conn, "lin"))
        opens = {kind: made(links, "case-2", street.office) for kind, made in KINDS.items()}
        opens |= {"calendar": feed_link(links, "lin", version), "case": "case-1"}
        entered = sign_in_link(links, SignIn("case-1", 9001, "1f"), street.office.now)
        assert (await street.answer("POST", "/sign-in/{link}", entered))[0] == 303
        opens["sign-in"] = KINDS["sign-in"](links, "case-1", street.office)
        for method, path in sorted({*street.addresses} - {*ALIKE} - {*OF_A_STUDY}):
            stranger = await street.answer(method, path, "x", keep=False)
            assert await street.answer(method, path, opens[path.split("/")[1]]) != stranger, (method, path)

    on_the_street(store, tmp_path, monkeypatch, story)
