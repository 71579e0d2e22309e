"""The opinion before it goes to the owner: its text, who changed it last, and whether a colleague has it to read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

WRITING, GIVEN, BACK, RELEASED = "writing", "given", "back", "released"


@dataclass(frozen=True, slots=True)
class OpinionDraft:
    """``version`` rises with every change, so that nobody overwrites what she has not seen. Doctors are keys of clinic.toml.

    ``key``: the opaque part of the buttons under which it was given to read; "" as soon as it was changed, sent back or released.
    """

    text: str = ""
    version: int = 0
    state: str = ""  # "" while there is none, then WRITING, GIVEN, BACK or RELEASED
    author: str = ""  # who changed it last: a colleague has to read it
    saved_at: datetime | None = None
    key: str = ""
    reader: str = ""  # who sent it back or released it
    read_at: datetime | None = None
    words: str = ""  # why it was sent back


NO_DRAFT: Final = OpinionDraft()
