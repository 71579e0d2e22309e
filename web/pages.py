"""Pages as files: templates with ``$name`` places, every value escaped, and the headers that every page carries."""

import html
import re
from functools import lru_cache
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse

from flows.wording import LANGUAGES

_FOLDER = Path(__file__).parent

SAFE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}

WITH_SCRIPTS = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


class Html(str):
    """Text that is escaped already."""


@lru_cache
def _template(name: str) -> Template:
    return Template((_FOLDER / "templates" / name).read_text("utf-8"))


@lru_cache
def static(name: str) -> bytes:
    """A file that never changes while the program runs."""
    return (_FOLDER / "static" / name).read_bytes()


def page(language: str, title: str, inner: str, status: int = 200, /, **words: str) -> HTMLResponse:
    """``inner`` names the template inside the frame. Values are escaped (``piece``)."""
    body = piece(inner, **words)
    frame = _template("frame.html")
    tag = "zh-Hant" if language == "zh_Hant" else "en"
    return HTMLResponse(frame.substitute(language=tag, title=html.escape(title), body=body), status)


def framed(language: str, title: str, body: Html, look: str) -> HTMLResponse:
    """A doctors' page: scripts of our own may run there. ``look``: the class of its body."""
    tag = "zh-Hant" if language == "zh_Hant" else "en"
    answer = HTMLResponse(piece("doctors.html", language=tag, title=title, body=body, look=look))
    answer.headers.update({**SAFE_HEADERS, "Content-Security-Policy": WITH_SCRIPTS})
    return answer


def piece(template: str, /, **words: str) -> Html:
    """A template filled in. Values are escaped here and nowhere else."""
    safe = {key: value if isinstance(value, Html) else html.escape(value) for key, value in words.items()}
    return Html(_template(template).substitute(safe))


def language_of(accepted: str) -> str:
    """The first of our languages that the browser names; Chinese of any script gets ours rather than English."""
    for part in re.split(r"[,;]", accepted.lower()):
        if part.strip().startswith("zh"):
            return "zh_Hant"
        if part.strip().startswith("en"):
            return "en"
    return LANGUAGES[0]
