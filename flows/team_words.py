"""What the card says of a case's doctors, and its button for everything that they do among themselves."""

from hashlib import sha256

from flows import inquiry_words
from flows.case import Case, Status
from flows.clinic import Clinic
from flows.context import Context, Decision
from flows.effects import Answer, Button
from flows.inquiries import answered as views
from flows.wording import say

KEY = "team"
WORKING = frozenset(
    {Status.REVIEW, Status.MORE_NEEDED, Status.ACCEPTED, Status.PAID, Status.BOOKED, Status.ANSWERED}
)  # the stages in which doctors have something to do with a case


def lines(case: Case, clinic: Clinic, language: str) -> list[str]:
    """Below the head of the card: who leads it, and who was asked about it."""
    lead = [say(language, "Lead: {doctor}", doctor=name(clinic, case.team.lead, language))] if case.team.lead else []
    return [*lead, *inquiry_words.lines(case, clinic, language)]


def row(case: Case, language: str) -> tuple[Button, ...]:
    """The button that opens the menu, where there is anything to be done, and that of the colleagues' views once there are any."""
    menu = (button(case, "menu", say(language, "👥 Colleagues")),) if case.status in WORKING else ()
    count = len(views(case))
    return (*menu, button(case, "views", say(language, "💬 Views ({n})", n=count))) if count else menu


def button(case: Case, action: str, words: str, key: str = KEY) -> Button:
    """A button of ours: it fits in any round of the case. What it may still do is asked when it is pressed."""
    return Button(words, data=f"{case.code}.{key}.{action}")


def short_key(key: str) -> str:
    """A key or a name of clinic.toml as it may stand in a button, whatever letters it is written in."""
    return sha256(key.encode()).hexdigest()[:8]


def answered(case: Case, context: Context, sentence: str, **values: object) -> Decision:
    """Nothing changes, and the one person who pressed is told why."""
    return Decision(case, (Answer(say(context.clinic.languages[0], sentence, **values), alert=True),))


name = inquiry_words.name
