"""The colleague who is asked: she accepts or cannot, answers, says how sure she is and which test would settle it.

All of it happens in her private chat with the staff bot, in her language, with times on her own clock. Whatever she answers is kept, also after the deadline and after
the case was decided or has ended.
"""

from dataclasses import replace
from datetime import timedelta

from flows import case_page, first_read, inquiries, reading
from flows import inquiry_words as words
from flows.card import STANDING, card_again
from flows.case import ENDED, Case, Status
from flows.case_page import language_of
from flows.clinic import Doctor
from flows.context import Context, Decision
from flows.effects import Answer, Effect, Noted, Post, Tell, Wake
from flows.incoming import StaffPressed, StaffReplied
from flows.inquiries import ROLE, numbered, with_
from flows.team import Inquiry
from flows.wording import mark, say

TIMER = "inquiry"
PRESSES = "adv_"  # begins the actions of her buttons
LATER = mark("This question is no longer open. Thank you all the same.")
NOT_YOURS = mark("This question was put to another colleague.")
ENDED_MEANWHILE = mark("Case {code} has ended meanwhile ({standing}). There is nothing more for you to do; thank you.")
STILL_KEPT = mark("Case {code} has ended meanwhile ({standing}). You need not read any further; a view that you reply all the same is kept with the case.")  # fmt: skip
WORDS = mark("Please reply with a few words.")


# --- who is asked -----------------------------------------------------------------------------------------------------
def offer(case: Case, context: Context, one: Inquiry) -> Decision:
    """Asks the first colleague who was not asked yet; where none is left the group hears it."""
    doctor = inquiries.next_one(one, context)
    if doctor is None:
        return _nobody(case, context, one)
    until = context.now + timedelta(hours=context.clinic.accept_hours)
    tried = (*one.tried, doctor.key)
    asked = with_(case, one, state="offered", doctor=doctor.key, tried=tried, key=context.token, until=until)
    now = _again(asked, one)
    text, buttons = words.offer(asked, context.clinic, now, doctor), words.offered_buttons(asked, now, _tongue(context, doctor))  # fmt: skip
    told = Tell(doctor.key, text, buttons=buttons, about=now.key)
    line = Noted("asked", one.by, f"{one.number} {doctor.key}")
    return Decision(asked, (line, told, Wake(TIMER, until, f"{one.number}.{len(tried)}.accept"), *card_again(asked, context)))  # fmt: skip


def _nobody(case: Case, context: Context, one: Inquiry) -> Decision:
    left = with_(case, one, state="nobody", doctor="", key="", until=None)
    language = context.clinic.languages[0]
    sentence = mark("Case {code}: nobody of {discipline} could take the question “{question}”. You can ask another discipline with “👥 Colleagues”.")  # fmt: skip
    text = say(language, sentence, code=case.code, discipline=one.discipline, question=one.question)
    post = Post(text, "note", case.review.topic, doctor=_asker(case, one))
    return Decision(left, (Noted("asked", one.by, f"{one.number} nobody"), post, *card_again(left, context)))


def _asker(case: Case, one: Inquiry) -> str:
    return case.team.lead or one.by


def _again(case: Case, one: Inquiry) -> Inquiry:
    """The inquiry as it stands in the case now."""
    return next(now for now in case.team.inquiries if now.number == one.number)


def _tongue(context: Context, doctor: Doctor | None) -> str:
    return language_of(context.clinic, doctor)


# --- what she presses -------------------------------------------------------------------------------------------------
def pressed(case: Case, context: Context, press: StaffPressed) -> Decision | None:
    """One of her buttons; None for every other one."""
    _, key, action = [*press.data.split("."), "", ""][:3]
    if not action.startswith(PRESSES):
        return None
    doctor, one = context.clinic.doctor(press.doctor), inquiries.keyed(case, key)
    if one is None or doctor is None:
        return _alone(case, context, press.doctor, LATER)
    if one.doctor != press.doctor:
        return _alone(case, context, press.doctor, NOT_YOURS)
    action = action.removeprefix(PRESSES)
    if action in ("yes", "no"):
        return _accept(case, context, one, doctor) if action == "yes" else _cannot(case, context, one, doctor)
    if action in words.CERTAINTIES and one.state in ("weighing", "testing"):
        return _weighed(case, context, one, doctor, action)
    if action == "none" and one.state == "testing":
        return _complete(case, context, one, doctor, "")
    return _alone(case, context, press.doctor, mark("Already noted."))


def _alone(case: Case, context: Context, key: str, sentence: str, **values: object) -> Decision:
    """Nothing changes, and she alone is told why, in her language."""
    return Decision(case, (Answer(say(_tongue(context, context.clinic.doctor(key)), sentence, **values), alert=True),))


def _accept(case: Case, context: Context, one: Inquiry, doctor: Doctor) -> Decision:
    language = _tongue(context, doctor)
    if case.status in ENDED:
        standing = say(language, STANDING[case.status])
        return _alone(case, context, doctor.key, ENDED_MEANWHILE, code=case.code, standing=standing)
    if one.state != "offered":
        return _alone(case, context, doctor.key, mark("Already noted."))
    until = context.now + timedelta(hours=one.hours)
    taken = with_(case, one, state="reading", until=until)
    place = f"{one.number}.{len(one.tried)}"
    soon = Wake(TIMER, until - timedelta(hours=one.hours) / 4, f"{place}.remind")
    thanks = Answer(say(language, "Thank you. Please see below."))
    line = Noted("accepted", doctor.key, str(one.number))
    shown = (everything(taken, context, doctor),) if one.shown else ()
    asked = _next_question(taken, context, _again(taken, one), doctor)
    return Decision(taken, (line, *shown, asked, soon, Wake(TIMER, until, f"{place}.over"), *card_again(taken, context), thanks))  # fmt: skip


def _cannot(case: Case, context: Context, one: Inquiry, doctor: Doctor) -> Decision:
    """Also after accepting, as long as she has not answered: better said than kept waiting for."""
    if one.state not in ("offered", "reading"):
        return _alone(case, context, doctor.key, mark("Already noted."))
    thanks = Answer(say(_tongue(context, doctor), "Thank you for saying so. A colleague is asked."))
    line = Noted("cannot", doctor.key, str(one.number))
    return passed_on(case, context, one, line, thanks)


def passed_on(case: Case, context: Context, one: Inquiry, *first: Effect) -> Decision:
    """To the next colleague, unless there is nothing left to be asked about; also for the clock, and for a message that cannot be delivered."""
    if case.status in ENDED:
        return Decision(with_(case, one, state="ended", key="", until=None), first)
    onward = offer(case, context, one)
    return replace(onward, effects=(*first, *onward.effects))


def _weighed(case: Case, context: Context, one: Inquiry, doctor: Doctor, certainty: str) -> Decision:
    """Her own view stands now: what was held back is shown, and the last question asked. A second tap corrects the first."""
    language = _tongue(context, doctor)
    weighed = with_(case, one, state="testing", certainty=certainty)
    noted = Answer(say(language, "Noted: {certainty}", certainty=say(language, words.CERTAINTIES[certainty])))
    if one.state == "testing":
        return Decision(weighed, (noted,))
    shown = (everything(weighed, context, doctor),) if first_read.blind(case, doctor.key) else ()
    return Decision(weighed, (*shown, _next_question(weighed, context, _again(weighed, one), doctor), noted))


def everything(case: Case, context: Context, doctor: Doctor) -> Tell:
    """What was held back from this doctor, with the way to the case page, which holds nothing back any more."""
    others = [one for one in inquiries.answered(case) if one.doctor != doctor.key]
    text = words.everything(case, context.clinic, doctor, others)
    return Tell(doctor.key, text, buttons=((case_page.button(case, _tongue(context, doctor)),),))


# --- what she replies -------------------------------------------------------------------------------------------------
def replied(case: Case, context: Context, reply: StaffReplied) -> Decision:
    """To the request for her view or for the test; ``reply.role`` is "inquiry.1.view" or "inquiry.1.test"."""
    _, number, what = [*reply.role.split("."), "", ""][:3]
    one, doctor = numbered(case, number), context.clinic.doctor(reply.doctor)
    if one is None or doctor is None or one.doctor != reply.doctor:
        return _alone(case, context, reply.doctor, NOT_YOURS)
    text = reading.free_text(reply.text)
    if text is None:
        return _alone(case, context, reply.doctor, WORDS)
    if one.state == "reading":
        viewed = with_(case, one, state="weighing", view=text)
        return Decision(viewed, (_next_question(viewed, context, _again(viewed, one), doctor),))
    if one.state == "testing" and what == "test":
        return _complete(case, context, one, doctor, text)
    return _added(case, context, one, doctor, text)


def _complete(case: Case, context: Context, one: Inquiry, doctor: Doctor, test: str) -> Decision:
    done = with_(case, one, state="done", test=test, answered_at=context.now)
    told = to_group(done, context, _again(done, one))
    thanks = Tell(doctor.key, _thanks(case, context, doctor))
    return Decision(done, (Noted("view", doctor.key, f"{one.number} {one.certainty}"), *told, thanks, *card_again(done, context)))  # fmt: skip


def _thanks(case: Case, context: Context, doctor: Doctor) -> str:
    language = _tongue(context, doctor)
    thanks = say(
        language, "Thank you. Your colleagues see your view now. What you reply to my questions later is added to it."
    )
    if not _decided(case):
        return thanks
    standing = say(language, STANDING[case.status])
    return f"{thanks}\n" + say(language, "The case has moved on meanwhile ({standing}); your view is kept and shown with it.", standing=standing)  # fmt: skip


def _decided(case: Case) -> bool:
    return case.status in ENDED or case.status is Status.ANSWERED


def to_group(case: Case, context: Context, one: Inquiry) -> tuple[Effect, ...]:
    """The whole view in the topic, for the lead; an answer that fills a message alone has one of its own."""
    language, topic = context.clinic.languages[0], case.review.topic
    head = say(language, "Case {code}: a colleague's view", code=case.code)
    whole = f"{head}\n{words.block(one, context.clinic, language)}"
    if len(whole.encode("utf-16-le")) // 2 <= words.LONGEST:
        return (Post(whole, "note", topic, doctor=_asker(case, one)),)
    first = Post(f"{head}\n{words.block(one, context.clinic, language, 300)}", "note", topic, doctor=_asker(case, one))
    return (first, *(Post(part, "note", topic) for part in (one.view, one.test, one.added) if len(part) > 300))


def _added(case: Case, context: Context, one: Inquiry, doctor: Doctor, text: str) -> Decision:
    """A second thought stands beside the view and does not replace it: what she saw first has a worth of its own."""
    more = with_(case, one, added="\n".join(part for part in (one.added, text) if part))
    language = context.clinic.languages[0]
    head = say(language, "Case {code}: {doctor} adds to the view:", code=case.code, doctor=doctor.name)
    told = (Post(head, "note", case.review.topic, doctor=_asker(case, one)), Post(text, "note", case.review.topic))
    thanks = Tell(doctor.key, say(_tongue(context, doctor), "It is added to your view on case {code}.", code=case.code))
    return Decision(more, (*(told if one.state == "done" else ()), thanks))


# --- what is asked of her next ----------------------------------------------------------------------------------------
def _next_question(case: Case, context: Context, one: Inquiry, doctor: Doctor) -> Tell:
    """The open question of where she stands: her view, how sure she is, or the test."""
    language, role = _tongue(context, doctor), f"{ROLE}.{one.number}"
    if one.state == "weighing":
        text = say(language, words.SURE, code=case.code)
        return Tell(doctor.key, text, buttons=words.sure_buttons(case, one, language), about=one.key)
    if one.state == "testing":
        buttons = words.none_button(case, one, language)
        return Tell(doctor.key, say(language, words.TEST, code=case.code), f"{role}.test", buttons, one.key)
    return Tell(doctor.key, words.answer_by(case, context.clinic, one, doctor), f"{role}.view", about=one.key)


def reminded(case: Case, context: Context, one: Inquiry) -> tuple[Effect, ...]:
    """The same once more; nothing for somebody who is no longer in clinic.toml."""
    doctor = context.clinic.doctor(one.doctor)
    if doctor is None:
        return ()
    again = _next_question(case, context, one, doctor)
    return (replace(again, text=say(_tongue(context, doctor), "A reminder:") + "\n" + again.text),)
