"""What a decision wants done with the doctors' times; part of ``flows.effects``, whose names these are."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep a time for this case until ``until``; refused with ``incoming.Refused`` when it is taken."""

    doctor: str
    starts_at: datetime
    ends_at: datetime
    until: datetime
    unasked: bool = False  # she has not pressed for it: of a refusal she need not hear


@dataclass(frozen=True, slots=True)
class Book:
    """The held time becomes the call and the former one is freed; refused with ``incoming.Refused`` when the hold ran out and was taken."""


@dataclass(frozen=True, slots=True)
class Release:
    """Free hold and call, or the hold alone."""

    held_only: bool = False


@dataclass(frozen=True, slots=True)
class Freed:
    """Times of this doctor may be free for whoever waits for an earlier one: the waiting list is looked through."""

    doctor: str
