"""Reads the body of a request in whichever of the usual forms it comes."""

from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import UploadFile
from starlette.requests import Request

from sandbox.shapes import Json, Upload


async def pairs(request: Request) -> list[tuple[str, str]]:
    """Query and urlencoded body as pairs, blanks kept, in their order."""
    query = parse_qsl(request.url.query, keep_blank_values=True)
    body = (await request.body()).decode("utf-8", "replace") if request.method == "POST" else ""
    return query + parse_qsl(body, keep_blank_values=True)


async def parameters(request: Request) -> Json:
    """Parameters by name: query, urlencoded, multipart (files as ``Upload``) or JSON; raises ``ValueError``."""
    form = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if form == "multipart/form-data":
        found: Json = dict(parse_qsl(request.url.query, keep_blank_values=True))
        async with request.form(max_part_size=64 * 1024 * 1024) as parts:
            for name, value in parts.multi_items():
                found[name] = await uploaded(value) if isinstance(value, UploadFile) else value
        return found
    if form == "application/json" and request.method == "POST":
        return dict(parse_qsl(request.url.query)) | _object(await request.body())
    return dict(await pairs(request))


async def uploaded(part: UploadFile) -> Upload:
    """A file part with its whole content."""
    mime = part.content_type or "application/octet-stream"
    return Upload(part.filename or "file", mime, await part.read())


def _object(body: bytes) -> Json:
    found: Any = orjson.loads(body) if body else {}
    if not isinstance(found, dict):
        raise ValueError("a JSON object is expected")
    return found
