"""DICOM headers: where the elements of a file lie, found by walking over them (PS3.5, section 7) without reading their values.

Thousands of slices come in one archive. The walk covers little endian, with explicit and implicit value representations, and looks at
the first 8 KB, which hold the header of most slices; pydicom reads everything else.
"""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO, Final

from pydicom import Dataset, dcmread
from pydicom.dataelem import RawDataElement

from records.dicom_layout import Places, learn, recalled
from records.limits import MOST_IN_MEMORY, Refused

IMPLICIT: Final = "1.2.840.10008.1.2"
EXPLICIT: Final = "1.2.840.10008.1.2.1"
DEFLATED: Final = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN: Final = "1.2.840.10008.1.2.2"
PIXELS: Final = 0x7FE00010
SYNTAX: Final = 0x00020010

_READ: Final = (
    8 * 1024,
    64 * 1024,
    1024 * 1024,
)  # the header of most files; private elements of some scanners are long
_SHORT_FORMS: Final = frozenset(
    form.encode()
    for form in [
        "AE",
        "AS",
        "AT",
        "CS",
        "DA",
        "DS",
        "DT",
        "FL",
        "FD",
        "IS",
        "LO",
        "LT",
        "PN",
        "SH",
        "SL",
        "SS",
        "ST",
        "TM",
        "UI",
        "UL",
        "US",
    ]
)
_UNDEFINED: Final = 0xFFFFFFFF
_DELIMITING: Final = 0xFFFE
_ITEM: Final = 0xE000
_NESTING: Final = (b"SQ", b"")
_SHORT_HEAD: Final = struct.Struct("<HH2sH").unpack_from
_QUICK_HEAD: Final = struct.Struct("<I2sH").unpack_from
_IMPLICIT_HEAD: Final = struct.Struct("<HHI").unpack_from
_LONG: Final = struct.Struct("<I").unpack_from
_LONG_FORMS: Final = frozenset(
    {b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"SQ", b"UC", b"UN", b"UR", b"UT", b"UV", b"SV"}
)

Items = dict[int, "Header"]


class Unusual(ValueError):
    """The walk does not cover this; pydicom may."""


class Short(ValueError):
    """The bytes end before the header does."""


class Header:
    """The elements of one file: ``raw(tag)`` gives the bytes of a value, b"" where there is none.

    ``syntax``: the UID of the transfer syntax. ``pixels``: where the pixel data begin in the file and how many bytes they say they have
    (-1: in pieces, as compressed ones are), or None. ``from_meta``: the file itself names the transfer syntax. Tags are numbers, 0x0020000D; numbers in values are little endian.
    """

    __slots__ = ("_data", "_items", "_places", "from_meta", "pixels", "syntax")

    def __init__(
        self, data: bytes, places: Places, syntax: str, pixels: tuple[int, int] | None, items: "Items | None" = None
    ) -> None:
        self._data, self._places, self.syntax, self.pixels, self._items = data, places, syntax, pixels, items or {}
        self.from_meta = True

    def raw(self, tag: int) -> bytes:
        """Without the padding that makes lengths even."""
        place = self._places.get(_key(tag))
        return self._data[place[0] : place[0] + place[1]].strip(b" \0") if place else b""

    def short(self, tag: int) -> int:
        """An unsigned number of two bytes; 0 where there is none."""
        place = self._places.get(_key(tag))
        return int.from_bytes(self._data[place[0] : place[0] + 2], "little") if place and place[1] >= 2 else 0

    def has(self, tag: int) -> bool:
        """Whether the element is there, empty or not."""
        return _key(tag) in self._places

    def first_item(self, tag: int) -> "Header":
        """The elements of a sequence's first item; empty where there is none."""
        place = self._places.get(_key(tag))
        empty = Header(b"", {}, self.syntax, None)
        if place is None:
            return self._items.get(tag, empty)
        inside = self._data[place[0] + 8 : place[0] + place[1]]
        try:
            places, _ = walked(inside, 0, self.syntax == IMPLICIT)
        except (Unusual, Short):
            return empty
        return Header(inside, places, self.syntax, None)


def read_header(file: BinaryIO) -> Header:
    """The header of the file that begins at the current place, which must be its start. Raises whatever broken bytes make pydicom raise."""
    data = b""
    for most in _READ:
        more = file.read(most - len(data))
        data += more
        try:
            return parsed(data, ended=len(data) < most)
        except Short:
            continue
        except Unusual:
            break
    file.seek(0)
    return _read_slowly(file)


def parsed(data: bytes, ended: bool) -> Header:
    """The header in ``data``; ``ended``: nothing follows. Raises Short where it goes on behind the data, Unusual where pydicom is needed."""
    if (like := recalled(data)) is not None:
        return Header(data, like.places, like.syntax, like.places.get(_key(PIXELS)))
    if data[128:132] != b"DICM":
        raise Unusual
    try:
        meta, at = walked(data, 132, implicit=False, most_group=2)
        where, length = meta[_key(SYNTAX)]
        syntax = data[where : where + length].rstrip(b" \0").decode("ascii")
    except (KeyError, UnicodeDecodeError):
        raise Unusual from None
    if syntax in (DEFLATED, BIG_ENDIAN):
        raise Unusual
    try:
        places, at = walked(data, at, syntax == IMPLICIT)
    except Short:
        if not ended:
            raise
        raise Unusual from None  # cut off within the header: pydicom gives what there is
    pixels = places.get(_key(PIXELS))
    places.update(meta)
    if pixels:
        learn(data, at, places, syntax, _key(SYNTAX))
    return Header(data, places, syntax, pixels)


def walked(data: bytes, at: int, implicit: bool, most_group: int = 0x7FE0) -> tuple[Places, int]:
    """The elements from ``at`` on, key to (place of the value, length), up to the pixel data, a group above ``most_group`` or the end.

    What lies inside sequences is stepped over; a sequence's own place and length are given. Raises Short and Unusual.
    """
    places: Places = {}
    size, quick = len(data), not implicit and most_group == 0x7FE0
    try:
        while at < size:
            if quick:  # nearly all elements: the rest of the loop would cost twice the time
                key, form, length = _QUICK_HEAD(data, at)
                if form in _SHORT_FORMS:
                    at += 8
                    places[key] = at, length
                    at += length
                    continue
            group, element, form, value, length = _element(data, at, implicit)
            if group > most_group:  # also the end of the item that is walked
                return places, at
            if group == 0x7FE0 and element >= 8:
                places[element << 16 | group] = value, -1 if length == _UNDEFINED else length
                return places, value
            if length == _UNDEFINED:
                if form not in _NESTING:
                    raise Unusual
                length = _past_sequence(data, value, implicit) - value
            places[element << 16 | group] = value, length
            at = value + length
    except struct.error:
        raise Short from None
    if at > size:
        raise Short
    return places, at


def _key(tag: int) -> int:
    """The tag as its four bytes lie in a file, read as one number: the walk need not take it apart."""
    return (tag & 0xFFFF) << 16 | tag >> 16


def _element(data: bytes, at: int, implicit: bool) -> tuple[int, int, bytes, int, int]:
    """Group, element, value representation, place of the value and its length."""
    if implicit:
        group, element, length = _IMPLICIT_HEAD(data, at)
        return group, element, b"", at + 8, length
    group, element, form, length = _SHORT_HEAD(data, at)
    if form in _LONG_FORMS:
        return group, element, form, at + 12, _LONG(data, at + 8)[0]
    return group, element, form, at + 8, length


def _past_sequence(data: bytes, at: int, implicit: bool) -> int:
    """Behind the end of a sequence of undefined length whose items begin at ``at``; a count of levels, so that no nesting is too deep."""
    deep = 1
    while deep:
        group, element, length = _IMPLICIT_HEAD(data, at)
        if group == _DELIMITING:
            at += 8
            if element != _ITEM:
                deep -= 1
                continue
        else:
            _, _, form, at, length = _element(data, at, implicit)
            if length == _UNDEFINED and form not in _NESTING:
                raise Unusual
        if length == _UNDEFINED:
            deep += 1
        else:
            at += length
    return at


def unfolded(file: BinaryIO) -> BinaryIO:
    """The file itself, or, where its data set is deflated as a whole, a plain one in memory. Raises Refused for what grows too large.

    pydicom would inflate without a limit (pitfall 80).
    """
    start = file.read(_READ[0])
    file.seek(0)
    try:
        meta, at = walked(start, 132, implicit=False, most_group=2)
        where, length = meta[_key(SYNTAX)]
    except (Unusual, Short, KeyError):
        return file
    syntax = start[where : where + length]
    if start[128:132] != b"DICM" or syntax.rstrip(b" \0").decode("ascii", "replace") != DEFLATED:
        return file
    file.seek(at)
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    body = inflating.decompress(file.read(MOST_IN_MEMORY), MOST_IN_MEMORY)
    if inflating.unconsumed_tail:
        raise Refused("bomb")
    plain = EXPLICIT.encode().ljust(length, b"\0")
    return BytesIO(start[:where] + plain + start[where + length : at] + body)


def _read_slowly(file: BinaryIO) -> Header:
    found = dcmread(file, stop_before_pixels=True, force=True)
    meta = getattr(found, "file_meta", Dataset())
    implicit, little = found.original_encoding
    guessed = IMPLICIT if implicit else EXPLICIT if little else BIG_ENDIAN
    packed = _packed((found, meta), str(meta.get("TransferSyntaxUID", guessed)), little is not False)
    packed.from_meta = "TransferSyntaxUID" in meta and bool(getattr(found, "preamble", None))
    return packed


def _packed(sets: Sequence[Dataset], syntax: str, little: bool) -> Header:
    """Data sets of pydicom as the walk would give them."""
    data, places, items = bytearray(), {}, {}
    for tag, element in ((int(tag), found.get_item(tag)) for found in sets for tag in sorted(found.keys())):
        if isinstance(element, RawDataElement):
            value = element.value or b""
            if not little and element.VR in ("US", "SS") and len(value) == 2 and tag >> 16 != 2:
                value = value[::-1]
        elif element is not None and element.VR == "SQ":
            if element.value:
                items[tag] = _packed(element.value[:1], syntax, little)
            continue
        else:
            value = str(element.value).encode() if element is not None and element.value is not None else b""
        places[_key(tag)] = len(data), len(value)
        data += value
    return Header(bytes(data), places, syntax, None, items)
