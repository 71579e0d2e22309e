"""How a contact sheet is drawn: places, labels and days. In the child only; see ``records.sheet``."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from records.fonts import FACE, font_file, one_line
from records.sheet import Tile

WIDTH: Final = 1280  # more is made smaller by Telegram, and labels with it
GAP: Final = 16
TITLE_PX, LABEL_PX, DAY_PX = 44, 34, 32  # on a phone 400 points wide the sheet is a third as large: labels of 11 points
LABEL_LINES: Final = 2
COLUMNS: Final = 3
INK, PAPER, EMPTY, CELL, DAY, WARNING = "#1c2328", "#f4f5f2", "#d5d9d4", "#e7e9e5", "#28566b", "#f2b632"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile stands: the left upper corner of its picture, and its size in pixels."""

    left: int
    top: int
    width: int
    height: int


def contact_sheet(tiles: Sequence[Tile], title: str) -> bytes:
    """A JPEG, 1,280 pixels wide; each tile has its number, its day where a new one begins, its label below.

    A picture that cannot be read leaves an empty cell. More than four rows would be made smaller by Telegram, and labels with them.
    """
    where, day = places(tiles), ""
    height = max((place.top + place.height for place in where), default=TITLE_PX * 2) + label_height() + GAP
    sheet = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, GAP), fitting(one_line(title), TITLE_PX, WIDTH - 2 * GAP, 1)[0], font=_font(TITLE_PX), fill=INK)
    for tile, place in zip(tiles, where, strict=True):
        _draw(sheet, draw, tile, place, "" if tile.day == day else one_line(tile.day) or "?")
        day = tile.day
    out = BytesIO()
    sheet.save(out, "JPEG", quality=85)
    return out.getvalue()


def _rows(tiles: Sequence[Tile]) -> list[list[Tile]]:
    found: list[list[Tile]] = []
    columns = columns_of(tiles)
    for tile in tiles:
        full = not found or len(found[-1]) == columns or found[-1][-1].wide
        if tile.wide or full:
            found.append([tile])
        else:
            found[-1].append(tile)
    return found


def columns_of(tiles: Sequence[Tile]) -> int:
    """One or two pictures are shown large."""
    small = sum(not tile.wide for tile in tiles)
    return 1 if small <= 1 else 2 if small <= 4 else COLUMNS


def places(tiles: Sequence[Tile]) -> list[Place]:
    """Where each tile of one sheet stands, in their order."""
    columns = columns_of(tiles)
    side = (WIDTH - GAP * (columns + 1)) // columns
    found, top = [], TITLE_PX * 2
    for row in _rows(tiles):
        if row[0].wide:
            height = WIDTH * 2 // 5
            found.append(Place(GAP, top, WIDTH - 2 * GAP, height))
        else:
            height = min(side, WIDTH * 3 // 5)
            found += [Place(GAP + (side + GAP) * number, top, side, height) for number in range(len(row))]
        top += height + label_height() + GAP
    return found


def label_height() -> int:
    """The room below a picture."""
    return LABEL_LINES * LABEL_PX * 5 // 4 + 8


# --- drawing ----------------------------------------------------------------------------------------------------------
def _draw(sheet: Image.Image, draw: ImageDraw.ImageDraw, tile: Tile, place: Place, day: str) -> None:
    _put(sheet, tile.picture, place)
    _chip(draw, (place.left, place.top), str(tile.number), INK, "white")
    if day:
        _chip(draw, (place.left + LABEL_PX * 2, place.top), day, DAY, "white")
    if tile.mark:
        corner = (place.left, place.top + place.height - DAY_PX * 3 // 2)
        _chip(draw, corner, fitting(one_line(tile.mark), DAY_PX, place.width - DAY_PX, 1)[0], WARNING, INK)
    top = place.top + place.height + 4
    for number, line in enumerate(fitting(one_line(tile.label), LABEL_PX, place.width, LABEL_LINES)):
        draw.text((place.left, top + number * LABEL_PX * 5 // 4), line, INK, _font(LABEL_PX))


def _put(sheet: Image.Image, picture: bytes, place: Place) -> None:
    """The whole picture, centred in its place: cutting the edges off a radiograph could cut off the finding."""
    box = (place.left, place.top, place.left + place.width - 1, place.top + place.height - 1)
    try:
        with Image.open(BytesIO(picture), formats=["JPEG"]) as image:
            image.draft("RGB", (place.width, place.height))  # decoded no larger than needed
            small = image.convert("RGB")
            scale = min(place.width / small.width, place.height / small.height)
            small = small.resize(
                (max(1, int(small.width * scale)), max(1, int(small.height * scale))), reducing_gap=2.0
            )
    except (OSError, ValueError):
        ImageDraw.Draw(sheet).rectangle(box, fill=EMPTY)
        return
    ImageDraw.Draw(sheet).rectangle(box, fill=CELL)
    sheet.paste(small, (place.left + (place.width - small.width) // 2, place.top + (place.height - small.height) // 2))


def _chip(draw: ImageDraw.ImageDraw, corner: tuple[int, int], words: str, ground: str, ink: str) -> None:
    font = _font(DAY_PX)
    left, top = corner
    draw.rectangle((left, top, left + int(font.getlength(words)) + DAY_PX, top + DAY_PX * 3 // 2), fill=ground)
    draw.text((left + DAY_PX // 2, top), words, ink, font)


def fitting(text: str, size: int, room: int, most: int) -> list[str]:
    """The text in at most ``most`` lines of ``room`` pixels, broken between words or Chinese characters, cut with "…" where longer."""
    font, found = _font(size), list[str]()
    rest = text
    while rest and len(found) < most:
        count = _that_fit(rest, font, room)
        if count < len(rest) and len(found) == most - 1:
            return [*found, rest[: _that_fit(rest, font, room - font.getlength("…"))].rstrip() + "…"]
        cut = rest.rfind(" ", 1, count + 1) if count < len(rest) else count
        near = cut if cut > count // 2 else count  # Chinese has no blanks
        found.append(rest[:near].rstrip())
        rest = rest[near:].lstrip()
    return found or [""]


def _that_fit(text: str, font: ImageFont.FreeTypeFont, room: float) -> int:
    """How many first characters are no longer than the room, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if font.getlength(text[:middle]) <= room else (low, middle - 1)
    return low


_FACES: dict[int, ImageFont.FreeTypeFont] = {}


def _font(size: int) -> ImageFont.FreeTypeFont:
    if size not in _FACES:
        face = ImageFont.truetype(str(font_file()), size, index=FACE)
        face.set_variation_by_axes([450])  # of 100 to 900: as it comes it is hair-thin
        _FACES[size] = face
    return _FACES[size]
