"""What a file is, by its first bytes. Names and announced types are the sender's word and are not believed."""

from typing import Final

PICTURES: Final = (
    "jpeg",
    "png",
    "webp",
)  # what Pillow may open; its 43 other openers are a wider attack surface (pitfall 76)
OPENED: Final = (*PICTURES, "dicom", "zip")  # what a child looks into
_HEIF: Final = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")


def kind_of(data: bytes) -> str:
    """One of "jpeg", "png", "webp", "heic", "dicom", "pdf", "zip" (office documents too) and "unknown".

    A file that is two things at once is what its first bytes say; the preview is made from pixels, so the other thing is lost in it.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF:
        return "heic"
    if data[128:132] == b"DICM" or _is_bare_dicom(data):  # after a preamble that may hold anything, even a program
        return "dicom"
    if b"%PDF-" in data[:1024]:  # readers accept it that late
        return "pdf"
    return "zip" if data.startswith(b"PK\x03\x04") else "unknown"


def _is_bare_dicom(data: bytes) -> bool:
    """DICOM without its preamble, as old scanners write it: group 2 or 8 at once, with an element of the first of them (PS3.10, 7.1)."""
    group, element, form = data[:2], int.from_bytes(data[2:4], "little"), data[4:6]
    if group == b"\x02\0":
        return element <= 1 and form in (b"UL", b"OB")
    implicit = data[5:8] == b"\0\0\0" and 0 < data[4] <= 64
    named = form in (b"UL", b"CS", b"UI", b"DA", b"TM", b"SH", b"LO")
    return group == b"\x08\0" and element in (0, 1, 5, 8, 0x12, 0x16, 0x18) and (named or implicit)
