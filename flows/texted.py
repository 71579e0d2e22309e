"""An SMS from the owner: a digit about a call, STOP, START or HELP, or words for the staff."""

from dataclasses import replace

from flows import reminders, texts
from flows.case import Case
from flows.context import Context, Decision
from flows.effects import Post
from flows.keywords import digit, keyword
from flows.summary import short
from flows.wording import mark, say


def texted(case: Case, context: Context, body: str, unclear: bool) -> Decision:
    """``unclear``: she has several calls, and nothing tells which of them a digit is about."""
    said, (number, code) = keyword(body), digit(body)
    number = number if code in ("", case.code) else ""  # a code of no call of hers: words for the staff
    if said in ("stop", "start"):
        return texts.switch(case, said == "start")
    if said == "help":
        return texts.answered(case, context, "help")
    if number and unclear:
        return texts.answered(case, context, "which")
    if number == "3":
        return _note(case, context, mark("Case {code}: the owner asks to be rung."))
    if number and texts.still_ahead(case, context.now):
        return reminders.confirmed(case, context) if number == "1" else _move(case, context)
    kept = replace(case, notes=(*case.notes[-49:], short(body.strip(), 1000)))
    return _note(kept, context, mark("Case {code}: the owner sent a text message; it is in the case."))


def _move(case: Case, context: Context) -> Decision:
    """Times are chosen in the chat; where that is closed, on a page of ours, where a text may name it; else somebody rings her."""
    if case.blocked and (answer := texts.page(case, context)):
        return Decision(case, answer)
    if case.blocked:
        return _note(case, context, mark("Case {code}: the owner wishes to move the call and cannot be reached here. Please ring her."))  # fmt: skip
    shown, message = reminders.again_here(case, context)
    return Decision(shown, (message,))


def _note(case: Case, context: Context, words: str) -> Decision:
    text = say(context.clinic.languages[0], words, code=case.code)
    return Decision(case, (Post(text, "note", case.review.topic),))
