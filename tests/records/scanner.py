"""A scanner made of code: DICOM files of any sort, written by pydicom, and a CD of them."""

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

import numpy as np
from pydicom import Dataset, Sequence
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, MediaStorageDirectoryStorage

STUDY = "1.2.826.0.1.3680043.9.1"


def header(
    number: int = 1, series: int = 1, side: int = 32, syntax: str = ExplicitVRLittleEndian, **tags: Any
) -> Dataset:
    """The elements of a CT slice of a cat, without pixels. ``tags``: elements by keyword that are added or replaced; None takes one away."""
    found = Dataset()
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = syntax
    found.file_meta.MediaStorageSOPClassUID = CTImageStorage
    uid = f"{STUDY}.{series}.{number}"
    usual = {
        "SpecificCharacterSet": "ISO_IR 192",
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": uid,
        "StudyInstanceUID": STUDY,
        "SeriesInstanceUID": f"{STUDY}.{series}",
        "StudyDate": "20260503",
        "Modality": "CT",
        "StudyDescription": "CT abdomen",
        "SeriesDescription": f"axial {series}",
        "BodyPartExamined": "ABDOMEN",
        "PatientName": "Chen^Mimi=陳^咪咪",
        "PatientSex": "F",
        "PatientBirthDate": "20150401",
        "PatientSpeciesDescription": "Feline",
        "InstanceNumber": number,
        "ImagePositionPatient": [0, 0, float(number) * 1.5],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": side,
        "Columns": side,
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "RescaleIntercept": -1024,
        "RescaleSlope": 1,
        "WindowCenter": 40,
        "WindowWidth": 400,
    }
    for keyword, value in {**usual, **tags}.items():
        if value is not None:
            setattr(found, keyword, value)
    return found


def cylinder(side: int, number: int = 1) -> np.ndarray[Any, np.dtype[np.uint16]]:
    """A round body in air, brighter to the right, wider with the number."""
    y, x = np.mgrid[0:side, 0:side] - side / 2
    body = np.hypot(x, y) < side * (0.3 + 0.1 * np.sin(number / 9))
    return np.where(body, 1064 + x * (300 / side), 24).astype("<u2")


def ct(number: int = 1, series: int = 1, side: int = 32, **tags: Any) -> bytes:
    """One slice as a file. Without "PixelData" among the tags it shows a cylinder."""
    found = header(number, series, side, **tags)
    if "PixelData" not in tags:
        found.PixelData = cylinder(side, number).tobytes()
    return written(found)


def written(found: Dataset) -> bytes:
    """The bytes of the file."""
    out = BytesIO()
    found.save_as(out, enforce_file_format=True)
    return out.getvalue()


def bare(found: Dataset) -> bytes:
    """The same without preamble and file meta information, as old machines write it."""
    out, implicit = BytesIO(), found.file_meta.TransferSyntaxUID.is_implicit_VR
    del found.file_meta
    found.save_as(out, implicit_vr=implicit, little_endian=True)
    return out.getvalue()


def directory(uids: Mapping[str, Iterable[str]]) -> bytes:
    """A DICOMDIR that lists images of series, by their UIDs."""
    found = Dataset()
    found.file_meta = FileMetaDataset()
    found.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    found.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    found.file_meta.MediaStorageSOPInstanceUID = f"{STUDY}.99"
    found.FileSetID = "CD"
    records = []
    for series, images in uids.items():
        records.append(_record("SERIES", SeriesInstanceUID=series, Modality="CT"))
        records += [_record("IMAGE", ReferencedSOPInstanceUIDInFile=image) for image in images]
    found.DirectoryRecordSequence = Sequence(records)
    return written(found)


def _record(sort: str, **tags: Any) -> Dataset:
    found = Dataset()
    found.DirectoryRecordType = sort
    for keyword, value in tags.items():
        setattr(found, keyword, value)
    return found


def zipped(files: Mapping[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of files by their names."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", how, compresslevel=1) as packed:
        for name, data in files.items():
            # Without a date of its own an entry carries the second it was written in, and a seed makes two archives.
            packed.writestr(zipfile.ZipInfo(name), data, how, compresslevel=1)
    return out.getvalue()


def cd(slices: Iterable[int], series: int = 1, side: int = 32, **tags: Any) -> dict[str, bytes]:
    """What a hospital's CD holds: slices without endings to their names, a directory, a viewer that begins by itself."""
    numbers = list(slices)
    files = {f"DICOM/S{series}/IM{number:05}": ct(number, series, side, **tags) for number in numbers}
    listing = directory({f"{STUDY}.{series}": [f"{STUDY}.{series}.{number}" for number in numbers]})
    viewer = {
        "autorun.inf": b"[autorun]\nopen=viewer\\viewer.exe\n",
        "viewer/viewer.exe": b"MZ\x90\0" + bytes(400),
        "viewer/help.pdf": b"%PDF-1.4 how to use the viewer",
        "viewer/help/start.html": b"<html>help</html>",
        "README.TXT": b"How to view the images",
    }
    return {"DICOMDIR": listing, **viewer, **files}
