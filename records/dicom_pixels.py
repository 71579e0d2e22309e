"""One frame of a DICOM image as an eight-bit picture: windowed, in colours as they were meant, and never more than that frame in memory."""

from io import BytesIO
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import Dataset, dcmread
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut
from pydicom.pixels.utils import pixel_array
from pydicom.uid import UID, JPEGExtended12Bit

from records.dicom_header import EXPLICIT, IMPLICIT, Header
from records.dicom_shades import Grey, grey_of, grey_shades, plain_shades
from records.dicom_text import whole
from records.limits import MOST_FRAMES, MOST_PIXELS, Refused

LONGEST_SIDE: Final = 1280
THUMB_SIDE: Final = 320
QUALITY: Final = 82
GREYS: Final = (b"MONOCHROME1", b"MONOCHROME2")

# What the shades need beside the elements that pydicom gives by itself: modality, window, palettes, functional groups, presentation.
_WANTED: Final = [
    *(0x00283000, 0x00281052, 0x00281053, 0x00283010, 0x00281050, 0x00281051, 0x00281056, 0x00280120, 0x20500020),
    *(0x00281101, 0x00281102, 0x00281103, 0x00281201, 0x00281202, 0x00281203, 0x00281221, 0x00281222, 0x00281223),
    *(0x52009229, 0x52009230),
]


def is_image(header: Header) -> bool:
    """Whether the file has pixels: reports, plans and directories are DICOM too."""
    return header.short(0x00280010) > 0 and header.short(0x00280011) > 0


def frames_of(header: Header) -> int:
    """How many frames the file says it has."""
    return max(whole(header.raw(0x00280008)) or 1, 1)


def picture(file: BinaryIO, header: Header, frame: int | None = None) -> Image.Image:
    """The given frame, or the middle one, as an "L" or "RGB" picture of its full size.

    ``file`` is read from where it likes and may be an entry of an archive. Raises Refused, and whatever decoders raise for broken bytes.
    """
    index = frame_at(header, frame)
    plain = plain_stored(file, header, index)
    if plain is not None:
        return Image.fromarray(plain_shades(*plain))
    array, found = decoded(file, header, index)
    return Image.fromarray(colours(array, found) if in_colours(array, found) else _greys(array, found))


def frame_at(header: Header, frame: int | None = None) -> int:
    """The number of the frame that is meant, the middle one by default. Raises Refused for more than can be opened."""
    frames = frames_of(header)
    if header.short(0x00280010) * header.short(0x00280011) > MOST_PIXELS:
        raise Refused("too_many_pixels")
    if frames > MOST_FRAMES:
        raise Refused("too_many_frames")
    return frames // 2 if frame is None else min(frame, frames - 1)


def plain_stored(file: BinaryIO, header: Header, index: int) -> tuple[NDArray[Any], Grey] | None:
    """The fast way: the stored numbers of one frame as unsigned patterns, as they lie in the file; None where that is not the whole truth."""
    rows, columns, depth = header.short(0x00280010), header.short(0x00280011), header.short(0x00280100)
    if not (
        header.syntax in (EXPLICIT, IMPLICIT)
        and header.pixels
        and header.raw(0x00280004) in GREYS
        and header.short(0x00280002) == 1
        and depth in (8, 16)
        and header.short(0x00280102) + 1 == header.short(0x00280101) <= depth
        and not header.has(0x52009229)
    ):
        return None
    try:
        grey = grey_of(header)
    except ValueError:
        return None
    size = rows * columns * depth // 8
    file.seek(header.pixels[0] + index * size)
    data = file.read(size)
    if len(data) < size:
        raise Refused("cut_short")
    return np.frombuffer(data, f"<u{depth // 8}").reshape(rows, columns), grey


def two_sizes(image: Image.Image) -> tuple[bytes, bytes]:
    """The preview and the thumbnail: JPEG bytes of pixels alone. The picture itself is made smaller."""
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    preview = _jpeg(image)
    image.thumbnail((THUMB_SIDE, THUMB_SIDE), reducing_gap=2.0)
    return preview, _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def decoded(file: BinaryIO, header: Header, index: int) -> tuple[NDArray[Any], Dataset]:
    """The way for everything else, by pydicom and its decoders: the frame, and the elements that say what its numbers mean."""
    if not _has_decoder(header):
        raise Refused("no_decoder")
    found = Dataset()
    file.seek(0)
    if header.from_meta:
        array = pixel_array(file, ds_out=found, specific_tags=_WANTED, index=index)
    else:  # no preamble, no transfer syntax: pydicom's short way asks for both
        found = dcmread(file, force=True)
        found.file_meta.TransferSyntaxUID = UID(header.syntax)
        array = pixel_array(found, index=index)
    _flatten(found, index)
    return array, found


def in_colours(array: NDArray[Any], found: Dataset) -> bool:
    """Whether the frame is no grey picture."""
    return array.ndim == 3 or _is_palette(found)


def _has_decoder(header: Header) -> bool:
    """Twelve-bit JPEG has none that is free of the GPL."""
    try:
        decoder = get_decoder(UID(header.syntax))
    except NotImplementedError:
        return False
    twelve = header.syntax == JPEGExtended12Bit and header.short(0x00280101) != 8
    return decoder.is_available and not twelve


def _flatten(found: Dataset, index: int) -> None:
    """Newer multi-frame files keep windows and slopes in groups, one for all frames and one for each (PS3.3, C.7.6.16)."""
    shared, each = (
        found.get("SharedFunctionalGroupsSequence") or [],
        found.get("PerFrameFunctionalGroupsSequence") or [],
    )
    for group in (*shared[:1], *each[index : index + 1]):
        for name in ("PixelValueTransformationSequence", "FrameVOILUTSequence"):
            for item in (group.get(name) or [])[:1]:
                found.update(item)


def _is_palette(found: Dataset) -> bool:
    return bool(found.get("PhotometricInterpretation") == "PALETTE COLOR")


def _greys(array: NDArray[Any], found: Dataset) -> NDArray[np.uint8]:
    return grey_shades(array, grey_in(found), found)


def grey_in(found: Dataset) -> Grey:
    """The same as ``dicom_shades.grey_of``, from a data set."""
    slope, intercept = found.get("RescaleSlope"), found.get("RescaleIntercept")
    if slope is None or intercept is None:
        slope, intercept = found.get("DoseGridScaling", 1), 0
    center, width = _first(found.get("WindowCenter")), _first(found.get("WindowWidth"))
    return Grey(
        found.get("BitsStored", 16),
        found.get("PixelRepresentation") == 1,
        float(slope),
        float(intercept),
        center or 0.0,
        0.0 if center is None else width or 0.0,
        str(found.get("VOILUTFunction") or "LINEAR").upper(),
        found.get("PhotometricInterpretation") == "MONOCHROME1" or found.get("PresentationLUTShape") == "INVERSE",
    )


def _first(value: Any) -> float | None:
    """Of one number or several."""
    if value is None or value == "":
        return None
    try:
        return float(value)
    except TypeError:
        return float(value[0]) if len(value) else None


def colours(array: NDArray[Any], found: Dataset) -> NDArray[np.uint8]:
    """Eight bits a colour, as red, green and blue; pydicom has turned luminance and chrominance into them."""
    bits = found.BitsStored if array.dtype.itemsize > 1 else 8
    if _is_palette(found):
        bits = found.RedPaletteColorLookupTableDescriptor[2]
        array = apply_color_lut(array, found)
        bits = max(bits, 8) if array.dtype.itemsize > 1 else 8
    if bits > 8:
        array = array >> (bits - 8)
    return np.ascontiguousarray(array.clip(0, 255).astype(np.uint8)[..., :3])
