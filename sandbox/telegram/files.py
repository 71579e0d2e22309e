"""Files that people or bots sent: sizes, ids that belong to one bot, and links that last an hour."""

import io
import secrets
from dataclasses import dataclass

from PIL import Image

from sandbox.clock import Clock
from sandbox.shapes import Json, Upload
from sandbox.telegram.places import Bot
from sandbox.telegram.refusal import bad

DOWNLOAD_LIMIT = 20 * 1024 * 1024
LINK_SECONDS = 3600
_EDGES = (90, 320)


@dataclass(slots=True)
class Kept:
    """One stored file; ``edge`` is set for the smaller sizes of a photo, which are drawn when asked for."""

    file_id: str
    unique: str
    bot: str
    upload: Upload
    path: str
    edge: int | None = None
    linked_until: float = 0.0


class Files:
    """All files by id; a file id belongs to one bot and means nothing to the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_id: dict[str, Kept] = {}
        self._by_unique: dict[str, Kept] = {}
        self._by_path: dict[tuple[str, str], Kept] = {}

    def _keep(self, bot: Bot, upload: Upload, folder: str, edge: int | None = None) -> Kept:
        unique = "AQAD" + secrets.token_urlsafe(9)
        number = len(self._by_id) + 1
        dot = upload.name.rfind(".")
        ending = upload.name[dot:] if folder == "documents" and dot > 0 else ".jpg" if folder == "photos" else ""
        path = f"{folder}/file_{number}{ending if ending.isascii() and ' ' not in ending else ''}"
        kept = Kept(f"AgACAgQAAxk{secrets.token_urlsafe(36)}", unique, bot.key, upload, path, edge)
        self._by_id[kept.file_id] = kept
        self._by_unique[unique] = kept
        self._by_path[bot.key, path] = kept
        return kept

    def photo(self, bot: Bot, upload: Upload) -> list[Json]:
        """Three sizes; the largest is the uploaded bytes themselves."""
        width, height = _measured(upload.content)
        sizes = []
        for edge in (*_EDGES, None):
            kept = self._keep(bot, upload, "photos", edge)
            scale = min(1.0, edge / max(width, height)) if edge else 1.0
            sizes.append(
                {
                    **_named(kept),
                    "width": max(1, round(width * scale)),
                    "height": max(1, round(height * scale)),
                    "file_size": max(1, round(len(upload.content) * scale * scale)),
                }
            )
        return sizes

    def document(self, bot: Bot, upload: Upload) -> Json:
        """A document keeps its name, declared type and size."""
        kept = self._keep(bot, upload, "documents")
        return {
            "file_name": upload.name, "mime_type": upload.mime, **_named(kept), "file_size": len(upload.content)
        }  # fmt: skip

    def known(self, bot: Bot, file_id: str) -> Kept | None:
        """The file with this id, if it is this bot's."""
        kept = self._by_id.get(file_id)
        return kept if kept and kept.bot == bot.key else None

    def link(self, bot: Bot, file_id: str) -> Json:
        """A ``File`` with a path for an hour; raises ``Refusal`` when unknown or above 20 MB."""
        kept = self.known(bot, file_id)
        if kept is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(kept.upload.content) > DOWNLOAD_LIMIT:
            raise bad("file is too big")
        kept.linked_until = self._clock.seconds() + LINK_SECONDS
        return {**_named(kept), "file_size": len(_drawn(kept)), "file_path": kept.path}

    def at_path(self, bot: Bot, path: str) -> bytes | None:
        """The bytes behind a link that is still good."""
        kept = self._by_path.get((bot.key, path))
        if kept is None or kept.linked_until < self._clock.seconds():
            return None
        return _drawn(kept)

    def shown(self, unique: str) -> Upload | None:
        """The file for the page."""
        kept = self._by_unique.get(unique)
        return kept.upload if kept else None


def _named(kept: Kept) -> Json:
    return {"file_id": kept.file_id, "file_unique_id": kept.unique}


def _measured(content: bytes) -> tuple[int, int]:
    """Width and height; a made-up size for bytes that are no picture, so that hostile ones can be sent in."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 1280, 960


def is_picture(content: bytes) -> bool:
    """Whether Telegram would take these bytes as a photo."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            return picture.format in {"JPEG", "PNG", "GIF", "WEBP", "BMP"}
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


def _drawn(kept: Kept) -> bytes:
    if kept.edge is None:
        return kept.upload.content
    try:
        with Image.open(io.BytesIO(kept.upload.content)) as picture:
            small = picture.convert("RGB")
            small.thumbnail((kept.edge, kept.edge))
            out = io.BytesIO()
            small.save(out, "JPEG")
            return out.getvalue()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return kept.upload.content
