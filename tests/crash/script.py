"""What the people of a rehearsal say and press, as data: one visible table, in the owner's English.

A row is met when its words stand in a message that came since the owner's last act. What a press means for the stored
answers is the third column, so that the end checker can compare; nothing here is imported from the product.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """``presses``: (words of a button, value that must be stored), one is drawn by the seed. ``say``: text instead."""

    asks: str
    step: str = ""
    presses: tuple[tuple[str, str], ...] = ()
    say: str = ""


QUESTIONS = (
    Question("Which language shall we use", "", (("English", "en"),)),
    Question("First, the most important question", "", (("None of these", "no"),)),
    Question("And do you see any of these?", "", (("None of these", "no"),)),
    Question("What this opinion is, and what it is not", "", (("I agree to all", "agree"),)),
    Question("How we work, and what happens", "", (("I agree to all", "agree"),)),
    Question("Two things are up to you", "", (("Go on", "on"),)),
    Question("we use the local time there", "place", (("Taiwan", "Asia/Taipei"), ("Hong Kong", "Asia/Hong_Kong"))),
    Question(
        "What brings you to us", "reason",
        (("No diagnosis after the tests", "no_diagnosis"), ("A diagnosis, but unsure about treatment", "treatment_doubt")),
    ),
    Question("is your cat called?", "cat_name", say="{cat}"),
    Question("How old is", "cat_age", (("7–10 years", "7-10 y"), ("11–14 years", "11-14 y"), ("I don't know", "unknown"))),
    Question("female or male?", "cat_sex", (("Female, neutered", "female_neutered"), ("Male, neutered", "male_neutered"))),
    Question("What is the main problem?", "problem", (("Kidneys", "kidney"), ("FIP suspected", "fip"), ("Skin", "skin"))),
    Question("see the first signs?", "since", (("A few days", "days"), ("A few weeks", "weeks"))),
    Question("in your own words what happened", "story", say="{story}"),
    Question("medicines or special food is", "medicines", (("None", "none"), ("I don't know", "unknown"))),
    Question("What has your vet advised", "advised", (("Nothing yet", "nothing"), ("More tests", "more_tests"))),
    Question("By when do you have to decide?", "due", (("Within a week", "week"), ("No date is set", "open"))),
    Question("'s days now?", "quality", (("Mostly good days", "good"), ("Good and bad days", "mixed"))),
    Question("Another one?", "", (("That is all", "enough"),)),
    Question("For this illness the doctors need", "", (("Go on", "on"),)),
    Question("May we also remind you by text message?", "", (("Yes, by text too", "yes"),)),
    Question("like to ask the doctors?", "question", (("What could it be", "what_is_it"), ("What lies ahead", "what_to_expect"))),
)  # fmt: skip

# What owners do after the intake, and the moves that the history must then show, each exactly once and in this order.
PLANS: dict[str, tuple[str, ...]] = {
    "book": ("submit", "go", "pay", "book"),
    "move": ("submit", "go", "pay", "book", "rebook"),
    "earlier": ("submit", "go", "pay", "book", "rebook"),  # or no "rebook", where she has stopped waiting
    "away": ("submit", "go", "pay", "book", "away", "book"),  # her doctor goes on leave for just that call
    "cancel": ("submit", "go", "pay", "book", "unbook"),
    "no_go": ("submit", "no_go"),
    "need_more": ("submit", "need_more", "supply", "go", "pay", "book"),
    "withdraw": ("submit", "withdraw"),
    "refund": ("submit", "go", "pay", "withdraw"),
}
WEIGHTS = {
    "book": 8,
    "move": 3,
    "earlier": 3,
    "away": 2,
    "cancel": 2,
    "no_go": 1,
    "need_more": 2,
    "withdraw": 1,
    "refund": 2,
}
REASONS = {
    "go": "Yes: we can say which tests would settle it for {cat}.",
    "no_go": "We are sorry, nothing we know would help {cat} now.",
    "need_more": "Please send the X-ray of {cat} from May.",
}
