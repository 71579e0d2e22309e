"""A doctor sees an emergency in the records: one press and one confirmation, and the owner is told to go to an emergency vet now.

It leaves at once and is never taken back silently: what follows is the owner's own word that the cat is safe (``flows.safe_again``).
"""

from datetime import timedelta

from flows import emergency
from flows.card import card_again
from flows.case import Case
from flows.context import Context, Decision
from flows.effects import Answer, Button, Forget, Post, Wake
from flows.incoming import StaffPressed
from flows.lifecycle import may_move, move
from flows.rounds import doctor_name, staff_language
from flows.summary import cat_name
from flows.wording import mark, say

ACTION, YES = "emergency", "emergency_yes"
TRIGGER = "send_on"
SILENT_FOR = timedelta(days=60)  # as long as a draft in an emergency is kept


def pressed(case: Case, context: Context, press: StaffPressed) -> Decision | None:
    """One of the two buttons, on a card that is current; None for every other press."""
    _, key, action = [*press.data.split("."), "", ""][:3]
    if action not in (ACTION, YES) or key != case.review.key or not may_move(case, TRIGGER):
        return None
    return _ask(case, context) if action == ACTION else _send_on(case, context, press.doctor)


def _ask(case: Case, context: Context) -> Decision:
    language = staff_language(context)
    text = say(
        language,
        "Case {code}: tell the owner to go to an emergency vet now? She reads it at once, with the emergency contacts; it cannot be undone.",
        code=case.code,
    )
    yes = Button(say(language, "Yes, send the owner now"), data=f"{case.code}.{case.review.key}.{YES}")
    question = Post(text, "alarm", case.review.topic, ((yes,),))
    return Decision(case, (question, Answer(say(language, "Please confirm below."))))


def _send_on(case: Case, context: Context, doctor: str) -> Decision:
    moved, line = move(case, TRIGGER, doctor)
    words = say(
        case.language,
        "{doctor} has looked at what you sent about {cat} and asks you to act now.",
        doctor=doctor_name(context, doctor),
        cat=cat_name(case, case.language),
    )
    advised, message = emergency.advice(moved, context, words)
    timers = (Forget("review"), Forget("undo"), Wake("lapse", context.now + SILENT_FOR))
    done = Answer(say(staff_language(context), "Done."))
    return Decision(
        advised, (line, message, *timers, _told(case, context, doctor), *card_again(advised, context), done)
    )


def _told(case: Case, context: Context, doctor: str) -> Post:
    words = mark(
        "Case {code}: {doctor} has sent the owner to an emergency vet now. No decision is needed until she says that the cat is safe."
    )
    if case.blocked:
        words = mark(
            "Case {code}: {doctor} wants the owner to go to an emergency vet now, but the owner has blocked the chat. Please ring her at once."
        )
    text = say(staff_language(context), words, code=case.code, doctor=doctor_name(context, doctor))
    return Post(text, "alarm", case.review.topic)
