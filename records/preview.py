"""Opening what strangers send: each file in a fresh child that is capped, watched and thrown away (pitfalls 76 to 79).

The children are forked by a server that has Pillow loaded already, so one costs milliseconds, not an import. What a child says is not
believed either: its answer is plain bytes of limited length, never a pickle.
"""

import asyncio
import json
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final

from records.child import child
from records.kinds import PICTURES, kind_of

WALL_S: Final = 30.0
AT_ONCE: Final = 2
PREVIEW_BYTES: Final = 4 * 1024 * 1024  # 1,280 x 1,280 pixels of pure noise stay below this
HEADER_BYTES: Final = 1024

_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="records")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file is (``records.kinds``) and how it looks. ``preview``: JPEG bytes or None.

    ``width``, ``height``: of the original in pixels, 0 where unknown. ``problem`` is "" when all went well, which for a PDF or a DICOM
    file means that it was recognised; else "unknown_kind", "unreadable", "too_many_pixels", "too_many_frames", "too_big_to_open",
    "took_too_long" or "crashed".
    """

    kind: str
    preview: bytes | None = None
    width: int = 0
    height: int = 0
    problem: str = ""


async def opened(data: bytes, name: str) -> Opened:
    """``open_record`` beside the loop; at most two children live at a time, further files wait."""
    return await asyncio.get_running_loop().run_in_executor(_threads, open_record, data, name)


def open_record(data: bytes, name: str) -> Opened:
    """Blocks for at most half a minute. Never raises for what the bytes do. The name decides nothing: it is the sender's word."""
    kind = kind_of(data)
    if kind not in PICTURES:
        return Opened(kind, problem="unknown_kind" if kind == "unknown" else "")
    try:
        return _in_child(data, kind)
    except (OSError, EOFError, ValueError):
        return Opened(kind, problem="crashed")


def _in_child(data: bytes, kind: str) -> Opened:
    with child(work, kind) as (ours, process):
        try:
            ours.send_bytes(data)
            return _heard(ours, kind)
        except (OSError, EOFError, ValueError):
            process.join(1)  # it ended by itself; its exit code tells whether time was up
            return Opened(kind, problem="took_too_long" if process.exitcode == -signal.SIGXCPU else "crashed")


def _heard(ours: Connection, kind: str) -> Opened:
    """Reads the child's two messages: a JSON head and the preview. Raises EOFError or ValueError when it is not what was agreed."""
    if not ours.poll(WALL_S):
        return Opened(kind, problem="took_too_long")
    head = json.loads(ours.recv_bytes(HEADER_BYTES))
    preview = ours.recv_bytes(PREVIEW_BYTES)
    if head["problem"]:
        return Opened(kind, problem=str(head["problem"])[:40])
    if not preview.startswith(b"\xff\xd8\xff"):
        raise ValueError("A preview is a JPEG.")
    return Opened(kind, preview, int(head["width"]), int(head["height"]))


def work(theirs: Connection, kind: str) -> None:
    """The child's whole life."""
    from records import pixels

    data = theirs.recv_bytes()
    pixels.confine()
    found = pixels.picture(data, kind)
    theirs.send_bytes(json.dumps({"width": found.width, "height": found.height, "problem": found.problem}).encode())
    theirs.send_bytes(found.preview)
