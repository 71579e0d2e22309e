"""Opening what strangers send: each file in a fresh child that is capped, watched and thrown away (pitfalls 76 to 79).

The children are forked by a server that has the decoders loaded already, so one costs milliseconds, not an import. What a child says is
not believed either: its answer is plain bytes of limited length, never a pickle.
"""

import asyncio
import json
import signal
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import structlog

from records import attempts
from records.child import child
from records.findings import Opened
from records.inside import work
from records.kinds import SNIFFED, kind_of, looks_like

WALL_S: Final = 30.0
AT_ONCE: Final = 2
PICTURE_BYTES: Final = 4 * 1024 * 1024  # 1,280 x 1,280 pixels of pure noise stay below this
HEADER_BYTES: Final = 16 * 1024

log = structlog.get_logger(__name__)
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="records")


async def opened(source: bytes | Path, name: str) -> Opened:
    """``open_record`` beside the loop; at most two children live at a time, further files wait."""
    return await asyncio.get_running_loop().run_in_executor(_threads, open_record, source, name)


def open_record(source: bytes | Path, name: str) -> Opened:
    """Blocks for at most half a minute. Never raises for what the bytes do. The name decides nothing: it is the sender's word.

    A ``Path`` is read by the child alone: however large it is, this process does not grow.
    """
    start = _start(source)
    kind = kind_of(start)
    if not start:
        return Opened(kind, problem="empty")
    if kind == "unknown":
        like = looks_like(start)
        return Opened(kind, problem="unknown_kind", facts={"looks_like": like} if like else {})
    try:
        return _unpacked(source) if kind == "zip" else _in_child(source, kind)
    except (OSError, EOFError, ValueError):
        return Opened(kind, problem="crashed")


def _start(source: bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source[:SNIFFED]
    with source.open("rb") as file:
        return file.read(SNIFFED)


def _unpacked(source: bytes | Path) -> Opened:
    """An archive: what ends its child is left out by the next one, as long as there is time; the last one tries nothing that may end it."""
    until = time.monotonic() + WALL_S
    left_out: set[int] = set()
    for child_number in range(attempts.CHILDREN):
        last = child_number == attempts.CHILDREN - 1 or time.monotonic() > until - WALL_S / 3
        try:
            return _in_child(source, "zip", until, None if last else left_out)
        except attempts.Stuck as stuck:
            left_out.add(stuck.part)
    return Opened("zip", problem="crashed")


def _in_child(
    source: bytes | Path, kind: str, until: float | None = None, left_out: Collection[int] | None = ()
) -> Opened:
    until = until or time.monotonic() + WALL_S
    with child(work, kind, str(source) if isinstance(source, Path) else "") as (ours, process):
        try:
            if kind == "zip":
                ours.send_bytes(attempts.order(left_out, until - time.monotonic()))
            if isinstance(source, bytes):
                ours.send_bytes(source)
            return _heard(ours, kind, until)
        except TimeoutError:
            return Opened(kind, problem="took_too_long")
        except (OSError, EOFError, ValueError):
            process.join(1)  # it ended by itself; its exit code tells whether time was up
            return Opened(kind, problem="took_too_long" if process.exitcode == -signal.SIGXCPU else "crashed")


def _heard(ours: Connection, kind: str, until: float) -> Opened:
    """Reads the child's three messages: a JSON head, the preview, the thumbnail. Raises EOFError or ValueError when they are not that."""
    head = json.loads(attempts.answer(ours, until, HEADER_BYTES))
    if not isinstance(head, dict) or not isinstance(head.get("facts"), dict):
        raise ValueError("A head is a problem and facts.")
    if not head.get("filtered"):
        _warn_unfiltered()
    preview, thumb = (_jpeg(ours.recv_bytes(PICTURE_BYTES)) for _ in range(2))
    return Opened(kind, preview, thumb, str(head["problem"])[:40], head["facts"])


@cache
def _warn_unfiltered() -> None:
    """Once a process: the same kernel answers the same."""
    log.warning("this kernel filters no system calls: files of strangers are opened behind limits alone")


def _jpeg(data: bytes) -> bytes | None:
    if data and not data.startswith(b"\xff\xd8\xff"):
        raise ValueError("A preview is a JPEG.")
    return data or None
