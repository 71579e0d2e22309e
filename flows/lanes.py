"""Two lanes: a case that cannot wait is decided sooner. Which one it is in says the owner's own account, or a doctor.

A doctor's word moves the reminders alone: what the owner was told when her case came in is kept, whichever lane it is in.
"""

from datetime import datetime, timedelta
from typing import Final

from flows.case import Case, Status
from flows.clinic import Clinic
from flows.effects import Button
from flows.summary import instant
from flows.wording import mark, say

URGENT: Final = "urgent"
NORMAL: Final = "normal"
ACTIONS: Final = {"urgent": URGENT, "not_urgent": NORMAL}
MARK: Final = "⏩"
# Where the clinic names no time of its own, urgent cases are looked at within this part of the usual one.
SHARE: Final = 6


def urgent(case: Case) -> bool:
    """By a doctor's word, where there is one."""
    lane = case.review.promise.lane
    return lane == URGENT if lane else cannot_wait(case)


def cannot_wait(case: Case) -> bool:
    """By what the owner said: she must decide within a day, or told of signs that cannot wait and has not called them safe since."""
    signs = {*case.red, *case.amber} - {*case.called_safe} | {*case.alarm}
    return case.answers.get("due") == "day" or bool(signs)


def told_hours(case: Case, clinic: Clinic) -> int:
    """Within how many hours an owner is told that she will hear: sooner only where the clinic has set a time for it."""
    return (clinic.urgent_review_hours if cannot_wait(case) else 0) or clinic.review_hours


def pace(case: Case, clinic: Clinic) -> timedelta:
    """Within which the doctors mean to decide: half of it until the first reminder."""
    if not urgent(case):
        return timedelta(hours=case.review.promise.hours or clinic.review_hours)
    return timedelta(hours=clinic.urgent_review_hours or max(1, clinic.review_hours // SHARE))


def wanted_by(case: Case, clinic: Clinic) -> datetime | None:
    """When an urgent case is to be decided; None for all others."""
    began = case.review.promise.marked_at or case.review.opened_at
    return began + pace(case, clinic) if began and case.status is Status.REVIEW and urgent(case) else None


def lines(case: Case, clinic: Clinic, language: str) -> list[str]:
    """On the card of an urgent case that waits."""
    until = wanted_by(case, clinic)
    if until is None or case.review.pending:
        return []
    at = instant(until, clinic.zone, language)
    return [say(language, mark("⏩ Urgent: please decide by {at}"), at=at)]


def button(case: Case, language: str) -> Button:
    """To the other lane."""
    action, words = ("not_urgent", mark("Not urgent")) if urgent(case) else ("urgent", mark("⏩ Urgent"))
    return Button(say(language, words), data=f"{case.code}.{case.review.key}.{action}")
