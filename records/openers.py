"""Inside the disposable child: which code opens which kind of file. Nothing here may be called in the service's own process.

An opener is given the open file and its kind and returns what it found; it may raise whatever broken bytes make it raise.
"""

from collections.abc import Callable, Mapping
from typing import BinaryIO, Final

from records import dicom_file, endings, lengths, pdf, pixels
from records.findings import Opened

Opener = Callable[[BinaryIO, str], Opened]


def _archive(file: BinaryIO, kind: str) -> Opened:
    from records import archive  # which opens what is inside by way of this module

    return archive.look(file, kind)


OPENERS: Final[Mapping[str, Opener]] = {
    "jpeg": pixels.look,
    "png": pixels.look,
    "webp": pixels.look,
    "heic": pixels.look,
    "pdf": pdf.look,
    "mp4": lengths.look,
    "mov": lengths.look,
    "voice": lengths.look,
    "dicom": dicom_file.look,
    "zip": _archive,
}


def look(file: BinaryIO, kind: str) -> Opened:
    """What this file shows. Never raises for what the bytes do: ``problem`` says what went wrong."""
    opener = OPENERS.get(kind)
    if opener is None:
        return Opened(kind, problem="no_decoder")
    try:
        return opener(file, kind)
    except MemoryError:
        return Opened(kind, problem="too_big_to_open")
    except Exception:  # decoders raise what they like for broken bytes
        return Opened(kind, problem="cut_short" if endings.ends_early(file, kind) else "unreadable")
