"""Inside the disposable child: hostile bytes to a clean picture. Nothing here may be called in the service's own process."""

import resource
import warnings
from io import BytesIO
from typing import BinaryIO, Final

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from records.findings import Opened

MOST_PIXELS: Final = 50_000_000
MOST_FRAMES: Final = 20
LONGEST_SIDE: Final = 1280
THUMB_SIDE: Final = 320
QUALITY: Final = 82
MEMORY_BYTES: Final = 512 * 1024 * 1024
CPU_S: Final = 20
OPEN_FILES: Final = 32

OPENERS: Final = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)  # named, so that the fork server has them loaded


def confine() -> None:
    """Caps this process for good: memory, CPU time, open files; no file can be written and no process begun."""
    caps = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_S,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in caps.items():
        resource.setrlimit(what, (most, most))


def look(file: BinaryIO, kind: str) -> Opened:
    """A preview of at most 1,280 pixels a side and a thumbnail of 320, or "too_many_pixels" or "too_many_frames"; raises for broken bytes.

    Facts: ``width`` and ``height`` of the original in pixels, upright.
    """
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(file, formats=[kind.upper()]) as image:
            problem = _too_much(image)
            return Opened(kind, problem=problem) if problem else _rebuilt(image, kind)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return Opened(kind, problem="too_many_pixels")


def _too_much(image: Image.Image) -> str:
    """Judged on the header, before a pixel is decoded."""
    if image.width * image.height > MOST_PIXELS:
        return "too_many_pixels"
    return "too_many_frames" if getattr(image, "n_frames", 1) > MOST_FRAMES else ""


def _rebuilt(image: Image.Image, kind: str) -> Opened:
    """Made smaller first (a JPEG is then decoded small: four times as fast), turned upright second, copied into a bare image last.

    The copy takes pixels only: no EXIF, XMP, comment, text chunk, thumbnail or colour profile can come along (pitfall 79).
    """
    width, height = image.size
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image = _in_strips(_eight_bit(image))
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    small = _upright(image)
    if (small.width > small.height) != (image.width > image.height):
        width, height = height, width
    bare = Image.new("RGB", small.size, "white")
    if small.mode in ("RGBA", "LA", "PA"):
        small = small.convert("RGBA")
        bare.paste(small, mask=small.getchannel("A"))
    else:
        bare.paste(small.convert("RGB"))
    preview = _saved(bare)
    bare.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return Opened(kind, preview, _saved(bare), facts={"width": width, "height": height})


def _in_strips(image: Image.Image) -> Image.Image:
    """A large picture with transparency, made smaller strip by strip: Pillow would copy the whole of it first, 200 MB for 50 megapixels."""
    factor = max(image.size) // (2 * LONGEST_SIDE)
    if factor < 2 or image.mode not in ("RGBA", "LA"):
        return image
    small = Image.new(image.mode, (-(-image.width // factor), -(-image.height // factor)))
    for top in range(0, image.height, 64 * factor):
        strip = image.crop((0, top, image.width, min(top + 64 * factor, image.height)))
        small.paste(strip.reduce(factor), (0, top // factor))
    return small


def _saved(bare: Image.Image) -> bytes:
    out = BytesIO()
    bare.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # broken EXIF is no reason to keep a radiograph from the doctor
        return image


def _eight_bit(image: Image.Image) -> Image.Image:
    """Sixteen-bit grey, as scanners export it, by its upper byte: Pillow can neither reduce it nor turn it into colours."""
    if image.mode not in ("I;16", "I;16B"):
        return image
    upper = image.tobytes()[1 if image.mode == "I;16" else 0 :: 2]
    return Image.frombytes("L", image.size, upper)  # which way up is not kept: scanners do not turn
