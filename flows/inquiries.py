"""The inquiries of a case as values: found, changed, and to whom one goes next. Who says what is in ``flows.asker`` and ``flows.adviser``."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from flows.case import Case
from flows.clinic import Clinic, Doctor
from flows.context import Context
from flows.team import Inquiry

# Of prompts: "inquiry.1" asks for the question, "inquiry.1.view" and "inquiry.1.test" for the answer.
ROLE: Final = "inquiry"
SEEKING: Final = ("writing", "offered")  # a colleague has still to be found
READS: Final = ("reading", "weighing", "testing")  # one has accepted
UNSEEN: Final = ("offered", "reading", "weighing")  # her own view is not noted yet


def numbered(case: Case, number: str) -> Inquiry | None:
    """By its number as a button or a role carries it."""
    return next((one for one in case.team.inquiries if str(one.number) == number), None)


def keyed(case: Case, key: str) -> Inquiry | None:
    """By the opaque part of the buttons of whoever is asked now."""
    return next((one for one in case.team.inquiries if key and one.key == key), None)


def with_(case: Case, one: Inquiry, **values: Any) -> Case:
    """The case with this inquiry changed, or begun where it is new."""
    fresh = replace(one, **values)
    others = tuple(fresh if known.number == one.number else known for known in case.team.inquiries)
    if one.number > len(others):
        others = (*others, fresh)
    return replace(case, team=replace(case.team, inquiries=others))


def answered(case: Case) -> tuple[Inquiry, ...]:
    """Those whose view is complete, in the order in which they were asked."""
    return tuple(one for one in case.team.inquiries if one.state == "done")


def seeking(case: Case) -> bool:
    """Whether it may have to be known who is on leave."""
    return any(one.state in SEEKING for one in case.team.inquiries)


def may_ask(case: Case, doctor: str) -> bool:
    """The lead asks; while there is none, every doctor may."""
    return case.team.lead in ("", doctor)


def disciplines(clinic: Clinic, doctor: str) -> tuple[str, ...]:
    """Those of the other doctors, in the order of clinic.toml."""
    found = (name for other in clinic.doctors if other.key != doctor for name in other.disciplines)
    return tuple({name.casefold(): name for name in found}.values())


def next_one(one: Inquiry, context: Context) -> Doctor | None:
    """The first colleague of the discipline, in the order of clinic.toml, who was not asked yet and is not on leave."""
    for doctor in context.clinic.doctors:
        fits = one.discipline.casefold() in [name.casefold() for name in doctor.disciplines]
        if fits and doctor.key not in (one.by, *one.tried) and not _away(doctor, context):
            return doctor
    return None


def _away(doctor: Doctor, context: Context) -> bool:
    """Away now, and for more than half of the time in which she would have to accept: an hour in the theatre is no leave."""
    half = timedelta(hours=context.clinic.accept_hours) / 2
    spans = ((starts, ends) for whose, starts, ends in context.away if whose == doctor.key)
    return any(starts <= context.now and context.now + half < ends for starts, ends in spans)
