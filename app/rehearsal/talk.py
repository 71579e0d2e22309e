"""A talk with the flows alone, in a terminal: lines in, what people see out, and in the end a transcript that can be replayed."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from app.clinic import load_clinic
from app.rehearsal.clinic import clinic
from app.rehearsal.paper import Paper, entry, words_of
from app.rehearsal.player import Player, written
from app.rehearsal.script import Impossible, Script, Turn, turn_of
from flows import effects as fx
from flows.case import Case
from flows.clinic import Clinic

HELP = """\
3                      presses button 3        [Done]                 presses the button with these words
any other text         is typed to the bot     owner: 12              types a number as it stands
/status                a command               (voice) (sticker)      a voice note, a sticker
file: lab.jpg 2 MB {flaws: blurred}            album: 3 photos
contact: own +886 912 345 678                  sms: 1
wait: 2 days           wait: until 2026-11-25 10:00
staff: [Go]            staff reply: words      staff Dr. Lin: [Go]    a doctor, where there are several
pay                    pays the newest link    pay: wrong 200000, pay: expired
?                      shows this              quit                   ends the talk"""
PROMPT = "> "
LANGUAGE_BUTTONS = {"en": "English", "zh_Hant": "繁體中文"}
_STAFF = re.compile(r"staff((?: (?!reply:)[^:\[]{1,60})?)(?:: ?|(?= reply:) )(.*)")


class CannotPlay(Exception):
    """A sentence for the person at the terminal."""


@dataclass
class Screen(Paper):
    """What is shown: as the transcript, but the owner's buttons have numbers to press them by."""

    numbered: list[fx.Button] = field(default_factory=list)

    def fresh(self) -> None:
        """A new turn begins: the numbers begin anew with the first buttons it brings."""
        self.lines.clear()
        self._restart = True

    def rows(self, buttons: fx.Buttons) -> list[str]:
        """Buttons with their numbers, one line a row."""
        if buttons and self._restart:
            self.numbered, self._restart = [], False
        first = len(self.numbered) + 1
        self.numbered += [button for row in buttons for button in row]
        numbers = iter(range(first, len(self.numbered) + 1))
        return ["     " + "  ".join(f"[{next(numbers)} {words_of(button)}]" for button in row) for row in buttons]

    def __post_init__(self) -> None:
        self._restart = True


class Talk(Player):
    """A player whose turns are written by a person as she goes."""

    def __init__(self, script: Script, house: Clinic) -> None:
        super().__init__(script, house)
        self.screen = Screen(script.zone)
        self.paper.lines = list(script.head)

    def line(self, typed: str) -> list[str]:
        """What one typed line leads to, as lines to show. Raises Impossible."""
        self.screen.fresh()
        self.turn(self._turn(typed.strip()))
        return self.screen.lines or ["(nothing)"]

    def _seen(self, case: Case, effect: fx.Effect) -> None:
        super()._seen(case, effect)
        self.screen.write(effect, self.desk.stopped)

    def _turn(self, typed: str) -> Turn:
        if typed.isdecimal():
            return turn_of("owner", f"[{self._numbered(int(typed)).words}]")
        if typed == "pay":
            return turn_of("pay", "paid")
        staff = _STAFF.fullmatch(typed)
        if staff:
            who, alone, _ = staff[1].strip().partition(" alone")
            return turn_of(f"staff {self._doctor(who).name}{alone}", staff[2])
        known = re.fullmatch(r"(owner|file|album|contact|pay|sms|wait|somebody|world): ?(.*)", typed)
        return turn_of(known[1], known[2]) if known else turn_of("owner", typed)

    def _numbered(self, number: int) -> fx.Button:
        if not 0 < number <= len(self.screen.numbered):
            raise Impossible(f"There is no button {number}. To type the number, write: owner: {number}")
        return self.screen.numbered[number - 1]


def begin(now: datetime, clinic_file: Path | None, save: Path | None) -> Talk:
    """A talk that begins now (aware), in the clinic of this file or in that of the rehearsals."""
    house = load_clinic(clinic_file) if clinic_file else clinic()
    head = [
        "# about: A talk in the terminal.",
        f"# now: {now.astimezone(ZoneInfo(house.zone)):%Y-%m-%d %H:%M} {house.zone}",
    ]
    if clinic_file:
        head.append(f"# clinic: {os.path.relpath(clinic_file, save.parent if save else '.')}")
    header = dict(line.removeprefix("# ").split(": ", 1) for line in head)
    return Talk(Script(header, tuple(head), ()), house)


def talk(played: Talk, language: str, read: Callable[[str], str], show: Callable[[str], None]) -> None:
    """Reads lines until "quit" or the end of the input. ``read`` raises EOFError there."""
    show("A talk with the flows alone; ? shows what can be written, quit ends it.\n")
    first = ["/start", *([f"[{LANGUAGE_BUTTONS[language]}]"] if language else [])]
    while True:
        try:
            typed = first.pop(0) if first else read(PROMPT).strip()
        except EOFError:
            return
        if typed in ("quit", ""):
            if typed:
                return
            continue
        if typed == "?":
            show(HELP)
            continue
        try:
            show("\n".join([*played.line(typed), ""]))
        except Impossible as why:
            show("\n".join(entry("not possible", str(why))))


def save_to(played: Talk, target: Path) -> None:
    """Writes the transcript, as ``tests/scenarios`` keeps them."""
    target.write_text(written(played), encoding="utf-8")


def check_target(target: Path) -> None:
    """Raises CannotPlay before a talk whose end would be lost."""
    if target.exists():
        raise CannotPlay(f"{target} is there already; name a file that is not, nothing is overwritten")
    if not target.absolute().parent.is_dir():
        raise CannotPlay(f"{target.parent} is no folder; make it first")
