"""How the bars are drawn. In the child only; see ``records.figures_picture``."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from records.figures_picture import Bar
from records.fonts import FACE, font_file, one_line

WIDTH: Final = 1280  # more is made smaller by Telegram, and labels with it
GAP, BAR, LABEL = 24, 46, 42
TITLE_PX, LABEL_PX, SMALL_PX = 44, 34, 30  # on a phone 400 points wide a third as large
INK, PAPER, QUIET, EMPTY = "#1c2328", "#f4f5f2", "#4c5c5a", "#e2e4df"
PARTS: Final = ("#28766b", "#e0a526", "#b3372c")  # fresh, waiting, old: told apart also by those who see no red
NUMBER: Final = 90


def drawn(title: str, bars: Sequence[Bar], legend: Sequence[str]) -> bytes:
    """A bar for each state with its number, its parts beside one another; the legend at the foot."""
    row = LABEL + GAP // 2 + BAR + GAP
    picture = Image.new("RGB", (WIDTH, 3 * GAP + TITLE_PX + GAP + row * len(bars) + LABEL + GAP), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.text((GAP, GAP), one_line(title), font=_font(TITLE_PX), fill=INK)
    longest = max((sum(parts) for _, parts in bars), default=1)
    top = 3 * GAP + TITLE_PX
    for bar in bars:
        _bar(draw, top, bar, longest)
        top += row
    _legend(draw, top, legend)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _bar(draw: ImageDraw.ImageDraw, top: int, bar: Bar, longest: int) -> None:
    label, parts = bar
    draw.text((GAP, top), one_line(label), font=_font(LABEL_PX), fill=INK)
    top += LABEL + GAP // 2
    left, room = GAP, WIDTH - 2 * GAP - NUMBER
    draw.rectangle((left, top, left + room, top + BAR), fill=EMPTY)
    for part, colour in zip(parts, PARTS, strict=True):
        width = round(room * part / longest)
        if width:
            draw.rectangle((left, top, left + width, top + BAR), fill=colour)
        left += width
    draw.text((WIDTH - GAP, top + BAR // 2), str(sum(parts)), font=_font(LABEL_PX), fill=INK, anchor="rm")


def _legend(draw: ImageDraw.ImageDraw, top: int, legend: Sequence[str]) -> None:
    left: float = GAP
    for words, colour in zip(legend, PARTS, strict=True):
        draw.rectangle((left, top + 6, left + SMALL_PX, top + 6 + SMALL_PX), fill=colour)
        draw.text((left + SMALL_PX + 10, top), one_line(words), font=_font(SMALL_PX), fill=QUIET)
        left += SMALL_PX + 10 + draw.textlength(one_line(words), font=_font(SMALL_PX)) + 2 * GAP


def _font(size: int) -> ImageFont.FreeTypeFont:
    face = ImageFont.truetype(str(font_file()), size, index=FACE)
    face.set_variation_by_axes([450])  # as it comes it is hair-thin
    return face
