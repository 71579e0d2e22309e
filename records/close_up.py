"""Inside the disposable child: the three things a doctor can ask of a file. Nothing here may be called in the service's own process."""

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, BinaryIO, Final

from pydicom import dcmread

from records import pdf, pixels
from records.dicom_header import Header, read_header, unfolded
from records.dicom_values import frame_values
from records.parts import Parts, contents

SIDE: Final = 4096  # pixels: a photo of twelve million is shown as it is
PAGE_SIDE: Final = 2400
ANSWER_BYTES: Final = 48 * 1024 * 1024  # of slices in one answer; whoever wants more asks again

Answer = tuple[dict[str, Any], list[bytes]]
Order = Mapping[str, Any]


def _contents(file: BinaryIO, kind: str, order: Order) -> Answer:
    """What is in it, as ``records.parts`` lists it."""
    return {}, [json.dumps(contents(file, kind, bool(order["count"]))).encode()]


def _picture(file: BinaryIO, kind: str, order: Order) -> Answer:
    """One picture or page, drawn anew as a JPEG of pixels alone."""
    sort, part = str(order["kind"]), Parts(file).open(str(order["part"]))
    if sort != "pdf":
        return {}, [pixels.close(part, sort, SIDE)]
    data = part.read()
    if data[128:132] == b"DICM":  # a scanned report that was put into a DICOM file
        data = dcmread(BytesIO(data), force=True).EncapsulatedDocument
    return {}, [pdf.page_of(BytesIO(data), int(order["page"]), PAGE_SIDE)]


def _slices(file: BinaryIO, kind: str, order: Order) -> Answer:
    """Numbers of the wanted frames: for each a head of JSON and its packed values. Fewer than wanted where they are large."""
    parts, blobs, total = Parts(file), list[bytes](), 0
    opened: dict[str, tuple[BinaryIO, Header]] = {}
    for key, frame in order["slices"]:
        if key not in opened:
            part = unfolded(parts.open(key))
            opened = {key: (part, read_header(part))}  # one at a time: an unpacked film may be large
        head, data = frame_values(*opened[key], frame)
        blobs += [json.dumps(head).encode(), data]
        total += len(data)
        if total > ANSWER_BYTES:
            break
    return {}, blobs


ORDERS: Final[Mapping[str, Callable[[BinaryIO, str, Order], Answer]]] = {
    "contents": _contents,
    "picture": _picture,
    "slices": _slices,
}
