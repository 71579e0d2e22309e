"""Inside the disposable child: hostile bytes to a clean picture. Nothing here may be called in the service's own process."""

import warnings
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any, BinaryIO, Final

import pi_heif
from PIL import ExifTags, Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

from records import quality
from records.dates import dates_in
from records.findings import Opened
from records.likeness import look_of
from records.limits import Refused

MOST_PIXELS: Final = 50_000_000
MOST_FRAMES: Final = 20
LONGEST_SIDE: Final = 1280
THUMB_SIDE: Final = 320
QUALITY: Final = 82
SCALED: Final = Image.Resampling.HAMMING  # half of BICUBIC's time, and as sharp where pictures are made smaller
BULKY: Final = ("P", "PA", "LA", "RGBA", "I;16", "I;16B")
FIRST_PHOTO: Final = date(2005, 1, 1)  # cameras whose clock was never set claim 1970, 1980 or 2000

_TURNS: Final[Mapping[int, Image.Transpose]] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Named, because a confined child could not load them any more. Telephones make JPEGs with a second picture: MPO.
LOADED: Final = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
Image.preinit()
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def look(file: BinaryIO, kind: str) -> Opened:
    """A preview of at most 1,280 pixels a side and a thumbnail of 320, or "too_many_pixels" or "too_many_frames"; raises for broken bytes.

    Facts: ``width`` and ``height`` of the original in pixels, upright; ``taken``, ``flaws``, ``look``, ``film``.
    """
    warnings.simplefilter("ignore")  # of notes that are not quite in order
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(file, formats=["HEIF" if kind == "heic" else kind.upper()]) as image:
            problem = _too_much(image)
            return Opened(kind, problem=problem) if problem else _rebuilt(image, kind)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return Opened(kind, problem="too_many_pixels")


def close(file: BinaryIO, kind: str, side: int) -> bytes:
    """The picture itself as a JPEG of pixels alone, upright, at most ``side`` pixels long. Raises Refused, and what broken bytes make decoders raise."""
    warnings.simplefilter("ignore")
    with Image.open(file, formats=["HEIF" if kind == "heic" else kind.upper()]) as image:
        if problem := _too_much(image):
            raise Refused(problem)
        return saved(_bare(_upright(_reduced(image, side), _notes(image))))


def thumb_of(image: Image.Image) -> Image.Image:
    """The same with THUMB_SIDE as its longest side, of a clean picture."""
    return image.resize(_fitting(image, THUMB_SIDE), SCALED, reducing_gap=1.0)


def saved(bare: Image.Image) -> bytes:
    """As JPEG, without a word besides the pixels."""
    out = BytesIO()
    bare.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _fitting(image: Image.Image, side: int) -> tuple[int, int]:
    """The size of a picture whose longest side is brought down to ``side``."""
    share = min(1.0, side / max(image.size))
    return max(1, round(image.width * share)), max(1, round(image.height * share))


def _too_much(image: Image.Image) -> str:
    """Judged on the header, before a pixel is decoded."""
    if image.width * image.height > MOST_PIXELS:
        return "too_many_pixels"
    return "too_many_frames" if getattr(image, "n_frames", 1) > MOST_FRAMES else ""


def _rebuilt(image: Image.Image, kind: str) -> Opened:
    """Made smaller first (a large JPEG is then decoded small), turned upright second, copied into a bare image last."""
    width, height = image.size
    notes = _notes(image)
    small = _upright(_reduced(image), notes)
    if (small.width > small.height) != (width > height):
        width, height = height, width
    bare = _bare(small)
    thumb = thumb_of(bare)
    facts: dict[str, Any] = {"width": width, "height": height, **quality.judged(bare, thumb), "look": look_of(thumb)}
    taken = _taken(notes)
    return Opened(kind, saved(bare), saved(thumb), facts=facts | ({"taken": taken} if taken else {}))


def _reduced(image: Image.Image, side: int = LONGEST_SIDE) -> Image.Image:
    """At most ``side`` pixels long, with eight bits or fewer a channel."""
    size = _fitting(image, side)
    if image.mode in BULKY:
        image = _in_bands(image, max(1, max(image.size) // (2 * side)))
    # Never smaller than asked. ``thumbnail`` would ask for twice that, and mostly get the whole.
    image.draft(None, size)
    return image if image.size == size else image.resize(size, SCALED, reducing_gap=2.0)


def _in_bands(image: Image.Image, factor: int) -> Image.Image:
    """In RGBA, RGB or grey, ``factor`` times smaller. Band by band, because Pillow takes whole copies to convert and to mix transparency."""
    height, rows = -(-image.height // factor), factor * 64
    small: Image.Image | None = None
    for top in range(0, image.height, rows):
        band = _plain(image.crop((0, top, image.width, min(top + rows, image.height)))).reduce(factor)
        if small is None:
            small = Image.new(band.mode, (band.width, height))
        small.paste(band, (0, top // factor))
    return small or image


def _plain(image: Image.Image) -> Image.Image:
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image.convert("RGBA") if image.mode in ("LA", "PA") else _eight_bit(image)


def _bare(small: Image.Image) -> Image.Image:
    """A copy that takes pixels only: no EXIF, XMP, comment, text chunk, thumbnail or colour profile can come along (pitfall 79)."""
    bare = Image.new("RGB", small.size, "white")
    if small.mode == "RGBA":
        bare.paste(small, mask=small.getchannel("A"))
    else:
        bare.paste(small if small.mode == "RGB" else small.convert("RGB"))
    return bare


def _notes(image: Image.Image) -> Image.Exif:
    try:
        return image.getexif()
    except Exception:  # broken EXIF is no reason to keep a radiograph from the doctor
        return Image.Exif()


def _upright(image: Image.Image, notes: Image.Exif) -> Image.Image:
    """Turned as the camera noted. A HEIC was turned by its decoder already, which sets the note back (feasibility 11)."""
    noted = notes.get(ExifTags.Base.Orientation)
    turn = _TURNS.get(noted) if isinstance(noted, int) else None
    return image if turn is None else image.transpose(turn)


def _taken(notes: Image.Exif) -> str:
    """The day the shutter was pressed, by the camera's clock, or "" where the note is missing, broken or cannot be true."""
    try:
        said = notes.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
        found = dates_in(str(said)[:10].replace(":", "-"))
    except Exception:  # as above
        return ""
    return found[0] if found and found[0] >= FIRST_PHOTO.isoformat() else ""


def _eight_bit(image: Image.Image) -> Image.Image:
    """Sixteen-bit grey, as scanners export it, by its upper byte: Pillow can neither reduce it nor turn it into colours."""
    if image.mode not in ("I;16", "I;16B"):
        return image
    upper = image.tobytes()[1 if image.mode == "I;16" else 0 :: 2]
    return Image.frombytes("L", image.size, upper)  # which way up is not kept: scanners do not turn
