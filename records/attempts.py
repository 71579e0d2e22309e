"""What a child is about to try with one part of a file, told to its parent beforehand.

A decoder may end the whole process, or never come back. The parent then knows which part it was, and the next child leaves that one out:
one broken slice costs an archive a cell of its picture and not all of it.
"""

import json
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Final

from records.limits import Refused

PART_S: Final = 8.0  # wall seconds for one part; a slice takes a hundredth, the largest photograph three
CHILDREN: Final = 3  # one after the other, while the time of the parent lasts
_MARK: Final = b"part "

_tell: Callable[[bytes], object] | None = None
_left_out: frozenset[int] | None = frozenset()
_until: float | None = None


class Stuck(Exception):
    """The child ended or did not come back while it was at this part."""

    def __init__(self, part: int) -> None:
        super().__init__(part)
        self.part = part


def order(left_out: Collection[int] | None, seconds: float) -> bytes:
    """What a parent sends to its child first: the parts to leave out, None for all, and how many seconds there are for the whole."""
    return json.dumps([None if left_out is None else sorted(left_out), seconds]).encode()


def answer(ours: Connection, until: float, most: int) -> bytes:
    """In the parent: the first message, of ``most`` bytes, that names no part. Raises Stuck; TimeoutError at ``until``; EOFError, OSError as the pipe does."""
    part: int | None = None
    while True:
        left = until - time.monotonic()
        if not ours.poll(max(0.0, left if part is None else min(left, PART_S))):
            raise TimeoutError if part is None else Stuck(part)
        try:
            message = ours.recv_bytes(most)
        except (EOFError, OSError):
            if part is None:
                raise
            raise Stuck(part) from None
        if not message.startswith(_MARK):
            return message
        part = int(message[len(_MARK) :] or b"-1")
        part = None if part < 0 else part


def begin(tell: Callable[[bytes], object], ordered: bytes) -> None:
    """In the child: takes the parent's order. Without it nothing is told, left out or limited."""
    global _tell, _left_out, _until
    parts, seconds = json.loads(ordered)
    _tell, _left_out, _until = tell, None if parts is None else frozenset(parts), time.monotonic() + seconds


def seconds_left() -> float:
    """In the child: until the parent gives up."""
    return float("inf") if _until is None else _until - time.monotonic()


@contextmanager
def attempt(part: int) -> Iterator[None]:
    """In the child: around what may end the process. Raises Refused("crashed") for a part that has ended one already, and Refused("")
    where nothing is to be tried any more."""
    if _left_out is None:
        raise Refused("")
    if part in _left_out:
        raise Refused("crashed")
    if _tell is not None:
        _tell(_MARK + str(part).encode())
    try:
        yield
    finally:
        if _tell is not None:
            _tell(_MARK)
