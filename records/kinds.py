"""What a file is, by its first bytes. Names and announced types are the sender's word and are not believed."""

from collections.abc import Callable
from typing import Final

SNIFFED: Final = 40 * 1024  # so many first bytes tell the kind; the mark of a CD image lies 32 KB from its start

_HEIC: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
_MP4: Final = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash")
_OLD_MOV: Final = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # before 2001 there was no "ftyp"
_VRS: Final = frozenset(b"AE AS AT CS DA DS DT IS LO LT PN SH ST TM UI UL US OB OW UN UT UC UR SQ".split())
_LONG_VRS: Final = frozenset(b"OB OW UN UT UC UR SQ".split())

# Recognised so that the owner can be told what to send instead; never opened.
_STRANGERS: Final[tuple[tuple[str, Callable[[bytes], bool]], ...]] = (
    ("gif", lambda data: data.startswith((b"GIF87a", b"GIF89a"))),
    ("tiff", lambda data: data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"))),
    ("bmp", lambda data: data.startswith(b"BM") and data[6:10] == b"\0\0\0\0"),
    ("avif", lambda data: data[4:8] == b"ftyp" and _brands(data)[0] in (b"avif", b"avis")),
    ("rar", lambda data: data.startswith(b"Rar!\x1a\x07")),
    ("7z", lambda data: data.startswith(b"7z\xbc\xaf\x27\x1c")),
    ("archive", lambda data: data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")) or data[257:262] == b"ustar"),
    ("iso", lambda data: data[32769:32774] == b"CD001"),
    ("office", lambda data: data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),  # Word, Excel and mail before 2007
    ("word", lambda data: data.startswith(b"{\\rtf")),
    ("video", lambda data: data.startswith(b"\x1aE\xdf\xa3") or (data[:4] == b"RIFF" and data[8:12] == b"AVI ")),
    ("audio", lambda data: data.startswith((b"#!AMR", b"fLaC")) or (data[:4] == b"RIFF" and data[8:12] == b"WAVE")),
    ("program", lambda data: data.startswith((b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe"))),
    ("svg", lambda data: b"<svg" in data[:1024].lower()),
    (
        "html",
        lambda data: any(sign in data[:1024].lower() for sign in (b"<!doctype html", b"<html", b"<head", b"<body")),
    ),
    ("text", lambda data: _is_text(data)),
)


def kind_of(data: bytes) -> str:
    """One of "jpeg", "png", "webp", "heic", "dicom", "pdf", "zip", "mp4", "mov", "voice" and "unknown".

    ``data``: the first SNIFFED bytes. A file that is two things at once is what its first bytes say; what doctors see is made from
    pixels, so the other thing is lost in it.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return _boxed(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "unknown" if _office(data) else "zip"
    if data[128:132] == b"DICM" or _bare_dicom(data):  # the 128 bytes before it may hold anything, even a program
        return "dicom"
    if _is_voice(data):
        return "voice"
    if data[4:8] in _OLD_MOV and data[:1] == b"\0":
        return "mov"
    return "pdf" if b"%PDF-" in data[:1024] else "unknown"  # readers accept it that late


def looks_like(data: bytes) -> str:
    """What a file of the kind "unknown" seems to be: "word", "excel", "slides" or a name of _STRANGERS; "" when there is no telling."""
    if data.startswith(b"PK"):
        return _office(data)
    return next((name for name, fits in _STRANGERS if fits(data)), "")


def _boxed(data: bytes) -> str:
    """ISO base media: the first brand says what it is, the others are asked where it says nothing (ISO 14496-12, 4.3)."""
    first, others = _brands(data)
    if first in (b"avif", b"avis") or (first in (b"mif1", b"msf1") and b"avif" in others):
        return "unknown"
    if first in _HEIC:
        return "heic"
    if first == b"qt  ":
        return "mov"
    if first in (b"M4A ", b"M4B "):
        return "voice"
    if first in _MP4 or first[:2] == b"3g" or any(other in _MP4 for other in others):
        return "mp4"
    return "heic" if any(other in _HEIC for other in others) else "unknown"


def _brands(data: bytes) -> tuple[bytes, list[bytes]]:
    end = min(int.from_bytes(data[:4]), 256, len(data))
    return data[8:12], [data[at : at + 4] for at in range(16, end - 3, 4)]


def _office(data: bytes) -> str:
    """Which office document a ZIP is, or "": they all begin with the list of their parts or with their type."""
    name = data[30 : 30 + int.from_bytes(data[26:28], "little")]
    if name == b"mimetype" and b"opendocument." in data[:128]:
        return "excel" if b".spreadsheet" in data[:128] else "slides" if b".presentation" in data[:128] else "word"
    parts = (("word", b"word/"), ("excel", b"xl/"), ("slides", b"ppt/"))
    if name in (b"[Content_Types].xml", b"_rels/.rels", b"docProps/app.xml", b"docProps/core.xml"):
        return next((kind for kind, part in parts if part in data), "office")
    return next((kind for kind, part in parts if name.startswith(part)), "")


def _bare_dicom(data: bytes) -> bool:
    """Whether it begins with two data elements in order, as DICOM from old machines does, without preamble (PS3.5, 7.1)."""
    tag, after = _element(data, 0)
    following, end = _element(data, after) if after else ((0, 0), 0)
    return bool(end) and tag[0] in (2, 8) and tag < following and following[0] in (2, 8)


def _element(data: bytes, at: int) -> tuple[tuple[int, int], int]:
    """The tag of a data element in little endian and where the next one begins; 0 for what cannot be one."""
    head = data[at : at + 12]
    if len(head) < 12:
        return (0, 0), 0
    tag = (int.from_bytes(head[:2], "little"), int.from_bytes(head[2:4], "little"))
    if head[4:6] in _LONG_VRS:
        after = at + 12 + int.from_bytes(head[8:12], "little")
    elif head[4:6] in _VRS:
        after = at + 8 + int.from_bytes(head[6:8], "little")
    else:
        after = at + 8 + int.from_bytes(head[4:8], "little")
    return (tag, after) if after % 2 == 0 and after <= len(data) else ((0, 0), 0)


def _is_voice(data: bytes) -> bool:
    """Ogg with sound in it, or MP3: behind an ID3 label, or beginning with a frame."""
    if data.startswith(b"OggS"):
        return any(sign in data[:128] for sign in (b"OpusHead", b"\x01vorbis", b"Speex   "))
    if data.startswith(b"ID3"):
        return True
    return (
        data[:1] == b"\xff" and data[1:2] in (b"\xfb", b"\xfa", b"\xf3", b"\xf2") and data[2:3] not in (b"\xff", b"\0")
    )


def _is_text(data: bytes) -> bool:
    """Whether no byte of it is a control character. Which script it is in does not matter."""
    return bool(data) and not any(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in data[:4096])
