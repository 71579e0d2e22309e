"""The questions of the intake, as data: what is asked, which answers have buttons, how typing is read.

To add a question: write its row here, name it in a chapter of ``flows.route``, and run ``make words``. Questions about one
illness are no rows here but rows of ``clinical/problems.toml``. Questions with a screen of their own (emergency, consent,
medicines, records …) stand in ``flows.asking``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flows import reading
from flows.wording import mark


@dataclass(frozen=True, slots=True)
class Step:
    """One question. ``choices`` are (value, words); ``wide`` buttons a row. ``read`` turns typing into a value, None if it can't.

    ``again`` is said when typing could not be read. ``told``: free words in which an emergency may be told, or a voice note.
    """

    ask: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    wide: int = 2
    read: Callable[[str], str | None] | None = None
    again: str = mark("I could not read that as an answer. Please choose a button, or try other words.")
    told: bool = False


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
    "vet_clinic": Step(
        ask=mark("Which clinic do you work at?"),
        label=mark("Clinic"),
        read=reading.line,
        again=mark("The name of the clinic, up to 80 letters, is enough."),
    ),
    "vet_registration": Step(
        ask=mark("Your registration number as a veterinarian, and where you are registered? We check it before we answer."),
        label=mark("Registration"),
        read=reading.registration,
        again=mark("A registration number has at least three digits, for example “Taipei 01234”."),
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
    "since": Step(
        ask=mark("When did you see the first signs? A button, or a date if you know one."),
        label=mark("First signs"),
        choices=(
            ("days", mark("A few days ago")),
            ("weeks", mark("A few weeks ago")),
            ("months", mark("A few months ago")),
            ("year", mark("A year ago or longer")),
        ),
        read=reading.free_text,
        told=True,
    ),
    "story": Step(
        ask=mark("Please tell us in your own words what happened: the first signs, the tests, what the vets said. One message is enough; a voice note is fine too."),
        label=mark("The illness"),
        read=reading.free_text,
        again=mark("Even a few words help the doctors. What happened, and what did the vets say?"),
        told=True,
    ),
    "advised": Step(
        ask=mark("What has your vet advised to do next, and what would it cost? In your own words, or choose."),
        label=mark("Advised so far"),
        choices=(
            ("nothing", mark("Nothing yet")),
            ("more_tests", mark("More tests")),
            ("medicines", mark("Medicine")),
            ("operation", mark("An operation")),
            ("chemotherapy", mark("Chemotherapy")),
            ("let_go", mark("To let go")),
        ),
        read=reading.free_text,
        told=True,
    ),
    "due": Step(
        ask=mark("By when do you have to decide?"),
        label=mark("Decision due"),
        choices=(
            ("day", mark("Today or tomorrow")),
            ("week", mark("Within a week")),
            ("month", mark("Within a month")),
            ("open", mark("No date is set")),
        ),
        read=reading.free_text,
        told=True,
    ),
    "quality": Step(
        ask=mark("How are {cat}'s days now?"),
        label=mark("Quality of life"),
        choices=(
            ("good", mark("Mostly good days")),
            ("mixed", mark("Good and bad days")),
            ("bad", mark("Mostly bad days")),
            ("let_go", mark("We wonder whether to let go")),
        ),
        read=reading.free_text,
        told=True,
    ),
    "findings": Step(
        ask=mark("Your findings: history, examination, tests with dates, your working diagnosis, treatment so far and its effect."),
        label=mark("Findings"),
        read=reading.free_text,
        again=mark("Even a few words help: history, findings, treatment."),
        told=True,
    ),
    "question": Step(
        ask=mark("What would you like to ask the doctors? Choose one, or write a question of your own. You can ask up to five."),
        label=mark("Questions"),
        choices=(
            ("what_is_it", mark("What could it be? Which test would tell?")),
            ("is_it_right", mark("Is the treatment right? Any others?")),
            ("what_to_expect", mark("What lies ahead? And quality of life?")),
            ("what_first", mark("What matters most now?")),
        ),
        wide=1,
        read=reading.free_text,
        told=True,
    ),
}  # fmt: skip
PROFESSIONAL: dict[str, str] = {
    "cat_age": mark("How old is the patient? A button or your own words, such as “12 years” or “8 months”."),
    "cat_sex": mark("The patient's sex?"),
    "question": mark("Your one question to the colleague, as narrow as you can make it?"),
}
