"""Looking closely at a stored file: each look in a fresh child, as when it was taken in (``records.preview``).

What a child answers is not believed: plain JSON of limited length, JPEGs and numbers, never a pickle. Nothing that is drawn or
decoded here is kept.
"""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from records.child import child
from records.limits import Refused
from records.viewing_inside import work

WALL_S: Final = 30.0
HEAD_BYTES: Final = 4 * 1024
CONTENTS_BYTES: Final = 1024 * 1024
PICTURE_BYTES: Final = 48 * 1024 * 1024
SLICE_BYTES: Final = 224 * 1024 * 1024  # fifty million pixels of four bytes, and what deflate adds

Slice = tuple[dict[str, Any], bytes]


def contents(path: Path, kind: str) -> dict[str, Any]:
    """``series`` and ``papers`` (``records.parts``). Raises Refused with the reason; blocks for at most a minute."""
    try:
        found = json.loads(_asked(path, kind, {"do": "contents", "count": True}, CONTENTS_BYTES)[0])
    except Refused as refused:
        if refused.problem != "crashed":
            raise
        found = json.loads(_asked(path, kind, {"do": "contents", "count": False}, CONTENTS_BYTES)[0])
    if not isinstance(found, dict):
        raise Refused("crashed")
    return found


def picture(path: Path, kind: str, part: str, sort: str, page: int) -> bytes:
    """A JPEG of the part, which is of the kind ``sort``; pages count from 0. Raises Refused."""
    order = {"do": "picture", "part": part, "kind": sort, "page": page}
    data = _asked(path, kind, order, PICTURE_BYTES)[0]
    if not data.startswith(b"\xff\xd8\xff"):
        raise Refused("crashed")
    return data


def slices(path: Path, kind: str, wanted: Sequence[tuple[str, int]]) -> list[Slice]:
    """At least the first of the wanted [key, frame], in their order: heads and packed numbers (``records.dicom_values``). Raises Refused."""
    blobs = _asked(path, kind, {"do": "slices", "slices": list(wanted)}, SLICE_BYTES)
    return [(_head(blobs[at]), blobs[at + 1]) for at in range(0, len(blobs) - 1, 2)]


def _head(data: bytes) -> dict[str, Any]:
    found = json.loads(data)
    if not isinstance(found, dict):
        raise Refused("crashed")
    return found


def _asked(path: Path, kind: str, order: Mapping[str, Any], most: int) -> list[bytes]:
    until = time.monotonic() + WALL_S
    with child(work, str(path), kind) as (ours, _):
        try:
            ours.send_bytes(json.dumps(order).encode())
            if not ours.poll(max(0.0, until - time.monotonic())):
                raise Refused("took_too_long")
            head = json.loads(ours.recv_bytes(HEAD_BYTES))
            if head.get("problem"):
                raise Refused(str(head["problem"])[:40])
            blobs = [ours.recv_bytes(most) for _ in range(int(head["blobs"]))]
        except (OSError, EOFError, KeyError, AttributeError, json.JSONDecodeError):
            raise Refused("crashed") from None
    if not blobs:
        raise Refused("unreadable")
    return blobs
