"""The owner has the last word on her records: what a file is, whose it is, whether a better picture comes. At any stage, in one tap."""

from collections.abc import Sequence
from dataclasses import replace

from flows import arrivals, matching, record_questions, records_list, standing, worth
from flows.case import ENDED, Case, Record, Status, changed
from flows.context import Context, Decision
from flows.problems import every_item
from flows.record_questions import group
from flows.records_by_date import kind_words, number
from flows.records_list import in_view, lines
from flows.screens import Choice, in_rows, show
from flows.troubles import called
from flows.wording import listed, say

MOST_FILES = 12  # buttons of files on one screen; the newest first
NONE = "-"
KINDS = frozenset({"whose", "picture", "sort", "sorted", "item"})


def pressed(case: Case, context: Context, value: str) -> Decision | None:
    """A button about the records, or one of the checklist under which files stand; None when it is another one."""
    kind, _, rest = value.partition(":")
    if kind == "check" and case.status is Status.INTAKE:
        return _of_line(case, context, rest)
    if kind not in KINDS:
        return None
    if case.status in ENDED or case.status is Status.EMERGENCY:
        return standing.status(case, context)
    if kind in ("whose", "picture"):
        answered, thanks = record_questions.answered(case, value)
        return _back(answered, context, thanks)
    item, _, unique = rest.partition(":")
    found = next((one for one in case.records if one.unique == (unique if kind == "item" else rest)), None)
    if found is not None:
        return _picked(case, context, found, item) if kind == "item" else _pick(case, context, found)
    return _files(case, context, _all(case)) if value == "sort" else standing.status(case, context)


def _back(case: Case, context: Context, words: str) -> Decision:
    """To the next question about the records, else to where she was."""
    at_records = case.status is Status.INTAKE and case.step == "records"
    if at_records or record_questions.question(case):
        return arrivals.told(case, context, words)
    return standing.status(case, context, words)


# --- which file -------------------------------------------------------------------------------------------------------
def _all(case: Case) -> list[Record]:
    """The files that are told apart, the newest first: pages of one album that were taken for the same are one."""
    first: dict[object, Record] = {}
    for record in case.records:
        if worth.counts(record):
            first.setdefault(group(record), record)
    return list(reversed(first.values()))[:MOST_FILES]


def _mates(case: Case, record: Record) -> list[Record]:
    return [one for one in case.records if worth.counts(one) and group(one) == group(record)]


def _of_line(case: Case, context: Context, line: str) -> Decision | None:
    """A line of the checklist that rests on files is corrected at the files; any other is changed by touch."""
    found = next((one for one in lines(case) if one.item.id == line), None)
    if found is None or not (found.proved or found.state == "unreadable"):
        return None
    groups = {group(one) for one in found.files}
    meant = [record for record in _all(case) if group(record) in groups]
    return _files(case, context, meant) if meant else None


def _files(case: Case, context: Context, meant: Sequence[Record]) -> Decision:
    """Which file is meant; not asked where there is only one."""
    if len(meant) == 1:
        return _pick(case, context, meant[0])
    if not meant:
        return standing.status(case, context)
    language = case.language
    rows = [[Choice(f"sort:{record.unique}", _title(case, record))] for record in meant]
    rows.append([Choice("sorted", say(language, "‹ Leave it like this"))])
    opened, message = show(case, context, say(language, "Which one is it about?"), rows)
    return Decision(opened, (message,))


def _title(case: Case, record: Record) -> str:
    """ "3 · lab.pdf", or what it is where it has no name, on one button."""
    words = record.name or kind_words(case, record, case.language)
    return f"{number(case, record)} · {words}"[:40]


def _called(case: Case, record: Record) -> str:
    """The file, and how many others of its album are meant with it."""
    which, others = called(case, record), len(_mates(case, record)) - 1
    return say(case.language, "{which} and {n} more", which=which, n=others) if others else which


# --- what it is -------------------------------------------------------------------------------------------------------
def _pick(case: Case, context: Context, record: Record) -> Decision:
    language, all_lines = case.language, in_view(lines(case))
    mine = [line for line in all_lines if records_list.belongs(record, line.item.id)]
    rows_of_text = [f"{n}. {line.item.words(language)}" for n, line in enumerate(all_lines, 1)]
    text = "\n\n".join((_taken(case, record, mine), "\n".join(rows_of_text)))
    chosen = {line.item.id for line in mine} if record.checked else set()
    keys = [
        Choice(f"item:{line.item.id}:{record.unique}", f"{n} ☑" if line.item.id in chosen else f"{n}")
        for n, line in enumerate(all_lines, 1)
    ]
    rows = [*in_rows(keys, 5), [Choice(f"item:{NONE}:{record.unique}", say(language, "Something else"))]]
    rows.append([Choice("sorted", say(language, "‹ Leave it like this"))])
    opened, message = show(case, context, text, rows)
    return Decision(opened, (message,))


def _taken(case: Case, record: Record, mine: Sequence[records_list.Line]) -> str:
    """What it was taken for so far, why, and the question."""
    language, which = case.language, _called(case, record)
    if record.checked and mine:
        items = listed((line.item.words(language) for line in mine), language)
        return say(language, "You said that {which} is: {items}. Press another number to add it, or the same to take it back.", which=which, items=items)  # fmt: skip
    if record.shows and not record.checked:
        what = kind_words(case, record, language)
        why = next(iter(matching.shown(record, case.answers.get("cat_name", "")).values()), "")
        if record.facts.get("studies") or not why or why in ("film", "video", "voice"):
            return say(language, "I took {which} for: {what}. What is it really?", which=which, what=what)
        return say(language, "I took {which} for: {what}, because it says “{why}”. What is it really?", which=which, what=what, why=why)  # fmt: skip
    return say(language, "What is {which}?", which=which)


def _picked(case: Case, context: Context, record: Record, item: str) -> Decision:
    """The owner's word: it counts for all pages of the album that were taken for the same."""
    language = case.language
    before = record.items if record.checked else ()
    after = () if item == NONE else tuple(one for one in before if one != item) if item in before else (*before, item)
    names, which = {one.unique for one in _mates(case, record)}, _called(case, record)
    records = tuple(replace(one, items=after, checked="owner") if one.unique in names else one for one in case.records)
    said = changed(case, records=records)
    if not after:
        return _back(said, context, say(language, "Noted: {which} is none of these.", which=which))
    items = listed((every_item()[one].words(language) for one in after), language)
    return _back(said, context, say(language, "Noted: {which} is for {items}.", which=which, items=items))
