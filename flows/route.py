"""The way through the intake: which questions this person is asked, in which order, and how far she has come.

The way depends on who asks (an owner, a veterinarian) and on the illness; chapters are what is counted, because their number
does not change under way.
"""

from functools import lru_cache

from flows.case import Case
from flows.checklist import Problem, Question
from flows.problems import PROBLEMS
from flows.wording import mark

Chapter = tuple[str, tuple[str, ...]]  # name, steps

BRANCH = "branch"  # stands where the questions about the illness come
OWNER: tuple[Chapter, ...] = (
    (mark("Safety first"), ("language", "emergency", "amber")),
    (mark("What you can expect"), ("consent:opinion", "consent:terms", "options", "place")),
    (mark("Your cat"), ("reason", "cat_name", "cat_age", "cat_sex")),
    (mark("The illness"), ("problem", "since", BRANCH)),
    (mark("What was done"), ("story", "medicines")),
    (mark("The decision"), ("advised", "due", "quality")),
    (mark("Your questions"), ("question",)),
    (mark("The records"), ("records", "checklist")),
    (mark("How we reach you"), ("phone",)),
)
VET: tuple[Chapter, ...] = (
    (mark("Safety first"), ("language", "emergency")),
    (mark("You"), ("consent:colleague", "place", "vet_clinic", "vet_registration", "discipline")),
    (mark("The patient"), ("cat_age", "cat_sex", "problem", "findings", "question")),
    (mark("The records"), ("records", "checklist")),
    (mark("How we reach you"), ("phone",)),
)
# Screens within a question: they belong to it and are no station of their own.
WITHIN = {"medicine": "medicines", "sms": "phone", "point": "consent"}
NOT_EDITABLE = ("language", "emergency", "amber", "consent:opinion", "consent:terms", "consent:colleague", "options")


def chapters(case: Case) -> tuple[Chapter, ...]:
    """The chapters of this person's way."""
    return _chapters(case.vet, problem_of(case).id)


def path(case: Case) -> tuple[str, ...]:
    """All stations in order, the summary last."""
    return _path(case.vet, problem_of(case).id)


def problem_of(case: Case) -> Problem:
    """The row of the illness; words of the owner's own have that of "other"."""
    return PROBLEMS.get(case.answers.get("problem", "")) or PROBLEMS["other"]


def branch(case: Case) -> tuple[str, ...]:
    """The stations with the questions about this illness."""
    return tuple(f"ask:{question.id}" for question in problem_of(case).questions)


def branch_question(case: Case, step: str) -> Question:
    """The question of such a station."""
    wanted = step.removeprefix("ask:")
    return next(question for question in problem_of(case).questions if question.id == wanted)


def station(case: Case, step: str) -> str:
    """The station a screen belongs to; the first one where the way has changed under it (another illness, another version)."""
    stations = path(case)
    if step in stations:
        return step
    head, _, rest = step.partition(":")
    found = WITHIN.get(head, "")
    if found == "consent":
        found = f"consent:{rest.partition('.')[0]}"
    return found if found in stations else ("story" if head == "ask" and not case.vet else stations[0])


def following(case: Case, step: str) -> str:
    """The station after this one."""
    stations = path(case)
    return stations[min(stations.index(station(case, step)) + 1, len(stations) - 1)]


def before(case: Case, step: str) -> str:
    """The station before this one; the language is never asked twice."""
    stations = path(case)
    return stations[max(1, stations.index(station(case, step)) - 1)]


def progress(case: Case) -> tuple[int, int, str]:
    """Number of the chapter, number of chapters, and its name."""
    found = chapters(case)
    here = station(case, case.step)
    number = next((n for n, (_, steps) in enumerate(found, 1) if here in steps), len(found))
    return number, len(found), found[number - 1][0]


def editable(case: Case) -> tuple[str, ...]:
    """The answers that can be changed from the summary."""
    return tuple(step for step in path(case)[:-1] if step not in NOT_EDITABLE)


@lru_cache(maxsize=64)
def _chapters(vet: bool, problem: str) -> tuple[Chapter, ...]:
    asked = tuple(f"ask:{question.id}" for question in PROBLEMS[problem].questions)
    return tuple(
        (name, tuple(step for one in steps for step in (asked if one == BRANCH else (one,))))
        for name, steps in (VET if vet else OWNER)
    )


@lru_cache(maxsize=64)
def _path(vet: bool, problem: str) -> tuple[str, ...]:
    return (*(step for _, steps in _chapters(vet, problem) for step in steps), "summary")
