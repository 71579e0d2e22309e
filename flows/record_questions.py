"""The one question about the records that is open: whose a file is, or whether there is a better picture of a page."""

from collections.abc import Sequence
from dataclasses import replace

from flows import differences, quality, worth
from flows.case import Case, Record, changed
from flows.records_by_date import kind_words
from flows.screens import Choice, Rows
from flows.summary import cat_name
from flows.troubles import called
from flows.wording import mark, say

THANKS = {
    "mine": mark("Thank you, then it stays, and the doctors see your answer beside it."),
    "not": mark("Thank you for looking. I have taken it away, and the doctors will not see it."),
    "unsure": mark("That is all right. It stays, and the doctors see that nobody is sure."),
}
THANKS_PICTURE = {
    "promised": mark("Thank you. Please send it whenever you can; I put it in the place of the other one."),
    "best": mark("That is all right, the doctors will do what they can with it. Thank you."),
}


def question(case: Case) -> tuple[str, Rows] | None:
    """The open question with its buttons, whose a file is before how it looks; None when there is nothing to ask."""
    language = case.language
    if doubted := _doubted(case):
        rows = [
            [Choice("whose:mine", say(language, "Yes, it is")), Choice("whose:not", say(language, "No, take it away"))],
            [Choice("whose:unsure", say(language, "I am not sure"))],
        ]
        return _whose(case, doubted), rows
    if poor := quality.asked(case):
        better = Choice("picture:promised", say(language, "Send a better one"))
        return quality.question(case, poor), [
            [better, Choice("picture:best", say(language, "That is the best I have"))]
        ]
    return None


def _doubted(case: Case) -> tuple[Record, ...]:
    """The files that are unlike the cat in the same way as the first of them: one question for all."""
    asked = [one for one in case.records if worth.there(one) and one.whose == "asked"]
    return tuple(one for one in asked if likeness(one) == likeness(asked[0]))


def likeness(record: Record) -> tuple[object, ...]:
    """What an answer about this file holds for: the same differences, the same name."""
    return record.differs, differences.given_name(record).casefold()


def _whose(case: Case, doubted: Sequence[Record]) -> str:
    language, first = case.language, doubted[0]
    which = called(case, first)
    if first.shows:
        which = say(language, "{name} ({note})", name=which, note=kind_words(case, first, language))
    if len(doubted) > 1:
        which = say(language, "{which} and {n} more", which=which, n=len(doubted) - 1)
    told = (" " if language != "zh_Hant" else "").join(differences.sentences(case, first))
    return say(
        language, "I looked at {which}. {told} Is it {cat}'s?", which=which, told=told, cat=cat_name(case, language)
    )


def answered(case: Case, value: str) -> tuple[Case, str]:
    """The case with the answer, and the thanks. The answer stays beside the file, for the doctors."""
    kind, _, said = value.partition(":")
    if kind == "picture":
        return quality.said(case, said), say(case.language, THANKS_PICTURE[said])
    names = {one.unique for one in _doubted(case)}
    records = tuple(replace(one, whose=said) if one.unique in names else one for one in case.records)
    return changed(case, records=records), say(case.language, THANKS[said])


def sort_row(case: Case, fresh: Sequence[Record] = (), *, taken: bool = False) -> Rows:
    """The button to say what a file is; none while there is no file. ``fresh``: those it stands under, ``taken`` for something."""
    if not any(worth.counts(one) for one in case.records):
        return []
    groups = {group(one): one for one in reversed(fresh) if worth.counts(one)}
    unique = f":{next(iter(groups.values())).unique}" if len(groups) == 1 else ""
    words = mark("It is something else ▸") if taken else mark("Say what a file is ▸")
    return [[Choice(f"sort{unique}", say(case.language, words))]]


def group(record: Record) -> object:
    """Pages of one album that were taken for the same are sorted together."""
    return (record.album or record.unique, record.shows, record.items, record.checked)
