"""The doctors' case page: sign-in, the page, one record closely, files. Every answer to somebody who may not see a thing is the same.

Nothing that a stranger made is ever rendered: pictures are our own, numbers are numbers, originals come as attachments.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from starlette.responses import RedirectResponse

from desk.case_pages import LASTS, CasePages, Visitor
from flows.case_file import case_file
from flows.case_page import language_of
from flows.reading import free_text
from flows.wording import LANGUAGES, mark, say
from web.case_view import case_body
from web.pages import framed, page, static
from web.pages import language_of as language_of_browser

COOKIE = "doctor"
LANGUAGE = "language"
NOT_HERE = mark(
    "There is nothing here, or you are not signed in. Doctors come here with the button “🗂 Case page” on a card in the group."
)
SCRIPTS = ("viewer.js", "stage.js", "series.js", "values.js")
REMARK_CHARS = 2000
REMARK_BYTES = 16_000

Page = Callable[[Visitor], Awaitable[Response | None]]


def add_case_pages(app: FastAPI, pages: CasePages) -> "Door":
    """Signing in and out, the page of a case, what its pages are made of. The door is given back for what lies below (``web.case_files``)."""
    door = Door(pages)
    app.add_api_route("/sign-in/{link}", door.asked, methods=["GET"])
    app.add_api_route("/sign-in/{link}", door.signed_in, methods=["POST"])
    app.add_api_route("/sign-out", door.signed_out, methods=["POST"])
    app.add_api_route("/case/{case_id}", door.case, methods=["GET"])
    app.add_api_route("/case/{case_id}/remarks", door.remark, methods=["POST"])
    app.add_api_route("/case.css", _static("case.css", "text/css"), methods=["GET"])
    for name in SCRIPTS:
        app.add_api_route(f"/view/{name}", _static(f"view/{name}", "text/javascript"), methods=["GET"])
    return door


def _static(name: str, kind: str) -> Callable[[], Awaitable[Response]]:
    async def given() -> Response:
        """A file of ours."""
        return Response(static(name), media_type=kind, headers={"Cache-Control": "no-cache"})

    return given


class Door:
    """Who comes in, and the pages themselves."""

    def __init__(self, pages: CasePages) -> None:
        self.pages = pages
        self._https = pages.https

    # --- coming and going ---------------------------------------------------------------------------------------------
    async def asked(self, request: Request, link: str) -> Response:
        """Looking at the link uses nothing up: mail scanners and messengers look at links too."""
        doctor = await self.pages.invited(link)
        if doctor is None:
            return denied(request)
        language = language_of(self.pages.desk.clinic, doctor)
        words = say(
            language,
            "This signs this browser in for {n} hours. Only on a device that is yours.",
            n=LASTS.seconds // 3600,
        )
        return page(
            language,
            say(language, "Sign in"),
            "sign_in.html",
            heading=doctor.name,
            words=words,
            button=say(language, "Sign in"),
        )

    async def signed_in(self, request: Request, link: str) -> Response:
        """Once."""
        found = await self.pages.sign_in(link) if _own(request) else None
        if found is None:
            return denied(request)
        secret, case_id = found
        answer = RedirectResponse(f"/case/{case_id}", 303)
        self._set(answer, COOKIE, secret, LASTS.seconds)
        return answer

    async def signed_out(self, request: Request) -> Response:
        """The session ends here and in the books."""
        if not _own(request):
            return denied(request)
        await self.pages.sign_out(_cookie(request, COOKIE))
        language = language_of_browser(request.headers.get("accept-language", ""))
        words = say(language, "You are signed out. The card in the group has the way back.")
        answer = page(
            language, say(language, "Signed out"), "note.html", heading=say(language, "Signed out"), words=words
        )
        answer.delete_cookie(COOKIE, path="/", secure=self._https, httponly=True, samesite="lax")
        return answer

    def own(self, request: Request) -> bool:
        """Whether a form came from a page of ours."""
        return _own(request)

    def _set(self, answer: Response, name: str, value: str, seconds: int) -> None:
        answer.set_cookie(name, value, max_age=seconds, path="/", secure=self._https, httponly=True, samesite="lax")

    async def visited(self, request: Request, show: Page) -> Response:
        """What a signed-in doctor is shown; one and the same answer for whoever is not, and for what is not there."""
        visitor = await self.pages.visitor(_cookie(request, COOKIE))
        answer = await show(visitor) if visitor else None
        return answer or denied(request)

    def language(self, request: Request, visitor: Visitor) -> str:
        """As chosen on the page, else the doctor's own."""
        chosen = request.query_params.get("language") or _cookie(request, LANGUAGE)
        return chosen if chosen in LANGUAGES else language_of(self.pages.desk.clinic, visitor.doctor)

    # --- the page -----------------------------------------------------------------------------------------------------
    async def case(self, request: Request, case_id: str) -> Response:
        """Everything about a case."""

        async def show(visitor: Visitor) -> Response | None:
            found = await self.pages.open(visitor, case_id)
            if found is None:
                return None
            (case, remarks), language = found, self.language(request, visitor)
            desk = self.pages.desk
            file = case_file(case, desk.clinic, language, desk.clock())
            body = case_body(case, desk.clinic, language, file, remarks, visitor.doctor.key)
            answer = framed(language, file.title, body, "case")
            if request.query_params.get("language") in LANGUAGES:
                self._set(answer, LANGUAGE, language, LASTS.seconds)
            return answer

        return await self.visited(request, show)

    async def remark(self, request: Request, case_id: str) -> Response:
        """A remark is kept; nothing is, where there are no words."""

        async def show(visitor: Visitor) -> Response | None:
            text = free_text(await _field(request, "text"), longest=REMARK_CHARS)
            if not _own(request) or not await self.pages.remark(visitor, case_id, text or ""):
                return None
            return RedirectResponse(f"/case/{case_id}#remarks", 303)

        return await self.visited(request, show)


def denied(request: Request) -> Response:
    """The same for a stranger, a missing case and a missing file: it depends on the browser's language alone."""
    language = language_of_browser(request.headers.get("accept-language", ""))
    return page(language, "Second Look", "note.html", 404, heading="404", words=say(language, NOT_HERE))


def _cookie(request: Request, name: str) -> str:
    return request.cookies.get(name, "")[:200]


def _own(request: Request) -> bool:
    """Whether a form was sent by a page of ours: browsers say where it came from (the cookie is not sent from elsewhere either)."""
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


async def _field(request: Request, name: str) -> str:
    """Of a form; "" where it is not there, or the body is larger than any remark."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > REMARK_BYTES:
            return ""
    return parse_qs(body.decode("utf-8", "replace")).get(name, [""])[0]
