"""Several cats, several cases: /new and /cases, and which of a person's cases something is for.

One case of a chat is the current one: what is typed goes there. The others live on, and what they say begins with their name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from flows import incoming as come
from flows import standing
from flows.case import ENDED, Case, Status
from flows.context import Context, Decision
from flows.effects import Button, Effect, Say, SayCalendar, StartAnew
from flows.summary import cat_name
from flows.wording import mark, say

MOST = 5  # open cases of one chat: more can hardly be kept apart, and a stranger cannot fill the doctors' days
CHOSEN = "case"  # first word of the buttons under /cases; no screen is called so, for those are chance of eight letters
ABOUT_ALL = frozenset({"new", "cases"})  # commands that concern every case of the person

STANDS = {
    Status.INTAKE: mark("you are filling it in"),
    Status.REVIEW: mark("the doctors are reading it"),
    Status.MORE_NEEDED: mark("the doctors wait for something from you"),
    Status.ACCEPTED: mark("waiting for the payment"),
    Status.PAID: mark("paid, please choose a time"),
    Status.BOOKED: mark("the call is booked"),
    Status.ANSWERED: mark("the opinion is sent, questions welcome"),
    Status.EMERGENCY: mark("emergency: everything waits"),
}


# --- which case something is for --------------------------------------------------------------------------------------
def needs_others(case: Case, incoming: come.Incoming) -> bool:
    """Whether a decision about this must know the person's other cases: they are read only then."""
    if case.status in ENDED:
        return isinstance(incoming, come.Said | come.Asked | come.Attached | come.SentOther)
    return isinstance(incoming, come.Asked) and incoming.command in ABOUT_ALL


def strays(case: Case, incoming: come.Incoming) -> bool:
    """Whether a button was not this case's own, so that it is worth looking at the others."""
    if not isinstance(incoming, come.Pressed):
        return False
    word, _, rest = incoming.data.partition(".")
    return rest != case.code if word == CHOSEN else word not in (case.screen, case.last_screen)


def meant(others: Iterable[Case], data: str) -> Case | None:
    """The open case under whose message this button stands, or which it names."""
    word, _, rest = data.partition(".")
    if word == CHOSEN:
        return next((case for case in others if case.code == rest), None)
    return next((case for case in others if word and word in (case.screen, case.last_screen)), None)


def turns_to(case: Case, data: str) -> bool:
    """Whether this button makes its case the current one. A double tap on what was answered long ago does not."""
    word, _, rest = data.partition(".")
    return rest == case.code if word == CHOSEN else bool(word) and word == case.screen


# --- commands ---------------------------------------------------------------------------------------------------------
def begin(case: Case, context: Context) -> Decision:
    """/new, and /start after the end: another case, unless nothing was said in this one yet or there are too many."""
    language = case.language
    if case.status not in ENDED and _untouched(case):
        before = (
            say(language, "A new case. The others stay as they are: /cases shows them.")
            if len(_open(case, context)) > 1
            else ""
        )
        return standing.status(case, context, before)
    if len(_open(case, context)) < MOST:
        return Decision(case, (StartAnew(),))
    words = say(
        language,
        "{n} cases are open in this chat, and we cannot keep more apart safely. Please end one first: /cases shows them, /cancel ends the one you are in. "
        "If another cat is in need now, please ring your vet or an emergency vet.",
        n=MOST,
    )
    return Decision(case, (Say(words, _buttons(_open(case, context), language)),))


def _untouched(case: Case) -> bool:
    return case.status is Status.INTAKE and case.consent_at is None and not case.answers and not case.notes


def list_cases(case: Case, context: Context) -> Decision:
    """/cases: every open case with its code and where it stands, and a button for each."""
    language, found = case.language, _open(case, context)
    if not found:
        return standing.status(case, context)
    lines = [_line(one, one.id == case.id, language) for one in found]
    head = say(language, "Your open cases. Press one to go on with it; what you write goes to the one you are in.")
    tail = say(language, "/new begins one for another cat.")
    return Decision(case, (Say("\n\n".join((head, "\n".join(lines), tail)), _buttons(found, language)),))


def chosen(case: Case, context: Context) -> Decision:
    """A button of that list: this case is the current one now."""
    words = say(case.language, "We are talking about {cat} now, case {code}.", **_names(case))
    return standing.status(case, context, words)


def _open(case: Case, context: Context) -> Sequence[Case]:
    mine = (case, *context.others)
    return sorted((one for one in mine if one.status not in ENDED), key=lambda one: (one.created_at, one.id))


def _line(case: Case, current: bool, language: str) -> str:
    sentence = mark("• {cat} ({code}): {standing} – you are here") if current else mark("• {cat} ({code}): {standing}")
    return say(language, sentence, standing=say(language, STANDS[case.status]), **_names(case, language))


def _buttons(found: Iterable[Case], language: str) -> tuple[tuple[Button, ...], ...]:
    return tuple((Button(_title(case, language), data=f"{CHOSEN}.{case.code}"),) for case in found)


def _title(case: Case, language: str) -> str:
    return "{cat} · {code}".format(**_names(case, language))


def _names(case: Case, language: str = "") -> dict[str, str]:
    return {"cat": cat_name(case, language or case.language)[:40], "code": case.code}


# --- what the owner is told ---------------------------------------------------------------------------------------------
def signed(case: Case, context: Context, decision: Decision) -> Decision:
    """What a case that is not the current one says begins with its name; an ended one points to those still open."""
    if not context.current:
        after = decision.case
        first = say(after.language, "About {cat}, case {code}:", **_names(after))
        return replace(decision, effects=tuple(_headed(effect, first) for effect in decision.effects))
    if case.status in ENDED and _open(case, context):
        return replace(decision, effects=_pointed(decision.effects, case.language))
    return decision


def _headed(effect: Effect, first: str) -> Effect:
    if isinstance(effect, Say):
        return replace(effect, text=f"{first}\n{effect.text}")
    return replace(effect, caption=f"{first}\n{effect.caption}") if isinstance(effect, SayCalendar) else effect


def _pointed(effects: tuple[Effect, ...], language: str) -> tuple[Effect, ...]:
    """Words for a case that has ended may be meant for another one."""
    hint = say(language, "Another case of yours is open: /cases leads to it.")
    return tuple(
        replace(effect, text=f"{effect.text}\n\n{hint}") if isinstance(effect, Say) and not effect.buttons else effect
        for effect in effects
    )
