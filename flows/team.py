"""The doctors of a case: who leads it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Team:
    """Doctors are keys of clinic.toml. ``lead``: who sees to it that the case is answered, "" while nobody does."""

    lead: str = ""


NOBODY = Team()
