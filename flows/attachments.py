"""Files from the owner: taken at every stage that is not over, acknowledged once the stream of them pauses.

Albums arrive as separate messages without an end mark (pitfall 9), so each file moves one timer; when it rings, one message answers them all.
"""

from dataclasses import replace
from datetime import timedelta

from flows.case import ENDED, Case, Record, Status
from flows.context import Context, Decision
from flows.effects import Effect, Fetch, Say, Wake
from flows.incoming import Attached, NotStored, Stored
from flows.screens import Choice, show
from flows.uploads import MOST, PAUSE, button, door
from flows.wording import say

LIMIT = 20_000_000  # bytes a bot may fetch (Bot API, getFile); told before it hurts
TOO_BIG = ("too_big", "file_too_big")


def attached(case: Case, context: Context, file: Attached) -> Decision:
    """A file came in."""
    if case.status in ENDED:
        return Decision(
            case,
            (Say(say(case.language, "This case is closed, so I did not keep the file. /start begins a new one.")),),
        )
    known = next((r for r in case.records if r.unique == file.unique), None)
    if known is not None and known.state != "refused":
        return Decision(case, (Say(say(case.language, "I have this file already.")),))
    if case.consent_at is None:  # nothing is kept before the owner agreed to it
        later = say(case.language, "Thank you. We ask for the records in a moment; please send them again then.")
        return Decision(case, (Say(later),))
    if known is not None:  # a second try of what could not be taken stands in place of the first, and is told of anew
        case = replace(
            case,
            records=tuple(r for r in case.records if r.unique != file.unique),
            told=tuple(unique for unique in case.told if unique != file.unique),
        )
    problem = "too_big" if file.size > LIMIT else "too_many" if len(case.records) >= MOST else ""
    state = "refused" if problem else "arriving"
    record = Record(
        file.unique, file.kind, file.name, file.size, state, file.caption[:1024], file.album, problem=problem
    )
    effects: tuple[Effect, ...] = (Wake("album", context.now + PAUSE),)
    if not problem:
        effects = (Fetch(file.file_id, file.unique, file.kind, file.name), *effects)
    return Decision(replace(case, records=(*case.records, record)), effects)


def stored(case: Case, context: Context, news: Stored | NotStored) -> Decision:
    """A file is safe, or could not be fetched."""
    records = tuple(_with(record, news) if record.unique == news.unique else record for record in case.records)
    return Decision(replace(case, records=records), (Wake("album", context.now + PAUSE),))


def _with(record: Record, news: Stored | NotStored) -> Record:
    if isinstance(news, NotStored):
        return replace(record, state="refused", problem=news.problem)
    kept = replace(record, state="stored", file=news.file, size=news.size, preview=news.preview, problem=news.problem)
    return replace(kept, thumb=news.thumb, facts=news.facts)


def settled(case: Case, context: Context) -> Decision:
    """The stream has paused: say once what arrived and what did not."""
    fresh = [r for r in case.records if r.unique not in case.told]
    arriving = [r for r in fresh if r.state == "arriving"]
    if arriving:  # some are still on their way: wait for them, the timer is moved by each
        return Decision(case, (Wake("album", context.now + timedelta(seconds=15)),))
    if not fresh:
        return Decision(case)
    told = replace(case, told=tuple(r.unique for r in case.records))
    large = any(record.problem in TOO_BIG for record in fresh)
    return _told(told, context, "\n".join(_news(fresh, case)), large)


def _news(fresh: list[Record], case: Case) -> list[str]:
    language = case.language
    good = sum(r.state == "stored" for r in fresh)
    total = sum(r.state == "stored" for r in case.records)
    lines = []
    if good:
        lines.append(
            say(language, "Thank you, safely received: {n}. Files in this case: {total}.", n=good, total=total)
        )
    for record in (r for r in fresh if r.state == "refused"):
        lines.append(_problem(record, language))
    return lines


def _problem(record: Record, language: str) -> str:
    name = record.name[:60] or say(language, "A file")
    if record.problem in TOO_BIG:
        return say(
            language,
            "“{name}” is over 20 MB, which Telegram does not let me fetch. The upload page takes it: press the button below.",
            name=name,
        )
    if record.problem == "too_many":
        return say(language, "“{name}” was not taken: a case can hold {most} files here.", name=name, most=MOST)
    return say(language, "“{name}” could not be fetched. Please send it once more.", name=name)


def _told(case: Case, context: Context, text: str, large: bool) -> Decision:
    language = case.language
    if case.status is Status.INTAKE and case.step == "records":
        back = (
            Choice("!keep", say(language, "‹ Keep it as it was"))
            if case.back_to
            else Choice("!back", say(language, "‹ Back"))
        )
        rows = [[Choice("done", say(language, "Done"))], [door(case)], [back]]
        opened, message = show(case, context, text + "\n" + say(language, "Send more, or press “Done”."), rows)
        return Decision(opened, (message,))
    if case.status is Status.MORE_NEEDED:
        opened, message = show(
            case, context, text, [[Choice("supplied", say(language, "I have sent everything"))], [door(case)]]
        )
        return Decision(opened, (message,))
    return Decision(case, (Say(text, ((button(case),),) if large else ()),))


def pending(case: Case, context: Context) -> tuple[Effect, ...]:
    """After submitting: files still on their way are told of when they are there."""
    waiting = any(r.state == "arriving" for r in case.records)
    return (Wake("album", context.now + PAUSE),) if waiting else ()
