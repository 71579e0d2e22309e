"""The opinion as a form: its sections as fields, each of the owner's questions to be answered, and a version that keeps two doctors apart.

Nothing is ever lost to a colleague: what was written upon an older version changes nothing, and the page shows both texts.
"""

import re
from collections.abc import Mapping
from typing import Final

from flows import call_words, handover, opinion, reading, second_reader
from flows.card import card_again
from flows.case import Case, Status, changed
from flows.context import Context, Decision
from flows.effects import Forget
from flows.incoming import Drafted
from flows.opinion_draft import GIVEN, NO_DRAFT, RELEASED
from flows.rounds import staff_language
from flows.summary import answer_words
from flows.wording import say

GIVE, GIVE_AS_IS = "give", "give_as_is"
LONGEST: Final = 12_000  # characters of all sections together: it still fits onto the pages of a letter
Sections = Mapping[str, str]


def writable(case: Case) -> bool:
    """Whether a draft can be kept: from the payment until the owner has the opinion."""
    return case.status in second_reader.WRITABLE


def questions(case: Case) -> tuple[str, ...]:
    """Each question of the owner: her words, parted behind question marks and at new lines."""
    parts = re.findall(r"[^?？\n]+[?？]*", answer_words(case, "question", case.language))
    return tuple(words for part in parts if (words := part.strip()))


def shown(case: Case) -> Sections:
    """What stands in the fields: the draft, and what the case itself proposes where nobody has written yet."""
    given = {**opinion.proposed(case, case.language), **opinion.read(case.draft.text)}
    asked = "\n\n".join(f"• {question}\n" for question in questions(case)).rstrip()
    return {name: given.get(name, asked if name == "answers" else "") for name in opinion.HEADINGS}


def text_of(case: Case, sections: Sections, language: str) -> str:
    """The draft's text. What is only proposed is not kept: it grows with the case until somebody changes it."""
    proposed = shown(changed(case, draft=NO_DRAFT))
    kept = {}
    for name in opinion.HEADINGS:
        words = reading.plain(sections.get(name, ""), LONGEST + 1)
        if words and not same(words, proposed[name]):
            kept[name] = words
    return case.draft.text if kept == opinion.read(case.draft.text) else opinion.headed(kept, language)


def same(one: str, other: str) -> bool:
    """Whether two texts of a field say the same, however the browser ends its lines."""
    return reading.plain(one, LONGEST + 1) == reading.plain(other, LONGEST + 1)


def lacking(case: Case, sections: Sections) -> tuple[str, ...]:
    """The sections that are still empty; "answers" also while one of the owner's questions stands there without an answer."""
    empty = [name for name in opinion.HEADINGS if not sections.get(name, "").strip()]
    if "answers" not in empty and unanswered(case, sections.get("answers", "")):
        empty.append("answers")
    return tuple(name for name in opinion.HEADINGS if name in empty)


def unanswered(case: Case, answers: str) -> tuple[str, ...]:
    """The owner's questions below which nothing stands before the next one. A question that is not there word for word is not judged."""
    lines = [line.strip().lstrip("• ") for line in answers.splitlines() if line.strip()]
    asked = questions(case)
    return tuple(q for q in asked if q in lines and (lines[lines.index(q) + 1 :] or [q])[0] in asked)


def hindered(case: Case, context: Context, language: str) -> str:
    """Why the draft cannot be given away now; "" when it can."""
    if case.status is Status.PAID and not call_words.opinion_fits(case):
        return say(language, "The call is not booked yet. The opinion can be given to read once the call has begun.")
    return handover.too_early(case, context, language)


def drafted(case: Case, context: Context, form: Drafted) -> Decision:
    """A form was sent. Upon an older version nothing changes, unless it says the same; the page tells who was faster."""
    text = text_of(case, form.sections, staff_language(context))
    same = text == case.draft.text
    if not writable(case) or len(text) > LONGEST or (form.version != case.draft.version and not same):
        return Decision(case)
    after = second_reader.saved(case, context, form.doctor, text)
    taken_back = (Forget(second_reader.KIND),) if after.draft.version != case.draft.version else ()
    wanted = form.wish == GIVE_AS_IS or (form.wish == GIVE and not lacking(after, shown(after)))
    if not wanted or not text or after.draft.state in (GIVEN, RELEASED) or hindered(case, context, "en"):
        return Decision(after, (*taken_back, *card_again(after, context)) if taken_back else ())
    return second_reader.given(after, context, form.doctor)
