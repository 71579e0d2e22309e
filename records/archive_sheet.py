"""One picture of a whole archive, to be read on a phone: a strip of slices of each series, then photographs and pages.

Slices are spread over the whole stack, because the five around its middle look the same. Few series are shown large, many small; each
series begins a line of its own where there is room for that. No words are written in it: labels are drawn later, in the reader's language.
"""

from collections.abc import Callable, Sequence
from math import ceil, isqrt
from typing import Final

from PIL import Image, ImageOps

SIDE: Final = 1280
GAP: Final = 6
PAPER: Final = (24, 28, 32)  # dark as a light-box that is off: slices are black around

# Slices of a series and columns, the first that leaves no more rows than columns; the last is cut off.
_LAYOUTS: Final = ((9, 3), (8, 4), (4, 4), (5, 5), (3, 6), (1, 6))

Maker = Callable[[], Image.Image | None]


def composed(groups: Sequence[Sequence[Maker]]) -> Image.Image | None:
    """Up to 36 pictures, at most 1,280 pixels a side. A group is a series; one of one picture stands among its like behind the series.

    A maker gives its picture when it is asked, or None: a cell stays empty then. None where no maker gave one.
    """
    strips = [group for group in groups if len(group) > 1]
    singles = [group[0] for group in groups if len(group) == 1]
    if len(singles) == 1 and not strips:
        return singles[0]()
    most, columns = _layout([len(strip) for strip in strips], len(singles))
    cells = _cells(strips, singles, most, columns)
    side = (SIDE - GAP * (columns - 1)) // columns
    rows = max(row for row, _, _ in cells) + 1
    sheet = Image.new("RGB", (SIDE, rows * (side + GAP) - GAP), PAPER)
    drawn = 0
    for row, column, maker in cells:
        if (made := maker()) is not None:
            drawn += 1
            made.thumbnail((side, side), reducing_gap=2.0)
            made = ImageOps.contain(
                made, (side, side)
            )  # a slice of 128 pixels is made larger: it is looked at on a phone
            left, top = column * (side + GAP), row * (side + GAP)
            sheet.paste(made, (left + (side - made.width) // 2, top + (side - made.height) // 2))
    return sheet if drawn else None


def spread(count: int, most: int) -> list[int]:
    """Places of at most ``most`` among ``count``, evenly, from well within the first to well within the last."""
    shown = min(count, most)
    return [(2 * place + 1) * count // (2 * shown) for place in range(shown)]


def _layout(strips: Sequence[int], singles: int) -> tuple[int, int]:
    if not strips:
        return 1, min(6, isqrt(max(singles - 1, 0)) + 1)
    for most, columns in _LAYOUTS:
        if _rows(strips, most, columns) + ceil(singles / columns) <= columns:
            return most, columns
    return _LAYOUTS[-1]


def _rows(strips: Sequence[int], most: int, columns: int) -> int:
    if most >= columns:
        return sum(ceil(min(length, most) / columns) for length in strips)
    return ceil(len(strips) / (columns // most))


def _cells(
    strips: Sequence[Sequence[Maker]], singles: Sequence[Maker], most: int, columns: int
) -> list[tuple[int, int, Maker]]:
    """Row, column and maker; what would be below the square is left out."""
    cells: list[tuple[int, int, Maker]] = []
    row, column = 0, 0
    for strip in strips:
        if (most >= columns and column) or (column + most > columns and most < columns):
            row, column = row + 1, 0
        for place in spread(len(strip), most):
            row, column = (row + 1, 0) if column == columns else (row, column)
            cells.append((row, column, strip[place]))
            column += 1
        if most < columns:
            column = -(-column // most) * most
    if column and strips and most > 1:
        row, column = row + 1, 0
    for single in singles:
        row, column = (row + 1, 0) if column == columns else (row, column)
        cells.append((row, column, single))
        column += 1
    return [cell for cell in cells if cell[0] < columns]
