"""What the group is told when it asks: the queue, a case, a doctor's own cases, the calls ahead, and how the clinic stands."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Final, NamedTuple

import structlog
import telegram as tg
from sqlalchemy import Connection

from bot import visible
from bot.keys import keys_of
from desk.desk import Desk
from desk.standing_figures import stats as stats
from flows import case_page
from flows import figures as told
from flows.card import STANDING, card_buttons, card_text, queue_line
from flows.case import Case
from flows.clinic import Clinic
from flows.figures import OPEN
from flows.wording import mark, say
from records.figures_picture import picture_beside
from storage import cases, figures

log = structlog.get_logger(__name__)

LISTED: Final = 20
WIDE: Final = 4  # codes in one row of buttons
LIST: Final = "list"  # in the place of a card's round
SEARCHED: Final = 200  # open cases that are looked through for one doctor's own
LOOKED_AT: Final = 200  # so many of the newest decisions say how soon is decided
AHEAD: Final = timedelta(days=14)
COMMANDS: Final = {
    "queue": mark("Open cases"),
    "case": mark("Show a case: /case CODE"),
    "mine": mark("Your own open cases"),
    "calls": mark("The calls of the next two weeks"),
    "away": mark("Your leave: /away, or /away 2026-12-24 2026-12-31"),
    "oncall": mark("Who is on call; take it with /oncall, or /oncall 2026-12-24 2026-12-26"),
    "stats": mark("How we stand, as a picture"),
    "help": mark("How this group works"),
}
HELP: Final = mark(
    "Each case has a card with buttons. Press one, then press a reason or reply to the question that follows; the owner reads it."
    " If two press, the first decides."
)


class Command(NamedTuple):
    """One of COMMANDS, from an enrolled doctor (the key in clinic.toml)."""

    name: str
    argument: str
    doctor: str = ""


class Reply(NamedTuple):
    """What is said. ``card`` is quoted instead of the question; ``picture`` comes with the words below it, ``keys`` stand under them."""

    text: str
    card: int = 0
    picture: bytes = b""
    keys: tg.InlineKeyboardMarkup | None = None


class Answers:
    """Reads on connections of its own: an answer neither waits for the writer nor holds it up."""

    def __init__(self, desk: Desk, clinic: Clinic) -> None:
        self._desk = desk
        self._clinic = clinic
        self._language = clinic.languages[0]

    async def to(self, command: Command) -> Reply:
        """The answer to one command."""
        match command.name:
            case "queue":
                return await self._queue(command.argument)
            case "case":
                return await self._case(command.argument)
            case "mine":
                return await self._mine(command.doctor)
            case "calls":
                return await self._calls()
            case "stats":
                return await self._stats()
        commands = (f"/{name} – {say(self._language, about)}" for name, about in COMMANDS.items())
        return Reply("\n".join((say(self._language, HELP), *commands)))

    async def _queue(self, argument: str) -> Reply:
        page = max(1, int(argument)) if argument.isascii() and argument.isdigit() and len(argument) < 6 else 1
        total, found = await self._desk.store.read(partial(queue, skipped=(page - 1) * LISTED))
        lines = [visible(queue_line(case, self._desk.clock(), self._language)) for case in found]
        if not lines:
            none = say(self._language, "No open cases.") if page == 1 else say(self._language, "No more open cases.")
            return Reply(none)
        left = total - page * LISTED
        if left > 0:
            lines.append(say(self._language, "{n} more: /queue {page}", n=left, page=page + 1))
        return Reply("\n".join(lines), keys=ways(case.code for case in found))

    async def _case(self, code: str) -> Reply:
        wanted = code.upper()
        case = await self._desk.store.read(lambda conn: cases.by_code(conn, wanted, peek=True)) if wanted else None
        if case is None or case.status not in STANDING or not case.submitted_at:
            return Reply(say(self._language, "There is no such case. Write /case and its code, as in /queue."))
        buttons = [[{**asdict(one)} for one in line] for line in card_buttons(case, self._language, self._clinic)]
        return Reply(
            card_text(case, self._clinic, self._language), case.review.card, keys=keys_of({"buttons": buttons})
        )

    async def _mine(self, doctor: str) -> Reply:
        found = await self._desk.store.read(lambda conn: cases.listed(conn, OPEN, SEARCHED))
        mine = [
            case
            for case in found
            if doctor in (case.team.lead, case.review.decided_by, case.call.doctor if case.call else "")
        ]
        lines = [visible(queue_line(case, self._desk.clock(), self._language)) for case in mine[:LISTED]]
        if not lines:
            return Reply(say(self._language, "None of the open cases is yours."))
        return Reply("\n".join(lines), keys=ways(case.code for case in mine[:LISTED]))

    async def _calls(self) -> Reply:
        now = self._desk.clock()
        found = await self._desk.store.read(lambda conn: figures.calls(conn, now, now + AHEAD, 3 * LISTED))
        calls = [(call.starts_at, call.doctor, call.code) for call in found]
        lines = told.calls_by_day(calls, self._clinic, self._language)
        if not lines:
            return Reply(say(self._language, "No calls in the next two weeks."))
        return Reply("\n".join(lines), keys=ways(call.code for call in found[:LISTED]))

    async def _stats(self) -> Reply:
        now = self._desk.clock()
        found = await self._desk.store.read(lambda conn: stats(conn, now, self._clinic))
        text = told.words(found, self._clinic, self._language)
        bars = [(bar.label, bar.parts) for bar in told.bars(found, self._language)]
        if not bars:
            return Reply(text)
        title = told.title(found, self._clinic, self._language)
        try:
            picture = await asyncio.to_thread(picture_beside, title, bars, told.legend(self._language))
        except OSError as error:  # the numbers are what counts
            log.warning("no_picture", error=type(error).__name__)
            return Reply(text)
        return Reply(text, picture=picture)


def ways(codes: Iterable[str]) -> tg.InlineKeyboardMarkup:
    """A button for each case of a list: it brings the link to the case's page. The card itself is where its topic is."""
    keys = [tg.InlineKeyboardButton(code, callback_data=f"{code}.{LIST}.{case_page.ACTION}") for code in codes]
    return tg.InlineKeyboardMarkup([keys[at : at + WIDE] for at in range(0, len(keys), WIDE)])


def queue(conn: Connection, skipped: int = 0) -> tuple[int, list[Case]]:
    """How many cases are open, and those of one page, oldest first."""
    return figures.number(conn, OPEN), cases.listed(conn, OPEN, LISTED, skipped)
