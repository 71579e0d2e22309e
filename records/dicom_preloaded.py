"""What the fork server loads for DICOM files and archives before its first child.

numpy, pydicom and the decoders take a third of a second and 50 MB: once for all children, which share them. A confined child could not
load them any more, so everything that pydicom would load at first use is used once here.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # 20 MB of addresses for each core otherwise, of a child's 512

import codecs
import gc
from contextlib import suppress
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

import gdcm
import openjpeg
from PIL import Image, Jpeg2KImagePlugin, JpegImagePlugin
from pydicom import Dataset
from pydicom.charset import python_encoding
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, RLELossless

from records import archive, close_up, dicom_file, viewing_inside

LOADED: Final = (gdcm, openjpeg, Jpeg2KImagePlugin, JpegImagePlugin, close_up, viewing_inside)
ENCODINGS: Final = ("ascii", "big5", "cp437", "cp950", "gb18030", "gbk", "latin_1", "utf_8", *python_encoding.values())
SIDE: Final = 16


def slice_of(syntax: str) -> bytes:
    """A small grey picture as a DICOM file with names in Chinese."""
    image = Image.linear_gradient("L").resize((SIDE, SIDE))
    found = Dataset()
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    found.SOPClassUID, found.SOPInstanceUID = CTImageStorage, "1.2"
    found.SpecificCharacterSet, found.PatientName, found.StudyDate = "GB18030", "咪咪", "20260503"
    found.Rows = found.Columns = SIDE
    found.SamplesPerPixel, found.PhotometricInterpretation, found.PixelRepresentation = 1, "MONOCHROME2", 0
    found.BitsAllocated = found.BitsStored = 8
    found.HighBit, found.RescaleSlope, found.RescaleIntercept = 7, 1, 0
    found.PixelData = image.tobytes()
    if syntax == RLELossless:
        found.compress(RLELossless)
    out = BytesIO()
    found.save_as(out, enforce_file_format=True)
    return out.getvalue()


def rehearse() -> None:
    """Opens one file by the walk, one by pydicom, and an archive of them. JPEG 2000 is left to the children: its decoder begins threads,
    whose memory (128 MB of addresses each) would stay with this process and all its children.

    Raises RuntimeError where something that must work does not."""
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as packed:
        for syntax in (ExplicitVRLittleEndian, RLELossless):
            data = slice_of(syntax)
            packed.writestr(syntax, data)
            if not dicom_file.look(BytesIO(data), "dicom").preview:
                raise RuntimeError(f"What opens DICOM of {syntax} does not work here.")
    if archive.look(whole, "zip").problem:
        raise RuntimeError("What opens archives does not work here.")


for encoding in ENCODINGS:
    with suppress(LookupError):  # pydicom lists one that Python does not have
        codecs.lookup(encoding)
rehearse()
gc.freeze()
