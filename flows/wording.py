"""Every word that a person reads goes through here: gettext catalogues, English and Traditional Chinese.

The English sentence is the key. Values are put in by name; they are never treated as templates or markup themselves.
"""

import gettext
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("en", "zh_Hant")
_FOLDER = Path(__file__).with_name("locale")


class WordsMissing(Exception):
    """A catalogue was not compiled (``make setup`` does it) or a language is unknown: the program must not start."""


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> gettext.NullTranslations:
    if language not in LANGUAGES:
        raise WordsMissing(f"no such language: {language}")
    if language == "en":  # the sentences in the code are the English ones
        return gettext.NullTranslations()
    try:
        return gettext.translation("second_look", str(_FOLDER), languages=[language])
    except FileNotFoundError:
        raise WordsMissing(f"the catalogue {language} is not compiled: run `make setup`") from None


def say(language: str, sentence: str, /, **values: object) -> str:
    """The sentence in this language with its values put in. An unchosen language ("") speaks English."""
    words = _catalogue(language or "en").gettext(sentence)
    return words.format(**values) if values else words


def listed(parts: Iterable[str], language: str) -> str:
    """Several things on one line, parted as this language does it."""
    return ("；" if language == "zh_Hant" else "; ").join(parts)


def ranges(numbers: Iterable[int]) -> str:
    """Numbers as people list them: "1–3, 7"."""
    parts: list[tuple[int, int]] = []
    for one in sorted(set(numbers)):
        if parts and parts[-1][1] == one - 1:
            parts[-1] = (parts[-1][0], one)
        else:
            parts.append((one, one))
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in parts)


def either(language: str, en: str, zh_hant: str) -> str:
    """The words of a clinical file, which brings both languages along; an unchosen language ("") reads English."""
    return zh_hant if language == "zh_Hant" else en


def mark(sentence: str) -> str:
    """Marks a sentence in a table for the catalogues; it is said later."""
    return sentence
