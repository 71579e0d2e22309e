"""Who leads a case: taken with a button, or handed over to a colleague, who is told in the topic and alone.

Taking is for a case that nobody leads: of two who press at once the second is told who was first. Handing over is open to every doctor, also
to oneself, because a lead may be ill; the history says who did it.
"""

from dataclasses import replace

from flows import asker
from flows.card import card_again
from flows.case import Case
from flows.case_page import language_of
from flows.clinic import Doctor
from flows.context import Context, Decision
from flows.effects import Answer, Button, Effect, Noted, Post, Tell
from flows.incoming import StaffPressed
from flows.team_words import KEY, WORKING, answered, button, name
from flows.team_words import short_key as short_key
from flows.wording import mark, say

TAKE, TO = "take", "to_"
HANDED = mark("Case {code}: {doctor} hands it over to you. You lead it from now on.")


def pressed(case: Case, context: Context, press: StaffPressed) -> Decision | None:
    """One of our buttons; None for every other one."""
    _, key, action = [*press.data.split("."), "", ""][:3]
    if key != KEY:
        return None
    asked = asker.pressed(case, context, press, action)
    if asked is not None:
        return asked
    if case.status not in WORKING:
        return answered(case, context, mark("This card is no longer current."))
    if action == "menu":
        return _menu(case, context)
    if action == TAKE:
        return _take(case, context, press.doctor)
    meant = next((d for d in context.clinic.doctors if action == f"{TO}{short_key(d.key)}"), None)
    if meant is None:
        return answered(case, context, mark("This button is no longer in use."))
    return _lead(case, context, press.doctor, meant)


def _menu(case: Case, context: Context) -> Decision:
    language = context.clinic.languages[0]
    words = say(language, "Case {code}: who leads it, or is a colleague to be asked?", code=case.code)
    post = Post(words, "note", case.review.topic, _rows(case, context, language))
    return Decision(case, (post, Answer(say(language, "Please choose below."))))


def _rows(case: Case, context: Context, language: str) -> tuple[tuple[Button, ...], ...]:
    take = [] if case.team.lead else [(button(case, TAKE, say(language, "I take it")),)]
    others = [doctor for doctor in context.clinic.doctors if doctor.key != case.team.lead]
    over = mark("Hand over to {doctor}")
    handed = [(button(case, TO + short_key(d.key), say(language, over, doctor=d.name)),) for d in others]
    return (*take, *asker.rows(case, context.clinic, language), *handed)


def _take(case: Case, context: Context, doctor: str) -> Decision:
    lead = case.team.lead
    if lead and lead != doctor:
        return answered(case, context, mark("{doctor} leads this case already."), doctor=name(context.clinic, lead, context.clinic.languages[0]))  # fmt: skip
    meant = context.clinic.doctor(doctor)
    return _lead(case, context, doctor, meant) if meant else Decision(case)


def _lead(case: Case, context: Context, by: str, new: Doctor) -> Decision:
    language = context.clinic.languages[0]
    if case.team.lead == new.key:
        words = mark("You lead this case.") if new.key == by else mark("{doctor} leads this case already.")
        return answered(case, context, words, doctor=new.name)
    led = replace(case, team=replace(case.team, lead=new.key))
    told = () if new.key == by else _told(led, context, by, new)
    words = say(language, "You lead this case.") if new.key == by else say(language, "{doctor} leads this case now.", doctor=new.name)  # fmt: skip
    return Decision(led, (Noted("lead", by, new.key), *told, *card_again(led, context), Answer(words)))


def _told(case: Case, context: Context, by: str, new: Doctor) -> tuple[Effect, ...]:
    """By name in the topic, and alone in the doctor's own language."""
    language, own = context.clinic.languages[0], language_of(context.clinic, new)
    here = say(language, HANDED, code=case.code, doctor=name(context.clinic, by, language))
    alone = say(own, HANDED, code=case.code, doctor=name(context.clinic, by, own))
    return (Post(here, "note", case.review.topic, doctor=new.key), Tell(new.key, alone))
