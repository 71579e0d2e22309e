"""A page of ours in a real browser: how it is opened, and how it is judged by axe-core."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "var" / "e2e"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE_MS = 60_000
WIDE, PHONE = {"width": 1200, "height": 900}, {"width": 360, "height": 740}


@contextmanager
def page_of(browser: Browser, size: dict[str, int], **more: Any) -> Iterator[Page]:
    """A page in which nothing may fail but the line; its policy for scripts is that of the service."""
    context = browser.new_context(viewport=size, **more)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    page = context.new_page()
    try:
        yield page
    except BaseException:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / "failed.png", full_page=True)
        raise
    finally:
        context.close()
    assert faults == []


def violations(page: Page) -> list[str]:
    """What axe-core finds, with the places."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in found["violations"]]
