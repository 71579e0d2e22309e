"""The page behind the link: choose or drop files and folders; what is on the case already. The work is done by ``static/upload.js``."""

from collections.abc import Awaitable, Callable

import orjson
from fastapi import FastAPI, Response
from starlette.exceptions import HTTPException

from desk.case_links import UPLOADS
from desk.uploading import Uploads
from flows.case import Case, Record
from flows.summary import cat_name
from flows.uploads import FILE_BYTES, LINK_LASTS, closed
from flows.wording import mark, say
from storage import cases
from web.pages import SAFE_HEADERS, Html, page, piece, static

# Telegram's page in a computer's browser shows Mini Apps in a frame; nobody else may.
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors https://web.telegram.org"
)
SCRIPTS = ("upload.js", "zip.js", "vendor/tus.js")
WORDS = {
    "waiting": mark("Waiting its turn"),
    "preparing": mark("Putting the folder together …"),
    "starting": mark("Starting …"),
    "sent": mark("{sent} of {total}"),
    "to_go": mark("{time} left"),
    "seconds": mark("{n} s"),
    "minutes": mark("{n} min"),
    "checking": mark("checking that all is right …"),
    "received": mark("Received"),
    "pause": mark("Pause"),
    "resume": mark("Go on"),
    "cancel": mark("Cancel"),
    "remove": mark("Remove"),
    "paused": mark("Paused"),
    "cancelled": mark("{name} was cancelled."),
    "no_line": mark("No connection at the moment. It goes on by itself."),
    "files": mark("files"),
    "empty": mark("This is empty, so there is nothing to send."),
    "too_large": mark("This folder is larger than 4 GB. Please choose the folders inside it one by one."),
    "unreadable": mark("Your device does not let us read {name}. Please choose it again."),
    "expired": mark(
        "This link has run out. Write /upload in the chat for a new one, then choose the same files again."
    ),
    "no_room": mark("We have no room for this file at the moment. Please try again in a few hours."),
    "changed": mark("The file changed on the way. Press “Go on” to send it anew."),
    "failed": mark("That did not work. Please load this page again, or write to us in the chat."),
}


def add_upload_page(app: FastAPI, uploads: Uploads) -> None:
    """The page, its style and its scripts."""

    @app.get("/upload/{link}")
    async def upload(link: str) -> Response:
        """In the language of the case, whatever the browser prefers."""
        case_id = UPLOADS.was_ours(uploads.desk.links, link)
        if case_id is None:
            raise HTTPException(404)
        case = await uploads.desk.store.read(lambda conn: cases.by_id(conn, case_id, peek=True))
        if case is None:
            raise HTTPException(404)
        if UPLOADS.case_of(uploads.desk.links, link, uploads.desk.clock()) is None:
            return _note(case, say(case.language, EXPIRED, days=LINK_LASTS.days), 410)
        refused = closed(case)
        return _note(case, refused, 403) if refused else _shown(case, link)

    @app.get("/upload.css")
    async def style() -> Response:
        """The page's own style, beside the one of all pages."""
        return Response(static("upload.css"), media_type="text/css")

    for name in SCRIPTS:
        app.add_api_route(f"/{name}", _script(name), methods=["GET"])


EXPIRED = mark(
    "A link works for {days} days, so that nobody else can use it later. Write /upload in the chat and you get a new one; "
    "what you had begun to send goes on where it stopped."
)


def _script(name: str) -> Callable[[], Awaitable[Response]]:
    async def script() -> Response:
        """A script of the page. The one of others is fetched by ``make setup``."""
        try:
            return Response(static(name), media_type="text/javascript")
        except FileNotFoundError as error:
            raise HTTPException(404) from error

    return script


def _note(case: Case, words: str, status: int) -> Response:
    heading = say(case.language, "Case {code}", code=case.code)
    return page(case.language, heading, "note.html", status, heading=heading, words=words)


def _shown(case: Case, link: str) -> Response:
    language = case.language
    heading = say(language, "Records for {cat}", cat=cat_name(case, language)[:60])
    answer = page(
        language, heading, "upload.html", 200, heading=heading, code=case.code, base=f"/upload/{link}",
        language="zh-TW" if language == "zh_Hant" else "en",
        words=orjson.dumps({key: say(language, words) for key, words in WORDS.items()}).decode(),
        lead=say(language, "Choose files or a whole folder, for example the CD from your vet. If the line breaks, it goes on where it stopped."),
        noscript=say(language, "This page needs JavaScript. Please switch it on, or send the files in the chat."),
        choose=say(language, "Choose what to send"), choose_files=say(language, "Choose files"), choose_folder=say(language, "Choose a folder"),
        drop_here=say(language, "or drop them anywhere on this page"),
        limits=say(language, "Up to {most} GB each. A folder becomes one record.", most=FILE_BYTES // 10**9),
        left_off=say(language, "Not finished yet. Choose the same files again, and they go on where they stopped:"),
        under_way=say(language, "Being sent"), there=say(language, "Already in your case"), records=_records(case),
        end=say(language, "When everything is here, go back to the chat; there we tell you what has arrived."),
    )  # fmt: skip
    answer.headers.update({**SAFE_HEADERS, "Content-Security-Policy": POLICY})
    return answer


def _records(case: Case) -> Html:
    shown = [record for record in case.records if record.state != "refused"]
    if not shown:
        return piece("paragraph.html", words=say(case.language, "Nothing yet."))
    lines = [piece("record.html", name=_name(case, record), size=_size(record.size)) for record in shown]
    return Html("<ul>" + "".join(lines) + "</ul>")


def _name(case: Case, record: Record) -> str:
    kinds = {"photo": mark("Photo"), "voice": mark("Voice note"), "video": mark("Video")}
    return record.name or say(case.language, kinds.get(record.kind, mark("File")))


def _size(size: int) -> str:
    for unit, step in (("GB", 10**9), ("MB", 10**6)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{max(1, size // 1000)} kB"
