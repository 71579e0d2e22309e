"""How much memory the child needs that opens a file: the same child, which tells it after its answer."""

import resource
from multiprocessing.connection import Connection

from records import inside, preview
from records.child import child
from records.kinds import kind_of


def measured(theirs: Connection, kind: str, path: str) -> None:
    """The child's whole life, and after it what it had of memory at most."""
    inside.work(theirs, kind, path)
    theirs.send_bytes(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024).encode())


def peak_of(data: bytes) -> int:
    """Bytes of memory that the child for this file held at most; 0 for one that never began or died."""
    with child(measured, kind_of(data), "") as (ours, _):
        try:
            ours.send_bytes(data)
            for _ in range(3):
                ours.poll(preview.WALL_S)
                ours.recv_bytes()
            return int(ours.recv_bytes())
        except (OSError, EOFError):
            return 0
