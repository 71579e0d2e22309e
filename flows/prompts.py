"""Which of our messages ask a doctor for a reply, by the role of their post."""

from typing import Final

PROMPT: Final = "prompt"  # for a reason, in the group
CALL_NOTE: Final = "call.note"  # for a note on a call that was held


def asks(role: str) -> bool:
    """Whether a post of this role asks for a reply; one that asks for something of its own has a point in its name."""
    return role == PROMPT or "." in role
