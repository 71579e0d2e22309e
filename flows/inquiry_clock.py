"""What becomes of an inquiry by itself: nobody accepts, no answer comes, a message cannot be delivered, or the case ends meanwhile."""

from dataclasses import replace

from flows import adviser, inquiries
from flows import inquiry_words as words
from flows.card import STANDING
from flows.case import ENDED, Case
from flows.case_page import language_of
from flows.context import Context, Decision
from flows.effects import Effect, Noted, Post, Tell
from flows.inquiries import READS, with_
from flows.team import Inquiry
from flows.wording import mark, say

LATE = mark("Case {code}: {doctor} has not answered in time (“{question}”). An answer that comes later is still taken; you can ask another colleague with “👥 Colleagues”.")  # fmt: skip
UNREACHED = mark(
    "Case {code}: I may not write to {doctor} alone, so this was not asked there: “{question}” One /start to me in private changes that."
)
NOT_TOLD = mark(
    "Case {code}: {doctor}, who has accepted the question “{question}”, could not be written to. Please speak to them in person."
)


def due(case: Case, context: Context, key: str) -> Decision:
    """``key`` is "number.place.what": a timer of somebody who was asked before says nothing."""
    number, place, what = [*key.split("."), "", ""][:3]
    one = inquiries.numbered(case, number)
    if one is None or str(len(one.tried)) != place:
        return Decision(case)
    if what == "accept" and one.state == "offered":
        return adviser.passed_on(case, context, one, *_gone_on(case, context, one))
    if case.status in ENDED or one.state not in READS:
        return Decision(case)
    if what == "remind":
        return Decision(case, adviser.reminded(case, context, one))
    return _late(case, context, one) if what == "over" else Decision(case)


def _gone_on(case: Case, context: Context, one: Inquiry) -> tuple[Effect, ...]:
    """Who has not said anything is told, lest she begins to read for nothing."""
    language = language_of(context.clinic, context.clinic.doctor(one.doctor))
    gone = say(language, "Case {code}: the time to accept the question is over. There is nothing more for you to do.", code=case.code)  # fmt: skip
    return (Noted("unanswered", one.doctor, str(one.number)), Tell(one.doctor, gone))


def _late(case: Case, context: Context, one: Inquiry) -> Decision:
    """The group is told, with her view as far as it was given."""
    post = _to_group(case, context, one, LATE)
    return Decision(case, (post, *(adviser.to_group(case, context, one) if one.view else ())))


def _to_group(case: Case, context: Context, one: Inquiry, sentence: str) -> Post:
    language = context.clinic.languages[0]
    who = words.name(context.clinic, one.doctor, language)
    text = say(language, sentence, code=case.code, doctor=who, question=one.question)
    return Post(text, "note", case.review.topic, doctor=case.team.lead or one.by)


def undelivered(case: Case, context: Context, key: str) -> Decision:
    """A private message could not be delivered: the next colleague is asked, or the group tells who has accepted. ``key``: the inquiry's."""
    one = inquiries.keyed(case, key)
    if one is None or one.state not in ("offered", *READS):
        return Decision(case)
    if one.state == "offered":
        return adviser.passed_on(case, context, one, _to_group(case, context, one, UNREACHED))
    return Decision(case, (_to_group(case, context, one, NOT_TOLD),))


def overtaken(before: Case, decision: Decision, context: Context) -> Decision:
    """The case has ended: whoever was asked about it is told, so that nobody reads in vain."""
    case = decision.case
    if case.status not in ENDED or before.status in ENDED:
        return decision
    told: list[Effect] = []
    for one in case.team.inquiries:
        if one.state in ("offered", *READS):
            doctor = context.clinic.doctor(one.doctor)
            language = language_of(context.clinic, doctor)
            sentence = adviser.STILL_KEPT if one.state in READS else adviser.ENDED_MEANWHILE
            standing = say(language, STANDING[case.status])
            told.append(Tell(one.doctor, say(language, sentence, code=case.code, standing=standing)))
        if one.state in ("writing", "offered"):
            case = with_(case, one, state="ended", until=None)
    return replace(decision, case=case, effects=(*decision.effects, *told)) if case.team.inquiries else decision
