"""The blind first read: what a colleague who was asked does not see of the case until her own view is noted.

Held back are the owner's and the first vet's words about the illness, reports that others wrote, the decision, what was said of a call, the
draft of the opinion, and colleagues' views. What was measured and seen stays: signs, age, medicines, laboratory pages, images. A report
that nobody recognised as one cannot be held back.
"""

from dataclasses import replace
from typing import Final

from flows import reasons
from flows.case import Case, Record, changed
from flows.clinic import Clinic
from flows.inquiries import UNSEEN
from flows.matching import order_of
from flows.opinion_draft import NO_DRAFT
from flows.problems import every_item
from flows.reasons import DECISIONS
from flows.route import branch
from flows.summary import answer_words, label, line, short
from flows.wording import mark, say

HELD_BACK: Final = "held back"  # the state of a record that is not there for this reader
WRITTEN: Final = ("report", "notes")  # kinds of records that say what others thought
EARLIER: Final = ("reason", "problem", "story", "findings", "advised", "question")
BANNER = mark("You read this case first without the earlier diagnosis, reports and colleagues' views. Everything is shown once your own view is noted: reply to the question in your private chat with the staff bot.")  # fmt: skip


def blind(case: Case, doctor: str) -> bool:
    """Whether this doctor was asked and has not noted her own view; who leads the case has to see all of it."""
    return case.team.lead != doctor and any(
        one.doctor == doctor and one.state in UNSEEN and not one.shown for one in case.team.inquiries
    )


def for_reader(case: Case, doctor: str) -> Case:
    """The case as this doctor may see it now."""
    return blinded(case, doctor) if blind(case, doctor) else case


def blinded(case: Case, doctor: str = "") -> Case:
    """The case without what others thought; of the inquiries it keeps those to this doctor. Its records keep their numbers.

    The checklist becomes that of any illness, since its own would name the one that was thought of.
    """
    gone = {*EARLIER, *branch(case)}
    review = replace(case.review, decision="", decided_at=None, reason="", ground="", wanted=(), pending=None)
    return changed(
        case,
        answers={step: value for step, value in case.answers.items() if step not in gone},
        records=tuple(_held_back(record) for record in case.records),
        notes=(),
        review=review,
        team=replace(case.team, inquiries=tuple(one for one in case.team.inquiries if one.doctor == doctor)),
        consultation=None,
        reports=(),
        draft=NO_DRAFT,
        opinion="",
    )


def _held_back(record: Record) -> Record:
    said = (every_item().get(one) for one in record.items)  # what the owner says that it is
    written = any(order_of(one) in WRITTEN for one in record.shows) or any(one and one.kind in WRITTEN for one in said)
    return replace(record, state=HELD_BACK) if written else record


def earlier(case: Case, clinic: Clinic, language: str, limit: int) -> list[str]:
    """What was held back, for a message: the words about the illness, and the decision. ``limit``: characters of an answer."""
    steps = (*EARLIER[:2], *branch(case), *EARLIER[2:])
    told = ((step, answer_words(case, step, language)) for step in steps)
    lines = [line(label(case, step, language), short(w.replace("\n", " / "), limit), language) for step, w in told if w]
    review = case.review
    if review.decision in DECISIONS and review.decided_at:
        doctor = clinic.doctor(review.decided_by)
        decided = line(
            say(language, DECISIONS[review.decision]), reasons.on_one_line(review, language, limit), language
        )
        lines.append(f"{decided} ({doctor.name})" if doctor else decided)
    return lines
