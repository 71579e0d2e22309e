"""The checklist in words: as the owner sees it with its buttons, and as the doctors read it."""

from collections.abc import Iterable
from datetime import date

from flows import matching, worth
from flows.case import Case
from flows.days import day_words
from flows.records_list import SIGNS, TO_OWNER, Line, in_view, lines, missing, verdict
from flows.route import problem_of
from flows.screens import Choice, Rows, in_rows
from flows.subjects import book
from flows.wording import listed, mark, say

NAMES = {
    "have": mark("have it"),
    "unreadable": mark("there, but cannot be read"),
    "will": mark("will get it"),
    "never": mark("never done"),
}


def question(case: Case, today: date) -> tuple[str, Rows]:
    """The list with a button for each record: what is needed, then what is welcome; then how it stands."""
    language = case.language
    found = lines(case, today)
    needed = in_view(found)
    rows = [_row(number, line, case) for number, line in enumerate(needed, 1)]
    musts = sum(line.item.need == "must" for line in needed)
    text = say(
        language,
        "For this illness the doctors need these most. Press a number until it is right:\n☑ have it   … will get it   ✗ never done\n\n{items}",
        items="\n".join(rows[:musts]),
    )
    if rows[musts:]:
        text += "\n\n" + say(language, "Also welcome:\n{items}", items="\n".join(rows[musts:]))
    if not case.vet:  # what an owner sees at home
        text += "\n\n" + say(language, "From home, if you can:\n{things}", things=problem_of(case).bring(language))
    text += "\n\n" + say(language, TO_OWNER[verdict(case, found)])
    buttons = [
        Choice(f"check:{line.item.id}", f"{number} {SIGNS[line.state]}") for number, line in enumerate(needed, 1)
    ]
    keys = [*in_rows(buttons, 4), [Choice("on", say(language, "Go on"))]]
    if (missing(case, found) or any(one.missing for one in case.records)) and not case.vet:
        keys.append([Choice("letter", say(language, "A letter to my vet, asking for these"))])
    return text, keys


def _row(number: int, line: Line, case: Case) -> str:
    language = case.language
    name = line.item.words(language)
    if line.proved and line.dated:
        name = noted(name, day_words(line.dated, language), language)
    note = hint(line, language)
    return f"{number}. {SIGNS[line.state]} {name}" + (f"\n     {note}" if note else "")


def noted(name: str, note: str, language: str) -> str:
    """A name with something in brackets behind it."""
    return say(language, "{name} ({note})", name=name, note=note)


def hint(line: Line, language: str) -> str:
    """What there is to say about the files of a line, in a few words."""
    if line.state == "unreadable":
        return say(language, "What is here cannot be read; a better copy would help.")
    if line.old and line.proved:
        return older(line, language)
    if line.proved or not line.files or line.state == "never":
        return ""
    if line.lacks:
        return say(language, "A part is here. Still wanted: {what}", what=_subjects(line.lacks, language))
    good = [one for one in line.files if worth.proves(one)]
    if book().dates.get(line.item.id) and any(not one.checked for one in good):
        return say(language, "Here so far: {n}. A second date would help, to see the course.", n=len(good))
    if line.item.original and good and all(matching.on_paper(show) for one in good for show in one.shows):
        return say(language, "A picture or a report of it is here. The original files (DICOM) show the doctors more.")
    if any(one.missing for one in line.files):
        return say(language, "Not all images of it are here.")
    return say(language, "Files for this so far: {n}", n=len(line.files))


def older(line: Line, language: str) -> str:
    """Old results, kindly: they are kept for the course."""
    return say(
        language,
        "From {day}, more than {n} days ago: newer ones would help, these stay useful.",
        day=day_words(line.day, language),
        n=line.item.fresh_days,
    )


def _subjects(found: Iterable[str], language: str) -> str:
    return listed((matching.words_of(one, language) for one in found), language)


def words(case: Case, language: str) -> list[str]:
    """The list as the doctors read it, a line for each state that occurs; what a file proves has the file's day."""
    found, all_lines = [], lines(case)
    musts = [line for line in all_lines if line.item.need == "must"]
    for name, sentence in NAMES.items():
        named = [_item(line, language) for line in musts if line.state == name]
        found += _listed(f"{SIGNS[name]} {say(language, sentence)}", named, language)
    also = [_item(line, language) for line in all_lines if line.item.need != "must" and line.state == "have"]
    head = say(language, "also there")
    return [*found, *_listed(f"{SIGNS['have']} {head}", also, language)]


def _listed(name: str, named: list[str], language: str) -> list[str]:
    return [say(language, "{name}: {value}", name=name, value=listed(named, language))] if named else []


def _item(line: Line, language: str) -> str:
    name = line.item.words(language)
    if not (line.proved or line.files):
        return name
    if line.dated:
        day = day_words(line.dated, language)
        name = noted(name, say(language, "{day}, old", day=day) if line.old else day, language)
    part = line.state == "will" and any(worth.proves(one) for one in line.files)
    return noted(name, say(language, "a part is here"), language) if part else name
