"""How much memory the child needs that opens a file: the same child, which tells it after its answer."""

import resource
import time
from multiprocessing.connection import Connection

from records import attempts, inside, preview
from records.child import child
from records.kinds import kind_of


def measured(theirs: Connection, kind: str, path: str) -> None:
    """The child's whole life, and after it what it had of memory at most."""
    inside.work(theirs, kind, path)
    theirs.send_bytes(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024).encode())


def peak_of(data: bytes) -> int:
    """Bytes of memory that the child for this file held at most; 0 for one that never began or died."""
    kind = kind_of(data)
    with child(measured, kind, "") as (ours, _):
        try:
            if kind == "zip":
                ours.send_bytes(attempts.order((), preview.WALL_S))
            ours.send_bytes(data)
            attempts.answer(ours, time.monotonic() + preview.WALL_S, preview.HEADER_BYTES)
            for _ in range(2):
                ours.poll(preview.WALL_S)
                ours.recv_bytes()
            return int(ours.recv_bytes())
        except (OSError, EOFError, attempts.Stuck):  # a TimeoutError is an OSError
            return 0
