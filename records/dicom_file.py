"""Inside the disposable child: one DICOM file to its facts and one picture. Nothing here may be called in the service's own process."""

import logging
import warnings
from io import BytesIO
from typing import BinaryIO

from pydicom import config, dcmread
from pydicom.uid import UID

from records.dicom_header import Header, read_header, unfolded
from records.dicom_pixels import is_image, picture, two_sizes
from records.dicom_studies import Studies
from records.findings import Opened
from records.limits import MOST_IN_MEMORY, Refused

config.settings.reading_validation_mode = config.IGNORE  # scanners break small rules; a warning helps nobody here
logging.getLogger("pydicom").disabled = True  # its warnings quote values, names among them


def look(file: BinaryIO, kind: str) -> Opened:
    """Facts, a preview and a thumbnail; a problem instead of the pictures where the pixels cannot be shown. Raises for broken headers.

    Files without pixels (reports, plans, a DICOMDIR) have ``images`` 0 and no problem; a PDF inside one is shown.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            file = unfolded(file)
            header = read_header(file)
        except Refused as refused:
            return Opened(kind, problem=refused.problem)
        studies = Studies()
        studies.add(header)
        return _shown(file, header, kind, studies)


def problem_without_pixels(header: Header) -> str:
    """What is wrong with a file that has no picture: "" for a report or a directory, whose class (0008,0016 or 0002,0002) has none."""
    named = UID((header.raw(0x00080016) or header.raw(0x00020002)).decode("ascii", "replace"))
    if named.name == named:  # a class that nobody knows, or none at all
        return "unreadable"
    return "cut_short" if "Image Storage" in named.name else ""


def _shown(file: BinaryIO, header: Header, kind: str, studies: Studies) -> Opened:
    facts = studies.facts()
    if not is_image(header):
        return Opened(kind, *_paper(file, header), problem_without_pixels(header), facts)
    try:
        preview, thumb = two_sizes(picture(file, header))
    except Refused as refused:
        return Opened(kind, problem=refused.problem, facts=facts)
    except MemoryError:
        return Opened(kind, problem="too_big_to_open", facts=facts)
    except Exception:  # decoders raise what they like; what the header said is kept
        return Opened(kind, problem="unreadable", facts=facts)
    return Opened(kind, preview, thumb, facts=facts)


def _paper(file: BinaryIO, header: Header) -> tuple[bytes | None, bytes | None]:
    """The pictures of a PDF that was put into a DICOM file, as scanned reports are."""
    from records import openers  # which knows this module

    if header.raw(0x00420012) != b"application/pdf":
        return None, None
    file.seek(0)
    if len(data := file.read(MOST_IN_MEMORY)) == MOST_IN_MEMORY:
        return None, None
    inside = openers.look(BytesIO(dcmread(BytesIO(data), force=True).EncapsulatedDocument), "pdf")
    return inside.preview, inside.thumb
