"""Colleagues' views on the case page, side by side; for who reads blind first, why nothing of others is there and what is asked of her."""

from flows import first_read, inquiries
from flows.case import Case
from flows.clinic import Clinic
from flows.inquiry_words import CERTAINTIES, QUESTION, name
from flows.inquiry_words import when as clock
from flows.team import Inquiry
from flows.wording import mark, say
from web.pages import Html, piece

HEADING = mark("Colleagues' views")
NONE = Html("")


def views(case: Case, clinic: Clinic, language: str, reader: str) -> Html:
    """A section of its own, or nothing. ``reader``: the doctor's key."""
    if first_read.blind(case, reader):
        return _blind(case, clinic, language, reader)
    found = inquiries.answered(case)
    if not found:
        return NONE
    cards = Html("".join(_view(one, clinic, language) for one in found))
    return piece("views.html", heading=say(language, HEADING), hint=NONE, views=cards)


def _blind(case: Case, clinic: Clinic, language: str, reader: str) -> Html:
    doctor = clinic.doctor(reader)
    hint = [say(language, first_read.BANNER)]
    for one in case.team.inquiries:
        if one.doctor == reader and one.state in inquiries.UNSEEN and doctor:
            due = say(language, "Until {at} ({zone} time)", **clock(one.until, doctor, language))
            hint.append(f"{say(language, QUESTION, question=one.question)} · {due}")
    told = Html("".join(piece("paragraph.html", words=line) for line in hint))
    return piece("views.html", heading=say(language, "Blind first read"), hint=told, views=NONE)


def _view(one: Inquiry, clinic: Clinic, language: str) -> Html:
    lines = [say(language, QUESTION, question=one.question), *one.view.split("\n")]
    lines.append(say(language, "Would settle it: {test}", test=one.test or say(language, "no test named")))
    lines += [say(language, "Added later: {words}", words=one.added)] if one.added else []
    return piece(
        "view.html", doctor=name(clinic, one.doctor, language), discipline=one.discipline,
        certainty=say(language, CERTAINTIES[one.certainty]), words=Html("".join(piece("paragraph.html", words=line) for line in lines if line.strip())),
    )  # fmt: skip
