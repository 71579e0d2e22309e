"""The opinion goes to the owner: in the chat, as a PDF with a page for her vet, with a button that says she has read it.

The doctor can write it once the call has begun, and not sooner: what the owner tells in the call belongs into it.
"""

from collections.abc import Iterable
from datetime import timedelta

from flows import emergency, opinion, outcome, vet_copy
from flows.case import Case, Status, changed
from flows.context import Context, Decision
from flows.effects import Effect, Forget, Post, Say, SayLetter, Wake
from flows.opinion_paper import caption, doctor_words, pages
from flows.screens import Choice, show
from flows.summary import cat_name, instant
from flows.wording import mark, say

QUESTIONS_FOR = timedelta(days=7)
READ_WITHIN = timedelta(days=2)
READ = "opinion_read"
MESSAGE_UNITS = 4096  # Telegram counts UTF-16 units


def too_early(case: Case, context: Context, language: str) -> str:
    """Why the opinion cannot be written yet; "" once the call has begun."""
    if case.call is None or context.now >= case.call.starts_at:
        return ""
    at = instant(case.call.starts_at, context.clinic.zone, language)
    return say(language, "The call is at {at}. The opinion can be written once it has begun.", at=at)


def sent(case: Case, context: Context) -> Decision:
    """The owner gets every section in her language, then the same on paper."""
    language = case.language
    head = mark("The written opinion on {cat}, from {doctor}:")
    begin = say(language, head, cat=cat_name(case, language), doctor=doctor_words(case, context, language))
    end = say(language, "It is for you and your vet together. You can ask about it here for seven days.")
    parts = opinion.paragraphs(opinion.complete(case, language), language)
    *former, last = _packed((begin, *parts, f"{end}\n\n{emergency.reminder(language)}"))
    shown, message = show(changed(case, opinion_read_at=None), context, last, read_button(case))
    paper = SayLetter(caption(case), pages(case, context))
    alarm, close = Wake("unread", context.now + READ_WITHIN), Wake("close", context.now + QUESTIONS_FOR)
    month = Wake(outcome.KIND, context.now + outcome.ASK_AFTER)
    effects: tuple[Effect, ...] = (*map(Say, former), message, paper, Forget("remind"), alarm, close, month)
    return Decision(shown, effects)


def _packed(parts: Iterable[str]) -> list[str]:
    """As few messages as they fit into: a section moves to the next one as a whole. One that is longer alone is cut as it is sent."""
    texts: list[str] = []
    for part in parts:
        joined = f"{texts[-1]}\n\n{part}" if texts else part
        if texts and len(joined.encode("utf-16-le")) // 2 <= MESSAGE_UNITS:
            texts[-1] = joined
        else:
            texts.append(part)
    return texts


def read_button(case: Case) -> list[list[Choice]]:
    """The button by which the owner says that the opinion has reached her; none once she has."""
    if case.status is not Status.ANSWERED or case.opinion_read_at:
        return []
    return [[Choice(READ, say(case.language, "I have read it"))]]


def read(case: Case, context: Context) -> Decision:
    """The owner has read it: the alarm is taken back, and the staff need not ring her."""
    language = case.language
    words = say(language, "Thank you. If a question comes up, just write it here.")
    noted = changed(case, opinion_read_at=case.opinion_read_at or context.now, screen="", options=())
    text = "\n\n".join(filter(None, (words, vet_copy.question(noted), emergency.reminder(language))))
    rows = vet_copy.rows(noted)
    if not rows:
        return Decision(noted, (Forget("unread"), Say(text)))
    asked, thanks = show(noted, context, text, rows)
    return Decision(asked, (Forget("unread"), thanks))


def unread(case: Case, context: Context) -> Decision:
    """Two days without the button: somebody rings the owner. Her silence may mean that nothing has reached her."""
    if case.status is not Status.ANSWERED or case.opinion_read_at:
        return Decision(case)
    sentence = mark(
        "Case {code}: the owner has not said that she has read the opinion, two days after it was sent. Please ring her."
    )
    return Decision(
        case, (Post(say(context.clinic.languages[0], sentence, code=case.code), "alarm", case.review.topic),)
    )
