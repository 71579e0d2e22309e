"""What is said of calls that are over, on the card and on the case page, and when the opinion can be written."""

from flows.call_report import CallReport
from flows.case import Case, Status
from flows.clinic import Clinic
from flows.inquiry_words import name
from flows.summary import instant, short
from flows.wording import mark, say

HOW = {
    "held": mark("Call held"),
    "not_reached": mark("Owner not reached"),
    "another_time": mark("Another time needed"),
}
LISTED = 3  # of the newest calls


def lines(case: Case, clinic: Clinic, language: str, limit: int) -> list[str]:
    """One line a call, with the doctor's note cut at ``limit`` characters."""
    return [text for one in case.reports[-LISTED:] for text in _lines(one, clinic, language, limit)]


def _lines(one: CallReport, clinic: Clinic, language: str, limit: int) -> list[str]:
    at = instant(one.starts_at, clinic.zone, language)
    who = name(clinic, one.doctor, language)
    head = say(language, "{how}: {at}, {doctor}", how=say(language, HOW[one.how]), at=at, doctor=who)
    return [head, say(language, "Note on the call: {note}", note=short(one.note, limit))] if one.note else [head]


def newest(case: Case) -> CallReport | None:
    """What was said last of any call of this case."""
    return case.reports[-1] if case.reports else None


def held(case: Case) -> bool:
    """Whether the call that stands in the case is said to have been held."""
    last = newest(case)
    return last is not None and case.call is not None and (last.revision, last.how) == (case.call.revision, "held")


def opinion_fits(case: Case) -> bool:
    """Whether an opinion can be written where the case stands: after the call, and also when a call was tried and did not come about."""
    return case.status is Status.BOOKED or (case.status is Status.PAID and bool(case.reports))
