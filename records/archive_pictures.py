"""The pictures of an archive's sheet, each made only when its cell is drawn: slices of the largest series, then photographs and pages."""

from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from typing import BinaryIO, cast

from PIL import Image

from records.archive_entries import Entry
from records.archive_sheet import Maker, composed
from records.attempts import attempt
from records.dicom_header import read_header, unfolded
from records.dicom_pixels import picture
from records.dicom_studies import Studies
from records.limits import MOST_IN_MEMORY, MOST_PICTURES, Refused

Failed = list[tuple[Entry, str]]


def sheet_of(
    studies: Studies, papers: Sequence[bytes], time_is_up: Callable[[], bool]
) -> tuple[Image.Image | None, Failed]:
    """The sheet, None where there is nothing to show, and which entries could not be shown, with the problem."""
    failed: Failed = []

    def slice_at(entry: Entry) -> Image.Image | None:
        if time_is_up():
            return None
        try:
            return _slice(entry)
        except Refused as refused:
            failed.append((entry, refused.problem))
        except MemoryError:
            failed.append((entry, "too_big_to_open"))
        except Exception:  # decoders raise what they like
            failed.append((entry, "unreadable"))
        return None

    groups: list[list[Maker]] = [
        [partial(slice_at, one.where) for one in series.in_order()] for series in studies.by_size()[:MOST_PICTURES]
    ]
    groups += [[partial(_paper, paper)] for paper in papers]
    return (composed(groups) if groups else None), failed


def _slice(entry: Entry) -> Image.Image:
    """A packed entry is read whole where it is small: decoders go back and forth."""
    with attempt(entry.number), entry.open() as file:
        small = entry.info.file_size <= MOST_IN_MEMORY
        source = unfolded(BytesIO(file.read()) if small else cast(BinaryIO, file))
        return picture(source, read_header(source))


def _paper(preview: bytes) -> Image.Image:
    with Image.open(BytesIO(preview), formats=["JPEG"]) as image:
        return image.convert(
            "RGB"
        )  # a copy: saving what was opened asks the disk for its name, and a child may not ask
