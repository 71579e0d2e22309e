"""An emergency: what is to be done now, who is told, and the way back. It never says that something is not an emergency."""

from dataclasses import replace

from flows import gate
from flows.case import Case, Status
from flows.clinic import Clinic
from flows.context import Context, Decision
from flows.effects import Effect, OpenTopic, Post, Say
from flows.lifecycle import may_move, move
from flows.red_flags import AMBER, RED, VERSION
from flows.screens import Choice, show
from flows.wording import say

SENTENCES = {sign.id: sign for sign in (*RED, *AMBER)}


def sign_words(sign: str, language: str) -> str:
    """A sign as the staff reads it; a group of signs where the owner was not sure which one it is."""
    if sign in SENTENCES:
        return SENTENCES[sign].sentence(language)
    unsure = say(language, "not sure which sign")
    group = gate.GROUPS.get(sign)
    return say(language, "{name}: {value}", name=say(language, group[1]), value=unsure) if group else unsure


def reminder(language: str) -> str:
    """One line that ends every message that means waiting."""
    return say(language, "If your cat gets worse, do not wait for us: go to an emergency vet at once.")


def contacts(clinic: Clinic) -> str:
    """Who answers now, one a line."""
    return "\n".join(f"• {c.name}: {c.phone}" + (f" ({c.note})" if c.note else "") for c in clinic.emergency)


def declared(case: Case, context: Context, signs: tuple[str, ...], heard: bool = False) -> Decision:
    """The owner reports a sign, or it was heard in her words: everything stops, the staff is told, the case is kept.

    ``signs`` are ids of the list, or a group of it where she is not sure. A case that the doctors hold already stays where it
    is, because only they can move it on: there the advice and the alarm are what stops it.
    """
    marked = replace(case, red=_joined(case.red, signs), alarm=_joined(case.alarm, signs), signs_version=VERSION)
    line: tuple[Effect, ...] = ()
    if may_move(marked, "emergency"):
        marked, moved = move(marked, "emergency", "owner", " ".join(signs))
        line = (moved,)
    opened, message = advice(marked, context, heard=signs if heard else ())
    if case.review.topic or not line:
        return Decision(opened, (*line, message, staff_alarm(opened, context, case.review.topic)))
    word = say(context.clinic.languages[0], "emergency")
    title = f"{case.code} · {word}"
    return Decision(opened, (*line, message, OpenTopic(title[:128])))


def _joined(known: tuple[str, ...], signs: tuple[str, ...]) -> tuple[str, ...]:
    return (*known, *(sign for sign in signs if sign not in known))


def advice(case: Case, context: Context, before: str = "", heard: tuple[str, ...] = ()) -> tuple[Case, Say]:
    """What to do now, whom to ring, and the way back if it was a false alarm. ``heard``: what in her words was understood."""
    language = case.language
    text = say(
        language,
        "Please go to an emergency vet now, and ring them on the way. Do not wait for an answer from us.\n\n{contacts}\n\n"
        "Take medicine packets and reports with you. Give nothing by mouth and no human medicine.\n\n"
        "We keep your answers. When {cat} is safe, you can go on here.",
        contacts=contacts(context.clinic),
        cat=case.answers.get("cat_name") or say(language, "your cat"),
    )
    understood = [f"• {SENTENCES[sign].sentence(language)}" for sign in heard if sign in SENTENCES]
    if understood:
        text = (
            say(language, "From what you told me I understand:\n{signs}", signs="\n".join(understood)) + "\n\n" + text
        )
    rows = [[Choice("false_alarm", say(language, "My cat is safe now, go on"))]]
    if heard:
        rows = [[Choice("false_alarm", say(language, "A misunderstanding, or safe now"))]]
    return show(case, context, f"{before}\n\n{text}" if before else text, rows)


def staff_alarm(case: Case, context: Context, topic: int) -> Post:
    """The group learns of it at once, and of what was not yet called safe; no name and no number is needed there."""
    language = context.clinic.languages[0]
    text = say(
        language,
        "Emergency reported in case {code}. The owner was told to go to an emergency vet now. No decision is needed.",
        code=case.code,
    )
    signs = "\n".join(f"• {sign_words(sign, language)}" for sign in case.alarm)
    return Post(f"{text}\n{signs}" if signs else text, "alarm", topic)


def over(case: Case, context: Context) -> tuple[Case, Post | None]:
    """The owner says that the cat is safe, or that it was a misunderstanding: recorded, and who was alarmed hears of it."""
    noted = replace(case, alarm=(), called_safe={**case.called_safe, **dict.fromkeys(case.alarm, context.now)})
    text = say(
        context.clinic.languages[0],
        "Case {code}: the owner says that the cat is safe now or that it was a misunderstanding, and goes on.",
        code=case.code,
    )
    alarmed = case.review.topic or case.submitted_at or case.status is not Status.EMERGENCY
    return noted, Post(text, "note", case.review.topic) if alarmed else None
