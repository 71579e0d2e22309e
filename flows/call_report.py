"""What a doctor said of a call after its end; part of ``flows.case.Case``."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallReport:
    """``how``: a key of ``call_words.HOW``. ``by``: who said so at ``at``; ``doctor`` and ``starts_at`` are those of the call. Doctors are keys of clinic.toml."""

    how: str
    by: str
    at: datetime
    doctor: str
    starts_at: datetime
    revision: int  # of the booking
    note: str = ""  # for colleagues, in the doctor's own words
