"""How a transcript is read: header lines, turns, and the answers that stand below each turn."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

TURN = re.compile(
    r"(owner|file|album|contact|pay|sms|wait|somebody|world|staff(?! bot:| topic:)(?: [^:]{1,60})?): ?(.*)"
)
ENOUGH = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


class Impossible(Exception):
    """Nobody could do that now, or it could not be read: a sentence for whoever wrote the turn."""


@dataclass(frozen=True)
class Turn:
    """Something that somebody does. ``line`` as written, with the remarks that stand above it."""

    who: str
    what: str
    line: str


@dataclass(frozen=True)
class Script:
    """A transcript without its answers."""

    header: dict[str, str]
    head: tuple[str, ...]
    turns: tuple[Turn, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the reader's clock."""
        return ZoneInfo(self.header["now"].split()[-1])

    @property
    def begins(self) -> datetime:
        """When the first turn happens (aware UTC)."""
        day, clock, _ = self.header["now"].split()
        return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=self.zone).astimezone(UTC)


def read(text: str) -> Script:
    """Keeps header, remarks and turns of a transcript; what is neither is an answer and is played anew."""
    head: list[str] = []
    remarks: list[str] = []
    turns: list[Turn] = []
    for line in text.splitlines():
        found = TURN.fullmatch(line)
        if found:
            turns.append(Turn(found[1], found[2], "\n".join([*remarks, line])))
            remarks = []
        elif line.startswith("#") and not turns and not remarks and ":" in line:
            head.append(line)
        elif line.startswith("#"):
            remarks.append(line)
    pairs = (line.lstrip("# ").split(": ", 1) for line in head)
    return Script({key: value for key, value in pairs}, tuple(head), tuple(turns))


def turn_of(who: str, what: str) -> Turn:
    """A turn as it will be read again from its line."""
    return Turn(who, what, f"{who}: {what}")


def meant(text: str) -> str:
    r"""What a typed turn says: ``\u202e`` and ``\n`` stand for their characters, ``(4096 × a)`` for a long text."""
    long = re.fullmatch(r"\((\d+) × (.+)\)", text)
    if long:
        return (long[2] * int(long[1]))[: int(long[1])]
    signs = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return signs.replace("\\n", "\n")


def span(text: str) -> timedelta:
    """How long "2 days", "1 hour" or "10 minutes" is; several are joined by "and". Raises Impossible."""
    parts = [re.fullmatch(r"(\d{1,5}(?:\.\d+)?) (day|hour|minute|second)s?", part) for part in text.split(" and ")]
    found = [part for part in parts if part]
    if len(found) < len(parts):
        raise Impossible("A wait is written “2 days”, “1 hour and 10 minutes” or “until 2026-11-25 10:00”.")
    return timedelta(seconds=sum(float(part[1]) * ENOUGH[part[2]] for part in found))


def number(text: str) -> int:
    """The number that the text begins with. Raises Impossible."""
    found = re.match(r"\d{1,9}", text)
    if found is None:
        raise Impossible("A number belongs here, for example “3 photos”.")
    return int(found[0])


def size(text: str) -> int:
    """The bytes of "2 MB" or "300 KB" in a line about a file."""
    found = re.search(r"(\d+(?:\.\d+)?) (MB|KB)", text)
    return int(float(found[1]) * (1_000_000 if found[2] == "MB" else 1_000)) if found else 300_000
