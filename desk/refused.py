"""Presses and replies in the doctors' group that changed nothing: by somebody who may not decide, on an old card, after the case ended.

They are kept beside the looks at a case (``storage.case_pages``), so that whoever asks later "who tried?" finds it where everything
else about the case is audited, and so that it is erased together with the case.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from flows.case import Case
from flows.context import Decision
from flows.effects import Answer
from flows.incoming import Incoming, StaffPressed, StaffReplied
from storage import case_pages

REFUSED = "refused"
REPLY = "reply"
ONCE_IN = timedelta(minutes=1)  # a finger that presses ten times leaves one line


def note(conn: Connection, case_id: str, doctor: str, person: int, what: str, now: datetime) -> None:
    """One line: ``what`` is the action of the button, or REPLY; ``doctor`` is "" for somebody who is not enrolled."""
    lines = case_pages.views_of(conn, case_id)
    if not any(v.person == person and (v.what, v.part) == (REFUSED, what) and now - v.at < ONCE_IN for v in lines):
        case_pages.note(conn, case_pages.View(case_id, now, doctor, person, REFUSED, part=what))


def note_if_refused(conn: Connection, case: Case, incoming: Incoming, decision: Decision, now: datetime) -> None:
    """An enrolled doctor's press or reply that left the case as it was and was answered with why."""
    if decision.case is not case:
        return
    match incoming:
        case StaffPressed(doctor=doctor, person=person, data=data):
            if any(isinstance(effect, Answer) and effect.alert for effect in decision.effects):
                note(conn, case.id, doctor, person, data.rpartition(".")[2], now)
        case StaffReplied(doctor=doctor, person=person):
            note(conn, case.id, doctor, person, REPLY, now)
