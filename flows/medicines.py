"""The medicines, one after another: name and strength in words, then how often, since when and with what effect by button.

They are kept as lines of tab-separated fields in one answer; tabs cannot be typed (``reading.plain`` makes blanks of them).
"""

import re

from flows.case import Case, changed
from flows.reading import free_text
from flows.screens import Choice, Rows, in_rows
from flows.wording import listed, mark, say

MOST = 20
DETAIL_CHARS = 80
SHOWN = 150  # characters of one in the talk; the whole of it is kept
DETAILS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "times": (
        mark("How often is {medicine} given?"),
        (("1", mark("Once a day")), ("2", mark("Twice a day")), ("3", mark("Three times a day")),
         ("alternate", mark("Every other day")), ("need", mark("Only when needed")), ("unknown", mark("I don't know"))),
    ),
    "since": (
        mark("Since when?"),
        (("days", mark("A few days")), ("weeks", mark("A few weeks")), ("months", mark("A few months")),
         ("year", mark("A year or longer")), ("stopped", mark("Stopped again"))),
    ),
    "effect": (
        mark("And does it help?"),
        (("better", mark("Better")), ("same", mark("No change")), ("worse", mark("Worse")), ("unknown", mark("I can't tell"))),
    ),
}  # fmt: skip
_ORDER = tuple(DETAILS)


_HOW_OFTEN = re.compile(
    r"\b(?:once|twice|daily|every|times|per day|a day|[sbtq]id|q\d+h|prn|morning|evening|night|weekly)\b"
    r"|[每毎]|一天|一日|早晚|早上|晚上|需要時|[一二兩三四\d]\s*次",
    re.IGNORECASE,
)


_STRENGTH = re.compile(r"\d\s*(?:mg|mcg|ml|g\b|%|毫克|毫升)", re.IGNORECASE)


def says_how_often(text: str) -> bool:
    """Whether the words tell already how often it is given."""
    return _HOW_OFTEN.search(text) is not None


def tells_detail(text: str) -> bool:
    """Whether words typed to a question about one medicine answer it; several lines, a strength, or a long text tell of others."""
    if free_text(text) is None or "\n" in text.strip() or len(text) > DETAIL_CHARS:
        return False
    return says_how_often(text) or _STRENGTH.search(text) is None


def lines(case: Case) -> list[list[str]]:
    """The medicines so far: name, times, since, effect; what was not asked yet is missing."""
    value = case.answers.get("medicines", "")
    return [] if value in ("", "none", "unknown") else [line.split("\t") for line in value.split("\n")]


def named(case: Case, text: str) -> Case | None:
    """A medicine was typed; several lines are several medicines, in her own words. None: no words, or there are MOST already.

    More lines than there is room for are taken as one: nothing that was written is left out.
    """
    words, noted = free_text(text), lines(case)
    if words is None or full(case):
        return None
    typed = [" ".join(line.split()) for line in words.split("\n") if line.strip()]
    if len(noted) + len(typed) > MOST:
        typed = [" / ".join(typed)]
    return _with(case, [*noted, *([name] for name in typed)])


def full(case: Case) -> bool:
    """Whether no other medicine can be noted."""
    return len(lines(case)) >= MOST


def detailed(case: Case, detail: str, value: str) -> Case:
    """One detail of the newest medicine."""
    found = lines(case)
    place = _ORDER.index(detail) + 1
    newest = [*found[-1][:place], value] if found else []
    return _with(case, [*found[:-1], newest]) if newest else case


def next_detail(detail: str) -> str:
    """The screen after this one."""
    place = _ORDER.index(detail) + 1
    return f"medicine:{_ORDER[place]}" if place < len(_ORDER) else "medicine:more"


def question(case: Case, detail: str) -> tuple[str, Rows]:
    """The question for one detail, or for another medicine."""
    language = case.language
    found = lines(case)
    if detail == "more":
        text = say(
            language,
            "Noted: {medicines}.\n\nAnother medicine or special food? Just write it.",
            medicines=listed((_cut(line) for line in words(case, language)), language),
        )
        return text, [[Choice("enough", say(language, "That is all"))]]
    ask, choices = DETAILS[detail]
    text = say(language, ask, medicine=_cut(found[-1][0]) if found else "")
    buttons = [Choice(value, say(language, sentence)) for value, sentence in choices]
    return text, [*in_rows(buttons, 2), [Choice("enough", say(language, "Skip the details"))]]


def words(case: Case, language: str) -> list[str]:
    """Each medicine as people read it."""
    return [_line(line, language) for line in lines(case)]


def _line(line: list[str], language: str) -> str:
    name, *details = line
    found = [
        say(language, sentence)
        for detail, value in zip(_ORDER, details, strict=False)
        if (sentence := dict(DETAILS[detail][1]).get(value, value)) and value != "unknown"
    ]
    if not found:
        return name
    inside = "、".join(found) if language == "zh_Hant" else ", ".join(_within(words) for words in found)
    return say(language, "{name} ({details})", name=name, details=inside)


def _within(words: str) -> str:
    """A button's words inside a sentence: small at the beginning, but for "I"."""
    return words if words.startswith("I ") else words[:1].lower() + words[1:]


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN].rstrip() + " …"


def _with(case: Case, found: list[list[str]]) -> Case:
    return changed(case, answers={**case.answers, "medicines": "\n".join("\t".join(line) for line in found)})
