"""What the owner was told of a round of review, and how soon the doctors mean to decide."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """``hours``: within which the owner was told she would hear, 0 in rounds of earlier versions. ``lane``: a doctor's word, one of ``flows.lanes``, "" = none."""

    hours: int = 0
    late: bool = False  # the owner was told that it takes longer
    lane: str = ""
    marked_at: datetime | None = None  # when the doctor said so


NO_PROMISE = Promise()
