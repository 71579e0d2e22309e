"""A decision that can still be undone."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """A decision that was made and has not taken effect: nobody but the group knows of it, and it can be undone until ``until``."""

    decision: str
    doctor: str
    at: datetime
    until: datetime
    reason: str = ""
    ground: str = ""
    wanted: tuple[str, ...] = ()
