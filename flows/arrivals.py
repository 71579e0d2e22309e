"""What the owner is told when files have come: what is safe, what each was taken for, what is wrong with which, and the next question."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from flows import checklist_words, record_questions, records_list, troubles, uploads, worth
from flows.case import ENDED, Case, Record, Status, changed
from flows.checklist_words import hint, older
from flows.context import Context, Decision
from flows.days import day_words
from flows.effects import Say, Wake
from flows.records_list import Line
from flows.screens import Choice, Rows, show
from flows.subjects import book
from flows.troubles import begun, called, together
from flows.wording import say

SLOW = timedelta(seconds=15)  # until the next look when a file of the stream is still on its way
MOST_LINES = 6  # lines of the checklist that are told of one by one
MOST_TOLD = 8  # files with something wrong that are told of one by one
MOST_NAMED = 3  # files that are named for one line


def settled(case: Case, context: Context) -> Decision:
    """The stream has paused: say once what arrived and what did not."""
    fresh = [r for r in case.records if r.unique not in case.told]
    arriving = [r for r in fresh if r.state == "arriving"]
    if arriving:  # some are still on their way: wait for them, the timer is moved by each
        return Decision(case, (Wake("album", context.now + SLOW),))
    if not fresh:
        return Decision(case)
    told_ = changed(case, told=tuple(r.unique for r in case.records))
    taken = list(_taken(told_, context, fresh))
    sort = record_questions.sort_row(told_, fresh, taken=bool(taken))
    large = any(troubles.too_big(one) for one in fresh)
    return told(told_, context, "\n".join(_news(told_, fresh, taken)), sort, large)


def told(case: Case, context: Context, text: str, sort: Rows | None = None, large: bool = False) -> Decision:
    """The text with the question that is open, or the way on from here.

    ``sort``: the button that corrects what was just said. ``large``: a file of it can only come through the upload page.
    """
    language, asked = case.language, record_questions.question(case)
    more = f"{text}\n\n{asked[0]}" if asked else text
    rows = list(asked[1]) if asked else []
    if case.status is Status.INTAKE and case.step == "records":
        on = say(language, "Send more, or press “Done”.")
        more = more if asked else f"{text}\n{on}"
        opened, message = show(
            case, context, more, [*rows, *_on(case, record_questions.sort_row(case) if sort is None else sort)]
        )
        return Decision(opened, (message,))
    if case.status is Status.EMERGENCY or case.status in ENDED:  # nothing stands beside the advice
        return Decision(case, (Say(text),) if text else ())
    if case.status is Status.MORE_NEEDED:
        rows += [[Choice("supplied", say(language, "I have sent everything"))], [uploads.door(case)]]
    elif large and rows:
        rows.append([uploads.door(case)])
    if not rows and not text:  # what came was called another cat's meanwhile
        return Decision(case)
    if not rows:
        return Decision(case, (Say(text, ((uploads.button(case),),) if large else ()),))
    opened, message = show(case, context, more, rows)
    return Decision(opened, (message,))


def _on(case: Case, sort: Rows) -> Rows:
    """The buttons of the records question once something has come."""
    back = Choice("!keep", say(case.language, "‹ Keep it as it was")) if case.back_to else None
    done = Choice("done", say(case.language, "Done"))
    return [[done], *sort, [uploads.door(case)], [back or Choice("!back", say(case.language, "‹ Back"))]]


def _news(case: Case, fresh: Sequence[Record], taken: Sequence[str]) -> Iterator[str]:
    language = case.language
    good = sum(_safe(one) for one in fresh)
    if good:
        total = sum(_safe(one) for one in case.records)
        yield say(language, "Thank you, safely received: {n}. Files in this case: {total}.", n=good, total=total)
    yield from taken
    yield from _replaced(case, fresh)
    wrong = [text for record in fresh for text in _wrong(case, record)]
    yield from wrong[:MOST_TOLD]
    if len(wrong) > MOST_TOLD:
        yield say(language, "and {n} more", n=len(wrong) - MOST_TOLD)


def _safe(record: Record) -> bool:
    return worth.counts(record) and record.problem not in worth.UNREADABLE


# --- what they were taken for -----------------------------------------------------------------------------------------
def _taken(case: Case, context: Context, fresh: Sequence[Record]) -> Iterator[str]:
    """A line for each line of the checklist that they fill or belong to; the general ones ("all …") are nobody's news."""
    names = {one.unique for one in fresh if worth.proves(one)}
    found: list[str] = []
    for line in records_list.lines(case, context.now.date()):
        new = [one for one in line.files if one.unique in names]
        if new and (book().ways.get(line.item.id) or any(one.checked for one in new)):
            found.append(_line(case, line, new))
    yield from found[:MOST_LINES]
    if len(found) > MOST_LINES:
        yield say(case.language, "and {n} more", n=len(found) - MOST_LINES)


def _line(case: Case, line: Line, new: Sequence[Record]) -> str:
    language = case.language
    name = line.item.words(language)
    which = together([called(case, one) for one in new[:MOST_NAMED]], language)
    if len(new) > MOST_NAMED:
        which = say(language, "{which} and {n} more", which=which, n=len(new) - MOST_NAMED)
    if not line.proved:
        return begun(
            say(language, "{which} goes with: {item}. {hint}", which=which, item=name, hint=hint(line, language))
        )
    if line.old:
        return say(language, "I take {which} for: {item}. {hint}", which=which, item=name, hint=older(line, language))
    if days := [one.day for one in new if one.dated]:
        name = checklist_words.noted(name, day_words(max(days), language), language)
    return say(language, "I take {which} for: {item}.", which=which, item=name)


def _replaced(case: Case, fresh: Sequence[Record]) -> Iterator[str]:
    better = {one.unique for one in fresh}
    for record in case.records:
        if record.quality == "replaced" and record.better in better:
            which = called(case, record)
            yield say(case.language, "Much better, thank you. It stands in for {which} now.", which=which)


# --- what is wrong ----------------------------------------------------------------------------------------------------
def _wrong(case: Case, record: Record) -> Iterator[str]:
    language = case.language
    if record.state == "refused" or record.problem:
        yield troubles.sentence(case, record)
    elif record.same:
        which = called(case, record)
        yield begun(say(language, "{which} is here already, exactly the same; I count it once.", which=which))
        return
    yield from troubles.refused_inside(case, record)
    if record.missing and case.vet:
        which = called(case, record)
        yield say(
            language,
            "Of {which} some images are missing ({n}). Please send the whole series.",
            which=which,
            n=record.missing,
        )
    elif record.missing:
        yield say(
            language,
            "Of {which} some images are missing ({n}). Please ask your clinic for the whole series, or for everything on one CD; the letter to your vet asks for it, too.",
            which=called(case, record),
            n=record.missing,
        )
