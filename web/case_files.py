"""One record on the case page: looked at closely, scrolled through, downloaded. What is drawn is ours; what came is only ever downloaded."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path

import orjson
from fastapi import FastAPI, Request, Response
from starlette.responses import StreamingResponse

from desk.case_pages import SLICES, Visitor
from flows.case import Case, Record
from flows.records_by_date import day_of, in_order, kind_words, marks, number
from flows.wording import mark, say
from records.limits import Refused
from storage.shelf import ShelfAway
from web.case_pages import Door
from web.case_view import badge
from web.pages import Html, framed, piece

PIECE = 256 * 1024
BINARY = "application/octet-stream"
STACKED = ("dicom", "zip")  # what is in it has to be looked up
DRAWN = ("jpeg", "png", "webp", "heic", "pdf")
ENDINGS = {"jpeg": "jpg", "dicom": "dcm", "voice": "ogg", "unknown": "bin", "": "bin"}
FAILED = mark("This cannot be shown. The original can be downloaded.")
WORDS = {
    "loading": mark("One moment …"), "failed": FAILED, "away": mark("The files cannot be reached at the moment. Please try again."),
    "gone": mark("You are signed out, or this is no longer here."), "old": mark("This browser is too old for these images. The original can be downloaded."),
    "slice": mark("Image {n} of {total}"), "page": mark("Page {n} of {total}"), "series": mark("{n} images"), "missing": mark("{n} missing"), "picture": mark("Picture {n}"),
    "larger": mark("Larger"), "smaller": mark("Smaller"), "fit": mark("Fit"), "turn": mark("Turn"), "invert": mark("Invert"), "next": mark("Next"), "back": mark("Back"),
    "play": mark("Play"), "stop": mark("Stop"), "window": mark("Window"), "as_stored": mark("As recorded"), "whole": mark("Full range"), "soft": mark("Soft tissue"), "bone": mark("Bone"),
    "lung": mark("Lung"), "brain": mark("Brain"), "hand": mark("By hand"), "drag": mark("Drag to"), "drag_scroll": mark("scroll"), "drag_window": mark("window"), "drag_move": mark("move"),
    "lossy": mark("compressed with loss"), "centre": mark("C {c} · W {w}"),
}  # fmt: skip
HOW = mark("Arrow keys scroll and move, plus and minus change the size, 0 fits the picture.")

Give = Callable[[Visitor, Case, Record], Awaitable[Response | None]]


def add_case_files(app: FastAPI, door: Door) -> None:
    """The addresses below a record."""
    files = _Files(door)
    base = "/case/{case_id}/files/{number}"
    app.add_api_route(base, files.shown, methods=["GET"])
    for name in ("thumb", "preview", "contents", "picture", "slices", "original"):
        app.add_api_route(f"{base}/{name}", getattr(files, name), methods=["GET"])


class _Files:
    def __init__(self, door: Door) -> None:
        self._door = door
        self._pages = door.pages

    async def _of(self, request: Request, case_id: str, number: str, what: str, part: str, give: Give) -> Response:
        """Noted first, shown then. What a child refused, or the shelf does not have, is said with a status of its own."""

        async def show(visitor: Visitor) -> Response | None:
            if not number.isascii() or not number.isdigit() or len(number) > 6:
                return None
            found = await self._pages.record(visitor, case_id, int(number), what, part)
            if found is None:
                return None
            try:
                return await give(visitor, *found)
            except Refused as refused:
                return Response(refused.problem, 422, media_type="text/plain")
            except ShelfAway:
                return Response("shelf_away", 503, media_type="text/plain")
            except (FileNotFoundError, IndexError, KeyError, ValueError):
                return None

        return await self._door.visited(request, show)

    async def thumb(self, request: Request, case_id: str, number: str) -> Response:
        """Our own small picture."""

        async def give(visitor: Visitor, case: Case, record: Record) -> Response | None:
            return _jpeg(await self._pages.stored(record.thumb)) if record.thumb else None

        return await self._of(request, case_id, number, "thumb", "", give)

    async def preview(self, request: Request, case_id: str, number: str) -> Response:
        """Our own larger one."""

        async def give(visitor: Visitor, case: Case, record: Record) -> Response | None:
            return _jpeg(await self._pages.stored(record.preview)) if record.preview else None

        return await self._of(request, case_id, number, "preview", "", give)

    async def contents(self, request: Request, case_id: str, number: str) -> Response:
        """What can be looked at in an archive or a DICOM file; of each series the number of its images, not their places."""

        async def give(visitor: Visitor, case: Case, record: Record) -> Response | None:
            if record.facts.get("is") not in STACKED:
                return None
            found = await self._pages.contents(record)
            series = [{**one, "slices": len(one["slices"])} for one in found["series"]]
            return Response(orjson.dumps({"series": series, "papers": found["papers"]}), media_type="application/json")

        return await self._of(request, case_id, number, "contents", "", give)

    async def picture(self, request: Request, case_id: str, number: str) -> Response:
        """A whole picture or a page, drawn anew from the original. ``part``: its key in ``contents``."""
        part, page = request.query_params.get("part", ""), request.query_params.get("page", "0")

        async def give(visitor: Visitor, case: Case, record: Record) -> Response | None:
            sort = str(record.facts.get("is", ""))
            if sort in STACKED:
                kinds = {paper["key"]: str(paper["kind"]) for paper in (await self._pages.contents(record))["papers"]}
                sort = kinds[part]
            elif part or sort not in DRAWN:
                return None
            return _jpeg(await self._pages.picture(record, part, sort, _count(page)))

        return await self._of(request, case_id, number, "picture", f"{part} {page}".strip(), give)

    async def slices(self, request: Request, case_id: str, number: str) -> Response:
        """Images of a series as numbers, each as two lengths of four bytes, its head in JSON and its values (``records.dicom_values``)."""
        asked = [request.query_params.get(name, "0") for name in ("series", "first", "count")]

        async def give(visitor: Visitor, case: Case, record: Record) -> Response | None:
            series, first, count = (_count(one) for one in asked)
            found = await self._pages.slices(record, series, first, max(1, min(count, SLICES)))
            packed = bytearray()
            for head, data in found:
                words = orjson.dumps(head)
                packed += struct.pack("<II", len(words), len(data)) + words + data
            return Response(bytes(packed), media_type=BINARY)

        return await self._of(request, case_id, number, "slices", " ".join(asked), give)

    async def original(self, request: Request, case_id: str, number: str) -> Response:
        """As it came, byte for byte, never shown by the browser. Its own name is left out: people call a file what they are called."""

        async def give(visitor: Visitor, case: Case, record: Record) -> Response | None:
            kind = str(record.facts.get("is", ""))
            name = f"{case.code}-{number}.{ENDINGS.get(kind, kind)}"
            held = ExitStack()  # as long as bytes are sent
            path = await asyncio.to_thread(held.enter_context, self._pages.local(record))
            headers = {
                "Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(path.stat().st_size), "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "default-src 'none'; sandbox",
            }  # fmt: skip
            return StreamingResponse(_pieces(path, held.close), headers=headers, media_type=BINARY)

        return await self._of(request, case_id, number, "original", "", give)

    async def shown(self, request: Request, case_id: str, number: str) -> Response:
        """The page around one record."""

        async def give(visitor: Visitor, case: Case, record: Record) -> Response | None:
            language = self._door.language(request, visitor)
            title = kind_words(case, record, language)
            return framed(language, title, _body(case, record, language), "closely")

        return await self._of(request, case_id, number, "record", "", give)


def _count(word: str) -> int:
    """Raises ValueError for what is no small number."""
    if not (word.isascii() and word.isdigit() and len(word) <= 6):
        raise ValueError(word)
    return int(word)


def _jpeg(data: bytes) -> Response:
    return Response(data, media_type="image/jpeg")


async def _pieces(path: Path, close: Callable[[], None]) -> AsyncIterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece_ := await asyncio.to_thread(file.read, PIECE):
                yield piece_
    finally:
        close()


def _body(case: Case, record: Record, language: str) -> Html:
    shown = list(in_order(case))
    place = shown.index(record)
    before = shown[place - 1] if place else None
    after = shown[place + 1] if place + 1 < len(shown) else None
    base, kind = f"/case/{case.id}", str(record.facts.get("is", ""))
    about = (day_of(record, language), badge(record, language), *marks(record, language))
    return piece(
        "case_record.html", base=base, link=f"{base}/files/{number(case, record)}", number=str(number(case, record)),
        back=say(language, "Case {code}", code=case.code), kind=kind_words(case, record, language), sort=kind,
        about=" · ".join(word for word in (f"{number(case, record)} / {len(case.records)}", *about) if word),
        before=_step(case, before, "‹", say(language, "Earlier record")), after=_step(case, after, "›", say(language, "Later record")),
        download=say(language, "Original"), pages=str(record.facts.get("pages", 1)), preview="yes" if record.preview else "",
        picture=Html(f'<img id="picture" src="{base}/files/{number(case, record)}/preview" alt="">') if record.preview else Html(""),
        state="" if record.preview or kind in STACKED else say(language, FAILED), how=say(language, HOW), toolbar=say(language, "Tools"),
        parts=say(language, "What is in it"), noscript=say(language, "Zoom and series need JavaScript."), language="zh-TW" if language == "zh_Hant" else "en",
        words=orjson.dumps({name: say(language, words) for name, words in WORDS.items()}).decode(),
    )  # fmt: skip


def _step(case: Case, record: Record | None, sign: str, words: str) -> Html:
    if record is None:
        return Html(f'<span class="step off" aria-hidden="true">{sign}</span>')
    found = piece("step.html", link=f"/case/{case.id}/files/{number(case, record)}", words=words, sign=sign)
    return Html(found.rstrip())
