"""What a person agrees to before anything is kept, read from ``clinical/consent.toml``: two short screens for owners, one for vets.

The points are a draft until the clinic's doctors and a lawyer sign them; the version a person saw is kept with the case.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flows.clinical_words import Reasoned, content, once, sentence
from flows.red_flags import ListRefused
from flows.wording import either

_FILE = Path(__file__).with_name("clinical") / "consent.toml"
LONGEST_SENTENCE = {"en": 170, "zh_Hant": 80}  # characters as written, names not yet put in
LONGEST_TITLE = {"en": 60, "zh_Hant": 30}
LONGEST_TEXT = 1_500  # characters of a whole screen with the longest names: one readable Telegram message
LONGEST_NAMES = {"cat": "W" * 40, "clinic": "W" * 60}  # the only names a sentence may hold, as long as they get
OWNER_SCREENS = ("opinion", "terms")
OWNER_OPTIONS = ("sms", "home_vet", "teaching")
_POINT = ("id", "en", "zh_Hant", "why_en", "why_zh_Hant")


class Point(Reasoned):
    """One thing agreed to. ``why_*`` is said to a person who says no to it: kindly, why we cannot go on without it.

    For an option, which may be refused freely, ``why_*`` says what happens instead.
    """


@dataclass(frozen=True)
class Screen:
    """Points that are read and answered together, in one message."""

    id: str
    title_en: str
    title_zh_Hant: str
    points: tuple[Point, ...]

    def title(self, language: str) -> str:
        """The heading; an unchosen language ("") reads English."""
        return either(language, self.title_en, self.title_zh_Hant)


@dataclass(frozen=True)
class Consents:
    """The whole file with the version a person was shown and its status ("to be signed …")."""

    version: str
    status: str
    screens: tuple[Screen, ...]
    vet: Screen
    options: tuple[Point, ...]


def text(screen: Screen, language: str, **values: object) -> str:
    """The body of the message: the title, then the numbered points. ``values``: ``cat`` and ``clinic``; they are never templates."""
    points = [f"{number}. {point.sentence(language)}" for number, point in enumerate(screen.points, 1)]
    return "\n".join((screen.title(language) + "\n", *points)).format(**values)


def _point(entry: object) -> Point:
    if not isinstance(entry, dict) or set(entry) != set(_POINT):
        raise ListRefused(f"every point needs exactly {', '.join(_POINT)}: {entry}")
    name = str(entry["id"])
    if not re.fullmatch(r"[a-z][a-z_]{2,29}", name):
        raise ListRefused(f"the id “{name}” must be 3 to 30 small letters, parted by _")
    words = {
        field: sentence(name, language, entry[field], LONGEST_SENTENCE[language], LONGEST_NAMES)
        for language in LONGEST_SENTENCE
        for field in (language, f"why_{language}")
    }
    return Point(id=name, **words)


def _points(entries: object, where: str) -> tuple[Point, ...]:
    if not isinstance(entries, list) or not entries:
        raise ListRefused(f"{where} has no points")
    return tuple(_point(entry) for entry in entries)


def _screen(entry: object) -> Screen:
    if not isinstance(entry, dict) or set(entry) != {"id", "title_en", "title_zh_Hant", "point"}:
        raise ListRefused(f"every screen needs exactly id, title_en, title_zh_Hant and its points: {str(entry)[:200]}")
    name = str(entry["id"])
    titles = {
        f"title_{ln}": sentence(name, ln, entry[f"title_{ln}"], most, LONGEST_NAMES)
        for ln, most in LONGEST_TITLE.items()
    }
    screen = Screen(id=name, points=_points(entry["point"], f"the screen {name}"), **titles)
    for language in LONGEST_SENTENCE:
        length = len(text(screen, language, **LONGEST_NAMES))
        if length > LONGEST_TEXT:
            raise ListRefused(f"the screen {name} is {length} characters long in {language}, at most {LONGEST_TEXT}")
    return screen


def read(toml: str) -> Consents:
    """The consent from the text of a TOML file. Raises ``ListRefused`` with a sentence a person can act on."""
    found = content(toml)
    listed = found.get("screen")
    screens = tuple(_screen(entry) for entry in listed) if isinstance(listed, list) else ()
    if tuple(screen.id for screen in screens) != OWNER_SCREENS:
        raise ListRefused(f"the file needs the [[screen]] tables {' and '.join(OWNER_SCREENS)}, in this order")
    vet = _screen(found.get("vet"))
    options = _points(found.get("option"), "the [[option]] table")
    if tuple(option.id for option in options) != OWNER_OPTIONS:
        raise ListRefused(f"the [[option]] tables must be {', '.join(OWNER_OPTIONS)}, in this order")
    ids = [point.id for part in (*screens, vet) for point in part.points] + [option.id for option in options]
    once(ids, "points")
    return Consents(str(found["version"]), str(found["status"]), screens, vet, options)


@lru_cache(maxsize=1)
def consents() -> Consents:
    """The consent that is shipped with the program."""
    return read(_FILE.read_text(encoding="utf-8"))


VERSION = consents().version
STATUS = consents().status
SCREENS = consents().screens
VET_SCREEN = consents().vet
OPTIONS = consents().options
