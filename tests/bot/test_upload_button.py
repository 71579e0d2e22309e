"""The buttons of a case's pages: a Mini App over https, a link over http, and nothing where nobody could follow it."""

from typing import Any

import pytest

from app.parts import _address
from app.settings import Settings
from bot.messages import messages_of
from desk.case_links import LINKS
from desk.desk import Desk
from flows.effects import PAGES
from tests.builders import NOON

DONE = {"words": "Done", "data": "a.0", "url": ""}
DOOR = {"words": "Upload", "data": "", "url": "upload:"}


def keyboard(url: str) -> Any:
    payload = {"text": "Now the records", "buttons": [[DONE], [DOOR]], "contact": "", "clear": False}
    return messages_of(7, payload, lambda page: url)[-1]["reply_markup"]["inline_keyboard"]


def test_over_https_the_page_opens_inside_telegram() -> None:
    assert keyboard("https://clinic.example/upload/x")[1] == [
        {"text": "Upload", "web_app": {"url": "https://clinic.example/upload/x"}}
    ]


def test_over_http_it_is_a_link() -> None:
    assert keyboard("http://127.0.0.1:9/upload/x")[1] == [{"text": "Upload", "url": "http://127.0.0.1:9/upload/x"}]


def test_a_page_that_nobody_can_reach_has_no_button() -> None:
    """Telegram would refuse the whole message."""
    assert keyboard("") == [[{"text": "Done", "callback_data": "a.0"}]]


@pytest.mark.parametrize("page", sorted(PAGES))
@pytest.mark.parametrize(
    ("public", "telegram", "reachable"),
    [
        ("https://clinic.example", "https://telegram.example", True),
        ("http://127.0.0.1:8080", "http://127.0.0.1:9000", True),
        ("http://127.0.0.1:8080", "https://telegram.example", False),
    ],
)
def test_the_address_is_signed_for_its_case_and_page_alone(
    page: str, public: str, telegram: str, reachable: bool
) -> None:
    settings = Settings(_env_file=None, secret_key="x" * 32, public_url=public, telegram_api_url=telegram)  # type: ignore[call-arg,arg-type]
    desk = Desk(None, None, lambda: NOON, secret="x" * 32)  # type: ignore[arg-type]
    address = _address(settings, desk, "case-1", page)
    assert address.startswith(f"{public}/{LINKS[page].path}/") is reachable
    if reachable:
        opened = {name: link.case_of(desk.links, address.rpartition("/")[2], NOON) for name, link in LINKS.items()}
        assert opened == {name: "case-1" if name == page else None for name in LINKS}
