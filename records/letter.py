"""Letters: what the clinic writes as an A4 PDF, in English and Traditional Chinese.

Typst sets it. The texts go in as data beside a template of ours (``letter.typ``), never as source, so that nothing a person wrote is run.
Nothing is read from the machine but the template and the font of the package ``manimgx-fonts-cjk``; its used glyphs are embedded.
"""

import json
import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from records.child import child

if TYPE_CHECKING:
    import typst

MOST_PAGES: Final = 20
MOST_BYTES: Final = 8 * 1024 * 1024  # twenty pages of all different characters stay far below
WALL_S: Final = 30.0
MOST_WIDTH: Final = (
    80_000  # in Latin characters; twenty full pages have about 65,000, and more than this is not laid out
)
LINE: Final = 20  # the width that the end of a line counts for
FAMILY: Final = "Noto Sans CJK TC"
MISSING: Final = "□"  # who reads must see that a letter or a character is lost
TOO_LONG: Final = f"A letter has at most {MOST_PAGES} pages."

_TEMPLATE: Final = Path(__file__).with_name("letter.typ")


def letter_beside(pages: Sequence[str], title: str) -> bytes:
    """``letter_pdf`` in a process of its own, because Typst would keep 60 MB of the service's memory for ever.

    Blocks for a tenth of a second, WALL_S at most. Raises ValueError as ``letter_pdf`` does, OSError when no letter came back.
    """
    with child(_work, list(pages), title) as (ours, _):
        if not ours.poll(WALL_S):
            raise TimeoutError("The letter took too long.")
        try:
            refused, letter = ours.recv_bytes(MOST_BYTES).decode(), ours.recv_bytes(MOST_BYTES)
        except EOFError:
            raise OSError("The letter could not be set.") from None
    if refused:
        raise ValueError(refused)
    return letter


def _work(theirs: Connection, pages: list[str], title: str) -> None:
    try:
        refused, letter = "", letter_pdf(pages, title)
    except ValueError as error:
        refused, letter = str(error), b""
    theirs.send_bytes(refused.encode())
    theirs.send_bytes(letter)


def letter_pdf(pages: Sequence[str], title: str) -> bytes:
    """A PDF with a new A4 page for every text, and more where one is long; ``title`` is shown by reader programs, not on the paper.

    Lines and blank lines stay; a line that begins with "• " hangs. The same input gives the same bytes. Emoji and control characters are
    left out, other characters that the font lacks become "□". Blocks for some milliseconds
    without holding up other threads; the first call loads Typst and the font.
    Raises ValueError with a sentence for no text at all and for more than 20 pages.
    """
    if not pages:
        raise ValueError("A letter needs at least one text.")
    if len(pages) > MOST_PAGES or sum(map(len, pages)) > MOST_WIDTH or sum(map(_width, pages)) > MOST_WIDTH:
        raise ValueError(TOO_LONG)
    texts = [_lines(text) for text in pages]
    return _set({"texts": json.dumps(texts), "title": " ".join(_lines(title)), "most": str(MOST_PAGES)})


def _set(given: dict[str, str]) -> bytes:
    import typst  # a library of 85 MB: whoever writes no letter does not load it

    fonts, folder = _fonts(), _font_folder()
    compiler = typst.Compiler(
        _TEMPLATE.read_bytes(), root=folder, font_paths=fonts, ignore_system_fonts=True, sys_inputs=given
    )
    try:
        made = compiler.compile(format="pdf", timestamp=0)
    except typst.TypstError as error:
        if "too many pages" in error.message:
            raise ValueError(TOO_LONG) from None
        raise
    if not isinstance(made, bytes):
        raise TypeError("A PDF is one piece of bytes.")
    return made


def _width(text: str) -> int:
    """Roughly, in Latin characters: a Chinese one is as wide as two."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide + LINE * text.count("\n")


def _lines(text: str) -> list[str]:
    return ["".join(map(_shown, line.expandtabs(4))).rstrip() for line in text.splitlines()]


def _shown(character: str) -> str:
    """The character itself, or what stands for it on paper."""
    if " " <= character <= "~":
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs"):  # control, format and bidi characters, halves of pairs
        return ""
    if category == "Zs" and character != "\u3000":  # Chinese paragraphs may begin with wide blanks
        return " "
    if (
        category == "Mn"
    ):  # accents are joined with their letters when set; the others choose the look of an emoji or a character
        return "" if "VARIATION" in unicodedata.name(character) else character
    if _in_font(character):
        return character
    return "" if category in ("So", "Sk", "Me") else MISSING  # emoji and what colours them


def _in_font(character: str) -> bool:
    starts, ends = _coverage()
    at = bisect_right(starts, ord(character)) - 1
    return at >= 0 and ord(character) <= ends[at]


@cache
def _font_folder() -> Path:
    found = find_spec("manimgx_fonts_cjk")
    if found is None or found.origin is None:
        raise FileNotFoundError("The font package manimgx-fonts-cjk is not installed.")
    return Path(found.origin).parent


@cache
def _fonts() -> "typst.Fonts":
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_font_folder()])


@cache
def _coverage() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first and the last code points of the ranges that the font has glyphs for.

    Read from the file, because Typst does not tell (OpenType: the "cmap" table, in it format 12, groups of three 32-bit numbers).
    """
    face = next(font for font in _fonts().fonts() if font.family == FAMILY)
    with (_font_folder() / (face.path or "")).open("rb") as file:

        def numbers(offset: int, form: str) -> tuple[int, ...]:
            file.seek(offset)
            return struct.unpack(f">{form}", file.read(struct.calcsize(f">{form}")))

        (start,) = numbers(12 + 4 * face.index, "I")
        (count,) = numbers(start + 4, "H")
        tables = [numbers(start + 12 + 16 * at, "4I") for at in range(count)]
        cmap = next(offset for tag, _, offset, _ in tables if tag == int.from_bytes(b"cmap"))
        (count,) = numbers(cmap + 2, "H")
        places = [cmap + numbers(cmap + 4 + 8 * at, "HHI")[2] for at in range(count)]
        wide = next(place for place in places if numbers(place, "H") == (12,))
        (count,) = numbers(wide + 12, "I")
        groups = numbers(wide + 16, f"{3 * count}I")
    return groups[0::3], groups[1::3]
