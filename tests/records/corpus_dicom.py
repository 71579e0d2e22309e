"""DICOM files and archives, honest, talkative and hostile, each made by a function of a random generator, with what must come of it.

``CORPUS`` is a plain dictionary for whoever opens many files: name to ``make(rng) -> (bytes, Expected)``.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any, Final, NamedTuple

from pydicom import Dataset, Sequence
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    RLELossless,
)

from tests.records.hostile import CANARY, photo, saved
from tests.records.scanner import bare, cd, ct, header, written, zipped

SLICE: Final = "DICOM/IM1"
BROKEN: Final = frozenset(
    {"unreadable", "cut_short", "crashed", "took_too_long", "too_big_to_open", "no_decoder", "bomb"}
)


class Expected(NamedTuple):
    """``problems``: one of these comes out. ``preview``: whether there is one, None where both are right."""

    kind: str
    problems: frozenset[str]
    preview: bool | None


Made = tuple[bytes, Expected]
Maker = Callable[[Random], Made]
FINE: Final = Expected("dicom", frozenset({""}), True)
GOOD_ZIP: Final = Expected("zip", frozenset({""}), True)


def refused(kind: str, *problems: str) -> Expected:
    """Not opened, for one of these reasons."""
    return Expected(kind, frozenset(problems), False)


def talkative(rng: Random) -> Made:
    """The canary in every text element that is not one of decision 0013, private and nested ones and the preamble too."""
    return written(talkative_header()), FINE


def talkative_header() -> Dataset:
    """As ``talkative``, before it is written."""
    names = (
        "OtherPatientNames",
        "ReferringPhysicianName",
        "OperatorsName",
        "ResponsiblePerson",
        "PerformingPhysicianName",
    )
    lines = (
        "InstitutionName",
        "ResponsibleOrganization",
        "PatientID",
        "AccessionNumber",
        "StationName",
        "PatientAddress",
    )
    texts = (
        "InstitutionAddress",
        "PatientComments",
        "ImageComments",
        "AdditionalPatientHistory",
        "PatientTelephoneNumbers",
    )
    tags: dict[str, Any] = dict.fromkeys((*names, *lines, *texts), CANARY)
    found = header(side=32, **tags)
    found.preamble = CANARY.encode().ljust(128, b"\0")
    found.add_new((0x0019, 0x0010), "LO", CANARY)
    found.add_new((0x0019, 0x1001), "LT", CANARY)
    found.RequestAttributesSequence = Sequence([header(PatientName=CANARY, ScheduledProcedureStepDescription=CANARY)])
    found.PixelData = bytes(32 * 32) + b"\x40\x04" * 512 + CANARY.encode() * 0
    found.add_new((0xFFFC, 0xFFFC), "OB", CANARY.encode() + b"\0")
    return found


def deep(rng: Random, levels: int = 3000) -> Made:
    """Sequences in sequences, of undefined length: pydicom reads them by calling itself."""
    whole = ct()
    nest = struct.pack("<HH2sHI", 0x0008, 0x1115, b"SQ", 0, 0xFFFFFFFF) + struct.pack(
        "<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF
    )
    back = struct.pack("<HHI", 0xFFFE, 0xE00D, 0) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    at = whole.index(struct.pack("<HH2s", 0x0010, 0x0010, b"PN"))
    return whole[:at] + nest * levels + back * levels + whole[at:], FINE


def deep_in_vain(rng: Random) -> Made:
    """The same without an end, so that the walk gives up and pydicom is asked."""
    whole, _ = deep(rng)
    at = whole.index(struct.pack("<HHI", 0xFFFE, 0xE00D, 0))
    return whole[:at], Expected("dicom", BROKEN | {""}, None)


def deflated(rng: Random) -> Made:
    """Deflated as a whole, as some archives send it."""
    return written(_with_pixels(header(syntax=DeflatedExplicitVRLittleEndian))), FINE


def deflated_bomb(rng: Random) -> Made:
    """Three hundred kilobytes that would be three hundred megabytes."""
    found = header(syntax=DeflatedExplicitVRLittleEndian)
    found.PixelData = b""
    whole = written(found)
    at = whole.index(b"1.2.840.10008.1.2.1.99") + 22
    return whole[:at] + zeros(300), Expected("dicom", frozenset({"bomb", "unreadable", "too_big_to_open"}), False)


def zeros(megabytes: int) -> bytes:
    """That many zeros, deflated: the same kilobyte again and again, so that it takes no time to make."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + packer.flush()


def _with_pixels(found: Dataset, side: int = 32) -> Dataset:
    found.PixelData = b"\x40\x04" * (side * side)
    return found


def huge(rng: Random) -> Made:
    """Announces four thousand million pixels and brings none."""
    return ct(Rows=65535, Columns=65535), refused("dicom", "too_many_pixels")


def endless(rng: Random) -> Made:
    """Announces more frames than anybody has time for."""
    return ct(NumberOfFrames="2147483647"), refused("dicom", "too_many_frames")


def cut_pixels(rng: Random) -> Made:
    """Ends in the middle of its pixels."""
    whole = ct(side=64)
    return whole[: -rng.randrange(1000, 8000)], refused("dicom", "cut_short")


def cut_header(rng: Random) -> Made:
    """Ends in the middle of its header."""
    whole = ct()
    return whole[: rng.randrange(140, whole.index(b"\xe0\x7f\x10\x00"))], Expected("dicom", BROKEN | {""}, None)


def mutated(rng: Random) -> Made:
    """A few bytes are others than they were."""
    found = header(syntax=rng.choice([ExplicitVRLittleEndian, ImplicitVRLittleEndian]))
    data = bytearray(written(_with_pixels(found)))
    for _ in range(rng.randint(1, 20)):
        data[rng.randrange(132, len(data) - 2048)] = rng.randrange(256)
    return bytes(data), Expected("dicom", BROKEN | {"", "too_many_pixels", "too_many_frames"}, None)


def noise(rng: Random) -> Made:
    """Nothing but the four letters."""
    return bytes(128) + b"DICM" + rng.randbytes(rng.randrange(0, 5000)), Expected("dicom", BROKEN | {""}, None)


def program(rng: Random) -> Made:
    """A program for Windows in the preamble (PS3.10, 7.1: it may hold anything)."""
    found = _with_pixels(header())
    found.preamble = b"MZ\x90\0" + bytes(124)
    return written(found), FINE


def junk_of(syntax: str) -> Callable[[Random], Made]:
    """Compressed pixels that are none."""

    def make(rng: Random) -> Made:
        return _encapsulated(syntax, rng.randbytes(400)), Expected("dicom", BROKEN | {""}, None)

    return make


def _encapsulated(syntax: str, *frames: bytes, **tags: Any) -> bytes:
    found = header(syntax=syntax, BitsAllocated=8, BitsStored=8, HighBit=7, **tags)
    found.PixelData = encapsulate(list(frames))
    found["PixelData"].VR, found["PixelData"].is_undefined_length = "OB", True
    return written(found)


def jpeg_cut(rng: Random) -> Made:
    """A compressed slice that broke off."""
    whole = saved(photo(32, 32, "L"), "JPEG")
    return _encapsulated(JPEGBaseline8Bit, whole[: len(whole) // 2]), Expected("dicom", BROKEN | {""}, None)


def odd_numbers(rng: Random) -> Made:
    """Windows, slopes and numbers that are none."""
    found = _with_pixels(header())
    found["WindowWidth"].value, found["RescaleSlope"].value = rng.choice([0, -5, 1e9]), rng.choice([0, 1e8, -1])
    found["InstanceNumber"].value = 2**31 - 1
    return written(found), FINE


def bare_file(rng: Random) -> Made:
    """No preamble, no meta information."""
    return bare(_with_pixels(header(syntax=rng.choice([ExplicitVRLittleEndian, ImplicitVRLittleEndian])))), FINE


def whole_cd(rng: Random) -> Made:
    """A CD with a gap."""
    return zipped(cd([*range(1, 6), *range(8, 14)])), GOOD_ZIP


def names(rng: Random) -> Made:
    """Names that would leave the folder, or that no system takes."""
    bad = [
        "../../../etc/cron.d/x",
        "/etc/passwd",
        "C:\\Windows\\x",
        "..\\..\\x",
        "a\0b",
        "CON",
        "a" * 3000,
        "\u202egpj.exe.jpg",
        ".",
    ]
    return zipped({name: ct(number) for number, name in enumerate(bad, 1)}), GOOD_ZIP


def bomb(rng: Random) -> Made:
    """An entry of three hundred megabytes of nothing, beside a slice that is shown all the same."""
    return with_entry(zipped({SLICE: ct()}), "zeros.dcm", zeros(300), 300 * 1024 * 1024), GOOD_ZIP


def many_bombs(rng: Random) -> Made:
    """Each small enough, all together not."""
    whole = zipped({SLICE: ct()})
    packed = zeros(200)
    for number in range(12):
        whole = with_entry(whole, f"{number}.dcm", packed, 200 * 1024 * 1024)
    return whole, refused("zip", "bomb")


def overlapping(rng: Random) -> Made:
    """The list names the same bytes a thousand times."""
    whole = zipped({"a.jpg": saved(photo(), "JPEG")})
    return relisted(whole, [entries_of(whole)[0]] * 1000), refused("zip", "bomb")


def locked(rng: Random) -> Made:
    """With a password, as the list says."""
    whole = bytearray(zipped({"a.jpg": saved(photo(), "JPEG")}))
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    return bytes(whole), refused("zip", "locked")


def packed_by(method: int) -> Callable[[Random], Made]:
    """In a way that is not opened."""

    def make(rng: Random) -> Made:
        whole = bytearray(zipped({SLICE: ct(), "b.jpg": saved(photo(), "JPEG")}))
        at = whole.index(b"PK\x01\x02")
        whole[at + 10 : at + 12] = whole[8:10] = struct.pack("<H", method)
        return bytes(whole), GOOD_ZIP

    return make


def size_lies(rng: Random) -> Made:
    """The list says other sizes than the entries have."""
    whole = bytearray(zipped({SLICE: ct(), "b.jpg": saved(photo(), "JPEG")}))
    at = whole.index(b"PK\x01\x02")
    said = rng.choice([1, 10, 1000, 10**6, 2**31])
    whole[at + 24 : at + 28] = whole[22:26] = struct.pack("<I", said)
    return bytes(whole), GOOD_ZIP


def zip64_lies(rng: Random) -> Made:
    """Sizes of eight bytes that cannot be."""
    whole = zipped({SLICE: ct(), "b.jpg": saved(photo(), "JPEG")})
    first, *others = entries_of(whole)
    name = SLICE.encode()
    said = rng.choice([2**63, 2**40, 2**64 - 1])
    extra = struct.pack("<HHQ", 1, 8, said)
    lying = first[:24] + b"\xff" * 4 + first[28:30] + struct.pack("<H", len(extra)) + first[32:46] + name + extra
    return relisted(whole, [lying, *others]), Expected(
        "zip", frozenset({"", "bomb", "unreadable", "too_big_to_open"}), None
    )


def bad_sum(rng: Random) -> Made:
    """One byte of one slice is another: the checksum tells."""
    files = {f"IM{number}": ct(number) for number in range(1, 8)}
    whole = bytearray(zipped(files, zipfile.ZIP_STORED))
    whole[whole.index(files["IM3"][-600:-500])] ^= 0xFF
    return bytes(whole), GOOD_ZIP


def crowd(rng: Random) -> Made:
    """More entries than a CD has."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(10_001):
            packed.writestr(zipfile.ZipInfo(str(number)), b"")
    return out.getvalue(), refused("zip", "too_many_entries")


def long_list(rng: Random) -> Made:
    """A list of five megabytes of the same entry."""
    whole = zipped({"a.jpg": saved(photo(), "JPEG")})
    return relisted(whole, [entries_of(whole)[0]] * 100_000), refused("zip", "too_many_entries")


def in_one(rng: Random) -> Made:
    """An archive in an archive."""
    return zipped({"ct.zip": zipped(cd(range(1, 5)))}, rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])), GOOD_ZIP


def in_two(rng: Random) -> Made:
    """An archive in an archive in an archive."""
    return zipped({"a.zip": zipped({"b.zip": zipped({SLICE: ct()})})}), refused("zip", "too_deep")


def cut_archive(rng: Random) -> Made:
    """A download that broke off: the list at the end is missing."""
    whole = zipped({f"IM{number}": ct(number) for number in range(1, 8)})
    return whole[: rng.randrange(60, len(whole) * 3 // 4)], refused("zip", "cut_short")


def mutated_archive(rng: Random) -> Made:
    """A few bytes are others than they were, in the list too."""
    data = bytearray(zipped({**cd(range(1, 4)), "b.jpg": saved(photo(), "JPEG")}))
    for _ in range(rng.randint(1, 30)):
        data[rng.choice([rng.randrange(4, len(data)), rng.randrange(len(data) * 2 // 3, len(data))])] = rng.randrange(
            256
        )
    problems = BROKEN | {"", "locked", "too_many_entries", "unknown_kind", "too_deep", "empty"}
    return bytes(data), Expected("zip", problems, None)


def not_records(rng: Random) -> Made:
    """Nothing that a doctor reads."""
    return zipped({"song.flac": b"fLaC" + bytes(100), "a.bin": b"\x01\x02\x03\x04" * 9}), refused("zip", "unknown_kind")


def entries_of(whole: bytes) -> list[bytes]:
    """The list of an archive without comments, entry by entry."""
    found, at = [], whole.index(b"PK\x01\x02")
    while whole[at : at + 4] == b"PK\x01\x02":
        length = 46 + sum(struct.unpack_from("<HHH", whole, at + 28))
        found.append(whole[at : at + length])
        at += length
    return found


def relisted(whole: bytes, listing: list[bytes]) -> bytes:
    """The same entries under another list."""
    body, data = whole[: whole.index(b"PK\x01\x02")], b"".join(listing)
    count = min(len(listing), 0xFFFF)
    return body + data + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(data), len(body), 0)


def with_entry(whole: bytes, name: str, packed: bytes, size: int) -> bytes:
    """One deflated entry more; its checksum is left at nought."""
    listing, start = entries_of(whole), whole.index(b"PK\x01\x02")
    words = name.encode()
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, 0, len(packed), size, len(words), 0)
    local = b"PK\x03\x04" + common + words + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, start) + words
    return relisted(whole[:start] + local + b"PK\x01\x02", [*listing, central])


def honest(rng: Random) -> Made:
    """A slice as any other."""
    return ct(rng.randrange(1, 400), side=rng.choice([16, 64, 128])), FINE


CORPUS: Final[dict[str, Maker]] = {
    "dicom": honest,
    "dicom, talkative": talkative,
    "dicom, nested deep": deep,
    "dicom, nested without end": deep_in_vain,
    "dicom, deflated": deflated,
    "dicom, deflated bomb": deflated_bomb,
    "dicom, huge": huge,
    "dicom, endless": endless,
    "dicom, cut in its pixels": cut_pixels,
    "dicom, cut in its header": cut_header,
    "dicom, mutated": mutated,
    "dicom, noise": noise,
    "dicom, a program in front": program,
    "dicom, junk for JPEG": junk_of(JPEGBaseline8Bit),
    "dicom, junk for JPEG lossless": junk_of(JPEGLosslessSV1),
    "dicom, junk for JPEG 2000": junk_of(JPEG2000Lossless),
    "dicom, junk for RLE": junk_of(RLELossless),
    "dicom, JPEG cut": jpeg_cut,
    "dicom, odd numbers": odd_numbers,
    "dicom, without preamble": bare_file,
    "zip, a CD": whole_cd,
    "zip, names": names,
    "zip, bomb": bomb,
    "zip, many bombs": many_bombs,
    "zip, overlapping": overlapping,
    "zip, locked": locked,
    "zip, Deflate64": packed_by(9),
    "zip, bzip2": packed_by(12),
    "zip, LZMA": packed_by(14),
    "zip, sizes lie": size_lies,
    "zip, ZIP64 lies": zip64_lies,
    "zip, checksum": bad_sum,
    "zip, crowd": crowd,
    "zip, long list": long_list,
    "zip, in one": in_one,
    "zip, in two": in_two,
    "zip, cut": cut_archive,
    "zip, mutated": mutated_archive,
    "zip, no records": not_records,
}
