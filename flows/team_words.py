"""What the card says of a case's doctors, and its button for everything that they do among themselves."""

from flows.case import Case, Status
from flows.clinic import Clinic
from flows.effects import Button
from flows.wording import say

KEY = "team"
WORKING = frozenset(
    {Status.REVIEW, Status.MORE_NEEDED, Status.ACCEPTED, Status.PAID, Status.BOOKED, Status.ANSWERED}
)  # the stages in which doctors have something to do with a case


def lines(case: Case, clinic: Clinic, language: str) -> list[str]:
    """Below the head of the card; nothing while nobody leads the case."""
    if not case.team.lead:
        return []
    return [say(language, "Lead: {doctor}", doctor=name(clinic, case.team.lead, language))]


def row(case: Case, language: str) -> tuple[Button, ...]:
    """The button that opens the menu; nothing where nothing is to be done."""
    return (button(case, "menu", say(language, "👥 Colleagues")),) if case.status in WORKING else ()


def button(case: Case, action: str, words: str, key: str = KEY) -> Button:
    """A button of ours: it fits in any round of the case. What it may still do is asked when it is pressed."""
    return Button(words, data=f"{case.code}.{key}.{action}")


def name(clinic: Clinic, doctor: str, language: str) -> str:
    """Also of somebody who is no longer in clinic.toml."""
    found = clinic.doctor(doctor)
    return found.name if found else say(language, "a colleague")
