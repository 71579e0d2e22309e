"""The upload page in a real browser: 200 MB through two kills and a reload, a folder as one record, and a page that everybody can use."""

import hashlib
import json
import os
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from desk.case_links import UPLOADS
from desk.links import Links
from flows.case import Record
from flows.wording import say
from storage import cases
from storage.engine import open_store
from tests.builders import NOON, a_case
from tests.crash.base import Base
from tests.crash.service import Service
from tests.e2e.browsing import AXE, PHONE, PICTURES, WIDE, page_of, violations
from tests.e2e.stage import Stage, stage
from tests.records.hostile import photo, saved
from tests.storage.doing import do

pytestmark = pytest.mark.enable_socket

FILES = re.compile("/upload/[^/]+/files")
MB = 1_000_000
LANGUAGES = {"en": "Mimi", "zh_Hant": "咪咪"}
THERE = (
    Record("u1", "document", "blood test 2026-05-03.pdf", 1_834_221, "stored", file="0" * 64),
    Record("u2", "photo", "", 220_114, "stored", file="1" * 64),
)


@dataclass(slots=True)
class House:
    """A running service with one case for each language."""

    stage: Stage
    service: Service
    folder: Path

    def link(self, language: str = "en", age: timedelta = timedelta()) -> str:
        """The address of a case's upload page."""
        links = Links(self.service.env["SECRET_KEY"])
        return f"{self.service.url}/upload/{UPLOADS.made(links, f'case-{language}', datetime.now(UTC) - age)}"

    def records(self, language: str = "en") -> list[dict[str, Any]]:
        """What the case has, but for what it had at the start."""
        row = next(one for one in Base(self.stage.url).rows("cases") if one["id"] == f"case-{language}")
        return [record for record in json.loads(row["doc"])["records"] if record["unique"].startswith("upload:")]

    def arrived(self) -> int:
        """How many bytes lie in the folder of unfinished files."""
        return sum(file.stat().st_size for file in (self.folder / "uploads").glob("*"))

    def kept(self, record: dict[str, Any]) -> Path:
        """The record's file on the shelf."""
        return self.folder / "files" / record["file"][:2] / record["file"]


@contextmanager
def house(url: str, folder: Path) -> Iterator[House]:
    """Everything up; the cases have reached the records."""
    store = open_store(url)
    for number, (language, cat) in enumerate(LANGUAGES.items()):
        case = a_case(
            id=f"case-{language}", code=f"TEST{number}X", chat=5000 + number, step="records", consent_at=NOON, language=language,
            answers={"cat_name": cat}, records=THERE, told=tuple(one.unique for one in THERE),
        )  # fmt: skip
        do(store, cases.insert, case)
    store.close()
    with stage(url, folder) as set_up:
        (service,) = set_up.services
        service.start()
        service.wait_ready()
        yield House(set_up, service, folder)


def until(ready: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Waits; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


JPEG = b"\xff\xd8\xff\xe0\x00\x10JF"
PICTURE = saved(photo(8, 8), "PNG")


def big_file(path: Path, size: int) -> str:
    """Bytes of which no two pieces are alike, and which begin as a picture does; gives their SHA-256."""
    seen, piece = hashlib.sha256(), os.urandom(MB)
    with path.open("wb") as file:
        for number in range(size // MB):
            part = (JPEG if number == 0 else number.to_bytes(8, "big")) + piece[8:]
            file.write(part)
            seen.update(part)
    return seen.hexdigest()


def hollow(path: Path, size: int) -> None:
    """A file that takes no room here and minutes on a slow line: it ends when the test says so."""
    path.touch()
    os.truncate(path, size)


def slow_line(page: Page, bytes_per_second: int) -> None:
    """So that there is a middle in which things can happen."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second},
    )


def test_200_mb_survive_two_kills_and_a_reload(browser: Browser, sqlite_url: str, tmp_path: Path) -> None:
    """The bytes are those that left, and the case has them once."""
    file = tmp_path / "ct-study.bin"
    sha = big_file(file, 200 * MB)
    with house(sqlite_url, tmp_path) as home, page_of(browser, WIDE) as page:
        page.goto(home.link())
        slow_line(page, 30 * MB)
        page.locator("#files").set_input_files(file)
        for milestone in (40 * MB, 90 * MB):
            until(lambda: home.arrived() > milestone, f"{milestone} bytes")  # noqa: B023
            home.service.kill()
            home.service.start()
            home.service.wait_ready()
        until(lambda: home.arrived() > 130 * MB, "130 MB")
        page.reload()
        expect(page.locator("#left li")).to_have_text("ct-study.bin")
        before = home.arrived()
        page.locator("#files").set_input_files(file)
        expect(page.locator("#now .done")).to_contain_text("Received")
        assert before > 100 * MB
        until(lambda: home.stage.at_rest() and home.records()[0]["state"] == "stored", "the record")
        (record,) = home.records()
        assert (record["file"], record["size"], record["name"]) == (sha, 200 * MB, "ct-study.bin")
        with home.kept(record).open("rb") as kept:
            assert hashlib.file_digest(kept, "sha256").hexdigest() == sha
        told = [row for row in Base(sqlite_url).rows("inbox") if row["channel"] == "uploads"]
        assert len(told) == 1
        assert len(Base(sqlite_url).rows("uploads")) == 1


def drop(page: Page, folder: Path) -> None:
    """Drags a folder from the desktop onto the page."""
    line = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        line.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": data})


def test_a_folder_of_600_files_becomes_one_record(browser: Browser, sqlite_url: str, tmp_path: Path) -> None:
    """Chosen or dropped: a ZIP that others can read, with every file in its place; rubbish of operating systems stays behind."""
    disc = tmp_path / "CD 影像"
    wanted = {}
    for number in range(600):
        path = disc / f"DICOM/S{number % 3}" / f"IM{number:04}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PICTURE + os.urandom(900 + number))
        wanted[path.relative_to(disc).as_posix()] = path.read_bytes()
    (disc / "DICOM/Thumbs.db").write_bytes(b"rubbish")
    with house(sqlite_url, tmp_path) as home, page_of(browser, WIDE) as page:
        page.goto(home.link("zh_Hant"))
        page.locator("#folder").set_input_files(disc)
        expect(page.locator("#now .done")).to_contain_text(say("zh_Hant", "Received"))
        drop(page, disc)
        expect(page.locator("#now .done")).to_have_count(2)
        until(lambda: [one["state"] for one in home.records("zh_Hant")] == ["stored"] * 2, "the records")
        record, again = home.records("zh_Hant")
        assert record["name"] == again["name"] == "CD 影像.zip"
        assert record["file"] == again["file"]  # the same bytes each time, or nothing could go on after a reload
        with zipfile.ZipFile(home.kept(record)) as archive:
            assert archive.testzip() is None
            assert {name: archive.read(name) for name in archive.namelist()} == wanted


def test_pause_go_on_and_cancel(browser: Browser, sqlite_url: str, tmp_path: Path) -> None:
    """What was cancelled is gone from the service too."""
    hollow(tmp_path / "one.bin", 300 * MB)
    with house(sqlite_url, tmp_path) as home, page_of(browser, PHONE) as page:
        page.goto(home.link())
        slow_line(page, 2 * MB)
        page.locator("#files").set_input_files(tmp_path / "one.bin")
        until(lambda: home.arrived() > MB, "the first bytes")
        page.get_by_role("button", name="Pause: one.bin").click()
        expect(page.locator("#now .state")).to_have_text("Paused")
        page.get_by_role("button", name="Go on: one.bin").click()
        expect(page.locator("#now .state")).to_contain_text("of 300 MB")
        page.get_by_role("button", name="Cancel: one.bin").click()
        expect(page.locator("#now li")).to_have_count(0)
        until(lambda: home.arrived() == 0 and not Base(sqlite_url).rows("uploads"), "nothing left")
        expect(page.locator("#left")).to_be_hidden()
        assert home.records() == []
        page.reload()
        reached = []
        for _ in range(2):  # both choosers can be reached by keyboard, in their order
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.id"))
        assert reached == ["files", "folder"]


def test_what_goes_wrong_on_the_way_costs_nothing(browser: Browser, sqlite_url: str, tmp_path: Path) -> None:
    """A proxy with no service behind it, a garbled piece, a CD that is taken out."""
    with house(sqlite_url, tmp_path) as home:
        for trouble in (_proxy_alone, _piece_garbled, _taken_out):
            file = tmp_path / f"{trouble.__name__}.bin"
            sha = big_file(file, 24 * MB)
            with page_of(browser, WIDE) as page:
                page.goto(home.link())
                trouble(page, file)
            if file.exists():
                until(home.stage.at_rest, "the record")
                assert [one["file"] for one in home.records() if one["name"] == file.name] == [sha]
        assert len(Base(sqlite_url).rows("uploads")) == 3


def _proxy_alone(page: Page, file: Path) -> None:
    """While the service restarts its proxy says 502 to everything: the same upload goes on, and no second one is begun."""
    pieces, back = Pieces(), False

    def proxy(route: Route) -> None:
        route.continue_() if back or pieces.count(route) < 2 else route.fulfill(status=502)

    page.route(FILES, proxy)
    with page.expect_response(lambda answer: answer.request.method == "HEAD" and answer.status == 502):
        page.locator("#files").set_input_files(file)
    expect(page.locator("#now .state")).to_have_text("No connection at the moment. It goes on by itself.")
    back = True
    expect(page.locator("#now .done")).to_have_count(1)


def _piece_garbled(page: Page, file: Path) -> None:
    """Each piece carries its SHA-256, so what arrives is what left; it is sent again."""
    page.evaluate("""() => {
        const send = XMLHttpRequest.prototype.send;
        XMLHttpRequest.prototype.send = function (body) {
            if (!body) return send.call(this);
            XMLHttpRequest.prototype.send = send;
            send.call(this, new Blob([body.slice(1), body.slice(0, 1)]));
        };
    }""")
    with page.expect_response(lambda answer: answer.status == 460):
        page.locator("#files").set_input_files(file)
    expect(page.locator("#now .done")).to_have_count(1)


def _taken_out(page: Page, file: Path) -> None:
    """The owner is told what to do instead of being left to wait for a line that is not broken."""
    pieces = Pieces()

    def take_out(route: Route) -> None:
        if pieces.count(route) == 2:
            file.unlink(missing_ok=True)
        route.continue_()

    page.route(FILES, take_out)
    page.locator("#files").set_input_files(file)
    expect(page.locator("#now .never .state")).to_contain_text(f"does not let us read {file.name}")


class Pieces:
    """Which piece passes."""

    def __init__(self) -> None:
        self._seen = 0

    def count(self, route: Route) -> int:
        """How many there were, this one included."""
        self._seen += route.request.method == "PATCH"
        return self._seen


@pytest.mark.skipif(not AXE.exists() and os.environ.get("CI") != "true", reason="axe-core is not here: make setup")
def test_the_page_is_usable_by_everybody(browser: Browser, sqlite_url: str, tmp_path: Path) -> None:
    """axe-core finds nothing in either language, on a phone and on a computer, by day and by night, empty and at work."""
    hollow(tmp_path / "Röntgen Mimi seitlich und von oben 2026-11-02.bin", 300 * MB)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with house(sqlite_url, tmp_path) as home:
        for language in LANGUAGES:
            for name, size, scheme in (("360", PHONE, "light"), ("wide", WIDE, "dark")):
                with page_of(browser, size, color_scheme=scheme) as page:
                    page.goto(home.link(language))
                    page.evaluate(
                        "localStorage.setItem('tus::' + 'second-look:' + document.getElementById('drop').dataset.case + ':old scan.zip:5:7:9::1', '{}')"
                    )
                    page.reload()
                    assert violations(page) == []
                    slow_line(page, 2 * MB)
                    page.locator("#files").set_input_files(sorted(tmp_path.glob("*.bin")))
                    page.locator("#files").set_input_files(
                        {"name": "nothing.pdf", "mimeType": "application/pdf", "buffer": b""}
                    )
                    page.locator("#files").set_input_files(
                        {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 " * 9}
                    )
                    expect(page.locator("#now li", has_text="Röntgen").locator(".state")).to_contain_text("MB/s")
                    expect(page.locator("#now .done")).to_have_count(1)
                    assert violations(page) == []
                    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                    page.screenshot(path=PICTURES / f"upload-{language}-{name}.png", full_page=True)
                    page.get_by_role("button", name=say(language, "Cancel") + ": Röntgen").click()
                    expect(page.locator("#now .going")).to_have_count(0)
                    page.goto(home.link(language, timedelta(days=8)))
                    assert "/upload" in page.locator("main").inner_text()
                    assert violations(page) == []
