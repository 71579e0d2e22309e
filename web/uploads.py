"""The resumable upload protocol (tus 1.0.0: core, creation, checksum, expiration, termination) over ``desk.uploading``.

Everything stands below the link that the owner was given: a link opens the uploads of its own case and no other's.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from email.utils import format_datetime

from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect

from desk.case_links import UPLOADS
from desk.pieces import Checksum, Refused
from desk.uploading import KEPT, Uploads
from flows.uploads import FILE_BYTES
from storage.landing import Busy
from storage.uploads import Upload

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,expiration,termination"
DIGESTS = {"sha1": 20, "sha256": 32}
NAME_CHARS = 120
BODY = "application/offset+octet-stream"

Work = Callable[[], Awaitable[Response]]


def add_uploads(app: FastAPI, uploads: Uploads) -> None:
    """The protocol's addresses: ``/upload/{link}/files`` and one below it for each upload."""
    door = _Door(uploads)
    app.add_api_route("/upload/{link}/files", door.collection, methods=["POST", "OPTIONS"])
    app.add_api_route(
        "/upload/{link}/files/{upload_id}", door.one, methods=["HEAD", "PATCH", "DELETE", "OPTIONS", "POST"]
    )


class _Door:
    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    async def collection(self, request: Request, link: str) -> Response:
        """What the server can do, and new uploads."""
        if request.method == "OPTIONS":
            return _answer(204, {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(FILE_BYTES),
                                 "Tus-Checksum-Algorithm": ",".join(DIGESTS)})  # fmt: skip
        return await _guarded(request, lambda: self._begin(request, link))

    async def one(self, request: Request, link: str, upload_id: str) -> Response:
        """How far an upload is, its next piece, its end."""
        if request.method == "OPTIONS":
            return await self.collection(request, link)
        works = {"HEAD": self._offset, "PATCH": self._append, "DELETE": self._drop}
        # Where something in between lets only GET and POST through, the method stands in a header.
        work = works.get(request.headers.get("x-http-method-override", request.method))
        if work is None:
            return _answer(405)

        async def found() -> Response:
            upload = await self._uploads.find(self._case(link), upload_id)
            return await work(request, upload)

        return await _guarded(request, found)

    def _case(self, link: str) -> str:
        case_id = UPLOADS.case_of(self._uploads.desk.links, link, self._uploads.desk.clock())
        if case_id is None:
            raise Refused(403)
        return case_id

    async def _begin(self, request: Request, link: str) -> Response:
        case_id = self._case(link)
        size = _number(request, "upload-length")
        told = _told(request.headers.get("upload-metadata", ""))
        name = _name(told.get("relativePath") or told.get("filename", ""))
        sha = told.get("sha256", "")
        if size is None or size == 0 or (sha and not re.fullmatch("[0-9a-f]{64}", sha)):
            return _answer(400)
        upload = await self._uploads.begin(case_id, name, size, sha)
        return _answer(201, {"Location": f"/upload/{link}/files/{upload.id}", "Upload-Offset": "0", **_end(upload)})

    async def _offset(self, request: Request, upload: Upload) -> Response:
        here = await self._uploads.offset(upload)
        return _answer(200, {"Upload-Offset": str(here), "Upload-Length": str(upload.size), **_end(upload)})

    async def _append(self, request: Request, upload: Upload) -> Response:
        if request.headers.get("content-type") != BODY:
            return _answer(415)
        offset, checksum = _number(request, "upload-offset"), _checksum(request.headers.get("upload-checksum", ""))
        if offset is None:
            return _answer(400)
        length = _number(request, "content-length")
        here = await self._uploads.append(upload, offset, length, _body(request), checksum)
        return _answer(204, {"Upload-Offset": str(here), **_end(upload)})

    async def _drop(self, request: Request, upload: Upload) -> Response:
        await self._uploads.drop(upload)
        return _answer(204)


async def _guarded(request: Request, work: Work) -> Response:
    if request.headers.get("tus-resumable") != VERSION:
        return _answer(412, {"Tus-Version": VERSION})
    try:
        return await work()
    except Busy:
        return _answer(423)
    except Refused as refused:
        return _answer(refused.status, words=refused.sentence)
    except ClientDisconnect:
        return _answer(400)


async def _body(request: Request) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        yield chunk


def _answer(status: int, headers: dict[str, str] | None = None, words: str = "") -> Response:
    more = {"Tus-Resumable": VERSION, "Cache-Control": "no-store", **(headers or {})}
    return Response(words, status, more, media_type="text/plain; charset=utf-8")


def _end(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(upload.touched_at + KEPT, usegmt=True)}


def _number(request: Request, header: str) -> int | None:
    """None where the header is missing. Raises Refused(400) for what is no number."""
    value = request.headers.get(header)
    if value is None:
        return None
    if not re.fullmatch("[0-9]{1,18}", value):
        raise Refused(400)
    return int(value)


def _told(metadata: str) -> dict[str, str]:
    """``key base64,key base64``. Raises Refused(400)."""
    found = {}
    for pair in filter(None, metadata.split(",")):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Refused(400) from error
    return found


def _name(path: str) -> str:
    """The last part of a path of either slash, without what cannot be read. It names the file for people and is no path of ours."""
    last = re.split(r"[/\\]", path)[-1]
    readable = "".join(char for char in last if char.isprintable()).strip(". ")
    return readable[:NAME_CHARS]


def _checksum(header: str) -> Checksum | None:
    if not header:
        return None
    algorithm, _, value = header.partition(" ")
    try:
        digest = b64decode(value, validate=True)
    except binascii.Error as error:
        raise Refused(400) from error
    if len(digest) != DIGESTS.get(algorithm):
        raise Refused(400)
    return Checksum(algorithm, digest)
