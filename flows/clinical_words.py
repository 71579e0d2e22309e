"""What the clinical files have in common: TOML with a version and a status, and sentences in both languages that are refused with a reason."""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from string import Formatter

from flows.red_flags import ListRefused
from flows.wording import either

SHORTEST = 2  # characters: a country's name in Chinese


@dataclass(frozen=True)
class Reasoned:
    """Something a person is told, and why it is so; names such as {cat} are not yet put in."""

    id: str
    en: str
    zh_Hant: str
    why_en: str
    why_zh_Hant: str

    def sentence(self, language: str) -> str:
        """What she is told."""
        return either(language, self.en, self.zh_Hant)

    def why(self, language: str) -> str:
        """The reason."""
        return either(language, self.why_en, self.why_zh_Hant)


def content(toml: str) -> dict[str, object]:
    """The tables of a clinical file. Raises ``ListRefused`` if it is no TOML or lacks its version or status."""
    try:
        found = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise ListRefused(f"the file is not valid TOML: {error}") from None
    for key in ("version", "status"):
        if not isinstance(found.get(key), str) or not found[key].strip():
            raise ListRefused(f"the file needs a {key}, a text")
    return found


def sentence(where: str, language: str, said: object, longest: int, names: Collection[str]) -> str:
    """A sentence of the file without blanks at its ends; ``names`` may stand in braces. Raises ``ListRefused``."""
    words = said.strip() if isinstance(said, str) else ""
    if not SHORTEST <= len(words) <= longest:
        raise ListRefused(f"{where}: the {language} text must have {SHORTEST} to {longest} characters: “{words}”")
    if bool(re.search(r"[\u4e00-\u9fff]", words)) != (language == "zh_Hant"):
        raise ListRefused(f"{where}: the {language} text is in the other language: “{words}”")
    try:
        parts = list(Formatter().parse(words))
    except ValueError:
        raise ListRefused(f"{where}: a brace is open or closed too often: “{words}”") from None
    if any(name is not None and (name not in names or form or turn) for _, name, form, turn in parts):
        allowed = "only " + " and ".join(f"{{{name}}}" for name in names) if names else "nothing"
        raise ListRefused(f"{where}: {allowed} may stand in braces: “{words}”")
    return words


def once(names: Collection[str], what: str) -> None:
    """Raises ``ListRefused`` if a name stands twice."""
    seen = set[str]()
    for name in names:
        if name in seen:
            raise ListRefused(f"two {what} are called “{name}”")
        seen.add(name)
