"""What the fork server loads before its first child: a confined child can open no file, so nothing may be left for later.

Whoever adds an opener lets ``records.openers`` import all that it needs, encodings and plug-ins too.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = (
    "1"  # numpy's pool of threads outlives no fork and takes 20 MB of addresses a thread
)

import gc
from importlib import import_module
from io import BytesIO
from typing import Final
from zoneinfo import reset_tzpath

from PIL import ExifTags, Image

from records import alike, confinement, inside, openers

LOADED: Final = (alike, confinement, inside)
ENCODINGS: Final = ("ascii", "idna", "latin_1", "utf_8", "utf_16", "utf_16_be", "utf_16_le")

reset_tzpath(())  # as ``flows`` does: doctors' calendars are read by the rules that times are offered by

for encoding in ENCODINGS:
    import_module(f"encodings.{encoding}")


def rehearse() -> None:
    """Opens a small picture of each sort with notes in it, so that what Pillow and numpy load at first use is there."""
    notes = Image.Exif()
    notes[ExifTags.Base.Orientation] = 6
    notes.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:05:03 10:11:12"
    picture = Image.effect_noise((480, 360), 90).convert("RGB")  # large and lively enough to be judged in every way
    for kind in ("jpeg", "png", "webp"):
        out = BytesIO()
        picture.save(out, kind, exif=notes)
        if openers.look(out, kind).problem:
            raise RuntimeError(f"What opens {kind} does not work here.")


rehearse()
gc.freeze()  # what is loaded is never looked through again, and its pages stay shared with the children
