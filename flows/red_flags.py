"""The signs an owner can see, read from ``clinical/red_flags.toml``: red means go now, amber means see a vet today.

The list is a draft until the clinic's doctors sign it; its version is kept with every case that was shown it.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flows.wording import either

_FILE = Path(__file__).with_name("clinical") / "red_flags.toml"
LONGEST_SENTENCE = 160  # characters: seven of them still make one readable Telegram message


class ListRefused(Exception):
    """The clinical list is wrong: the sentence says where, and the program must not start."""


@dataclass(frozen=True)
class Sign:
    """One sign: ``id`` R1… or A1…, ``group`` the button it is asked under, and the owner's sentence in each language."""

    id: str
    group: str
    en: str
    zh_Hant: str

    def sentence(self, language: str) -> str:
        """What the owner reads; an unchosen language ("") reads English."""
        return either(language, self.en, self.zh_Hant)


@dataclass(frozen=True)
class Signs:
    """The whole list with the version a person was shown and its status ("to be signed …")."""

    version: str
    status: str
    groups: tuple[str, ...]
    red: tuple[Sign, ...]
    amber: tuple[Sign, ...]


def _sign(entry: object, prefix: str, groups: tuple[str, ...]) -> Sign:
    if not isinstance(entry, dict) or set(entry) != {"id", "group", "en", "zh_Hant"}:
        raise ListRefused(f"every sign needs exactly id, group, en and zh_Hant: {entry}")
    sign = Sign(**{key: str(value).strip() for key, value in entry.items()})
    if not re.fullmatch(rf"{prefix}[1-9]\d?", sign.id):
        raise ListRefused(f"the id “{sign.id}” is not {prefix} and a number")
    if sign.group not in groups:
        raise ListRefused(f"{sign.id}: “{sign.group}” is none of the groups {', '.join(groups)}")
    for sentence in (sign.en, sign.zh_Hant):
        if not 4 <= len(sentence) <= LONGEST_SENTENCE:
            raise ListRefused(f"{sign.id}: a sentence must have 4 to {LONGEST_SENTENCE} characters: “{sentence}”")
    return sign


def _table(content: dict[str, object], name: str, prefix: str, groups: tuple[str, ...]) -> tuple[Sign, ...]:
    entries = content.get(name)
    if not isinstance(entries, list) or not entries:
        raise ListRefused(f"the list has no [[{name}]] signs")
    signs = tuple(_sign(entry, prefix, groups) for entry in entries)
    wanted = [f"{prefix}{number}" for number in range(1, len(signs) + 1)]
    if [sign.id for sign in signs] != wanted:
        raise ListRefused(f"the {name} signs must be numbered {wanted[0]} to {wanted[-1]} without gaps, in order")
    return signs


def read(text: str) -> Signs:
    """The list from the text of a TOML file. Raises ``ListRefused`` with a sentence a vet can act on."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ListRefused(f"the list is not valid TOML: {error}") from None
    version, status = content.get("version"), content.get("status")
    groups = content.get("groups")
    if not isinstance(version, str) or not version or not isinstance(status, str) or not status:
        raise ListRefused("the list needs a version and a status, each a text")
    if not isinstance(groups, list) or not groups or not all(isinstance(group, str) for group in groups):
        raise ListRefused("the list needs its groups, each a text")
    names = tuple(groups)
    return Signs(version, status, names, _table(content, "red", "R", names), _table(content, "amber", "A", names))


@lru_cache(maxsize=1)
def signs() -> Signs:
    """The list that is shipped with the program."""
    return read(_FILE.read_text(encoding="utf-8"))


VERSION = signs().version
RED = signs().red
AMBER = signs().amber
