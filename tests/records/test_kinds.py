"""What a file is, by its content alone."""

import struct

import pytest

from records.findings import Opened
from records.kinds import kind_of, looks_like
from records.preview import open_record

ELEMENT = struct.Struct("<HH2sH")
TYPE = ELEMENT.pack(8, 8, b"CS", 16) + b"ORIGINAL\\PRIMARY"


def zipped(name: bytes, rest: bytes = b"") -> bytes:
    """The start of a ZIP whose first entry has this name."""
    return b"PK\x03\x04" + b"\0" * 22 + struct.pack("<HH", len(name), 0) + name + rest


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "heic"),
        (b"%PDF-1.7\n...", "pdf"),
        (b"\xef\xbb\xbf\n%PDF-1.4", "pdf"),
        (b"MZ" + b"\0" * 126 + b"DICM" + b"\0" * 20, "dicom"),
        (ELEMENT.pack(8, 5, b"CS", 10) + b"ISO_IR 192" + TYPE, "dicom"),
        (ELEMENT.pack(2, 0, b"UL", 4) + b"\0\0\0\0" + struct.pack("<HH2sHI", 2, 1, b"OB", 0, 2) + b"\0\1", "dicom"),
        (struct.pack("<HHI", 8, 0, 4) + b"\0\0\0\0" + struct.pack("<HHI", 8, 8, 16) + b"ORIGINAL\\PRIMARY", "dicom"),
        (zipped(b"CD/DICOMDIR"), "zip"),
        (b"PK\x05\x06" + b"\0" * 18, "zip"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "mp4"),
        (b"\0\0\0\x18ftypXYZ1\0\0\0\0XYZ1mp42", "mp4"),
        (b"\0\0\0\x14ftyp3gp5\0\0\0\0", "mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "mov"),
        (b"\0\0\0\x08wide\0\0\1\0mdat", "mov"),
        (b"OggS\0\2" + b"\0" * 20 + b"\1\x13OpusHead", "voice"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", "voice"),
        (b"ID3\4\0\0\0\0\0\0", "voice"),
        (b"\xff\xfb\x90\0", "voice"),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind


@pytest.mark.parametrize(
    ("data", "like"),
    [
        (b"GIF89a", "gif"),
        (b"II*\0", "tiff"),
        (b"MM\0*", "tiff"),
        (b"BM\x36\0\0\0\0\0\0\0", "bmp"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "avif"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", ""),
        (b"Rar!\x1a\x07\0", "rar"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b\x08", "archive"),
        (b"\0" * 32769 + b"CD001", "iso"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
        (zipped(b"[Content_Types].xml", b"...word/document.xml"), "word"),
        (zipped(b"[Content_Types].xml", b"...xl/workbook.xml"), "excel"),
        (zipped(b"[Content_Types].xml", b"...ppt/presentation.xml"), "slides"),
        (zipped(b"mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "excel"),
        (b"{\\rtf1", "word"),
        (b"\x1aE\xdf\xa3", "video"),
        (b"RIFF\x10\0\0\0WAVE", "audio"),
        (b"MZ\x90\0", "program"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
        (b"\n<!DOCTYPE html><p>", "html"),
        ("血球計數 12.3".encode(), "text"),
        (b"\xff", "text"),
        (b"OggS\0\2" + b"\0" * 20 + b"\x80theora", ""),
        (b"\0\1\2\3\4\5", ""),
    ],
)
def test_a_stranger_is_refused_and_recognised(data: bytes, like: str) -> None:
    assert (kind_of(data), looks_like(data)) == ("unknown", like)


def test_the_answer_for_a_stranger_says_what_it_seems_to_be() -> None:
    data = zipped(b"[Content_Types].xml", b"...word/document.xml")
    assert open_record(data, "a.pdf") == Opened("unknown", problem="unknown_kind", facts={"looks_like": "word"})
    assert open_record(b"\0\1\2\3", "a.jpg") == Opened("unknown", problem="unknown_kind")


def test_no_bytes_at_all_are_called_empty() -> None:
    assert open_record(b"", "a.jpg") == Opened("unknown", problem="empty")


def test_two_things_at_once_are_what_the_first_bytes_say() -> None:
    assert kind_of(b"\xff\xd8\xff" + b"\0" * 125 + b"DICM%PDF-") == "jpeg"
    assert kind_of(b"GIF89a" + b"\0" * 122 + b"DICM") == "dicom"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x08\0\x05\0",
        b"\x08\0\x05\0CS",
        ELEMENT.pack(8, 5, b"CS", 10) + b"ISO_IR 192",  # nothing follows
        TYPE + ELEMENT.pack(8, 5, b"CS", 2) + b"\0\0\0\0",  # not in order
        struct.pack("<HHI", 8, 8, 2**31) + b"x" * 100,
        struct.pack("<HHI", 9, 8, 2) + b"xx" + struct.pack("<HHI", 9, 9, 2) + b"xx",
    ],
)
def test_what_only_begins_like_dicom_is_not_taken_for_it(data: bytes) -> None:
    assert kind_of(data) != "dicom"
