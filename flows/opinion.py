"""The written opinion as a value: fixed sections under headings, read from a doctor's words and written out in either language.

A doctor between patients writes one text. Lines that are headings, in whichever language, part it; what stands under none goes into the
first section that fits, so nothing is lost. What we were asked and what was there to read are proposed by the case itself.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final

from flows import records_list, worth
from flows.case import Case, Status
from flows.clinic import Clinic
from flows.opinion_draft import BACK, GIVEN, WRITING
from flows.summary import answer_words, instant, short
from flows.team_words import name as doctor_name
from flows.wording import LANGUAGES, listed, mark, say

HEADINGS: Final = {
    "asked": mark("What we were asked"),
    "read": mark("What we read and what was missing"),
    "fits": mark("What fits and what does not"),
    "answers": mark("Answers to your questions"),
    "options": mark("Options with benefit, burden, cost and urgency"),
    "test": mark("Which test would settle it"),
    "vet": mark("For your vet"),
    "urgent": mark("When to seek help at once"),
}
UNHEADED: Final = "fits"  # where words go that stand under no heading
FOR_THE_VET: Final = "vet"
URGENT: Final = "urgent"  # on paper above the fixed words about emergencies
_DRAFTS: Final = {
    WRITING: mark("Opinion: draft by {author}, {at}"),
    GIVEN: mark("Opinion: draft by {author}, {at}; a colleague is asked to read it"),
    BACK: mark("Opinion: draft by {author}, {at}; sent back by {reader}"),
}
_AROUND: Final = " \t*#_-•:：【】[]（）().、0123456789"
ALIKE: Final = 0.8  # of two headings, 1 = the same
Opinion = Mapping[str, str]


def read(text: str) -> Opinion:
    """The sections of a doctor's text, in the fixed order; those without words are left out. A heading that comes twice adds to its section."""
    found: dict[str, list[str]] = {name: [] for name in HEADINGS}
    section = UNHEADED
    for line in text.splitlines():
        name, rest = _heading(line)
        section = name or section
        if rest or not name:
            found[section].append(rest)
    return {name: words for name, lines in found.items() if (words := "\n".join(lines).strip())}


def _heading(line: str) -> tuple[str, str]:
    """The section that a line opens and what else the line says; no section for a line of the text itself."""
    head, _, rest = line.replace("：", ":").partition(":")
    name = _names().get(_bare(head), "") or _meant(head)
    return (name, line[len(head) + 1 :].strip() if rest else "") if name else ("", line)


def _meant(head: str) -> str:
    """A heading in brackets that is one of ours but for a letter or two: taken as plain words it would bring the vet's page to the owner."""
    if head.strip()[:1] not in ("【", "["):
        return ""
    close = get_close_matches(_bare(head), _names(), n=1, cutoff=ALIKE)
    return _names()[close[0]] if close else ""


def _bare(words: str) -> str:
    return words.strip(_AROUND).casefold()


@cache
def _names() -> Opinion:
    return {_bare(say(language, words)): name for name, words in HEADINGS.items() for language in LANGUAGES}


def proposed(case: Case, language: str) -> Opinion:
    """What the case itself can say: the owner's question, how many records there were, and which were missing."""
    total = sum(worth.counts(record) for record in case.records)
    wanted = [item.words(language) for item in records_list.missing(case)]
    what = (
        say(language, "Records in the case: {n}. Missing: {what}.", n=total, what=listed(wanted, language))
        if wanted
        else say(language, "Records in the case: {n}. Nothing was missing.", n=total)
    )
    asked = answer_words(case, "question", language)
    return {name: words for name, words in (("asked", asked), ("read", what)) if words}


def complete(case: Case, language: str) -> Opinion:
    """The opinion of a case: what the doctor wrote, and the proposals where she wrote nothing."""
    sections = {**proposed(case, language), **read(case.opinion)}
    return {name: sections[name] for name in HEADINGS if name in sections}


def standing(case: Case, clinic: Clinic, language: str) -> list[str]:
    """What the card and the case page say of a draft; nothing while there is none, and once the owner has it."""
    draft = case.draft
    if draft.state not in _DRAFTS or draft.saved_at is None or case.status not in (Status.PAID, Status.BOOKED):
        return []
    at = instant(draft.saved_at, clinic.zone, language)
    return [
        say(
            language,
            _DRAFTS[draft.state],
            author=doctor_name(clinic, draft.author, language),
            reader=doctor_name(clinic, draft.reader, language),
            at=at,
        )
    ]


def headed(sections: Opinion, language: str) -> str:
    """The sections one below the other, each under its heading."""
    return "\n\n".join(paragraphs(sections, language))


def paragraphs(sections: Opinion, language: str) -> Iterator[str]:
    """Each section with its heading."""
    for name, words in sections.items():
        yield f"{say(language, HEADINGS[name])}\n{words}"


def prompt(case: Case, language: str) -> str:
    """What the doctor is asked after the press: the headings, ready to be copied, and what is sent where she writes nothing."""
    given = {**proposed(case, language), **read(case.draft.text)}
    rows = [f"【{say(language, words)}】" for name, words in HEADINGS.items() if name not in given]
    return say(
        language,
        "Case {code}: please reply to this message with the opinion for the owner, in one text. These headings part it; leave out what you do not need. "
        "Words without a heading stand under “{unheaded}”.\n\n{headings}\n\nWhere you write nothing of your own, this is sent:\n\n{given}",
        code=case.code, unheaded=say(language, HEADINGS[UNHEADED]), headings="\n".join(rows),
        given=headed({name: short(words, 900) for name, words in given.items()}, language),
    )  # fmt: skip
