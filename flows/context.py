"""What a decision may know besides the case and what came in: the time, the clinic, fresh chance, and which times are taken."""

from dataclasses import dataclass
from datetime import datetime

from flows.case import Case
from flows.clinic import Clinic
from flows.effects import Effect
from flows.ledger import Fact

Span = tuple[str, datetime, datetime]  # doctor's key, start, end


@dataclass(frozen=True, slots=True)
class Roster:
    """What doctors said with /oncall, the newest last, and their leaves: who has one is not on call."""

    said: tuple[Span, ...] = ()
    away: tuple[Span, ...] = ()


NOBODY_SAID = Roster()


@dataclass(frozen=True, slots=True)
class Context:
    """``now`` aware UTC. ``token`` is a fresh opaque word (URL-safe, at least 8 characters) for buttons made by this decision.

    ``taken`` holds the booked and held spans of all doctors while a time is being chosen, else nothing; a case's own hold is among them.
    ``away``: with them, when doctors are not there, on leave or by their own calendars.
    ``others``: the same person's other open cases, where the decision concerns them too. ``current``: what she types goes to this case.
    ``room``: the address of the room that a call booked now would have, "" where the clinic has none.
    ``duty``: who is on call now by the doctors' own words, when a reminder of a decision is due.
    ``ledger``: the facts about this case's money, once it was asked for any.
    """

    now: datetime
    clinic: Clinic
    token: str
    taken: tuple[Span, ...] = ()
    others: tuple[Case, ...] = ()
    current: bool = True
    away: tuple[Span, ...] = ()
    ledger: tuple[Fact, ...] = ()
    room: str = ""
    duty: Roster = NOBODY_SAID


@dataclass(frozen=True, slots=True)
class Decision:
    """The next case and what is to be done, in order."""

    case: Case
    effects: tuple[Effect, ...] = ()
