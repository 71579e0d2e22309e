"""The doctors of a case: who leads it, and what colleagues were asked about it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One narrow question to one colleague of a discipline; doctors are keys of clinic.toml.

    ``state``: "writing" (the question is being typed), "offered" (``doctor`` may accept until ``until``), "reading" (her view is due at
    ``until``), "weighing" (how sure is she?), "testing" (which test would settle it?), "done", "nobody" (none is left) or "ended".
    """

    number: int  # from 1 in the order in which they were begun
    discipline: str
    by: str
    state: str = "writing"
    question: str = ""
    doctor: str = ""
    tried: tuple[str, ...] = ()  # everybody who was asked, the present one last
    key: str = ""  # opaque part of the buttons of whoever is asked now
    until: datetime | None = None
    hours: int = 24  # from accepting to the answer
    shown: bool = False  # earlier diagnosis and other views are open to her from the beginning
    view: str = ""
    certainty: str = ""  # "sure", "likely" or "unsure"
    test: str = ""  # which one would settle it; "" where none was named
    added: str = ""  # what she wrote after her view was complete
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Doctors are keys of clinic.toml. ``lead``: who sees to it that the case is answered, "" while nobody does."""

    lead: str = ""
    inquiries: tuple[Inquiry, ...] = ()


NOBODY = Team()
