"""Hop 2: one incoming thing, one transaction. Claim it, find its case, let ``flows.decide`` decide, write everything down.

``receive`` is called inside a unit of work; when it returns and the unit commits, nothing can be lost any more. A second delivery of
the same key stops at the claim. What is to be sent leaves only after the commit, by ``desk.deliver``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from desk.erasing import erase_person
from desk.moment import Moment as Moment
from desk.moment import context_of
from desk.points import reach
from desk.post import SLOW, SLOWER, outgoing
from desk.refused import note_if_refused
from flows import effects as fx
from flows import rights, several
from flows.case import Case
from flows.context import Context, Decision
from flows.decide import decide
from flows.hours import rules
from flows.incoming import Blocked, Due, Incoming, Pressed, Refused
from flows.opening import open_case
from flows.rails import rail_of
from storage import bookings, cases, inbox, ledger, optouts, outbox, timers, waiting_list


@dataclass(frozen=True, slots=True)
class ByChat:
    """The owner's private chat; a chat without a case gets one. ``language`` is Telegram's hint ("zh-hant"), "" if none."""

    chat: int
    language: str = ""


@dataclass(frozen=True, slots=True)
class ByCase:
    """A case by its id."""

    case_id: str


@dataclass(frozen=True, slots=True)
class ByCode:
    """A case by the code people say."""

    code: str


@dataclass(frozen=True, slots=True)
class ByPerson:
    """The person one of whose cases has this code: reached through her current case, with all the others."""

    code: str


Address = ByChat | ByCase | ByCode | ByPerson


@dataclass(frozen=True, slots=True)
class Envelope:
    """What came in, where it belongs, and the provider's id by which a repeat is known: unique per channel."""

    channel: str
    key: str
    address: Address
    incoming: Incoming


@dataclass(frozen=True, slots=True)
class Receipt:
    """``fresh`` is False for a repeat. ``rows`` are claimed and leave now. ``answer`` is a word to whoever pressed."""

    fresh: bool = True
    rows: tuple[outbox.OutboxRow, ...] = ()
    answer: fx.Answer | None = None
    found: bool = True
    put_back: bool = False  # the row just tried stays first in its line


def receive(conn: Connection, envelope: Envelope, moment: Moment) -> Receipt:
    """Handles an envelope once. Raises what a fault of ours raises; then the unit is rolled back and ``inbox.fail`` keeps the raw bytes."""
    if not inbox.claim(conn, envelope.channel, envelope.key, moment.now):
        return Receipt(fresh=False)
    reach("claimed")
    return handle(conn, envelope.address, envelope.incoming, moment)


def handle(conn: Connection, address: Address, incoming: Incoming, moment: Moment) -> Receipt:
    """The same without the claim: for timers and for answers of our own effects, which are claimed by their rows."""
    found = _find(conn, address, incoming, moment)
    if found is None:
        return Receipt(found=False)
    case, current = found
    others = _others(conn, case, incoming) if isinstance(address, ByChat | ByPerson) else ()
    context = context_of(conn, case, moment, others, current, isinstance(incoming, Due))
    decision = decide(case, incoming, context)
    special = next((type(effect) for effect in decision.effects if isinstance(effect, _SPECIAL)), None)
    if special is fx.Erase:
        items = erase_person(conn, case, others, decision.effects, moment.now)
        return Receipt(rows=_put(conn, items, moment))
    if special is fx.StartAnew:
        context = replace(context, others=(*others, case), ledger=())
        case = _start_anew(conn, case, moment)
        decision = decide(case, incoming, context)
    items, answer = _carried_out(conn, case, decision, moment, current)
    note_if_refused(conn, case, incoming, decision, moment.now)
    receipt = Receipt(rows=_put(conn, items, moment), answer=answer)
    if isinstance(address, ByChat) and isinstance(incoming, Blocked):
        return _everywhere(conn, case, incoming, moment, receipt)
    return receipt


_SPECIAL = (fx.StartAnew, fx.Erase)


def handle_due(conn: Connection, ringing: Sequence[tuple[str, Due]], moments: Callable[[], Moment]) -> Receipt:
    """Many timers, by their cases' ids, in one unit. What goes out is put at the end, all at once: so its lines are locked in one order."""
    items: list[outbox.Outgoing] = []
    for case_id, incoming in ringing:
        moment = moments()  # each with a chance of its own: it makes the buttons
        found = cases.placed_by_id(conn, case_id)
        if found is not None:
            case, current = found
            decision = decide(case, incoming, context_of(conn, case, moment, current=current, rings=True))
            items += _carried_out(conn, case, decision, moment, current)[0]
    return Receipt(rows=_put(conn, items, moments()))


def _others(conn: Connection, case: Case, incoming: Incoming) -> tuple[Case, ...]:
    """The person's other cases, where the decision concerns them: most of the time nothing is read."""
    if rights.needs_all(case, incoming):
        return tuple(cases.all_others(conn, case.chat))
    return tuple(cases.others(conn, case.chat)) if several.needs_others(case, incoming) else ()


def _everywhere(conn: Connection, case: Case, incoming: Blocked, moment: Moment, receipt: Receipt) -> Receipt:
    """Whether she can be reached at all concerns every case of hers; the current one, locked already, was told first."""
    for other in cases.others(conn, case.chat):
        told = handle(conn, ByCase(other.id), incoming, moment)
        receipt = replace(receipt, rows=(*receipt.rows, *told.rows))
    return receipt


def _find(conn: Connection, address: Address, incoming: Incoming, moment: Moment) -> tuple[Case, bool] | None:
    """The case, locked, and whether it is the current one of its chat."""
    match address:
        case ByChat(chat=chat, language=language):
            case = cases.by_chat(conn, chat) or _open(conn, chat, language, moment)
            if isinstance(incoming, Pressed) and several.strays(case, incoming):
                return _under_button(conn, case, incoming.data)
            return case, True
        case ByCase(case_id=case_id):
            return cases.placed_by_id(conn, case_id)
        case ByCode(code=code):
            return cases.placed_by_code(conn, code)
        case ByPerson(code=code):
            one = cases.by_code(conn, code, peek=True)
            current = (
                cases.by_chat(conn, one.chat) if one else None
            )  # the gate of the chat is locked before its other cases
            return (current, True) if current else None


def _under_button(conn: Connection, case: Case, data: str) -> tuple[Case, bool]:
    """A button that is not the current case's own may belong to another open case of the chat, which answers it and becomes current."""
    seen = several.meant(cases.others(conn, case.chat), data)
    other = cases.by_id(conn, seen.id) if seen else None
    if other is None or several.meant([other], data) is None:
        return case, True
    if not several.turns_to(other, data):
        return other, False
    cases.make_current(conn, case.id, other.id)
    return other, True


def _open(conn: Connection, chat: int, language: str, moment: Moment) -> Case:
    fresh = open_case(chat, moment.now, moment.spare, hint=language)
    cases.insert(conn, fresh)
    return fresh


def _start_anew(conn: Connection, ended: Case, moment: Moment) -> Case:
    cases.retire(conn, ended.id)
    fresh = open_case(ended.chat, moment.now, moment.spare, language=ended.language)
    cases.insert(conn, fresh)
    return fresh


def seen(conn: Connection, case_id: str, moment: Moment) -> tuple[Case, Context] | None:
    """A case as a page shows it, and what may be known beside it. Nothing is locked: what is done about it decides anew."""
    case = cases.by_id(conn, case_id, peek=True)
    return (case, context_of(conn, case, moment)) if case else None


def _reserve(conn: Connection, decision: Decision, moment: Moment) -> bool:
    """Holds and bookings come first: when one is refused, the decision that wanted it is thrown away whole."""
    for effect in decision.effects:
        match effect:
            case fx.Hold(doctor=doctor, starts_at=starts, ends_at=ends, until=until):
                kept = rules(moment.clinic, doctor, starts)
                if not bookings.hold(conn, decision.case.id, doctor, starts, ends, until, moment.now, kept):
                    return False
            case fx.Book():
                if not bookings.confirm(conn, decision.case.id, moment.now):
                    return False
    return True


Done = tuple[list[outbox.Outgoing], fx.Answer | None]  # what is to go out, and a word to whoever pressed


def _carried_out(conn: Connection, case: Case, decision: Decision, moment: Moment, current: bool) -> Done:
    """Everything of a decision but what goes out. When a time it wanted is refused, another decision takes its place."""
    if not _reserve(conn, decision, moment):
        hold = next((effect for effect in decision.effects if isinstance(effect, fx.Hold)), None)
        refused = Refused(hold is not None, hold is not None and hold.unasked)
        decision = decide(case, refused, context_of(conn, case, moment, current=current))
    return _write(conn, case, decision, moment)


def _write(conn: Connection, before: Case, decision: Decision, moment: Moment) -> Done:
    after = decision.case
    answer: fx.Answer | None = None
    items = []
    for effect in decision.effects:
        if isinstance(effect, fx.Answer):
            answer = effect
        elif isinstance(effect, fx.Outward):
            items.append(outgoing(after, effect))
        else:
            _keep(conn, after, effect, moment.now)
    if after is not before:
        cases.save(conn, before, after)
    reach("decided")
    return items, answer


def _put(conn: Connection, items: list[outbox.Outgoing], moment: Moment) -> tuple[outbox.OutboxRow, ...]:
    slow = [item for item in items if item.channel in SLOW]
    quick = [item for item in items if item.channel not in SLOW] if slow else items
    rows = outbox.put(conn, quick, moment.now, moment.lease_s, moment.above) if quick else []
    if slow:
        rows += outbox.put(conn, slow, moment.now, moment.lease_s * SLOWER)
    return tuple(rows)


def _keep(conn: Connection, case: Case, effect: fx.Inward, now: datetime) -> None:
    match effect:
        case fx.Wake(kind=kind, at=at, key=key):
            timers.wake(conn, case.id, kind, key, at)
        case fx.Forget(kind=kind):
            timers.forget(conn, case.id, kind)
        case fx.Moved(came_from=old, trigger=trigger, went_to=new, actor=actor, detail=detail):
            cases.add_history(conn, case.id, now, old, trigger, new, actor, detail)
        case fx.Noted(what=what, actor=actor, detail=detail):
            cases.add_history(conn, case.id, now, case.status, what, case.status, actor, detail)
        case fx.Release(held_only=held_only):
            bookings.release(conn, case.id, now, held_only)
        case fx.Freed(doctor=doctor):
            waiting_list.freed(conn, doctor, case.id, now)
        case fx.Enter(reference=reference, kind=kind, amount=amount, currency=currency):
            ledger.add(conn, case.id, rail_of(reference), reference, kind, amount, currency, now)
        case fx.OptOut(stop=stop):
            optouts.stop(conn, case.phone, now) if stop else optouts.start(conn, case.phone)
        case fx.Hold() | fx.Book() | fx.StartAnew() | fx.Erase() | fx.Answer():
            pass  # done before the decision was accepted
