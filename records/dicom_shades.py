"""Stored pixel values to shades of grey: modality transformation, then window or look-up table, then which end is white (PS3.3, C.11).

For values of up to sixteen bits all of it is one table that is made once for a series and looked up once for a slice.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.pixels.processing import apply_modality_lut

from records.dicom_header import Header
from records.dicom_text import numbers

Values = NDArray[Any]
Shades = NDArray[np.uint8]

DARKEST: Final = 1.0  # percentiles that become black and white where no window is given
BRIGHTEST: Final = 99.0
_TABLES: Final = 24  # of 64 KB each


@dataclass(frozen=True, slots=True)
class Grey:
    """How stored numbers become shades: ``bits`` of them count, ``signed`` or not; times ``slope`` plus ``intercept``; a window.

    ``width`` below 1: no window is given. ``curve``: "LINEAR", "LINEAR_EXACT" or "SIGMOID". ``inverted``: small values are white.
    ``padding``: the stored number outside the picture, or None.
    """

    bits: int
    signed: bool
    slope: float = 1.0
    intercept: float = 0.0
    center: float = 0.0
    width: float = 0.0
    curve: str = "LINEAR"
    inverted: bool = False
    padding: int | None = None


def grey_of(header: Header) -> Grey:
    """From the image's own elements. Raises ValueError where it has tables instead of numbers, which ``grey_shades`` takes a data set for."""
    if header.has(0x00283000) or header.has(0x00283010):
        raise ValueError("Tables are not walked.")
    slope, intercept = numbers(header.raw(0x00281053)), numbers(header.raw(0x00281052))
    rescaled = bool(slope and intercept)
    center, width = numbers(header.raw(0x00281050)), numbers(header.raw(0x00281051))
    return Grey(
        header.short(0x00280101) or header.short(0x00280100),
        header.short(0x00280103) == 1,
        slope[0] if rescaled else 1.0,
        intercept[0] if rescaled else 0.0,
        center[0] if center and width else 0.0,
        width[0] if center and width else 0.0,
        header.raw(0x00281056).decode("ascii", "replace").upper() or "LINEAR",
        header.raw(0x00280004) == b"MONOCHROME1" or header.raw(0x20500020) == b"INVERSE",
        header.short(0x00280120) if header.has(0x00280120) else None,
    )


def plain_shades(stored: Values, grey: Grey) -> Shades:
    """Of stored numbers of 8 or 16 bits, as unsigned patterns: the fast way."""
    bits = stored.dtype.itemsize * 8
    values = _values(grey, bits)
    if grey.width < 1:
        seen = _sample(stored)
        if grey.padding is not None and (seen != grey.padding).any():
            seen = seen[seen != grey.padding]
        black, white = np.percentile(values[seen], (DARKEST, BRIGHTEST))
        return _between(values, float(black), float(white), grey.inverted)[stored]
    return _table(grey, bits)[stored]


def grey_shades(stored: Values, grey: Grey, tables: Dataset) -> Shades:
    """Of any numbers, also of 32 bits and fractions, with the look-up tables of the data set where it has some."""
    if tables.get("ModalityLUTSequence"):
        values = apply_modality_lut(stored, tables)
    else:
        values = stored.astype(np.float64) * grey.slope + grey.intercept
    if tables.get("VOILUTSequence"):
        looked_up, most = _looked_up(values, tables.VOILUTSequence[0])
        return _between(looked_up, 0, most, grey.inverted)
    if grey.width < 1:
        seen = _sample(values[np.isfinite(values)])
        black, white = np.percentile(seen, (DARKEST, BRIGHTEST)) if seen.size else (0.0, 1.0)
        return _between(values, float(black), float(white), grey.inverted)
    return _windowed(values, grey)


def _looked_up(values: Values, table: Dataset) -> tuple[Values, int]:
    """Through a look-up table (PS3.3, C.11.2.1.1), and the largest value it may give. pydicom's own goes wrong for long ones of eight bits."""
    count, first, depth = table.LUTDescriptor
    given = table.LUTData
    data = np.frombuffer(given, "<u2") if isinstance(given, bytes) else np.asarray(given)
    if isinstance(given, bytes) and len(data) < (count or 65536):  # two of eight bits in a word
        data = np.frombuffer(given, np.uint8)
    places = np.rint(values).astype(np.int64) - first
    return data[places.clip(0, len(data) - 1)], 2**depth - 1


def _sample(values: Values) -> Values:
    """A million of them say the percentiles as well as all."""
    flat = values.reshape(-1)
    return flat[:: max(1, flat.size // 1_000_000)]


@lru_cache(_TABLES)
def _values(grey: Grey, bits: int) -> Values:
    """The value that each pattern of ``bits`` bits stands for. Bits above those that count are overlays of old scanners."""
    counting = min(grey.bits, bits) or bits
    pattern = np.arange(2**bits, dtype=np.int32) & (2**counting - 1)
    if grey.signed:
        pattern -= (pattern >> (counting - 1)) << counting
    values: Values = pattern.astype(np.float32) * np.float32(grey.slope) + np.float32(grey.intercept)
    return values


@lru_cache(_TABLES)
def _table(grey: Grey, bits: int) -> Shades:
    return _windowed(_values(grey, bits), grey)


def _windowed(values: Values, grey: Grey) -> Shades:
    """PS3.3, C.11.2.1.2 and C.11.2.1.3."""
    if grey.curve == "SIGMOID":
        with np.errstate(over="ignore"):
            share = 1 / (1 + np.exp(-4 * (values - grey.center) / grey.width))
        return _eight_bit(share, grey.inverted)
    exact = grey.curve == "LINEAR_EXACT"
    center, width = (grey.center, grey.width) if exact else (grey.center - 0.5, max(grey.width - 1, 1e-6))
    return _eight_bit((values - center) / width + 0.5, grey.inverted)


def _between(values: Values, black: float, white: float, inverted: bool) -> Shades:
    return _eight_bit((values - np.float32(black)) / np.float32(max(white - black, 1e-6)), inverted)


def _eight_bit(share: Values, inverted: bool) -> Shades:
    """Nought to one as black to white."""
    shades: Shades = (np.nan_to_num(share).clip(0, 1) * 255 + 0.5).astype(np.uint8)
    return 255 - shades if inverted else shades
