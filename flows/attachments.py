"""Files from the owner: taken at every stage that is not over, looked at when they are safe, told of once the stream of them pauses.

Albums arrive as separate messages without an end mark (pitfall 9), so each file moves one timer; when it rings, one message answers them all
(``flows.arrivals``).
"""

from dataclasses import replace

from flows import differences, matching, quality, record_questions, worth
from flows.case import ENDED, Case, Record
from flows.context import Context, Decision
from flows.effects import Effect, Fetch, Say, Wake
from flows.incoming import Attached, NotStored, Stored
from flows.troubles import MOST
from flows.uploads import PAUSE
from flows.wording import say

LIMIT = 20_000_000  # bytes a bot may fetch (Bot API, getFile); told before it hurts


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
    records, told = case.records, case.told
    known = next((one for one in records if one.unique == news.unique), None)
    if isinstance(news, NotStored):
        records = tuple(replace(one, state="refused", problem=news.problem) if one is known else one for one in records)
        told = tuple(unique for unique in told if unique != news.unique)  # she was thanked too early: she hears of it
    elif known is not None:
        records, fresh = quality.in_place(records, _looked_at(case, context, _with(known, news)))
        records = tuple(fresh if one.unique == fresh.unique else one for one in records)
    return Decision(replace(case, records=records, told=told), (Wake("album", context.now + PAUSE),))


def _with(record: Record, news: Stored) -> Record:
    state = "refused" if news.problem in worth.REFUSED else "stored"
    kept = replace(record, state=state, file=news.file, size=news.size, preview=news.preview, problem=news.problem)
    return replace(kept, thumb=news.thumb, facts=news.facts)


def _looked_at(case: Case, context: Context, record: Record) -> Record:
    """What it is, whether it is here twice, whether it is the cat's, and whether it can be read. What was answered before is not asked anew."""
    if record.state != "stored" or record.checked or record.whose or record.quality:
        return record
    record = quality.twin(case.records, worth.with_day(record, context.now.date()))
    album = next(
        (one.caption for one in case.records if record.album and one.album == record.album and one.caption), ""
    )
    cat = case.answers.get("cat_name", "")
    seen = replace(record, shows=tuple(matching.shown(record, cat, album)))
    if record.same:
        return seen
    if unlike := differences.differs(case, seen, context.now.date()):
        seen = replace(seen, differs=unlike)
        seen = replace(seen, whose=_said_before(case, seen) or "asked")
    return replace(seen, quality="asked") if worth.flaws(seen) and not seen.problem else seen


def _said_before(case: Case, record: Record) -> str:
    """What the owner said of a file with the very same differences; that one was another cat's is asked again."""
    alike = record_questions.likeness(record)
    said = (one.whose for one in case.records if one.differs and record_questions.likeness(one) == alike)
    return next((one for one in said if one in ("mine", "unsure")), "")


def pending(case: Case, context: Context) -> tuple[Effect, ...]:
    """After submitting: files still on their way are told of when they are there."""
    waiting = any(r.state == "arriving" for r in case.records)
    return (Wake("album", context.now + PAUSE),) if waiting else ()
