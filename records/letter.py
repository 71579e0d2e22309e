"""Letters: what the clinic writes as an A4 PDF, in English and Traditional Chinese.

Typst sets it. The texts go in as data beside a template of ours (``letter.typ``), never as source, so that nothing a person wrote is run.
Nothing is read from the machine but the template and the font of the package ``manimgx-fonts-cjk``; its used glyphs are embedded.
"""

import json
import unicodedata
from collections.abc import Sequence
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from records.child import child
from records.fonts import font_folder, lines

if TYPE_CHECKING:
    import typst

MOST_PAGES: Final = 20
MOST_BYTES: Final = 8 * 1024 * 1024  # twenty pages of all different characters stay far below
WALL_S: Final = 30.0
MOST_WIDTH: Final = (
    80_000  # in Latin characters; twenty full pages have about 65,000, and more than this is not laid out
)
LINE: Final = 20  # the width that the end of a line counts for
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
    texts = [lines(text) for text in pages]
    return _set({"texts": json.dumps(texts), "title": " ".join(lines(title)), "most": str(MOST_PAGES)})


def _set(given: dict[str, str]) -> bytes:
    import typst  # a library of 85 MB: whoever writes no letter does not load it

    fonts, folder = font_book(), font_folder()
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


@cache
def font_book() -> "typst.Fonts":
    """Our font and no other, for Typst. Loads Typst."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder()])
