"""The clinic that a transcript plays in, by the lines at its head."""

from dataclasses import replace
from pathlib import Path

from app.clinic import load_clinic
from app.rehearsal.clinic import DOCTORS, clinic
from app.rehearsal.clinic import KINDS as OFFERED
from app.rehearsal.script import Script
from flows.clinic import Clinic


def house_of(script: Script, folder: Path) -> Clinic:
    """The clinic a transcript plays in: that of its own ``clinic`` file (beside the transcript), or that of the rehearsals, where a decision takes effect at once (``undo``: after so many seconds)."""
    own = script.header.get("clinic")
    if own:
        return load_clinic(folder / own)
    doctors = script.header.get("doctors", "Lin").split(", ")
    house = clinic(tuple(DOCTORS[name] for name in doctors), script.header.get("staff", "en"))
    house = replace(house, second_reader=script.header.get("second reader") == "yes")
    house = replace(house, undo_seconds=int(script.header.get("undo", "0")))
    house = replace(house, rails=tuple(script.header.get("rails", "stripe").split(", ")))
    house = replace(house, urgent_review_hours=int(script.header.get("urgent", "0")))
    house = replace(house, room=script.header.get("room", ""))
    return replace(house, kinds=OFFERED) if script.header.get("kinds") == "several" else house
