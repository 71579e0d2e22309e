"""The ASGI app: a few pages for people, three for machines, and the webhooks' door in front of them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from desk.case_pages import CasePages
from desk.desk import Desk
from desk.links import Links
from desk.uploading import Uploads
from flows.wording import LANGUAGES, say
from web.booking_page import add_booking_page
from web.calendar_feed import ReadFeed, add_feed
from web.case_files import add_case_files
from web.case_pages import add_case_pages
from web.doors import Webhook, with_doors
from web.metrics import TYPE, Metrics
from web.opinion_page import add_opinion_page
from web.pages import SAFE_HEADERS, language_of, page, static
from web.upload_page import add_upload_page
from web.uploads import add_uploads

State = Callable[[], Awaitable[Mapping[str, Any]]]

STATE_S = 3.0
PARTS = ("shelf", "loops")  # of what ``state`` tells: 0 where that part of this process cannot work


def make_app(
    webhooks: Mapping[str, Webhook],
    state: State,
    clinic_name: str = "",
    links: Links | None = None,
    uploads: Uploads | None = None,
    desk: Desk | None = None,
    feed: ReadFeed | None = None,
    pages: CasePages | None = None,
) -> ASGIApp:
    """``webhooks``: exact path → webhook. ``state`` asks the database: names → numbers (``outbox.depth``), and PARTS among them.

    ``state`` may raise: then the service is alive (/healthz) but not ready (/readyz).
    """
    metrics = Metrics()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, default_response_class=PlainTextResponse)
    _for_machines(app, state, metrics)
    _for_people(app, clinic_name, links or Links(""))
    if uploads:
        add_uploads(app, uploads)
        add_upload_page(app, uploads)
    if desk:
        add_booking_page(app, desk)
    if feed:
        add_feed(app, feed)
    if pages:
        door = add_case_pages(app, pages)
        add_case_files(app, door)
        add_opinion_page(app, door)
    app.middleware("http")(_guarded)
    app.exception_handler(HTTPException)(_not_here)
    return with_doors(app, webhooks, metrics.tally)


def _for_machines(app: FastAPI, state: State, metrics: Metrics) -> None:
    @app.get("/healthz")
    async def healthz() -> Response:
        """The process answers."""
        return PlainTextResponse("ok")

    @app.get("/readyz")
    async def readyz() -> Response:
        """Database and store of files answer, the loops go round. How late the outbox is says nothing of this process: /metrics tells it."""
        numbers = await _asked(state)
        parts = {"database": numbers is not None} | {part: bool((numbers or {}).get(part, True)) for part in PARTS}
        ready = all(parts.values())
        return JSONResponse({**(numbers or {}), "ready": ready, **parts}, 200 if ready else 503)

    @app.get("/metrics")
    async def numbers() -> Response:
        """The counters; without the database those of this process only."""
        return Response(metrics.page(await _asked(state) or {}), media_type=TYPE)


async def _asked(state: State) -> dict[str, float] | None:
    try:
        async with asyncio.timeout(STATE_S):
            found = await state()
    except Exception:  # whatever keeps the database from answering: that it does is what is asked here
        return None
    return {name: float(value) for name, value in found.items() if isinstance(value, int | float)}


def _for_people(app: FastAPI, clinic_name: str, links: Links) -> None:
    @app.get("/")
    async def home(request: Request) -> Response:
        """Somebody followed a link without its end."""
        language = _language(request)
        words = say(
            language, "Second opinions for seriously ill cats. Everything happens in the chat with our assistant."
        )
        return page(language, "Second Look", "note.html", heading=clinic_name or "Second Look", words=words)

    @app.get("/paid/{link}")
    async def paid(link: str) -> Response:
        """Where the payment page leads back to, in the owner's language. It proves nothing: it is only a page (pitfall 70)."""
        code, _, language = (links.read("paid", link) or "").partition(".")
        if language not in LANGUAGES:
            raise HTTPException(404)
        return page(
            language, say(language, "Back to the chat"), "note.html",
            heading=say(language, "Case {code}", code=code),
            words=say(language, "You can close this page. As soon as the fee has reached us, the chat confirms it."),
        )  # fmt: skip

    @app.get("/page.css")
    async def style() -> Response:
        """The one style sheet."""
        return Response(static("page.css"), media_type="text/css")

    @app.get("/favicon.ico")
    async def favicon() -> Response:
        """A cat's ear in a lens."""
        return Response(static("favicon.svg"), media_type="image/svg+xml")


async def _guarded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    for name, value in SAFE_HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _not_here(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    language = _language(request)
    words = say(language, "There is nothing here. Please go back to the chat.")
    return page(language, "Second Look", "note.html", status, heading=str(status), words=words)


def _language(request: Request) -> str:
    return language_of(request.headers.get("accept-language", ""))
