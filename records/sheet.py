"""The contact sheet: all previews of a case in one picture that a doctor reads on a phone before opening anything."""

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

WIDTH: Final = 1280
GAP: Final = 16
LABEL_PX: Final = 30
TITLE_PX: Final = 40
LONGEST: Final = 7000  # Telegram refuses photos whose width and height together are over 10,000
INK: Final = "#1c2328"
PAPER: Final = "#f4f5f2"
EMPTY: Final = "#d5d9d4"

# Where Debian, Fedora and Alpine put Noto CJK; the number is the Traditional Chinese face inside the collection.
FONTS: Final = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 3),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 3),
    ("/usr/share/fonts/noto/NotoSansCJK-Regular.ttc", 3),
    ("/usr/share/fonts/truetype/noto/NotoSansTC-Regular.ttf", 0),
)


def contact_sheet(previews: Sequence[tuple[bytes, str]], title: str) -> bytes:
    """A JPEG, 1,280 pixels wide. ``previews``: our own JPEG previews with their labels ("photo 22 Nov"); each is numbered from 1.

    Blocks for some milliseconds a picture. A preview that cannot be read leaves an empty cell. What would make the sheet longer than
    Telegram takes is left out, and the title says how many.
    """
    columns = _columns(len(previews))
    side = (WIDTH - GAP * (columns + 1)) // columns
    cell = side + LABEL_PX * 3 // 2 + GAP
    top = TITLE_PX * 2
    shown = previews[: columns * ((LONGEST - top) // cell)]
    left_out = len(previews) - len(shown)
    sheet = Image.new("RGB", (WIDTH, top + cell * -(-len(shown) // columns) + GAP), PAPER)
    _write(sheet, (GAP, TITLE_PX // 2), f"{title}  (+{left_out})" if left_out else title, TITLE_PX, WIDTH - 2 * GAP)
    for place, (preview, label) in enumerate(shown):
        corner = (GAP + (side + GAP) * (place % columns), top + cell * (place // columns))
        _put(sheet, preview, corner, side)
        _write(sheet, (corner[0], corner[1] + side + 4), f"{place + 1}  {label}", LABEL_PX, side)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=85)
    return out.getvalue()


def _columns(count: int) -> int:
    return next((columns for columns, most in ((1, 1), (2, 6), (3, 24)) if count <= most), 4)


def _put(sheet: Image.Image, preview: bytes, corner: tuple[int, int], side: int) -> None:
    """The whole picture, centred in its square: cutting the edges off a radiograph could cut off the finding."""
    left, top = corner
    try:
        with Image.open(BytesIO(preview), formats=["JPEG"]) as image:
            image.thumbnail((side, side), reducing_gap=2.0)
            small = image.convert("RGB")
    except (OSError, ValueError):
        ImageDraw.Draw(sheet).rectangle((left, top, left + side, top + side), fill=EMPTY)
        return
    ImageDraw.Draw(sheet).rectangle((left, top, left + side - 1, top + side - 1), fill="#e7e9e5")
    sheet.paste(small, (left + (side - small.width) // 2, top + (side - small.height) // 2))


def _write(sheet: Image.Image, place: tuple[int, int], words: str, size: int, room: int) -> None:
    """One line, cut short with dots where it would run into the next cell."""
    font, reads_all = _font(size)
    text = words if reads_all else words.encode("ascii", "replace").decode("ascii")
    shown = text
    while text and font.getlength(shown) > room:
        text = text[:-1]
        shown = f"{text.rstrip()}..."
    ImageDraw.Draw(sheet).text(place, shown, font=font, fill=INK)


@lru_cache
def _font(size: int) -> tuple[Font, bool]:
    """The font, and whether it has Chinese; Pillow's own knows Latin only."""
    for path, face in FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, size, index=face), True
    return ImageFont.load_default(size), False
