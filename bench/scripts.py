"""What an owner does, step by step, and what the bot must say back: for the product's own intake and for the peer's twelve questions."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One update: text ``said``, or the button with the words ``pressed``. All of ``expect`` must stand in one message of the bot."""

    expect: tuple[str, ...]
    said: str = ""
    pressed: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """``{n}`` in ``own`` is the owner's number; ``{name}`` in a step is then the owner's own value of that name."""

    steps: tuple[Step, ...]
    own: Mapping[str, str]


def _say(said: str, *expect: str) -> Step:
    return Step(expect, said=said)


def _press(pressed: str, *expect: str) -> Step:
    return Step(expect, pressed=pressed)


# The intake names its chapters, so that its wording can change without this script; buttons are pressed by their words all the same.
OUR_INTAKE = Script(
    (
        _say("/start", "Which language shall we use?"),
        _press("English", "First, the most important question."),
        _press("None of these", "Step 1 of 9"),
        _press("None of these", "Step 2 of 9"),
        _press("I agree to all of this", "Step 2 of 9"),
        _press("I agree to all of this", "Step 2 of 9"),
        _press("Go on", "Step 2 of 9"),
        _press("Taiwan", "Step 3 of 9"),
        _press("No diagnosis after the tests", "Step 3 of 9"),
        _say("{cat}", "Step 3 of 9", "{cat}"),
        _press("7–10 years", "Step 3 of 9", "{cat}"),
        _press("Female, neutered", "Step 4 of 9"),
        _press("Kidneys", "Step 4 of 9"),
        _press("A few weeks ago", "Step 4 of 9"),
        _press("Skip these questions", "Step 5 of 9"),
        _say("{story}", "Step 5 of 9", "{cat}"),
        _say("{medicines}", "Step 5 of 9"),
        _press("Skip the details", "{medicines}"),
        _press("That is all", "Step 6 of 9"),
        _press("Nothing yet", "Step 6 of 9"),
        _press("No date is set", "Step 6 of 9"),
        _press("Mostly good days", "Step 7 of 9"),
        _say("{question}", "Another one?"),
        _press("That is all", "Step 8 of 9"),
        _press("I have none at hand", "Step 8 of 9"),
        _press("Go on", "Or choose here:"),
        _press(
            "No number, write here only",
            ": Taipei\n", ": No diagnosis after the tests\n", ": {cat}\n", ": 7–10 years\n", ": Female, neutered\n", ": Kidneys\n",
            ": A few weeks ago\n", ": {story}\n", ": {medicines}\n", ": {question}\n", ": none yet\n", ": none, we write here only",
        ),
    ),
    {
        "cat": "Cat-{n}",
        "story": "Story of {n}: she drinks a lot and has lost weight; creatinine was high twice.",
        "medicines": "Tablet {n} and kidney food",
        "question": "Question {n}: which test comes next?",
    },
)  # fmt: skip

TWELVE_QUESTIONS = Script(
    (
        _say("/start", "Q1:"),
        _say("{name}", "Q2:"),
        _say("{mail}", "Q3:"),
        _say("{phone}", "Q4:"),
        _say("{city}", "Q5:"),
        _press("Cat", "Q6:"),
        _say("{pet}", "Q7:"),
        _say("7", "Q8:"),
        _press("Female", "Q9:"),
        _press("Yes", "Q10:"),
        _say("2026-12-24", "Q11:"),
        _say("{notes}", "Q12:"),
        _press(
            "I agree",
            "Summary", "name: {name}\n", "mail: {mail}\n", "phone: {phone}\n", "city: {city}\n", "species: Cat\n", "pet: {pet}\n",
            "age: 7\n", "sex: Female\n", "spayed: Yes\n", "date: 2026-12-24\n", "notes: {notes}\n", "consent: I agree",
        ),
    ),
    {
        "name": "Owner {n}", "mail": "owner{n}@example.org", "phone": "+1555{n:07d}", "city": "City-{n}",
        "pet": "Pet-{n}", "notes": "notes of {n}",
    },
)  # fmt: skip
