"""The one font of what we draw and print: Noto Sans CJK TC of the package ``manimgx-fonts-cjk``, whatever the machine has."""

import struct
import unicodedata
from bisect import bisect_right
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FAMILY: Final = "Noto Sans CJK TC"
FACE: Final = 3  # of the collection: the Traditional Chinese one (checked by a test)
MISSING: Final = "□"  # who reads must see that a character is lost


@cache
def font_folder() -> Path:
    """Where the package keeps its font. FileNotFoundError when it is not installed."""
    found = find_spec("manimgx_fonts_cjk")
    if found is None or found.origin is None:
        raise FileNotFoundError("The font package manimgx-fonts-cjk is not installed.")
    return Path(found.origin).parent


@cache
def font_file() -> Path:
    """The collection of faces."""
    return next(font_folder().glob("*.ttc"))


def lines(text: str) -> list[str]:
    """The lines of a text as they can be set: without emoji, control and bidi characters; what the font lacks becomes "□"."""
    return ["".join(map(_shown, line.expandtabs(4))).rstrip() for line in text.splitlines()]


def one_line(text: str) -> str:
    """The same, as one line."""
    return " ".join(" ".join(lines(text)).split())


def _shown(character: str) -> str:
    """The character itself, or what stands for it on paper."""
    if " " <= character <= "~":
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs"):  # control, format and bidi characters, halves of pairs
        return ""
    if category == "Zs" and character != "\u3000":  # Chinese paragraphs may begin with wide blanks
        return " "
    if category == "Mn":  # accents are joined with their letters; the others choose the look of an emoji or a character
        return "" if "VARIATION" in unicodedata.name(character) else character
    if in_font(character):
        return character
    return "" if category in ("So", "Sk", "Me") else MISSING  # emoji and what colours them


def in_font(character: str) -> bool:
    """Whether the font has a glyph for it."""
    starts, ends = _coverage()
    at = bisect_right(starts, ord(character)) - 1
    return at >= 0 and ord(character) <= ends[at]


@cache
def _coverage() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first and the last code points of the ranges that the font has glyphs for.

    Read from the file (OpenType: the "cmap" table, in it format 12, groups of three 32-bit numbers).
    """
    with font_file().open("rb") as file:

        def numbers(offset: int, form: str) -> tuple[int, ...]:
            file.seek(offset)
            return struct.unpack(f">{form}", file.read(struct.calcsize(f">{form}")))

        (start,) = numbers(12 + 4 * FACE, "I")
        (count,) = numbers(start + 4, "H")
        tables = [numbers(start + 12 + 16 * at, "4I") for at in range(count)]
        cmap = next(offset for tag, _, offset, _ in tables if tag == int.from_bytes(b"cmap"))
        (count,) = numbers(cmap + 2, "H")
        places = [cmap + numbers(cmap + 4 + 8 * at, "HHI")[2] for at in range(count)]
        wide = next(place for place in places if numbers(place, "H") == (12,))
        (count,) = numbers(wide + 12, "I")
        groups = numbers(wide + 16, f"{3 * count}I")
    return groups[0::3], groups[1::3]
