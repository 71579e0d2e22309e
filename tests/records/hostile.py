"""Builders for pictures: honest ones, ones that carry secrets, and ones that were made to hurt.

``phone.heic`` beside this file was made once with pillow-heif 1.8.1, whose wheels are no part of the project: ``photo(320, 240)`` with
lines of text, ``exif(6, "2026:05:03 10:11:12")`` and the canary as XMP, saved as HEIF with quality 60.
"""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, PngImagePlugin

CANARY = "canary-7f3a"


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The file's bytes."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photo(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """A picture with a red upper left quarter, so that one sees which way is up."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    return image.convert(mode)


def exif(orientation: int = 1, taken: str = "") -> Image.Exif:
    """EXIF that says who, where, which way up and, in EXIF's own form, when."""
    found = Image.Exif()
    found[ExifTags.Base.Orientation] = orientation
    found[ExifTags.Base.Artist] = CANARY
    found[ExifTags.Base.ImageDescription] = CANARY
    found.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = CANARY
    if taken:
        found.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    return found


def talkative(kind: str) -> bytes:
    """A picture with the canary in every slot this kind has."""
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{CANARY}</x:xmpmeta>".encode()
    common: dict[str, Any] = {"exif": exif(), "icc_profile": b"x" * 128 + CANARY.encode(), "xmp": xmp}
    if kind == "JPEG":
        common["comment"] = CANARY
    if kind == "PNG":
        common.pop("xmp")
        common["pnginfo"] = texts = PngImagePlugin.PngInfo()
        texts.add_text("Author", CANARY)
        texts.add_itxt("XML:com.adobe.xmp", xmp.decode())
    return saved(photo(), kind, **common)


def png_header(width: int, height: int) -> bytes:
    """A PNG that announces a size and carries a few zeros: small on the wire, huge if believed."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 4096))
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
