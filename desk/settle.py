"""After a call: write down what became of it, let the case react, and hand over what leaves next."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from desk.alarm import dead_row
from desk.errors import Failure
from desk.receive import ByCase, Moment, Receipt, handle
from desk.sending import Failed, Outcome, Sent, Unsure
from flows.incoming import NotStored, Undelivered
from storage import cases, outbox

TRIES = 8  # so many, and GIVE_UP old: an outage that lasted an hour has used up tries without being the row's fault
GIVE_UP = timedelta(hours=6)
FOREVER = frozenset(  # an outage is not the row's fault; who must know of one hears of it by ``desk.watching``
    {"no_connection", "too_fast", "not_authorised", "their_fault", "shelf_away", "shelf_refused"}
)


def settle(conn: Connection, row: outbox.OutboxRow, outcome: Outcome, moment: Moment) -> Receipt:
    """One unit of work. Nothing is written when the row's fence no longer matches: another worker has taken it over."""
    match outcome:
        case Sent(provider_id=provider_id, answer=answer):
            if answer is not None:  # the case before its rows, as every other unit locks them: no deadlock
                cases.by_id(conn, row.case_id)
            held, rows = outbox.settle(conn, row, moment.now, moment.lease_s, provider_id)
            if row.kind == "farewell":  # it names the chat of somebody who wished to be forgotten
                outbox.drop(conn, row)
            if not held or answer is None:
                return Receipt(rows=tuple(rows))
            receipt = handle(conn, ByCase(row.case_id), answer, moment)
            return Receipt(rows=(*rows, *receipt.rows))
        case Failed():
            return _failed(conn, row, outcome, moment)
        case Unsure():
            return _unsure(conn, row, moment)


def _failed(conn: Connection, row: outbox.OutboxRow, failed: Failed, moment: Moment) -> Receipt:
    failure = failed.failure
    doubtful = failure.code == "no_answer"
    young = row.attempts < TRIES or moment.now - row.created_at < GIVE_UP
    if failure.retry and (young or failure.code in FOREVER):
        outbox.retry(conn, row, moment.now, back_off(row, failed.after_s), failure.code, doubtful)
        late = row.attempts == TRIES and failure.alarm
        return Receipt(put_back=True, rows=tuple(_alarm(conn, row, failure, moment) if late else ()))
    if not outbox.bury(conn, row, moment.now, failure.code):
        return Receipt()
    if row.kind == "farewell":
        outbox.drop(conn, row)
    if failure.code == "no_longer_wanted" or not row.case_id:
        return Receipt(rows=tuple(_alarm(conn, row, failure, moment) if row.kind == "unpost" else ()))
    if row.kind in ("fetch", "open"):
        answer: NotStored | Undelivered = NotStored(row.payload["unique"], failure.code)
    else:
        # Of a doctor's message the case is told what it was about.
        answer = Undelivered(row.kind, failure.code, str(row.payload.get("about", "")))
    receipt = handle(conn, ByCase(row.case_id), answer, moment)
    alarm = _alarm(conn, row, failure, moment)
    return replace(receipt, rows=(*receipt.rows, *alarm))


def _alarm(conn: Connection, row: outbox.OutboxRow, failure: Failure, moment: Moment) -> Sequence[outbox.OutboxRow]:
    """The staff hears of what was given up, unless that is ordinary (an owner who blocked the bot, a file too big)."""
    ordinary = not failure.alarm and not failure.retry and row.kind != "unpost"
    case = None if ordinary or not row.case_id else cases.by_id(conn, row.case_id)
    code = case.code if case else str(row.payload.get("code", "")) if row.kind == "unpost" else ""
    note = dead_row(moment.clinic, row, code, failure.code) if code else None
    return outbox.put(conn, [note], moment.now, moment.lease_s) if note else ()


def _unsure(conn: Connection, row: outbox.OutboxRow, moment: Moment) -> Receipt:
    """``ask-first`` rows keep their lease: when it runs out they come back as interrupted and the provider is asked first.

    Others are sent again: a second Telegram message is harmless and is looked for first where that can be done; a second call
    under the same provider key changes nothing.
    """
    if row.policy == "ask-first":
        return Receipt(put_back=True)
    return _failed(conn, row, Failed("no_answer"), moment)


def back_off(row: outbox.OutboxRow, wish_s: float | None) -> float:
    """Seconds until the next try: what the provider asks for, else 1, 2, 4 … 300 s with jitter so that an outage ends softly."""
    if wish_s is not None:
        return wish_s
    # Jitter is no decision: it only spreads the load, so it needs no argument of its own.
    return float(min(300.0, 2.0 ** min(row.attempts - 1, 9)) * random.uniform(0.8, 1.2))


LISTED_S = 120  # by then the provider's list shows what it accepted
TO_STAFF_S = 420  # so old a row is not waited for any longer: ten minutes after it was written the staff has it


def reconciled(
    conn: Connection, row: outbox.OutboxRow, found: Outcome | None, asked_since: datetime, moment: Moment
) -> Receipt | None:
    """What to do with an interrupted ``ask-first`` row after the provider was asked. None = no trace of it there: send it once more.

    The provider's list may lag behind its acceptance, so "no trace" counts only LISTED_S after it was first asked: until then the
    row keeps its lease and comes back. One that was already sent again, or that the provider cannot tell us about, is left to a person
    after TO_STAFF_S; a delivery report that comes later still settles it.
    """
    if found is not None and not isinstance(found, Unsure):
        return settle(conn, row, found, moment)
    if (moment.now - row.created_at).total_seconds() < TO_STAFF_S:
        if found is not None or (moment.now - asked_since).total_seconds() < LISTED_S:
            return Receipt(put_back=True)
        if not row.resent and outbox.resend(conn, row):
            return None
    outbox.doubt(conn, row, moment.now, "no_answer")
    return handle(conn, ByCase(row.case_id), Undelivered(row.kind, "no_answer", row.payload.get("purpose", "")), moment)
