"""The opinion's form in a real browser: on a phone and a computer, in both languages, by day and by night, and without any script."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from desk.links import Links
from desk.sign_in_links import SignIn, sign_in_link
from flows.case import Call, Status
from storage import cases
from storage.engine import open_store
from tests.crash.service import Service
from tests.crash.world import DOCTORS
from tests.e2e.browsing import AXE, PHONE, PICTURES, WIDE, page_of, violations
from tests.e2e.stage import stage
from tests.storage.doing import do
from tests.web.ward import a_case_with

pytestmark = pytest.mark.enable_socket

VIEWS = (("en", "360", PHONE, "light"), ("zh_Hant", "wide", WIDE, "dark"), ("zh_Hant", "360", PHONE, "light"))
WORDS = {"en": "The kidneys are small; infusions fit that.", "zh_Hant": "腎臟偏小，目前的輸液符合這個情況。"}
SAVE = {"en": "Save the draft", "zh_Hant": "儲存草稿"}
PDF = {"en": "Save and see it as PDF", "zh_Hant": "儲存並看 PDF"}


def enter(page: Page, service: Service) -> None:
    """By a fresh link."""
    wish = SignIn("case-1", int(str(DOCTORS[0]["id"])), os.urandom(8).hex())
    page.goto(f"{service.url}/sign-in/{sign_in_link(Links(service.env['SECRET_KEY']), wish, datetime.now(UTC))}")
    page.get_by_role("button").click()
    page.wait_for_url("**/case/case-1")


def looked_at(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if AXE.exists() or os.environ.get("CI") == "true":
        assert violations(page) == [], name


def test_the_form_is_filled_in_saved_and_contested(browser: Browser, sqlite_url: str, tmp_path: Path) -> None:
    """What was saved stands there again; two tabs upon one version do not overwrite each other."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    began = datetime.now(UTC) - timedelta(hours=1)
    call = Call("lin", began, began + timedelta(minutes=30), 1)
    store = open_store(sqlite_url)
    case = a_case_with([], status=Status.BOOKED, call=call)
    do(store, cases.insert, replace(case, revision=1))
    store.close()
    with stage(sqlite_url, tmp_path) as set_up:
        (service,) = set_up.services
        service.start()
        service.wait_ready()
        for number, (language, name, size, scheme) in enumerate(VIEWS):
            with page_of(browser, size, color_scheme=scheme) as page:
                enter(page, service)
                page.goto(f"{service.url}/case/case-1?language={language}")
                page.locator("a[href='/case/case-1/opinion']").click()
                late = page.context.new_page()
                late.goto(f"{service.url}/case/case-1/opinion")
                page.locator("#fits").fill(f"{WORDS[language]} {number}")
                page.get_by_role("button", name=SAVE[language], exact=True).click()
                expect(page.locator("#fits")).to_have_value(f"{WORDS[language]} {number}")
                looked_at(page, f"opinion-{language}-{name}")
                late.locator("#fits").fill("?")
                late.get_by_role("button", name=PDF[language], exact=True).click()
                expect(late.locator(".beside")).to_contain_text(f"{WORDS[language]} {number}")
                expect(late.locator("#fits")).to_have_value("?")
                looked_at(late, f"opinion-conflict-{language}-{name}")
