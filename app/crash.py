"""Rehearsals of sudden death: at a named point this process kills itself with SIGKILL, as a power cut would."""

import os
import signal
from collections.abc import Callable

from desk.points import POINTS


class NoSuchPoint(Exception):
    """A sentence for the operator."""


def kill_at(wish: str) -> Callable[[str], None]:
    """``NAME`` or ``NAME:N``: the hook that kills when the point is reached for the N-th time (1 by default)."""
    name, _, count = wish.partition(":")
    if name not in POINTS or (count and not count.isdigit()):
        raise NoSuchPoint(f"CRASH_POINT: {wish} is unknown; the points are {', '.join(POINTS)}. Example: committed:3")
    left = int(count or 1)

    def hook(reached: str) -> None:
        nonlocal left
        if reached == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return hook
