"""Photos, documents and albums that bots send or put in place of others."""

import secrets
from typing import Any

from sandbox.shapes import Json, Upload
from sandbox.telegram.files import is_picture
from sandbox.telegram.places import Bot, Chat
from sandbox.telegram.refusal import Refusal, bad
from sandbox.telegram.sending import CAPTION_LIMIT, placed, posted, worded
from sandbox.telegram.town import Town

PHOTO_LIMIT = 10 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
_FIELDS = {
    "photo": {"type", "media", "caption", "parse_mode", "caption_entities", "show_caption_above_media", "has_spoiler"},
    "document": {"type", "media", "caption", "parse_mode", "caption_entities", "thumbnail",
                 "disable_content_type_detection"},
}  # fmt: skip

Parts = dict[str, Upload]
"""Uploaded parts by name, for values of the form ``attach://name``."""


def _found(value: Any, parts: Parts) -> Upload | str:
    """The upload behind a value, or the value itself when it is a file id or a link."""
    if isinstance(value, Upload):
        return value
    if isinstance(value, str) and value.startswith("attach://"):
        name = value.removeprefix("attach://")
        if name not in parts:
            raise bad(f"can't find file part {name}")
        return parts[name]
    return str(value or "")


def kept(town: Town, bot: Bot, kind: str, value: Any, parts: Parts) -> Json:
    """``{"photo": […]}`` or ``{"document": {…}}`` for an upload or a known file id; raises ``Refusal``."""
    found = _found(value, parts)
    if isinstance(found, str):
        return _known(town, bot, kind, found)
    if len(found.content) > UPLOAD_LIMIT:
        raise Refusal(413, "Request Entity Too Large")
    if not found.content:
        raise bad("file must be non-empty")
    if kind == "document":
        return {"document": town.files.document(bot, found)}
    if len(found.content) > PHOTO_LIMIT:
        raise bad("file is too big for a photo")
    if not is_picture(found.content):
        raise bad("IMAGE_PROCESS_FAILED")
    return {"photo": town.files.photo(bot, found)}


def _known(town: Town, bot: Bot, kind: str, file_id: str) -> Json:
    if not file_id:
        raise bad(f"there is no {kind} in the request")
    if file_id.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    known = town.files.known(bot, file_id)
    if known is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if kind == "photo":
        return {"photo": town.files.photo(bot, known.upload)}
    return {"document": town.files.document(bot, known.upload)}


def logged(town: Town, bot: Bot, chat: Chat, message: Json, method: str) -> None:
    """Write a sent photo or document into the ground truth."""
    kind = "photo" if "photo" in message else "document"
    town.ledger.write(
        kind,
        bot=bot.key,
        chat=chat.id,
        message_id=message["message_id"],
        thread_id=message.get("message_thread_id"),
        text=message.get("caption", ""),
        name=message["document"]["file_name"] if kind == "document" else None,
        media_group_id=message.get("media_group_id"),
        method=method,
    )


async def _send(town: Town, bot: Bot, params: Json, parts: Parts, kind: str, method: str) -> Json:
    chat, place = placed(town, bot, params)
    content = worded(params, "caption", CAPTION_LIMIT)
    content = {**kept(town, bot, kind, params.get(kind), parts), **content}
    message = posted(town, bot, chat, place, content)
    logged(town, bot, chat, message, method)
    return message


async def send_photo(town: Town, bot: Bot, params: Json, parts: Parts) -> Json:
    """``sendPhoto`` → ``Message``."""
    return await _send(town, bot, params, parts, "photo", "sendPhoto")


async def send_document(town: Town, bot: Bot, params: Json, parts: Parts) -> Json:
    """``sendDocument`` → ``Message``."""
    return await _send(town, bot, params, parts, "document", "sendDocument")


def item(town: Town, bot: Bot, media: Any, parts: Parts) -> Json:
    """The content of one ``InputMedia``; raises ``Refusal`` for an unknown field or type."""
    if not isinstance(media, dict) or media.get("type") not in _FIELDS:
        raise bad("can't parse InputMedia: wrong type")
    if unknown := sorted(set(media) - _FIELDS[media["type"]]):
        raise bad(f"unknown field {unknown[0]} in InputMedia")
    content = worded(media, "caption", CAPTION_LIMIT)
    return {**kept(town, bot, media["type"], media.get("media"), parts), **content}


async def send_media_group(town: Town, bot: Bot, params: Json, parts: Parts) -> list[Json]:
    """``sendMediaGroup`` → 2 to 10 ``Message`` of one kind, with one ``media_group_id``."""
    chat, place = placed(town, bot, params)
    media = params.get("media")
    if not isinstance(media, list) or not 2 <= len(media) <= 10:
        raise bad("media group must include 2-10 items")
    contents = [item(town, bot, one, parts) for one in media]
    if len({"photo" in content for content in contents}) > 1:
        raise bad("document can't be mixed with other media types")
    group = {"media_group_id": str(secrets.randbits(60))}
    messages = [posted(town, bot, chat, dict(place), {**group, **content}) for content in contents]
    for message in messages:
        logged(town, bot, chat, message, "sendMediaGroup")
    return messages


async def get_file(town: Town, bot: Bot, params: Json) -> Json:
    """``getFile`` → ``File`` with a path for an hour."""
    return town.files.link(bot, params.get("file_id", ""))
