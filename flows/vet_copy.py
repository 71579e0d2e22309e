"""A copy of the opinion for the owner's own vet: only with her yes, which she may take back as long as nothing has left.

She gets the vet's page to pass on herself. Where she names the practice, somebody of the clinic sends it and presses "Sent": no e-mail leaves
this service. The practice stands on the case page alone, never in the group.
"""

from datetime import timedelta
from typing import Final

from flows import case_page, emergency
from flows.case import Agreed, Case, Status, changed
from flows.context import Context, Decision
from flows.effects import Answer, Button, Buttons, Effect, Forget, Noted, Post, Say, SayLetter, Wake
from flows.incoming import StaffPressed
from flows.opinion_paper import for_the_vet
from flows.reading import free_text
from flows.screens import Choice, show
from flows.summary import instant
from flows.team_words import name
from flows.wording import mark, say

POINT: Final = "vet_copy"  # of ``Case.agreed``, and the first word of what the buttons stand for
VERSION: Final = "vet-copy-1"  # of QUESTION: raised whenever it says something else
QUESTION: Final = mark(
    "May your vet have a copy? Without your yes nothing goes there; you can take it back until it has been sent."
)
YES, NO, SELF = f"{POINT}:yes", f"{POINT}:no", f"{POINT}:self"
KEY, SENT = "vet", "vet_sent"  # of the button in the group
NAME: Final = "for-your-vet.pdf"
ASKED: Final = "?"  # in the practice's place while it is asked for
REMIND_AFTER = timedelta(days=1)
DIGITS = 7  # of the shortest telephone number
LONGEST = 400  # characters of the practice with its address


def said(case: Case) -> bool | None:
    """The owner's last word on it; None while she has said nothing."""
    return next((one.yes for one in reversed(case.agreed) if one.point == POINT), None)


def question(case: Case) -> str:
    """The sentence that she answers; "" where there is nothing to ask."""
    return say(case.language, QUESTION) if rows(case) and said(case) is None else ""


def question_is_early(case: Case) -> bool:
    """As long as the opinion is open and unread, nothing else is asked."""
    return case.status is not Status.ANSWERED or case.opinion_read_at is None


def rows(case: Case) -> list[list[Choice]]:
    """Yes and no, then the way back until it was sent. Asked once she has read the opinion; a veterinarian who asks us needs no copy for a vet."""
    language, last = case.language, said(case)
    if case.status is Status.CLOSED and wanted(case):
        return [[Choice(NO, say(language, "No copy after all"))]]
    if question_is_early(case) or case.vet or case.vet_copy_at:
        return []
    if last is None:
        return [[Choice(YES, say(language, "Yes, a copy for my vet")), Choice(NO, say(language, "No copy"))]]
    myself = [[Choice(SELF, say(language, "I pass it on myself"))]] if case.vet_practice == ASKED else []
    return [*myself, [Choice(NO, say(language, "No copy after all"))]] if last else []


def pressed(case: Case, context: Context, value: str) -> Decision | None:
    """The owner's answer; None where it comes too late."""
    takes_back = value == NO and case.status is Status.CLOSED and wanted(case)  # as was said: until it has been sent
    if case.vet_copy_at or not (case.status is Status.ANSWERED or takes_back):
        return None
    if value == SELF:
        words = say(case.language, "Good. The page for your vet is above; pass it on whenever you like.")
        return _asked(changed(case, vet_practice=""), context, words, ())
    answer = Agreed(POINT, value == YES, VERSION, context.now)
    noted = case if said(case) is answer.yes else changed(case, agreed=(*case.agreed, answer))
    return _yes(noted, context) if answer.yes else _no(case, noted, context)


def _yes(case: Case, context: Context) -> Decision:
    language = case.language
    words = say(
        language,
        "Thank you. The page for your vet comes as a PDF, ready to pass on. If we should send it as well, write here in one message: the practice's name and its e-mail or telephone.",
    )
    letter = SayLetter(say(language, "For your vet"), for_the_vet(case, context), NAME)
    return _asked(changed(case, vet_practice=ASKED), context, words, (letter,))


def _no(before: Case, case: Case, context: Context) -> Decision:
    words = say(
        case.language, "That is quite all right. We send nothing to your vet; you can pass the opinion on yourself."
    )
    gone = changed(case, vet_practice="")
    if before.vet_practice in ("", ASKED):
        return _asked(gone, context, words, ())
    taken_back = mark("Case {code}: the owner does not want a copy sent to her vet any more. Please send nothing.")
    return _asked(gone, context, words, (Forget(POINT), _post(case, context, taken_back)))


def _asked(case: Case, context: Context, words: str, more: tuple[Effect, ...]) -> Decision:
    """What is still open stays below the answer."""
    shown, message = show(case, context, f"{words}\n\n{emergency.reminder(case.language)}", rows(case))
    return Decision(shown, (message, *more))


def named(case: Case, context: Context, text: str) -> Decision | None:
    """Her vet's practice, written while that is asked; None where these words are something else, a question above all."""
    words = free_text(text)
    waits = case.vet_practice == ASKED and case.status is Status.ANSWERED
    if not waits or not words or len(words) > LONGEST or not _reachable(words):
        return None
    after = changed(case, vet_practice=words)
    thanks = say(case.language, "Thank you. Somebody from the clinic sends the copy there, and you hear of it here.")
    line = mark(
        "Case {code}: the owner wants her vet to have a copy. What to send and to whom stands on the case page. Please press when it has left."
    )
    return _asked(after, context, thanks, (_post(after, context, line, _sent_or_page(after, context)), _later(context)))


def _later(context: Context) -> Wake:
    return Wake(POINT, context.now + REMIND_AFTER)


def due(case: Case, context: Context) -> Decision:
    """Nobody has sent it: the group is reminded, every day again. The owner was told that she would hear of it."""
    if not (wanted(case) and case.status in (Status.ANSWERED, Status.CLOSED)):
        return Decision(case)
    words = mark("Case {code}: the copy for the owner's vet has not left yet, and the owner waits for word of it. What to send and to whom stands on the case page.")  # fmt: skip
    return Decision(case, (_post(case, context, words, _sent_or_page(case, context)), _later(context)))


def _reachable(words: str) -> bool:
    """Whether it names a way to a practice; thanks and questions do not, and go to the doctors as ever."""
    return not words.endswith(("?", "？")) and ("@" in words or sum(sign.isdigit() for sign in words) >= DIGITS)


def _sent_or_page(case: Case, context: Context) -> Buttons:
    language = context.clinic.languages[0]
    sent_ = Button(say(language, "Sent"), data=f"{case.code}.{KEY}.{SENT}")
    return ((sent_, case_page.button(case, language)),)


def _post(case: Case, context: Context, sentence: str, buttons: Buttons = ()) -> Post:
    return Post(say(context.clinic.languages[0], sentence, code=case.code), "note", case.review.topic, buttons)


def sent(case: Case, context: Context, press: StaffPressed) -> Decision | None:
    """Somebody of the clinic has sent it; None for every other button."""
    if press.data != f"{case.code}.{KEY}.{SENT}":
        return None
    language = context.clinic.languages[0]
    if case.vet_copy_at:
        at = instant(case.vet_copy_at, context.clinic.zone, language)
        words = say(
            language,
            "{doctor} has sent it already, {at}.",
            doctor=name(context.clinic, case.vet_copy_by, language),
            at=at,
        )
        return Decision(case, (Answer(words, alert=True),))
    if not wanted(case) or case.status not in (Status.ANSWERED, Status.CLOSED):
        words = say(language, "The owner does not want it sent any more. Please send nothing.")
        return Decision(case, (Answer(words, alert=True),))
    done = changed(case, vet_copy_at=context.now, vet_copy_by=press.doctor)
    told = Say(say(case.language, "The copy for your vet has been sent."))
    return Decision(done, (Noted(POINT, press.doctor), Forget(POINT), told, Answer(say(language, "Done."))))


def wanted(case: Case) -> bool:
    """Whether somebody of the clinic is to send it."""
    return bool(said(case) and case.vet_practice not in ("", ASKED) and not case.vet_copy_at)


def lines(case: Case, context_zone: str, language: str) -> list[str]:
    """For the case page alone: to whom, and whether it has left."""
    if not (wanted(case) or case.vet_copy_at):
        return []
    whom = say(
        language, "Copy for the owner's vet, please send the page for the vet: {practice}", practice=case.vet_practice
    )
    if not case.vet_copy_at:
        return [whom]
    return [
        say(
            language,
            "Copy for the owner's vet, sent {at}: {practice}",
            at=instant(case.vet_copy_at, context_zone, language),
            practice=case.vet_practice,
        )
    ]
