"""``second-look erase``: the right to be forgotten for an owner who asks by telephone or letter. Words for the operator, in English.

The order is handed in through the database. Where the service runs, it carries it out within seconds; else it is done here.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import Connection

from app.clinic import load_clinic
from app.clock import Clock, RehearsalClock, machine_clock
from app.settings import Settings
from desk.copies import Held, gather
from desk.desk import Desk
from desk.orders import CHANNEL, erase_order
from flows.case import Status
from flows.currencies import money
from flows.ledger import CHARGE
from flows.summary import cat_name
from storage import cases, inbox, ledger, optouts
from storage.beside import Beside
from storage.engine import open_store
from storage.units import InUse

WAIT_S = 60.0
LOOK_S = 0.2


class CannotErase(Exception):
    """A sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Person:
    """Everything held about the owner of a case; ``stopped``: her telephone wrote STOP."""

    held: Sequence[Held]
    stopped: bool

    @property
    def codes(self) -> list[str]:
        """Of all her cases, the oldest first."""
        return [one.case.code for one in self.held]


def erase(settings: Settings, code: str, ask: Callable[[str], str], tell: Callable[[str], None]) -> None:
    """Shows what there is, has the code typed once more, erases, and shows what was deleted and what is kept. Raises CannotErase."""
    code = code.strip().upper()
    beside = Beside(settings.database_url)
    try:
        person = beside.read(lambda conn: _person(conn, code))
        if person is None:
            raise CannotErase(f"There is no case {code}. Nothing was erased.")
        tell(before(person))
        if ask(f"This cannot be undone. Type the code {code} to erase everything above").strip().upper() != code:
            raise CannotErase("The code was not typed. Nothing was erased.")
        running = _order(settings, beside, code)
        tell(after(person, beside.read(lambda conn: _kept(conn, person)), running))
    finally:
        beside.close()


def _order(settings: Settings, beside: Beside, code: str) -> bool:
    """Hands the order in and sees to it that it is carried out; whether the running service did it."""
    clock: Clock = RehearsalClock(settings.clock_url) if settings.clock_url else machine_clock
    key = token_hex(8)
    beside.write(lambda conn: inbox.hand_in(conn, CHANNEL, key, erase_order(key, code), clock()))
    running = not _carried_out_here(settings, clock)
    end = time.monotonic() + (WAIT_S if running else 0)
    while (fate := beside.read(lambda conn: inbox.fate(conn, CHANNEL, key))) and fate[0] != "done":
        if fate[1]:
            raise CannotErase(
                f"It could not be carried out ({fate[2]}). It is tried again by itself while the service runs."
            )
        if time.monotonic() > end:
            raise CannotErase(
                "The service has not carried it out yet. The order stands, and is carried out as soon as it can be."
            )
        time.sleep(LOOK_S)
    return running


def _carried_out_here(settings: Settings, clock: Clock) -> bool:
    """False where the running service has the database to itself: then it is the one."""
    try:
        store = open_store(settings.database_url)
    except InUse:
        return False
    try:
        desk = Desk(store, load_clinic(settings.clinic_file), clock, settings.lease_seconds)

        async def carry_out() -> None:
            await desk.retry_failed()
            await desk.deliverer.idle()  # what is to be sent is given back, for the service to send

        asyncio.run(carry_out())
        return True
    finally:
        store.close()


def _person(conn: Connection, code: str) -> Person | None:
    case = cases.by_code(conn, code, peek=True)
    if case is None:
        return None
    held = gather(conn, case.chat)
    return Person(held, any(optouts.stopped(conn, one.case.phone) for one in held if one.case.phone))


def _kept(conn: Connection, person: Person) -> list[str]:
    """What still stands of the payments, read from the ledger as it is now. Raises CannotErase when something else does."""
    if any(cases.by_id(conn, one.case.id, peek=True) for one in person.held):
        raise CannotErase(
            "The order was carried out, but a case is still there. Please tell who develops this service."
        )
    return [
        f"a payment of {fact.at:%Y-%m-%d} ({fact.kind}): {money(fact.amount, fact.currency)}, case code {code}"
        for code in person.codes
        for fact in ledger.of_case(conn, code)
        if fact.kind != CHARGE
    ]


def before(person: Person) -> str:
    """What there is, and what an erasure would mean."""
    lines = [f"Everything about this person, {len(person.held)} case(s):"]
    for one in person.held:
        case, files = one.case, sum(1 for record in one.case.records if record.file)
        lines.append(
            f"  {case.code}  {cat_name(case, 'en')}, {case.status}, since {case.created_at:%Y-%m-%d}, {files} file(s)"
        )
    lines += [
        "Will be deleted: all answers, messages, records and opinions of these cases, the telephone number, what waits to be",
        "sent, and the cases in the doctors' group. The owner is told in her chat, the doctors in their group.",
    ]
    if any(one.past.payments for one in person.held):
        lines.append("Will be kept: of payments the amount, date and case code, because accounting law demands it.")
    owed = [one.case.code for one in person.held if one.case.status in (Status.PAID, Status.BOOKED)]
    if owed:
        lines.append(
            f"Paid and no opinion sent yet: {', '.join(owed)}. The call is cancelled; refund by the clinic's rule."
        )
    return "\n".join(lines)


def after(person: Person, payments: Sequence[str], running: bool) -> str:
    """What was deleted and what is kept."""
    files = len({record.file for one in person.held for record in one.case.records if record.file})
    lines = [f"Erased: {', '.join(person.codes)} with {files} file(s)."]
    when = "within minutes" if running else "within minutes of the service's next start"
    lines.append(
        f"The files' bytes and the messages in the doctors' group go {when}, the last traces in the database within a day."
    )
    kept = [
        *payments,
        *(["an unreadable mark of the telephone number, because it wrote STOP"] if person.stopped else []),
    ]
    lines += [
        "Kept:",
        *(
            f"  - {line}"
            for line in [*kept, "backups made so far, until they are replaced", "what another person has sent as well"]
        ),
    ]
    return "\n".join(lines)
