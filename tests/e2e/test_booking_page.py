"""The call on a page in a real browser: booked, moved and cancelled there, seen in the chat, and usable by everybody."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from desk.case_links import CALLS
from desk.links import Links
from flows.case import Status
from flows.wording import say
from storage import cases
from storage.engine import open_store
from tests.builders import NOON, a_case
from tests.crash.base import Base
from tests.e2e.browsing import AXE, PHONE, PICTURES, WIDE, page_of, violations
from tests.e2e.stage import stage
from tests.storage.doing import do

pytestmark = pytest.mark.enable_socket

CATS = {"en": "Mimi", "zh_Hant": "咪咪"}
VIEWS = (("en", "360", PHONE, "dark"), ("zh_Hant", "wide", WIDE, "light"))  # English words are the longer ones


@contextmanager
def booth(url: str, folder: Path) -> Iterator[dict[str, str]]:
    """A running service with one paid case for each language and each kind of screen; gives the addresses of their pages."""
    store = open_store(url)
    names = [f"{language}-{name}" for language, name, _, _ in VIEWS]
    for number, name in enumerate(names):
        language = name.partition("-")[0]
        case = a_case(
            id=f"case-{name}", code=f"TEST{number}X", chat=5000 + number, status=Status.PAID, step="day", consent_at=NOON,
            language=language, answers={"cat_name": CATS[language]}, zone="Europe/London",
        )  # fmt: skip
        do(store, cases.insert, case)
    store.close()
    with stage(url, folder) as set_up:
        (service,) = set_up.services
        service.start()
        service.wait_ready()
        links = Links(service.env["SECRET_KEY"])
        now = datetime.now(UTC)
        yield {name: f"{service.url}/call/{CALLS.made(links, f'case-{name}', now)}" for name in names}


def _looked_at(page: Page, name: str) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=PICTURES / f"call-{name}.png", full_page=True)


@pytest.mark.skipif(not AXE.exists() and os.environ.get("CI") != "true", reason="axe-core is not here: make setup")
def test_a_call_is_booked_moved_and_cancelled_by_thumb(browser: Browser, sqlite_url: str, tmp_path: Path) -> None:
    """In either language, on a phone and on a computer, by night and by day."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with booth(sqlite_url, tmp_path) as addresses:
        for language, name, size, scheme in VIEWS:
            with page_of(browser, size, color_scheme=scheme) as page:
                _journey(page, language, f"{language}-{name}", addresses[f"{language}-{name}"])
    rows = [row for row in Base(sqlite_url).rows("history") if row["trigger"] in ("book", "rebook", "unbook")]
    assert len(rows) == 3 * len(addresses)


def _journey(page: Page, language: str, name: str, address: str) -> None:
    page.goto(address)
    _looked_at(page, f"{name}-times")
    page.locator("[name=time]").first.click()
    expect(page.locator("main")).to_contain_text(say(language, "It is kept for you for ten minutes. Shall we book it?"))
    _looked_at(page, f"{name}-kept")
    page.get_by_role("button", name=say(language, "Yes, book it")).click()
    expect(page.get_by_role("status")).to_have_text(say(language, "Done: your call is booked."))
    _looked_at(page, f"{name}-booked")
    page.get_by_role("link", name=say(language, "Move the call")).click()
    page.wait_for_url("**again=1")  # and all of it: the last day is known when the page has come to its end
    page.locator("summary").last.click()
    page.locator("[name=time]").last.click()
    page.get_by_role("button", name=say(language, "Yes, book it")).click()
    expect(page.get_by_role("status")).to_have_text(say(language, "Done: your call is booked."))
    page.get_by_role("link", name=say(language, "Cancel the call")).click()
    _looked_at(page, f"{name}-cancel")
    page.get_by_role("button", name=say(language, "Yes, cancel it")).click()
    expect(page.get_by_role("status")).to_have_text(say(language, "The call is cancelled, and so are its reminders."))
