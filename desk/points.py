"""Named points at which the crash harness kills this process. Off in production: the hook does nothing unless ``app`` sets one."""

from collections.abc import Callable

POINTS = ("claimed", "decided", "committed", "taken", "sent", "settled")


def _nothing(name: str) -> None:
    pass


_hook: Callable[[str], None] = _nothing


def reach(name: str) -> None:
    """Says that a point was reached."""
    _hook(name)


def watch(hook: Callable[[str], None]) -> None:
    """Sets what happens at every point."""
    global _hook
    _hook = hook
