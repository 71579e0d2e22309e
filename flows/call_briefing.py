"""Ten minutes before a call its doctor is told alone: which case, when on her own clock, in short what it is about, and where to reach the owner.

The owner's number stands in her private chat only. Where the bot may not write to her, the group is told how she gets it, without it.
"""

from datetime import timedelta

from flows import case_page
from flows.brief import in_short
from flows.case import Call, Case, Status
from flows.case_page import language_of
from flows.clinic import Clinic
from flows.context import Context, Decision
from flows.effects import Buttons, Post, Tell
from flows.incoming import StaffPressed
from flows.summary import instant, zone_words
from flows.wording import mark, say

AHEAD = timedelta(minutes=10)
HEAD = mark("📞 Your call about case {code}: {at} ({zone} time), {minutes} minutes.")
RING = mark("Please ring the owner: {phone}")
ROOM = mark("Online, in this room: {room}")
NO_NUMBER = mark("The owner has given no telephone number. What she wrote stands on the case page; afterwards you can press “Another time needed”.")  # fmt: skip
CLOSED = mark("your call about case {code} is at {at} ({zone} time), and I may not write to you alone. Please press “🗂 Case page” below and, if I ask for it, “Start” in our private chat: what you need for the call comes there.")  # fmt: skip
CHANGED = mark("Case {code}: your call at {at} ({zone} time) does not take place then; it was moved or called off. There is nothing to do for you now.")  # fmt: skip


def is_near(call: Call, context: Context) -> bool:
    """From ten minutes before it until its end: the time in which its doctor was told of it."""
    return call.starts_at - AHEAD <= context.now < call.ends_at


def told(case: Case, context: Context, call: Call) -> Tell:
    """To the doctor of the call; dropped when the call is another by the time it leaves, and said in the group when she cannot be written to."""
    doctor = context.clinic.doctor(call.doctor)
    language = language_of(context.clinic, doctor)
    text = "\n".join((_sentence(case, context, call, language, HEAD), _where(case, call, language), "", *in_short(case, language)))  # fmt: skip
    return Tell(call.doctor, text, buttons=_buttons(case, language), about=f"call.before.{call.revision}", revision=call.revision)  # fmt: skip


def not_told(case: Case, context: Context, call: Call) -> Post:
    """In the case's topic, by name, and without anything of the owner's."""
    language = context.clinic.languages[0]
    text = _sentence(case, context, call, language, CLOSED)
    return Post(text, "note", case.review.topic, _buttons(case, language), doctor=call.doctor)


def changed(case: Case, context: Context, call: Call) -> Tell:
    """She was told of a call that is another by now."""
    language = language_of(context.clinic, context.clinic.doctor(call.doctor))
    return Tell(call.doctor, _sentence(case, context, call, language, CHANGED))


def started(case: Case, context: Context, press: StaffPressed) -> Decision | None:
    """She pressed “Start” because the group had asked her to: with the link to the case page comes what she could not be told."""
    call = case.call
    _, key, action = [*press.data.split("."), "", ""][:3]
    if (key, action) != (case_page.BY_START, case_page.ACTION) or call is None or call.doctor != press.doctor or not is_near(call, context):  # fmt: skip
        return None
    page = case_page.asked(case, context, press)
    return Decision(page.case, (*page.effects, told(case, context, call)))


def where_words(case: Case, reader: str, language: str) -> str:
    """How the owner is reached for the call that stands, for its doctor and the lead; "" for others: she was promised that nobody else gets her number."""
    call = case.call if case.status is Status.BOOKED else None
    return _where(case, call, language) if call and reader in (call.doctor, case.team.lead) else ""


def _where(case: Case, call: Call, language: str) -> str:
    if call.room:
        return say(language, ROOM, room=call.room)
    return say(language, RING, phone=case.phone) if case.phone else say(language, NO_NUMBER)


def _sentence(case: Case, context: Context, call: Call, language: str, sentence: str) -> str:
    zone = _zone(call, context.clinic)
    at = instant(call.starts_at, zone, language)
    return say(language, sentence, code=case.code, at=at, zone=zone_words(zone, language), minutes=call.minutes)


def _zone(call: Call, clinic: Clinic) -> str:
    doctor = clinic.doctor(call.doctor)
    return doctor.zone if doctor else clinic.zone


def _buttons(case: Case, language: str) -> Buttons:
    return ((case_page.button(case, language),),)
