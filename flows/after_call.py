"""After a call its doctor says how it went: held, the owner not reached, or another time needed.

Not reached and another time lead the owner back to choosing, without a new fee; whether the opinion is written without a call is the
doctors' decision. A slip of the thumb can be put right with another of the three buttons as long as the call stands in the case.
"""

from collections.abc import Iterable
from dataclasses import replace

from flows import booking, emergency, reading, texts
from flows.call_report import CallReport
from flows.call_words import HOW, held, newest
from flows.card import card_again
from flows.case import Call, Case, Status
from flows.case_page import language_of
from flows.context import Context, Decision
from flows.effects import Answer, Button, Buttons, Effect, Forget, Noted, Post, Release, Tell, Wake
from flows.incoming import StaffPressed, StaffReplied
from flows.lifecycle import move
from flows.prompts import CALL_NOTE
from flows.summary import instant, zone_words
from flows.team_words import name
from flows.wording import mark, say

PRESSES = "call_"  # begins the actions of the three buttons; the rest is a key of ``call_words.HOW``
BUTTONS = {
    "held": mark("We spoke"),
    "not_reached": mark("Not reached"),
    "another_time": mark("Another time needed"),
}
ASK = mark("Case {code}: how did the call at {at} ({zone} time) go?")
YESTERDAY = mark("Case {code}: the call with {doctor} was yesterday, and nobody has said how it went. Please press a button; the owner is waiting.")  # fmt: skip
NOTE = mark("Case {code}: thank you. The next step is the opinion: “Write the opinion” on the card in the group. If you want to leave a note on the call for your colleagues, reply to this message.")  # fmt: skip
NOT_YOURS = mark("Only {doctor}, whose call it was, or who leads the case can say how it went.")
SORRY = {
    "not_reached": mark("{doctor} tried to reach you for your call, {at} ({zone} time), and could not. That can happen. Your payment stays valid, and another time costs nothing more. If your number has changed, please write the new one here.\n\n{emergency}"),
    "another_time": mark("{doctor} would like to speak with you at another time than {at} ({zone} time). Your payment stays valid, and another time costs nothing more.\n\n{emergency}"),
}  # fmt: skip


# --- it is asked ------------------------------------------------------------------------------------------------------
def asked(case: Case, context: Context, call: Call) -> Decision:
    """At the end of the call, its doctor alone."""
    key = context.token
    language = language_of(context.clinic, context.clinic.doctor(call.doctor))
    text = _about(case, context, call, ASK, language, _zone(call, context))
    tell = Tell(call.doctor, text, buttons=rows(case, key, language), about=f"call.after.{call.revision}")
    return Decision(replace(case, call=replace(call, asked=key)), (tell,))


def asked_in_group(case: Case, context: Context, call: Call) -> Post:
    """Where the bot may not write to her."""
    language = context.clinic.languages[0]
    text = _about(case, context, call, ASK, language, context.clinic.zone)
    return Post(text, "note", case.review.topic, rows(case, call.asked, language), doctor=call.doctor)


def over(case: Case, context: Context, key: str) -> Decision:
    """A day after the call without an opinion: the group is reminded once, of the answer or of the opinion."""
    call, language = case.call, context.clinic.languages[0]
    if case.status is not Status.BOOKED or call is None or key != str(call.revision):
        return Decision(case)
    if held(case):
        words = mark("Case {code}: the call was yesterday, and the owner waits for the written opinion.")
        return Decision(case, (Post(say(language, words, code=case.code), "alarm", case.review.topic),))
    word = call.asked or context.token
    text = _about(case, context, call, YESTERDAY, language, context.clinic.zone)
    post = Post(text, "alarm", case.review.topic, rows(case, word, language))
    return Decision(replace(case, call=replace(call, asked=word)), (post,))


def prompt_in_group(case: Case, context: Context) -> Post:
    """The request for a note, where the bot may not write to her."""
    last = newest(case)
    text = say(context.clinic.languages[0], NOTE, code=case.code)
    return Post(text, CALL_NOTE, case.review.topic, doctor=last.by if last else "")


def _about(case: Case, context: Context, call: Call, sentence: str, language: str, zone: str) -> str:
    at, doctor = instant(call.starts_at, zone, language), name(context.clinic, call.doctor, language)
    return say(language, sentence, code=case.code, at=at, zone=zone_words(zone, language), doctor=doctor, emergency=emergency.reminder(language))  # fmt: skip


def _zone(call: Call, context: Context) -> str:
    doctor = context.clinic.doctor(call.doctor)
    return doctor.zone if doctor else context.clinic.zone


def rows(case: Case, key: str, language: str, which: Iterable[str] = tuple(BUTTONS)) -> Buttons:
    """The buttons that say how it went, or some of them. ``key``: what stands in ``Call.asked``."""
    return tuple((Button(say(language, BUTTONS[how]), data=f"{case.code}.{key}.{PRESSES}{how}"),) for how in which)


# --- it is answered ---------------------------------------------------------------------------------------------------
def pressed(case: Case, context: Context, press: StaffPressed) -> Decision | None:
    """One of the three; None for every other button."""
    _, key, action = [*press.data.split("."), "", ""][:3]
    how, call = action.removeprefix(PRESSES), case.call
    if not action.startswith(PRESSES) or how not in BUTTONS:
        return None
    if case.status is not Status.BOOKED or call is None or not call.asked or key != call.asked:
        return _late(case, context, press.doctor)
    if not _may(case, call.doctor, press.doctor):
        return _refused(case, context, press.doctor, NOT_YOURS, doctor=name(context.clinic, call.doctor, _tongue(context, press.doctor)))  # fmt: skip
    last = newest(case)
    if last is not None and (last.revision, last.how) == (call.revision, how):
        return _late(case, context, press.doctor)
    report = CallReport(how, press.doctor, context.now, call.doctor, call.starts_at, call.revision)
    said = replace(case, reports=(*case.reports, report))
    return _held(said, context, press) if how == "held" else _once_more(said, context, call, report)


def _may(case: Case, doctor: str, presser: str) -> bool:
    return presser in (doctor, case.team.lead)


def _tongue(context: Context, key: str) -> str:
    return language_of(context.clinic, context.clinic.doctor(key))


def _late(case: Case, context: Context, doctor: str) -> Decision:
    """Nothing changes: it was said already, or nobody asks any more."""
    last = newest(case)
    if last is None:
        return _refused(case, context, doctor, mark("This question is no longer open."))
    how = say(_tongue(context, doctor), HOW[last.how])
    return _refused(case, context, doctor, mark("Already noted: {how}, by {doctor}."), how=how, doctor=name(context.clinic, last.by, _tongue(context, doctor)))  # fmt: skip


def _refused(case: Case, context: Context, presser: str, sentence: str, **values: object) -> Decision:
    return Decision(case, (Answer(say(_tongue(context, presser), sentence, **values), alert=True),))


def _held(case: Case, context: Context, press: StaffPressed) -> Decision:
    """The opinion comes next, as it did; a note goes with the case."""
    language, revision = _tongue(context, press.doctor), case.reports[-1].revision
    prompt = Tell(press.doctor, say(language, NOTE, code=case.code), CALL_NOTE, about=f"call.note.{revision}")
    thanks = Answer(say(language, "Noted: the call was held."))
    return Decision(case, (Noted("call_held", press.doctor), prompt, *card_again(case, context), thanks))


def _once_more(case: Case, context: Context, call: Call, report: CallReport) -> Decision:
    """The owner chooses again; her payment counts for the new time."""
    over_ = replace(case, call=None, offer=None, revision=case.revision + 1)
    moved, line = move(over_, report.how, report.by)
    sorry = _about(case, context, call, SORRY[report.how], case.language, booking.owner_zone(case, context))
    shown = booking.choose_day(moved, context, sorry)
    news = texts.new_time(case, context, report.how)
    alarm = (texts.unreachable(case, context),) if case.blocked and not news else ()
    timers = tuple(Forget(kind) for kind in ("remind", "hold", "over", "text_again"))
    effects: tuple[Effect, ...] = (Release(), line, *timers, Wake("choose", context.now + booking.NUDGES[0], "0"))
    words = Answer(say(_tongue(context, report.by), "Noted. The owner is asked to choose another time; she pays nothing again."))  # fmt: skip
    return Decision(shown.case, (*effects, *shown.effects, *news, *alarm, words))


def noted(case: Case, context: Context, reply: StaffReplied) -> Decision:
    """Her note on the call, as a reply to the request; also after the case has ended, since it is a part of it."""
    last = newest(case)
    if last is None:
        return _refused(case, context, reply.doctor, mark("This question is no longer open."))
    if reply.doctor not in (last.by, last.doctor, case.team.lead):
        return _refused(case, context, reply.doctor, NOT_YOURS, doctor=name(context.clinic, last.doctor, _tongue(context, reply.doctor)))  # fmt: skip
    words = reading.free_text(reply.text, longest=4096)
    if words is None:
        return _refused(case, context, reply.doctor, mark("Please reply with a few words."))
    kept = replace(last, note=f"{last.note}\n{words}" if last.note else words)
    after = replace(case, reports=(*case.reports[:-1], kept))
    thanks = Answer(say(_tongue(context, reply.doctor), "Thank you. Your note is kept with the case."))
    return Decision(after, (Noted("call_note", reply.doctor), *card_again(after, context), thanks))
