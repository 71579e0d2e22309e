"""Pages for people and for machines."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from desk.links import Links
from tests.web.test_doors import Spy, ask
from web.app import make_app

ENGLISH = ((b"accept-language", b"en-GB,en;q=0.9"),)


async def _fine() -> Mapping[str, Any]:
    return {"waiting": 2, "dead": 1, "oldest": 3.5, "note": "not a number"}


async def _late() -> Mapping[str, Any]:
    return {"waiting": 2, "oldest": 3600.0}


async def _no_shelf() -> Mapping[str, Any]:
    return {"waiting": 2, "shelf": 0.0, "loops": 1.0}


async def _no_loop() -> Mapping[str, Any]:
    return {"waiting": 2, "shelf": 1.0, "loops": 0.0}


async def _away() -> Mapping[str, Any]:
    raise ConnectionError


LINKS = Links("a secret of the test")


def get(
    path: str, state: Any = _fine, headers: tuple[tuple[bytes, bytes], ...] = ENGLISH
) -> tuple[int, dict[bytes, bytes], bytes]:
    app = make_app({"/stripe/webhook": Spy()}, state, "Clinic <b>", LINKS)
    return asyncio.run(ask(app, path, "GET", headers=headers))


@pytest.mark.parametrize(
    ("state", "alive", "ready"),
    [(_fine, 200, 200), (_late, 200, 200), (_no_shelf, 200, 503), (_no_loop, 200, 503), (_away, 200, 503)],
)
def test_alive_is_not_ready(state: Any, alive: int, ready: int) -> None:
    assert get("/healthz", state)[0] == alive
    assert get("/readyz", state)[0] == ready


def test_what_is_not_ready_is_named() -> None:
    """And the numbers of the database are told even while the store of files is away."""
    told = json.loads(get("/readyz", _no_shelf)[2])
    assert told == {"ready": False, "database": True, "shelf": False, "loops": True, "waiting": 2.0}
    assert json.loads(get("/readyz", _away)[2])["database"] is False
    assert b'second_look_state{name="shelf"} 0.0' in get("/metrics", _no_shelf)[2]


def test_metrics_show_queues_and_counts() -> None:
    async def story() -> bytes:
        app = make_app({"/stripe/webhook": Spy(400)}, _fine)
        await ask(app, "/stripe/webhook")
        await ask(app, "/stripe/webhook")
        return (await ask(app, "/metrics", "GET"))[2]

    page = asyncio.run(story()).decode()
    assert 'second_look_webhooks_total{path="/stripe/webhook",status="400"} 2.0' in page
    assert 'second_look_state{name="waiting"} 2.0' in page
    assert get("/metrics", _away)[0] == 200


def test_the_thank_you_page_names_the_case_and_promises_nothing() -> None:
    status, headers, body = get(f"/paid/{LINKS.sign('paid', 'ACDEF3.en')}")
    words = body.decode()
    assert status == 200
    assert "ACDEF3" in words
    assert "the chat confirms it" in words
    assert headers[b"cache-control"] == b"no-store"


def test_the_thank_you_page_speaks_the_owners_language() -> None:
    assert "案號" in get(f"/paid/{LINKS.sign('paid', 'ACDEF3.zh_Hant')}")[2].decode()


FORGED = [
    "ACDEF3",
    "ACDEF3.en",
    "ACDEF3.en.AAAA",
    LINKS.sign("book", "ACDEF3.en"),
    LINKS.sign("paid", "ACDEF3.xx"),
    "<script>",
]


@pytest.mark.parametrize("code", FORGED)
def test_a_link_that_we_did_not_sign_gives_404_without_an_echo(code: str) -> None:
    status, _, body = get(f"/paid/{code}")
    assert status == 404
    assert code.encode() not in body


@pytest.mark.parametrize("path", ["/", "/paid/ACDEF3", "/nowhere", "/healthz", "/favicon.ico", "/page.css"])
def test_every_page_carries_the_safe_headers(path: str) -> None:
    _, headers, _ = get(path)
    assert b"default-src 'none'" in headers[b"content-security-policy"]
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"no-referrer"
    assert headers[b"x-frame-options"] == b"DENY"


def test_values_are_escaped() -> None:
    body = get("/")[2]
    assert b"Clinic &lt;b&gt;" in body
    assert b"<b>" not in body


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/redoc"])
def test_the_service_does_not_describe_itself_to_strangers(path: str) -> None:
    assert get(path)[0] == 404
