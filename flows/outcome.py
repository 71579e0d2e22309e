"""How the cat is, a month after the opinion: asked once, answered by one tap, with a sentence for the doctors if the owner wishes.

Nobody needs to answer, and silence is not followed up. The bot judges nothing: it passes the answer on, and where the cat is worse it points to the vet.
"""

from datetime import timedelta
from typing import Final

from flows import booking, emergency, reminders
from flows.case import Case, Status, changed
from flows.context import Context, Decision
from flows.effects import Effect, Post, Say, Wake
from flows.reading import free_text
from flows.screens import Choice, show
from flows.summary import cat_name, short
from flows.wording import mark, say

KIND: Final = "outcome"  # the timer, and the first word of what its buttons stand for
ASK_AFTER = timedelta(days=30)
WORDS_FOR = timedelta(days=7)  # so long after the tap what the owner writes counts as her sentence
ASKED: Final = "asked"
DIED: Final = "died"
UNSAID: Final = "unsaid"
QUESTION = mark(
    "A month ago our doctors wrote to you about {cat}. We have been thinking of you both. "
    "If you like, tell us how things are: one tap is enough. You need not answer, and we will not ask again."
)
ANSWERS: Final = {
    "better": mark("Better"),
    "same": mark("About the same"),
    "worse": mark("Worse"),
    DIED: mark("My cat has died"),
    UNSAID: mark("I would rather not say"),
}
PATIENT_DIED = mark("The cat has died")  # the same answer of a veterinarian
THANKS: Final = {
    "better": mark("We are very glad to hear that. Thank you for telling us; the doctors will see it."),
    "same": mark("Thank you for telling us; the doctors will see it. We wish you both well."),
    "worse": mark(
        "We are sorry to hear that. The doctors will see your answer, but nobody is on watch here: please talk to your vet about it soon."
    ),
    DIED: mark("We are so very sorry. Thank you for telling us. You looked for help with all your love, and our thoughts are with you."),
    UNSAID: mark("That is quite all right. We wish you well, and will not ask again."),
}  # fmt: skip


def ask(case: Case, context: Context) -> Decision:
    """The one question; in the night it waits for the morning.

    A case that the owner has left for another one is not asked about: only open cases are looked for under a button
    (``several.meant``), so that an answer would not arrive.
    """
    if case.status is not Status.CLOSED or case.outcome or case.blocked or not context.current:
        return Decision(case)
    morning = reminders.morning(context.now, booking.owner_zone(case, context), context.clinic)
    if morning > context.now:
        return Decision(case, (Wake(KIND, morning),))
    language = case.language
    died = PATIENT_DIED if case.vet else ANSWERS[DIED]
    words = {**ANSWERS, DIED: died}
    rows = [[Choice(f"{KIND}:{name}", say(language, said))] for name, said in words.items()]
    text = say(language, QUESTION, cat=cat_name(case, language))
    opened, message = show(changed(case, outcome=ASKED), context, text, rows)
    return Decision(opened, (message,))


def answered(case: Case, context: Context, name: str) -> Decision:
    """The tap: kept, thanked for, and shown to the doctors; who would rather not say is left in peace."""
    noted = changed(case, outcome=name, outcome_at=context.now, screen="", options=())
    language = case.language
    parts = [say(language, THANKS[name])]
    if name == UNSAID:
        return Decision(noted, (Say(parts[0]),))
    parts.append(say(language, "If you would like to add a sentence for the doctors, just write it here. There is no need to."))  # fmt: skip
    if name != DIED:
        parts.append(emergency.reminder(language))
    passed_on = mark("Case {code}, a month after the opinion, the owner says: {answer}")
    staff = context.clinic.languages[0]
    return Decision(noted, (Say("\n\n".join(parts)), _note(case, context, passed_on, say(staff, ANSWERS[name]))))


def sentence(case: Case, context: Context, text: str) -> Decision | None:
    """What the owner adds within a week of the tap, once; None where these words are something else."""
    awaited = case.outcome in ANSWERS and case.outcome != UNSAID and not case.outcome_words
    if not awaited or case.outcome_at is None or context.now >= case.outcome_at + WORDS_FOR:
        return None
    words = free_text(text)
    if words is None:
        return None
    language = case.language
    thanks = say(language, "Thank you. The doctors will read this.")
    if case.outcome != DIED:
        thanks += "\n\n" + emergency.reminder(language)
    added = mark("Case {code}, the owner adds to her answer after a month: {answer}")
    noted = changed(case, outcome_words=words)
    return Decision(noted, (Say(thanks), _note(case, context, added, short(words, 1500))))


def _note(case: Case, context: Context, sentence: str, answer: str) -> Effect:
    words = say(context.clinic.languages[0], sentence, code=case.code, answer=answer)
    return Post(words, "note", case.review.topic)
