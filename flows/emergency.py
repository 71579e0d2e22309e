"""The emergency gate: asked first, said again with every step that means waiting. It never says that something is not an emergency."""

from dataclasses import replace

from flows.case import Case
from flows.clinic import Clinic
from flows.context import Context, Decision
from flows.effects import OpenTopic, Post, Say
from flows.lifecycle import move
from flows.screens import Choice, Rows, show
from flows.steps import EMERGENCY_SIGNS
from flows.wording import say


def question(case: Case) -> tuple[str, Rows, str]:
    """The first real question, with the signs an owner can see."""
    language = case.language
    signs = "\n".join(f"• {say(language, sign)}" for sign in EMERGENCY_SIGNS)
    text = say(
        language,
        "First, the most important question. Do you see any of these now?\n\n{signs}\n\nIf you are not sure, please choose “Yes”.",
        signs=signs,
    )
    rows = [[Choice("yes", say(language, "Yes, or I am not sure"))], [Choice("no", say(language, "None of these"))]]
    return text, rows, ""


def reminder(language: str) -> str:
    """One line that ends every message that means waiting."""
    return say(language, "If your cat gets worse, do not wait for us: go to an emergency vet at once.")


def contacts(clinic: Clinic) -> str:
    """Who answers now, one a line."""
    return "\n".join(f"• {c.name}: {c.phone}" + (f" ({c.note})" if c.note else "") for c in clinic.emergency)


def declared(case: Case, context: Context) -> Decision:
    """The owner sees a sign: everything stops, the staff is told, the case is kept."""
    moved, line = move(replace(case, step="emergency_advice"), "emergency", "owner")
    opened, message = advice(moved, context)
    if case.review.topic:
        return Decision(opened, (line, message, staff_alarm(opened, context, case.review.topic)))
    title = f"{case.code} · {say(context.clinic.languages[0], 'emergency')}"
    return Decision(opened, (line, message, OpenTopic(title[:128])))


def advice(case: Case, context: Context, before: str = "") -> tuple[Case, Say]:
    """What to do now, whom to ring, and the way back if it was a false alarm."""
    language = case.language
    text = say(
        language,
        "Please go to an emergency vet now, and ring them on the way. Do not wait for an answer from us.\n\n{contacts}\n\n"
        "Take medicine packets and reports with you. Give nothing by mouth and no human medicine.\n\n"
        "We keep your answers. When {cat} is safe, you can go on here.",
        contacts=contacts(context.clinic),
        cat=case.answers.get("cat_name") or say(language, "your cat"),
    )
    rows = [[Choice("false_alarm", say(language, "My cat is safe now, go on"))]]
    return show(case, context, f"{before}\n\n{text}" if before else text, rows)


def staff_alarm(case: Case, context: Context, topic: int) -> Post:
    """The group learns of it at once; no name and no number is needed there."""
    language = context.clinic.languages[0]
    text = say(
        language,
        "Emergency reported in case {code}. The owner was told to go to an emergency vet now. No decision is needed.",
        code=case.code,
    )
    return Post(text, "alarm", topic)
