"""Values of DICOM headers as words, dates and numbers (PS3.5, section 6), whatever character set they are in.

Scanners in Taiwan and China often name no character set, or Latin-1, and write UTF-8, Big5 or GB 18030 all the same.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Final

from pydicom.charset import convert_encodings, decode_bytes, default_encoding

LONGEST: Final = 64
_ESCAPE: Final = b"\x1b"
_LOST: Final = "\ufffd"
_RESETS: Final = {0x09, 0x0A, 0x0C, 0x0D, 0x5C, 0x5E, 0x3D}  # what ends an escape sequence (PS3.5, 6.1.2.5.3)
_LATIN: Final = ("", "ISO_IR 6", "ISO 2022 IR 6", "ISO_IR 100", "ISO 2022 IR 100")


@lru_cache(4096)
def words(raw: bytes, charset: bytes = b"") -> str:
    """One line of at most 64 characters, without what does not show. ``charset``: the raw Specific Character Set (0008,0005)."""
    return shown(_decoded(raw, charset))[:LONGEST].rstrip()


@lru_cache(4096)
def name(raw: bytes, charset: bytes = b"") -> str:
    """A person's name as it is read: "Chen^Mimi=陳^咪咪" is "Chen Mimi / 陳 咪咪"."""
    groups = (shown(group.replace("^", " ")) for group in _decoded(raw, charset).split("="))
    return " / ".join(dict.fromkeys(filter(None, groups)))[:LONGEST].rstrip()


@lru_cache(1024)
def day(raw: bytes) -> str:
    """ "YYYY-MM-DD", or "" for what is no day. The standard's own form before 1993 had points in it."""
    found = re.fullmatch(rb"(\d{4})[.-]?(\d\d)[.-]?(\d\d).*", raw.strip(b" \0"))
    if not found:
        return ""
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return ""


def numbers(raw: bytes) -> tuple[float, ...]:
    """Decimal strings, parted by backslashes; empty where one of them is no finite number."""
    try:
        found = tuple(float(part) for part in raw.strip(b" \0").split(b"\\"))
    except ValueError:
        return ()
    return found if all(abs(one) < 1e9 for one in found) else ()


def whole(raw: bytes) -> int | None:
    """An integer string."""
    try:
        return int(raw.strip(b" \0+") or b"-")
    except ValueError:
        return None


def shown(text: str) -> str:
    """Without control, format and direction characters and halves of pairs; runs of blanks are one."""
    return " ".join(
        "".join(c if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn") else "" for c in text)
        .translate(_BLANKS)
        .split()
    )


_BLANKS: Final = {code: " " for code in (*range(32), *range(127, 160))}


def _decoded(raw: bytes, charset: bytes) -> str:
    raw = raw.strip(b" \0")
    if raw.isascii() and _ESCAPE not in raw:
        return raw.decode("ascii")
    declared = [part.strip().decode("ascii", "replace") for part in charset.split(b"\\")]
    if declared[0] in _LATIN and len(declared) == 1:
        return _guessed(raw, latin=declared[0].endswith("100"))
    try:
        encodings = convert_encodings(declared)
        found = _LOST if encodings == [default_encoding] else decode_bytes(raw, encodings, _RESETS)
    except (LookupError, UnicodeError):
        found = _LOST
    return found if _LOST not in found else _guessed(raw, latin=False)


def _guessed(raw: bytes, latin: bool) -> str:
    """UTF-8 is nothing else by chance; Latin-1 is believed where it is announced; then Taiwan's and China's own."""
    for encoding in ("utf-8", *(("latin-1",) if latin else ("cp950", "gb18030"))):
        try:
            return raw.decode(encoding)
        except UnicodeError:
            continue
    return raw.decode("latin-1")
