"""The address of a room for one call: its name is signed with SECRET_KEY, so that nobody guesses it and no other call has the same."""

from typing import Final

from desk.links import Links

PURPOSE: Final = "room"
PLACE: Final = "{room}"


def room_address(links: Links, template: str, case_id: str, revision: int) -> str:
    """``template``: as in clinic.toml; "" where the clinic has no rooms. The same booking has the same room, however often it is asked for."""
    name = links.sign(PURPOSE, f"{case_id}.{revision}").rpartition(".")[2]
    return template.replace(PLACE, f"call-{name}") if template else ""


def nowhere(case_id: str, revision: int) -> str:
    """Where there are no rooms."""
    return ""
