"""Inside the disposable child: one frame of a DICOM image as numbers, exactly as pydicom has them, packed for our viewer in the browser.

The viewer does nothing but ``stored * slope + intercept`` in double precision, as pydicom does, so that the value under the cursor is
pydicom's. What cannot be said in those two numbers (look-up tables, palettes, compression) is done here.
"""

import zlib
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.pixels.processing import apply_modality_lut

from records.dicom_header import Header
from records.dicom_pixels import colours, decoded, frame_at, grey_in, in_colours, plain_stored
from records.dicom_shades import BRIGHTEST, DARKEST, Grey
from records.dicom_text import numbers, words

TYPES: Final = ("u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8")
LEVEL: Final = 1  # of deflate: twice as slow would save a tenth
MOST_WINDOWS: Final = 6
SAMPLED: Final = 200_000

Packed = tuple[dict[str, Any], bytes]


def frame_values(file: BinaryIO, header: Header, frame: int) -> Packed:
    """What the viewer must know of this frame, and its numbers. Raises Refused, and whatever decoders raise for broken bytes.

    ``type``: one of TYPES, little endian, or "rgb" (three bytes a pixel). ``windows``: [centre, width] as the file gives them;
    ``span``: between which values to show it where it gives none. ``spacing``: millimetres between rows and between columns.
    """
    index = frame_at(header, frame)
    plain = plain_stored(file, header, index)
    if plain is not None:
        return _grey(header, _meant(*plain), plain[1], _windows(header))
    array, found = decoded(file, header, index)
    if in_colours(array, found):
        shown = colours(array, found)
        return {**_size(shown, header), "type": "rgb"}, zlib.compress(shown.tobytes(), LEVEL)
    return _grey(header, *_with_tables(array, found))


def _meant(patterns: NDArray[Any], grey: Grey) -> NDArray[Any]:
    """Patterns of bits as the numbers they stand for: bits above those that count are overlays of old scanners."""
    unused = patterns.dtype.itemsize * 8 - grey.bits
    signed = patterns.view(f"<i{patterns.dtype.itemsize}") if grey.signed else patterns
    return (signed << unused) >> unused if unused else signed


def _with_tables(array: NDArray[Any], found: Dataset) -> tuple[NDArray[Any], Grey, list[list[float]]]:
    """Through the file's own tables, where it has some: then the numbers are the values themselves."""
    grey = grey_in(found)
    if found.get("ModalityLUTSequence"):
        array = apply_modality_lut(array, found)
        grey = Grey(grey.bits, grey.signed, 1.0, 0.0, grey.center, grey.width, grey.curve, grey.inverted)
    if table := found.get("VOILUTSequence"):  # its shape is left to the doctor's hand, its range is kept
        count, first, _ = table[0].LUTDescriptor
        return array, grey, [[first + (count or 65536) / 2, float(count or 65536)]]
    centers, widths = _several(found.get("WindowCenter")), _several(found.get("WindowWidth"))
    return array, grey, [list(pair) for pair in zip(centers, widths, strict=False) if pair[1] >= 1][:MOST_WINDOWS]


def _several(value: Any) -> list[float]:
    """Of one number or several."""
    if value is None or value == "":
        return []
    return [float(one) for one in value] if hasattr(value, "__iter__") else [float(value)]


def _windows(header: Header) -> list[list[float]]:
    pairs = zip(numbers(header.raw(0x00281050)), numbers(header.raw(0x00281051)), strict=False)
    return [list(pair) for pair in pairs if pair[1] >= 1][:MOST_WINDOWS]


def _grey(header: Header, array: NDArray[Any], grey: Grey, windows: list[list[float]]) -> Packed:
    array = _plain(array)
    head = {
        **_size(array, header),
        "type": array.dtype.str[1:],
        "slope": grey.slope,
        "intercept": grey.intercept,
        "windows": windows,
        "span": _span(array, grey),
        "curve": grey.curve,
        "inverted": grey.inverted,
        "unit": _unit(header),
    }
    return head, _packed(array)


def _plain(array: NDArray[Any]) -> NDArray[Any]:
    """Of a type that a browser knows too."""
    kind = array.dtype.str[1:]
    wanted = kind if kind in TYPES else "u1" if array.dtype == bool else "f8"
    return np.ascontiguousarray(array, f"<{wanted}")


def _size(array: NDArray[Any], header: Header) -> dict[str, Any]:
    spacing = numbers(header.raw(0x00280030)) or numbers(header.raw(0x00181164))
    place = header.raw(0x00200013).decode("ascii", "replace")[:12]
    return {"rows": array.shape[0], "columns": array.shape[1], "spacing": list(spacing[:2]), "number": place}


def _unit(header: Header) -> str:
    """Hounsfield units where a CT says nothing else (PS3.3, C.11.1.1.2)."""
    named = words(header.raw(0x00281054))[:8]
    return named or ("HU" if header.raw(0x00080060) == b"CT" and header.has(0x00281053) else "")


def _span(array: NDArray[Any], grey: Grey) -> list[float]:
    seen = array.reshape(-1)[:: max(1, array.size // SAMPLED)].astype(np.float64)
    seen = seen[np.isfinite(seen)] * grey.slope + grey.intercept
    return [float(one) for one in np.percentile(seen, (DARKEST, BRIGHTEST))] if seen.size else [0.0, 1.0]


def _packed(array: NDArray[Any]) -> bytes:
    """Deflated; numbers of two bytes as the step from the left neighbour, all low bytes before all high ones: half the size for a CT."""
    if array.dtype.itemsize != 2:
        return zlib.compress(array.tobytes(), LEVEL)
    steps = array.view("<u2").copy()
    steps[:, 1:] -= array.view("<u2")[:, :-1]
    return zlib.compress(steps.view(np.uint8).reshape(-1, 2).T.tobytes(), LEVEL)
