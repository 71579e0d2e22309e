"""The case page in a real browser: 300 records and a CT of 300 slices, on a phone too, and the number under the cursor is the file's."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pydicom import dcmread

from desk.links import Links
from desk.sign_in_links import SignIn, sign_in_link
from storage import cases
from storage.engine import open_store
from tests.crash.service import Service
from tests.crash.world import DOCTORS
from tests.e2e.browsing import AXE, PHONE, PICTURES, WIDE, page_of, violations
from tests.e2e.stage import stage
from tests.records.hostile import photo
from tests.records.scanner import ct
from tests.storage.doing import do
from tests.web.ward import a_case_with, a_ct, a_few, many, shelf_in, taken_in

pytestmark = pytest.mark.enable_socket

RECORDS, SLICES = 300, 300
VIEWS = (("en", "360", PHONE, "light"), ("zh_Hant", "wide", WIDE, "dark"))
TIMES = """() => ({paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1,
    ready: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd})"""


@contextmanager
def ward(url: str, folder: Path) -> Iterator[Service]:
    """A running service with one full case."""
    shelf, images = shelf_in(folder), [photo(1200 + 40 * number, 900) for number in range(4)]
    records = [*a_few(shelf), taken_in(shelf, a_ct(SLICES), "ct")]
    records += many(shelf, RECORDS - len(records), lambda number: images[number % 4])
    store = open_store(url)
    do(store, cases.insert, a_case_with(records))
    store.close()
    with stage(url, folder) as set_up:
        (service,) = set_up.services
        service.start()
        service.wait_ready()
        yield service


def enter(page: Page, service: Service, language: str = "en") -> None:
    """By a fresh link, as the staff bot sends it."""
    doctor = DOCTORS[0]["id"]
    wish = SignIn("case-1", int(str(doctor)), os.urandom(8).hex())
    page.goto(f"{service.url}/sign-in/{sign_in_link(Links(service.env['SECRET_KEY']), wish, datetime.now(UTC))}")
    page.get_by_role("button").click()
    expect(page.locator("#records .tiles li")).to_have_count(RECORDS)
    page.goto(f"{service.url}/case/case-1?language={language}")


def measured(page: Page) -> dict[str, Any]:
    """Milliseconds from the click to the first paint and to a document that is ready."""
    for _ in range(
        600
    ):  # asked from outside: what waits in the page itself would be code in words, which its policy forbids
        if page.evaluate("performance.getEntriesByName('first-contentful-paint').length"):
            break
        page.wait_for_timeout(50)
    found: dict[str, Any] = page.evaluate(TIMES)
    return found


def test_a_full_case_opens_and_a_ct_is_read_to_the_number(browser: Browser, sqlite_url: str, tmp_path: Path) -> None:
    """In either language, on a phone and a computer, by day and by night; the value under the cursor is pydicom's."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    times = []
    with ward(sqlite_url, tmp_path) as service:
        for language, name, size, scheme in VIEWS:
            with page_of(browser, size, color_scheme=scheme) as page:
                enter(page, service, language)
                times.append(measured(page))
                looked_at(page, f"case-{language}-{name}")
                page.goto(f"{service.url}/case/case-1/files/5")
                page.locator("#stage[data-shown]").wait_for()
                looked_at(page, f"ct-{language}-{name}")
        with page_of(browser, WIDE) as page:
            enter(page, service)
            scrolled_through(page, service.url)
            turned_and_enlarged(page, service.url)
    (PICTURES / "case-page-times.txt").write_text("\n".join(map(str, times)), "utf-8")
    assert len(times) == len(VIEWS)


def looked_at(page: Page, name: str) -> None:
    """Nothing wider than the screen, no fault that axe-core knows, and a picture of it."""
    page.screenshot(path=PICTURES / f"{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if AXE.exists() or os.environ.get("CI") == "true":
        assert violations(page) == [], name


def scrolled_through(page: Page, url: str) -> None:
    """From the middle to the last slice by keys; what stands below the cursor there is what pydicom reads."""
    page.goto(f"{url}/case/case-1/files/5")
    stage_ = page.locator("#stage")
    expect(stage_).to_have_attribute("data-shown", str(SLICES // 2))
    page.locator("#view").focus()
    page.keyboard.press("End")
    expect(stage_).to_have_attribute("data-shown", str(SLICES - 1))
    expect(stage_).to_have_attribute("data-loaded", str(SLICES))
    file = dcmread(io.BytesIO(ct(SLICES, side=512)))
    values = file.pixel_array * float(file.RescaleSlope) + float(file.RescaleIntercept)
    box = page.locator("#view canvas").bounding_box()
    assert box is not None
    for column, row in ((256, 256), (100, 300), (3, 3), (400, 200)):
        x, y = box["x"] + (column + 0.5) * box["width"] / 512, box["y"] + (row + 0.5) * box["height"] / 512
        page.mouse.move(x, y)
        shown = page.locator("#value").text_content() or ""
        seen_x, seen_y, value = (part.split()[-1 if part[0] in "xy" else 0] for part in shown.split(" · "))
        assert (abs(int(seen_x) - column) <= 1, abs(int(seen_y) - row) <= 1) == (True, True), shown
        assert float(value) == values[int(seen_y), int(seen_x)]


def turned_and_enlarged(page: Page, url: str) -> None:
    """A photograph is made larger, a paper turned over page by page."""
    page.goto(f"{url}/case/case-1/files/1")
    page.locator("#stage[data-shown]").wait_for()
    before = float(page.locator("#view").get_attribute("data-scale") or 0)
    page.get_by_role("button", name="Larger").click()
    assert float(page.locator("#view").get_attribute("data-scale") or 0) > before * 1.4
    page.goto(f"{url}/case/case-1/files/2")
    page.locator("#stage[data-shown='0']").wait_for()
    page.get_by_role("button", name="Next").click()
    page.locator("#stage[data-shown='2'], #stage[data-shown='1']").wait_for()
