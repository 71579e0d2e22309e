"""After a call: write down what became of it, let the case react, and hand over what leaves next."""

import random
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from desk.alarm import dead_row
from desk.errors import Failure
from desk.receive import ByCase, Moment, Receipt, handle
from desk.sending import Failed, Outcome, Sent, Unsure
from flows.incoming import NotStored, Undelivered
from storage import cases, outbox

TRIES = 8  # with the back-off below about 20 minutes; then a person must look
FOREVER = frozenset({"no_connection", "too_fast", "not_authorised", "their_fault"})  # an outage is not the row's fault


def settle(conn: Connection, row: outbox.OutboxRow, outcome: Outcome, moment: Moment) -> Receipt:
    """One unit of work. Nothing is written when the row's fence no longer matches: another worker has taken it over."""
    match outcome:
        case Sent(provider_id=provider_id, answer=answer):
            held, rows = outbox.settle(conn, row, moment.now, moment.lease_s, provider_id)
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
    if failure.retry and (row.attempts < TRIES or failure.code in FOREVER):
        outbox.retry(conn, row, moment.now, back_off(row, failed.after_s), failure.code)
        return Receipt(put_back=True)
    if not outbox.bury(conn, row, moment.now, failure.code):
        return Receipt()
    if failure.code == "no_longer_wanted" or not row.case_id:
        return Receipt()
    if row.kind == "fetch":
        answer: NotStored | Undelivered = NotStored(row.payload["unique"], failure.code)
    else:
        answer = Undelivered(row.kind, failure.code)
    receipt = handle(conn, ByCase(row.case_id), answer, moment)
    alarm = _alarm(conn, row, failure, moment)
    return replace(receipt, rows=(*receipt.rows, *alarm))


def _alarm(conn: Connection, row: outbox.OutboxRow, failure: Failure, moment: Moment) -> Sequence[outbox.OutboxRow]:
    """The staff hears of what was given up, unless that is ordinary (an owner who blocked the bot, a file too big)."""
    ordinary = not failure.alarm and not failure.retry
    case = None if ordinary else cases.by_id(conn, row.case_id)
    note = dead_row(moment.clinic, row, case.code, failure.code) if case else None
    return outbox.put(conn, [note], moment.now, moment.lease_s) if note else ()


def _unsure(conn: Connection, row: outbox.OutboxRow, moment: Moment) -> Receipt:
    """``ask-first`` rows keep their lease: when it runs out they come back as interrupted and the provider is asked first.

    Others are sent again: a second Telegram message is harmless, a second call under the same provider key changes nothing.
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


def reconciled(conn: Connection, row: outbox.OutboxRow, found: Outcome | None, moment: Moment) -> Receipt | None:
    """What to do with an interrupted ``ask-first`` row after the provider was asked. None = no trace of it there: send it once more.

    A row that is too young keeps its lease and comes back; one that was already sent again is left to a person.
    """
    if found is not None:
        return settle(conn, row, found, moment)
    if (moment.now - row.created_at).total_seconds() < LISTED_S:
        return Receipt(put_back=True)
    if not row.resent and outbox.resend(conn, row):
        return None
    outbox.doubt(conn, row, moment.now, "no_answer")
    return handle(conn, ByCase(row.case_id), Undelivered(row.kind, "no_answer"), moment)
