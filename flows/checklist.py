"""What is known of an illness before the doctor reads: its questions, its checklist of records, and how long their words may be.

Values only; ``flows.problem_files`` reads them from the clinical files, ``flows.problems`` offers them to the talk.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.wording import either

NEEDS = ("must", "want")
KINDS = ("lab", "image", "report", "notes", "video", "diary", "photo")

QUESTION = (160, 160)  # most characters in English and in Chinese: a question is one readable line of a message
BUTTON = (26, 14)  # an answer on half a telephone's width
PROBLEM = (26, 12)  # a problem's name on half a telephone's width
LINE = (60, 60)  # a checklist's line as the owner reads it
LETTER = (120, 120)  # the same line in the letter to the home vet
BRING = (160, 160)


@dataclass(frozen=True, slots=True)
class Answer:
    """One button of a question: ``value`` is what is kept, "unknown" where the owner may not know."""

    value: str
    en: str
    zh_Hant: str

    def words(self, language: str) -> str:
        """What the button says; an unchosen language ("") reads English."""
        return either(language, self.en, self.zh_Hant)


@dataclass(frozen=True, slots=True)
class Question:
    """One question about this illness; ``{cat}`` in it stands for the cat's name. Typed words are an answer too."""

    id: str
    en: str
    zh_Hant: str
    choices: tuple[Answer, ...]

    def words(self, language: str) -> str:
        """What the owner is asked, ``{cat}`` still in its place."""
        return either(language, self.en, self.zh_Hant)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist of records.

    ``need`` is one of NEEDS, ``kind`` one of KINDS. ``original``: the DICOM files are asked for, not a picture of the screen.
    ``fresh_days``: the age in days above which it is old (it stays useful as a trend), 0 where it does not grow old.
    """

    id: str
    en: str
    zh_Hant: str
    need: str
    kind: str
    original: bool
    fresh_days: int
    letter_en: str
    letter_zh_Hant: str

    def words(self, language: str) -> str:
        """What the owner reads."""
        return either(language, self.en, self.zh_Hant)

    def letter(self, language: str) -> str:
        """What the home vet reads."""
        return either(language, self.letter_en, self.letter_zh_Hant)


@dataclass(frozen=True, slots=True)
class Problem:
    """One illness: its button, its questions, its checklist without COMMON, and what the owner can add herself."""

    id: str
    en: str
    zh_Hant: str
    questions: tuple[Question, ...]
    items: tuple[Item, ...]
    bring_en: str
    bring_zh_Hant: str

    def words(self, language: str) -> str:
        """What the button says."""
        return either(language, self.en, self.zh_Hant)

    def bring(self, language: str) -> str:
        """What the owner herself can add."""
        return either(language, self.bring_en, self.bring_zh_Hant)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything in the files: ``problems`` by id in the order of the buttons, ``common`` for every case.

    ``signs``: the sign of ``red_flags.toml`` for those (question, value) that are one.
    """

    version: str
    status: str
    common: tuple[Item, ...]
    problems: Mapping[str, Problem]
    signs: Mapping[tuple[str, str], str]
