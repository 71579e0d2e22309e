"""Inside the disposable child: a PDF to a preview, its text and its dates. Nothing here may be called in the service's own process.

No forms, scripts or attachments: PDFium runs them only in an environment for forms, which is never made. One document a process,
because PDFium knows no threads (pitfall 82).
"""

import unicodedata
from collections.abc import Sequence
from typing import Any, BinaryIO, Final

import pypdfium2
import pypdfium2.raw
from PIL import Image

from records.dates import dates_in
from records.endings import ends_early
from records.findings import Opened
from records.pixels import LONGEST_SIDE, saved, thumb_of

MOST_PAGES: Final = 300
READ_PAGES: Final = 40  # whose text is looked at
READ_CHARACTERS: Final = 6_000  # of each
WORDS: Final = 600
FEW_CHARACTERS: Final = 40  # a page with less is a picture: scanning programs print a line of their own
SHOWN: Final = 4
READABLE: Final = 1.0  # pixels for a point, 72 points an inch: below this small print is lost
GAP: Final = 8
LARGEST: Final = 4.0  # a stamp is not blown up further


def look(file: BinaryIO, kind: str) -> Opened:
    """The first page, or the first up to four side by side while all stay readable; the thumbnail shows the first.

    Facts: ``pages``, ``text``, ``words``, ``dates``. Problems: "locked", "too_many_pages", "cut_short"; raises for broken bytes.
    """
    try:
        document = pypdfium2.PdfDocument(file, autoclose=False)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pypdfium2.raw.FPDF_ERR_PASSWORD, pypdfium2.raw.FPDF_ERR_SECURITY):
            return Opened(kind, problem="locked")
        raise
    try:
        return _looked_through(document, file, kind)
    finally:
        document.close()  # an archive may hold many


def page_of(file: BinaryIO, page: int, side: int) -> bytes:
    """One page, counted from 0, as a JPEG whose longer side has ``side`` pixels. Raises IndexError, and what broken bytes make PDFium raise."""
    document = pypdfium2.PdfDocument(file, autoclose=False)
    try:
        if not 0 <= page < min(len(document), MOST_PAGES):
            raise IndexError(page)
        shown = document[page]
        return saved(_drawn(shown, _scale([shown], side), side))
    finally:
        document.close()


def _looked_through(document: pypdfium2.PdfDocument, file: BinaryIO, kind: str) -> Opened:
    pages = len(document)
    if pages > MOST_PAGES:
        return Opened(kind, problem="too_many_pages", facts={"pages": pages})
    first = [document[at] for at in range(min(pages, SHOWN))]
    if not first:
        raise ValueError("A PDF has a page.")
    preview, thumb = saved(_side_by_side(first)), saved(thumb_of(_drawn(first[0], _scale(first[:1]))))
    facts = {"pages": pages, **_text_facts([_text(document, at) for at in range(min(pages, READ_PAGES))])}
    return Opened(kind, preview, thumb, "cut_short" if ends_early(file, kind) else "", facts)


def _side_by_side(pages: Sequence[pypdfium2.PdfPage]) -> Image.Image:
    """As many of the first pages as stay readable, in one row."""
    shown = next((count for count in range(len(pages), 1, -1) if _scale(pages[:count]) >= READABLE), 1)
    scale = _scale(pages[:shown])
    drawn = [_drawn(page, scale) for page in pages[:shown]]
    if len(drawn) == 1:
        return drawn[0]
    row = Image.new("RGB", (sum(one.width + GAP for one in drawn) - GAP, max(one.height for one in drawn)), "#d5d9d4")
    left = 0
    for one in drawn:
        row.paste(one, (left, 0))
        left += one.width + GAP
    return row


def _scale(pages: Sequence[pypdfium2.PdfPage], side: int = LONGEST_SIDE) -> float:
    """Pixels a point, so that the pages side by side are at most ``side`` wide and high, however large they claim to be."""
    sizes: list[tuple[float, float]] = [page.get_size() for page in pages]
    width, height = sum(size[0] for size in sizes), max(size[1] for size in sizes)
    if not (0 < width < float("inf") and 0 < height < float("inf")):
        raise ValueError("A page has a size.")
    return min((side - GAP * (len(pages) - 1)) / width, side / height, LARGEST)


def _drawn(page: pypdfium2.PdfPage, scale: float, side: int = LONGEST_SIDE) -> Image.Image:
    picture: Image.Image = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True).to_pil()
    return picture.convert("RGB").crop((0, 0, min(picture.width, side), min(picture.height, side)))


def _text(document: pypdfium2.PdfDocument, at: int) -> str:
    """A page's text layer without control characters; "" where the page cannot be read, so that the others still can."""
    try:
        layer = document[at].get_textpage()
        count = min(layer.count_chars(), READ_CHARACTERS)
        text: str = layer.get_text_range(0, count, errors="replace") if count > 0 else ""
    except pypdfium2.PdfiumError:
        return ""
    printed = "".join(" " if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Cn") else one for one in text)
    return " ".join(printed.split())


def _text_facts(texts: Sequence[str]) -> dict[str, Any]:
    with_text = sum(len(text) >= FEW_CHARACTERS for text in texts)
    facts: dict[str, Any] = {"text": "digital" if with_text == len(texts) else "mixed" if with_text else "scanned"}
    whole = " ".join(text for text in texts if text)
    if whole:
        facts["words"] = whole[:WORDS]
    found = dates_in(whole)
    return facts | ({"dates": found} if found else {})
