"""What is heard in free words while something else was being answered: a red sign stops everything, an amber one adds a line."""

from dataclasses import replace
from datetime import timedelta

from flows import emergency, gate
from flows.asking import ask
from flows.case import ENDED, Case, Status, changed
from flows.context import Context, Decision
from flows.effects import EditCard, Say
from flows.listening import hear
from flows.red_flags import VERSION
from flows.screens import show

# Names, numbers and places are no accounts of a cat, unless somebody cries for help instead; a vet's findings tell of signs that a vet has in hand.
DEAF = frozenset({"cat_name", "place", "phone", "vet_clinic", "vet_registration", "discipline"})
WORDS, LETTERS = 3, 9  # what is shorter than both is a name, a number or a place indeed
CALLED_SAFE_FOR = timedelta(hours=12)  # so long a sign that was called a misunderstanding is not brought up again


def with_signs(before: Case, decision: Decision, text: str, context: Context) -> Decision:
    """The decision about these words, and what is to be done about the signs in them. What was answered stays answered."""
    short = before.status is Status.INTAKE and before.step in DEAF
    if before.vet or before.status in ENDED or (short and len(text.split()) < WORDS and len(text) < LETTERS):
        return decision
    found = hear(text)
    if found.level == "none" or (short and found.level != "red"):
        return decision
    if short:  # a cry for help is no name: the question stays open
        decision = Decision(before)
    spoken = _in_a_language(decision.case, text)
    red = tuple(sign for sign in found.ids if sign[0] == "R" and not _known(before, sign, context))
    amber = tuple(sign for sign in found.ids if sign[0] == "A" and sign not in spoken.amber)
    noted = changed(spoken, amber=(*spoken.amber, *amber)) if amber else spoken
    if red and before.status is not Status.EMERGENCY:
        return _stopped(noted, decision, context, red)
    return _advised(before, noted, decision, context, amber) if amber else decision


def _known(case: Case, sign: str, context: Context) -> bool:
    """Whether it is alarmed about already, or was called a misunderstanding not long ago."""
    if sign in case.alarm:
        return True
    safe = case.called_safe.get(sign)
    return safe is not None and context.now - safe < CALLED_SAFE_FOR


def _in_a_language(case: Case, text: str) -> Case:
    """Who writes before she has chosen a language is answered in the one she writes."""
    if case.language:
        return case
    return changed(case, language="zh_Hant" if any("一" <= sign <= "鿿" for sign in text) else "en")


def _stopped(case: Case, decision: Decision, context: Context, red: tuple[str, ...]) -> Decision:
    """The next question is not asked now; everything else that was decided is done."""
    stopped = emergency.declared(case, context, red, heard=True)
    others = tuple(effect for effect in decision.effects if not isinstance(effect, Say | EditCard))
    return Decision(stopped.case, (*others, *stopped.effects))


def _advised(before: Case, case: Case, decision: Decision, context: Context, amber: tuple[str, ...]) -> Decision:
    """The line about today comes before the next question; pain and letting go reach a person at once.

    The card is written anew by ``decide``: the one of the decision does not know the sign yet.
    """
    others = tuple(effect for effect in decision.effects if not isinstance(effect, EditCard))
    if before.status is Status.EMERGENCY:  # "see a vet today" beside "go now" would take the haste away
        return Decision(case, others)
    alarm = gate.human(before, case, context)
    words = gate.human_words(case) if alarm else gate.advice_today(case)
    if not alarm and amber == (gate.HUMAN,):
        words = gate.human_again(case)
    if before.status is Status.INTAKE and before.step == "amber":  # the list itself shows what was heard
        shown = ask(case, context, "amber", words if alarm else "")
        return Decision(shown.case, (*shown.effects, *alarm))
    return Decision(case, (Say(words), *others, *alarm))


def gate_pressed(case: Case, context: Context, value: str) -> Decision | None:
    """The gate outside its place in the intake ("has anything changed?"); None when she sees nothing of it."""
    kind, _, name = value.partition(":")
    if kind == "red":
        return emergency.declared(case, context, (name,))
    if name == "none":
        return None
    text, rows = gate.group(case, name) if name else gate.question(case)
    opened, message = show(case, context, text, rows)
    return Decision(replace(opened, signs_version=VERSION), (message,))
