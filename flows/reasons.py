"""Why a case was not taken or what is still wanted for it: short lists to press on the card, and the same in words for owner and group.

A doctor's own sentence takes the place of a ground, and stands below the items that were ticked.
"""

from dataclasses import dataclass, replace

from flows import consultations, records_list
from flows.case import Case, Pending, Review, Status
from flows.problems import every_item
from flows.summary import cat_name, short
from flows.wording import listed, mark, say

GROUND, TICK, ASK = "ground_", "tick_", "ask_ticked"  # what a button's action begins with or is
MISSING, TEST = "ask_missing", "test_first"


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for a no-go: ``label`` for the group, ``words`` for the owner, with what to do instead."""

    label: str
    words: str


# The wording is a draft; the clinic's doctors have the last word on it.
GROUNDS = {
    "records": Ground(
        mark("The records do not suffice"),
        mark(
            "The records do not show enough to say anything sure about {cat}. What helps most now: the complete records, with the original images, from every clinic that has seen {cat}. With those you may ask us again at any time."
        ),
    ),
    "field": Ground(
        mark("Outside our disciplines"),
        mark(
            "What {cat} has lies outside the fields that our doctors know best. What helps most now: a specialist in this illness; a referral or teaching hospital can name one."
        ),
    ),
    "visit": Ground(
        mark("Has to be examined in person"),
        mark(
            "{cat} has to be examined by hand; going by records alone would not be safe. What helps most now: have {cat} seen in person soon, where {cat} is known or at a referral hospital."
        ),
    ),
    "sound": Ground(
        mark("The present plan is sound"),
        mark(
            "The plan that {cat} has now is a sound one, and we have nothing to add to it. What helps most now: talk over with the vet who made it whatever is still unclear to you."
        ),
    ),
}

DECISIONS = {
    "go": mark("Go"),
    "no_go": mark("No-go"),
    "need_more": mark("Need more"),
    TEST: mark("One test first"),
}
PROMPTS = {
    "go": mark(
        "Case {code}: Go. Please reply to this message with one sentence for the owner: what can you advise on?"
    ),
    "no_go": mark(
        "Case {code}: No-go. Press the reason on the card, or reply to this message with one kind sentence of your own; the owner reads it."
    ),
    "need_more": mark(
        "Case {code}: Need more. Tick on the card what the owner should send, or reply to this message with one sentence; the owner reads both."
    ),
    TEST: mark(
        "Case {code}: One test first. Please reply to this message with the test and why it matters; the owner reads it and asks her own vet whether it makes sense."
    ),
}
REPLY = mark("Please reply to the message below.")
BELOW = {
    "go": REPLY,
    "no_go": mark("Press the reason on the card, or reply to the message below."),
    "need_more": mark("Tick the lines on the card, or reply to the message below."),
    TEST: REPLY,
    "opinion": REPLY,
    "anew": REPLY,
}


def needed(action: str) -> str:
    """Which decision a button of a short list belongs to; "" for any other button."""
    if action.startswith(consultations.CHOOSE):
        return "go"
    if action.removeprefix(GROUND) in GROUNDS and action.startswith(GROUND):
        return "no_go"
    return "need_more" if action in (ASK, MISSING, TEST) or action.startswith(TICK) else ""


def rows(case: Case, language: str) -> tuple[tuple[str, str], ...]:
    """The open short list: action and words of each button, none where no list is open."""
    review = case.review
    if case.status is not Status.REVIEW or review.asked not in ("no_go", "need_more"):
        return ()
    if review.asked == "no_go":
        return tuple((f"{GROUND}{key}", say(language, ground.label)) for key, ground in GROUNDS.items())
    found = [
        (f"{TICK}{item.id}", f"{'☑' if item.id in review.ticked else '☐'} {item.words(language)}")
        for item in records_list.items(case)
    ]
    test = (TEST, say(language, DECISIONS[TEST]))
    if review.ticked:
        return (*found, (ASK, say(language, "Ask for these")), test)
    lacks = len(missing(case))  # below the lines, in the place of "Ask for these": no line moves under a thumb
    everything = ((MISSING, say(language, "Ask for all that is missing ({n})", n=lacks)),) if lacks else ()
    return (*found, *everything, test)


def missing(case: Case) -> tuple[str, ...]:
    """What the checklist lacks: the lines that are needed, or the welcome ones where nothing needed is missing."""
    found = records_list.missing(case)
    return tuple(item.id for item in found if item.need == "must") or tuple(item.id for item in found)


def ticked(case: Case, action: str) -> Case:
    """One item ticked, or no longer."""
    item, now = action.removeprefix(TICK), case.review.ticked
    if item not in {one.id for one in records_list.items(case)}:
        return case
    after = tuple(one for one in now if one != item) if item in now else (*now, item)
    return replace(case, review=replace(case.review, ticked=after))


def to_owner(case: Case) -> str:
    """The reason as the owner reads it: the ground's words, or the items by name and the doctor's sentence below them."""
    review, language = case.review, case.language
    if review.ground in GROUNDS:
        return say(language, GROUNDS[review.ground].words, cat=cat_name(case, language))
    items = "\n".join(f"• {name}" for name in _names(review, language))
    return "\n\n".join(part for part in (items, review.reason) if part)


def on_one_line(review: Review | Pending, language: str, limit: int) -> str:
    """The reason on one line, as on the card: the label or the items, and the sentence at most ``limit`` characters long."""
    if review.ground in GROUNDS:
        return say(language, GROUNDS[review.ground].label)
    return listed((*_names(review, language), *([short(review.reason, limit)] if review.reason else ())), language)


def _names(review: Review | Pending, language: str) -> list[str]:
    return [item.words(language) for one in review.wanted if (item := every_item().get(one))]
