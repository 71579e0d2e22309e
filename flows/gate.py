"""The emergency gate's questions: the signs of ``clinical/red_flags.toml`` in short groups, asked first and again whenever it is wanted.

It never says that something is not an emergency: who presses "none of these" is only taken back to where she was.
"""

from flows.case import Case, Status, changed
from flows.context import Context
from flows.effects import Effect, Post
from flows.red_flags import AMBER, RED, VERSION
from flows.screens import Choice, Rows, in_rows
from flows.wording import mark, say

GROUPS: dict[str, tuple[str, str]] = {  # group of the list → its line above the buttons, its button
    "breathing": (mark("Breathing with an open mouth, fast or with effort; blue, grey or white gums"), mark("Breathing")),
    "urine": (mark("Straining in the litter tray with little or no urine"), mark("Tray, urine")),
    "collapse": (mark("Collapse, fits, paralysed or cold legs, suddenly blind or staggering"), mark("Collapse, fits")),
    "poison": (mark("Lilies, antifreeze, flea drops for dogs, human medicine or another poison"), mark("Poison")),
    "injury": (mark("A fall, a car, a bite, an injured eye, or bleeding that does not stop"), mark("Injury, bleeding")),
    "belly": (mark("Vomiting again and again, a hard and painful belly, yellow gums"), mark("Vomiting, belly")),
    "other": (mark("In hospital now, insulin and weak, heat, or a birth that does not go on"), mark("Another of these")),
}  # fmt: skip
HUMAN = "A14"  # pain, or the question whether to let go: a person at the clinic is told at once


def question(case: Case) -> tuple[str, Rows]:
    """The first screen: a line and a button for each group."""
    language = case.language
    lines = "\n".join(f"• {say(language, line)}" for line, _ in GROUPS.values())
    text = say(
        language,
        "First, the most important question. Do you see any of these now?\n\n{signs}\n\nPress what you see. If you are not sure, press it too.",
        signs=lines,
    )
    rows = in_rows([Choice(f"gate:{group}", say(language, button)) for group, (_, button) in GROUPS.items()], 2)
    return text, [*rows, [Choice("gate:none", say(language, "None of these"))]]


def group(case: Case, name: str) -> tuple[str, Rows]:
    """The signs of one group, numbered, each with its button."""
    language = case.language
    found = [sign for sign in RED if sign.group == name]
    lines = "\n".join(f"{number}. {sign.sentence(language)}" for number, sign in enumerate(found, 1))
    text = say(language, "Which of these is it?\n\n{signs}", signs=lines)
    numbers = [Choice(f"red:{sign.id}", str(number)) for number, sign in enumerate(found, 1)]
    unsure = [Choice(f"red:{name}", say(language, "One of these, or I am not sure"))]
    return text, [*in_rows(numbers, 5), unsure, [Choice("gate", say(language, "‹ None of these"))]]


def amber(case: Case) -> tuple[str, Rows]:
    """The signs for which a vet should be seen today; each button switches one on or off."""
    language = case.language
    lines = "\n".join(
        f"{number}. {'☑ ' if sign.id in case.amber else ''}{sign.sentence(language)}"
        for number, sign in enumerate(AMBER, 1)
    )
    text = say(
        language,
        "And do you see any of these? They mean: see a vet today. Your case can go on here meanwhile.\n\n{signs}",
        signs=lines,
    )
    if case.amber:
        text += "\n\n" + advice_today(case)
    numbers = [
        Choice(f"amber:{sign.id}", f"☑ {number}" if sign.id in case.amber else str(number))
        for number, sign in enumerate(AMBER, 1)
    ]
    onward = mark("Go on") if case.amber else mark("None of these")
    return text, [*in_rows(numbers, 5), [Choice("on", say(language, onward))]]


def switched(case: Case, sign: str) -> Case:
    """The case with one amber sign switched on or off."""
    if sign in case.amber:
        return changed(case, amber=tuple(other for other in case.amber if other != sign))
    return changed(case, amber=(*case.amber, sign), signs_version=VERSION)


def advice_today(case: Case) -> str:
    """What an amber sign means, in one line."""
    return say(case.language, "Please see your own vet, or the nearest one, today. If it gets worse, go at once.")


def human(before: Case, after: Case, context: Context) -> tuple[Effect, ...]:
    """The staff hears at once when pain or the question of letting go comes up for the first time."""
    asked = HUMAN in after.amber or after.answers.get("quality") == "let_go"
    known = HUMAN in before.amber or before.answers.get("quality") == "let_go"
    if not asked or known or after.vet or after.status is Status.EMERGENCY:
        return ()
    text = say(
        context.clinic.languages[0],
        "Case {code}: the owner writes of pain, or asks whether to let the cat go. Please get in touch today.",
        code=after.code,
    )
    return (Post(text, "alarm", after.review.topic),)


def human_words(case: Case) -> str:
    """What the owner is told then."""
    return say(
        case.language,
        "You are not alone with this. A person at the clinic has been told now. If your cat is in pain, please see a vet today.",
    )


def human_again(case: Case) -> str:
    """What she is told when it comes up again."""
    return say(case.language, "You are not alone with this. The doctors will read what you wrote.")
