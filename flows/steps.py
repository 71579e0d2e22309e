"""The questions of the intake, as data: what is asked, which answers have buttons, how typing is read.

To add a question: write its row here, name it in INTAKE, and run ``make words``. Nothing else knows the questions by name, except
``flows.summary`` (how answers are shown) and the special ones in ``flows.intake`` (language, emergency, consent, records, phone, summary).
"""

from collections.abc import Callable
from dataclasses import dataclass

from flows import reading
from flows.wording import mark


@dataclass(frozen=True, slots=True)
class Step:
    """One question. ``choices`` are (value, words); ``wide`` buttons a row. ``read`` turns typing into a value, None if it can't.

    ``again`` is said when typing could not be read.
    """

    ask: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    wide: int = 2
    read: Callable[[str], str | None] | None = None
    again: str = mark("I could not read that as an answer. Please choose a button, or try other words.")


EMERGENCY_SIGNS = (
    mark("Straining in the litter tray with little or no urine"),
    mark("Breathing with an open mouth, fast or with effort; blue, grey or white gums"),
    mark("Collapse, cannot stand, cannot be woken, cold or paralysed hind legs"),
    mark("A fit that lasts 5 minutes, or more than one fit in a day"),
    mark("Contact with lilies, antifreeze, human medicine or another poison"),
    mark("A fall, a car, a bite, or bleeding that does not stop"),
    mark("Vomiting again and again, or a hard, swollen, painful belly"),
)

STEPS: dict[str, Step] = {
    "reason": Step(
        ask=mark("What brings you to us?"),
        label=mark("Reason"),
        choices=(
            ("no_diagnosis", mark("No diagnosis after the tests")),
            ("treatment_doubt", mark("A diagnosis, but unsure about treatment")),
            ("peer", mark("I am a vet seeking a colleague's view")),
        ),
        wide=1,
    ),
    "cat_name": Step(
        ask=mark("What is your cat called?"),
        label=mark("Cat"),
        read=reading.name,
        again=mark("A short name is enough, up to 40 letters. What is your cat called?"),
    ),
    "cat_age": Step(
        ask=mark("How old is {cat}? A button or your own words, such as “12 years” or “8 months”."),
        label=mark("Age"),
        choices=(
            ("under 1 y", mark("Under 1 year")),
            ("1-6 y", mark("1–6 years")),
            ("7-10 y", mark("7–10 years")),
            ("11-14 y", mark("11–14 years")),
            ("15+ y", mark("15 or older")),
            ("unknown", mark("I don't know")),
        ),
        wide=3,
        read=reading.age,
        again=mark("I could not read an age from that. For example: “12 years” or “8 months”."),
    ),
    "cat_sex": Step(
        ask=mark("Is {cat} female or male?"),
        label=mark("Sex"),
        choices=(
            ("female_neutered", mark("Female, neutered")),
            ("female", mark("Female, not neutered")),
            ("male_neutered", mark("Male, neutered")),
            ("male", mark("Male, not neutered")),
            ("unknown", mark("I don't know")),
        ),
        again=mark("Female or male, and neutered or not? Please choose the nearest button."),
    ),
    "place": Step(
        ask=mark("Where is {cat} now? We use the local time there for your call. You can also type a city."),
        label=mark("Place"),
        choices=(
            ("Asia/Taipei", mark("Taiwan")),
            ("Asia/Hong_Kong", mark("Hong Kong")),
            ("Asia/Tokyo", mark("Japan")),
            ("Asia/Singapore", mark("Singapore")),
            ("Europe/London", mark("United Kingdom")),
            ("America/Los_Angeles", mark("USA, west coast")),
            ("America/New_York", mark("USA, east coast")),
        ),
        read=reading.zone,
        again=mark("I do not know that place. Please type the nearest big city in English, for example “Vancouver”."),
    ),
    "problem": Step(
        ask=mark("What is the main problem? Choose the nearest, or write it in your own words."),
        label=mark("Main problem"),
        choices=(
            ("kidney", mark("Kidneys")),
            ("tumour", mark("Lump, lymphoma, cancer")),
            ("fip", mark("FIP")),
            ("heart", mark("Heart, breathing")),
            ("nerves", mark("Fits, nerves")),
            ("gut", mark("Vomiting, gut, weight loss")),
            ("skin", mark("Skin")),
            ("bones", mark("Bones, joints")),
            ("urinary", mark("Bladder, urine")),
            ("hormones", mark("Diabetes, thyroid")),
            ("other", mark("Something else")),
        ),
        read=reading.free_text,
    ),
    "since": Step(
        ask=mark("How long has {cat} been ill?"),
        label=mark("Ill for"),
        choices=(
            ("days", mark("A few days")),
            ("weeks", mark("A few weeks")),
            ("months", mark("A few months")),
            ("year", mark("A year or longer")),
        ),
        read=reading.free_text,
    ),
    "story": Step(
        ask=mark("Please tell us in your own words what happened: the first signs, the tests, what the vets said. One message is enough."),
        label=mark("The illness"),
        read=reading.free_text,
        again=mark("Even a few words help the doctors. What happened, and what did the vets say?"),
    ),
    "medicines": Step(
        ask=mark("Which medicines or special food is {cat} on now? Name, strength and how often, as far as you know."),
        label=mark("Medicines"),
        choices=(("none", mark("None")), ("unknown", mark("I don't know"))),
        read=reading.free_text,
    ),
    "question": Step(
        ask=mark("What would you like to ask the doctors? Choose one, or write your own questions."),
        label=mark("Your question"),
        choices=(
            ("what_is_it", mark("What could it be? Which test would tell?")),
            ("is_it_right", mark("Is the treatment right? Any others?")),
            ("what_to_expect", mark("What lies ahead? And quality of life?")),
        ),
        wide=1,
        read=reading.free_text,
    ),
}  # fmt: skip

INTAKE: tuple[str, ...] = (
    "language", "emergency", "consent", "reason", "cat_name", "cat_age", "cat_sex", "place",
    "problem", "since", "story", "medicines", "question", "records", "phone", "summary",
)  # fmt: skip
EDITABLE = (
    "reason",
    "cat_name",
    "cat_age",
    "cat_sex",
    "place",
    "problem",
    "since",
    "story",
    "medicines",
    "question",
    "records",
    "phone",
)
