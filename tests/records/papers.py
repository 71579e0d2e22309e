"""Builders for PDFs, videos and voice messages, written byte by byte, so that every part of them can be made wrong."""

import struct
import zlib
from collections.abc import Sequence

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>>>"


def pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, trailer, len(out),
    )  # fmt: skip


def stream(content: bytes, head: bytes = b"") -> bytes:
    """An object that carries bytes."""
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (head, len(content), content)


def paper(
    pages: Sequence[str], box: tuple[float, float] = (595, 842), catalogue: bytes = b"", trailer: bytes = b""
) -> bytes:
    """A page of plain Latin text for every string; "" makes an empty page."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%b>>" % catalogue,
        b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(pages)),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for at, text in enumerate(pages):
        lines = b"".join(b"(%b) Tj T* " % line.encode("latin-1") for line in text.splitlines())
        page = (PAGE % (5 + 2 * at)).replace(b"595 842", b"%g %g" % box)
        objects += [page, stream(b"BT /F 12 Tf 14 TL 60 780 Td %bET" % lines)]
    return pdf(objects, trailer)


def locked() -> bytes:
    """A PDF that asks for a password: the mark of the empty one does not fit."""
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%b>/U<%b>>>/ID[<00><00>]" % (b"41" * 32, b"42" * 32)
    return paper(["secret"], trailer=lock)


def scan(width: int = 200, height: int = 280, name: bytes = b"") -> bytes:
    """A page that is one picture and has no text."""
    picture = zlib.compress(bytes(range(256)) * (width * height // 256 + 1))
    head = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
            stream(b"q 595 0 0 842 0 0 cm /I Do Q"),
            stream(picture, head % (width, height) + name),
        ]
    )


def box(name: bytes, content: bytes) -> bytes:
    """A box of ISO base media."""
    return struct.pack(">I4s", 8 + len(content), name) + content


def video(seconds: float, brand: bytes = b"isom", media: bytes = b"\0" * 4000, last: bytes = b"") -> bytes:
    """A film without pictures, with its table behind them, as recorders write it."""
    head = struct.pack(">IIIII", 0, 0, 0, 1000, round(seconds * 1000)) + b"\0" * 80
    note = box(b"udta", last) if last else b""
    return box(b"ftyp", brand + b"\0\0\2\0" + brand) + box(b"mdat", media) + box(b"moov", box(b"mvhd", head) + note)


def voice(seconds: float, comment: bytes = b"") -> bytes:
    """A voice message as Telegram sends it: Ogg with Opus, in pages of a second."""
    head = b"OpusHead\1\1" + struct.pack("<HIHB", 312, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"test" + struct.pack("<II", 1, len(comment)) + comment
    pages = [_page(head, 0, 0, 2), _page(tags, 0, 1)]
    whole, at = round(seconds * 48_000) + 312, 0
    while at < whole:
        at = min(at + 48_000, whole)
        pages.append(_page(b"\xfc" + bytes(150), at, len(pages), 4 if at == whole else 0))
    return b"".join(pages)


def _page(content: bytes, position: int, number: int, flags: int = 0) -> bytes:
    full, rest = divmod(len(content), 255)
    table = b"\xff" * full + bytes([rest])
    return b"OggS\0" + struct.pack("<BqIIIB", flags, position, 7, number, 0, len(table)) + table + content


def tune(seconds: float, label: bytes = b"") -> bytes:
    """An MP3 of empty frames at 128 kbit/s and 44,100 Hz, 417 bytes each, with or without a label."""
    size = bytes(len(label) >> shift & 0x7F for shift in (21, 14, 7, 0))
    front = b"ID3\4\0\0" + size + label if label else b""
    return front + (b"\xff\xfb\x90\0" + bytes(413)) * round(seconds * 44_100 / 1152)
