"""The end checker: what really happened, by the sandbox's ground truth and the database, against what must have happened.

It asks nobody else. Every breach is one sentence; an empty list is the verdict "kept".
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.crash.base import Base
from tests.crash.crowd import Crowd
from tests.crash.duplicates import Repeat, repeats
from tests.crash.owner import Owner
from tests.crash.truth import Truth
from tests.crash.world import GROUP

Json = dict[str, Any]


@dataclass(slots=True)
class Verdict:
    """``figures`` for the table, ``breaches`` as sentences, ``repeated`` the duplicate Telegram messages."""

    figures: dict[str, int] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    repeated: list[Repeat] = field(default_factory=list)


def check(crowd: Crowd, base: Base, kills: Sequence[int], now: int) -> Verdict:
    """``kills``: after how many records of the truth each kill came. ``now``: the rehearsal's time in microseconds."""
    verdict, truth, owners = Verdict(), crowd.truth, crowd.owners
    for part in (
        _updates(truth, base),
        _journeys(base, owners),
        _money(truth, base),
        _refunds(truth, base, owners),
        _texts(truth, base),
        _rows(base, now),
    ):
        verdict.breaches += part
    verdict.repeated = repeats(truth, kills, crowd.screens())
    verdict.breaches += _duplicates(verdict.repeated)
    verdict.figures = _figures(truth, owners, kills, verdict)
    return verdict


def _updates(truth: Truth, base: Base) -> Iterator[str]:
    """Every update was acknowledged, and what was acknowledged left its key: lost is what has none."""
    taken = {(r["bot"], r["update_id"]) for r in truth.of("acknowledged")}
    prompts = {row["message_id"] for row in base.rows("posts") if row["role"] == "prompt"}
    for record in truth.of("update"):
        bot, number = record["bot"], record["update_id"]
        if (bot, number) not in taken:
            yield f"update {number} of the {bot} bot was never acknowledged"
        elif _counts(record, prompts) and str(number) not in base.keys(bot):
            yield f"LOST: update {number} of the {bot} bot was acknowledged and left no key"
    for record in truth.of("sms_received"):
        if record["sid"] not in base.keys("sms"):
            yield f"LOST: the text {record['sid']} left no key"


def _counts(record: Json, prompts: set[int]) -> bool:
    """Owners' private chats always; in the group only presses, and replies to questions the service knows it has asked.

    A question whose sending was cut short by a kill is asked again; a reply to the first one is then a remark among
    doctors like any other, which the service must not keep.
    """
    update = record["update"]
    if record["bot"] == "owner" or "callback_query" in update:
        return True
    message = update.get("message", {})
    return (
        message.get("chat", {}).get("id") == GROUP and message.get("reply_to_message", {}).get("message_id") in prompts
    )


def _journeys(base: Base, owners: Sequence[Owner]) -> Iterator[str]:
    for owner in owners:
        cases = base.case_of(owner.id)
        if len(cases) != 1:
            yield f"owner {owner.number} has {len(cases)} cases"
            continue
        if not owner.ended:
            where = f"{cases[0]['status']}, step {cases[0]['step']!r}, her chat ends with {owner.last_seen()}"
            yield f"owner {owner.number} ({owner.plan}) did not reach the end: {where}"
        if owner.nudges:
            yield f"owner {owner.number} ({owner.plan}) had to ask for /status {owner.nudges} times"
        yield from _journey(base, owner, cases[0])


def _journey(base: Base, owner: Owner, case: Json) -> Iterator[str]:
    lines = base.history(case["id"])
    moves = tuple(line["trigger"] for line in lines)
    if moves != owner.moves():
        yield f"owner {owner.number} ({owner.plan}): moves {moves}"
    places = ["intake", *(line["went_to"] for line in lines)]
    if [line["came_from"] for line in lines] != places[:-1] or case["status"] != places[-1]:
        yield f"owner {owner.number}: the history is no chain: {places}, {case['status']}"
    wrong = {
        step: case["answers"].get(step) for step, value in owner.expected.items() if case["answers"].get(step) != value
    }
    if wrong:
        yield f"owner {owner.number}: answers {wrong}, given were {owner.expected}"
    files = 4 if owner.plan == "need_more" else 3
    if [record["state"] for record in case["records"]] != ["stored"] * files:
        yield f"owner {owner.number}: records {[record['state'] for record in case['records']]}"
    if owner.stopped and (case["sms"] or owner.phone not in {row["number"] for row in base.rows("optouts")}):
        yield f"LOST: owner {owner.number} wrote STOP and it was not kept"


def _money(truth: Truth, base: Base) -> Iterator[str]:
    live: dict[tuple[str, str], str] = {}  # by case and attempt; what has expired may be made anew
    for record in truth.of("session", "session_expired"):
        if record["kind"] == "session_expired":
            live = {who: session for who, session in live.items() if session != record["id"]}
            continue
        who = record["metadata"]["case"], record["metadata"]["attempt"]
        if who in live:
            yield f"DUPLICATE SESSION: a second payment session for case {who[0]}, attempt {who[1]}"
        live[who] = record["id"]
    charges = Counter(r["metadata"]["case"] for r in truth.of("paid"))
    yield from (f"DOUBLE CHARGE: case {code} was charged {n} times" for code, n in charges.items() if n > 1)
    codes = {case["code"]: case["id"] for case in base.cases.values()}
    entered = Counter(row["case_id"] for row in base.rows("ledger") if row["kind"] == "paid")
    for code in charges:
        if entered[codes[code]] != 1:
            yield f"case {code} was charged, and the ledger says so {entered[codes[code]]} times"
    if len(entered) != len(charges):
        yield f"{len(entered)} cases are paid in the ledger, {len(charges)} were charged"


def _refunds(truth: Truth, base: Base, owners: Sequence[Owner]) -> Iterator[str]:
    """Who ended her case after paying has her money back, once; nobody else has; and the ledger says the same."""
    charged = {r["payment_intent"]: r["metadata"]["case"] for r in truth.of("paid")}
    back = Counter(charged[r["payment_intent"]] for r in truth.of("refund"))
    yield from (f"DOUBLE REFUND: case {code} was paid back {n} times" for code, n in back.items() if n > 1)
    wanted = {case["code"] for owner in owners if owner.plan == "refund" for case in base.case_of(owner.id)}
    if set(back) != wanted:
        yield f"paid back were {sorted(back)}, to be paid back {sorted(wanted)}"
    entered = Counter(base.cases[row["case_id"]]["code"] for row in base.rows("ledger") if row["kind"] == "refund_done")
    if entered != back:
        yield f"the ledger has refunds of {dict(entered)}, the provider made {dict(back)}"


def _texts(truth: Truth, base: Base) -> Iterator[str]:
    """A row stands for one purpose of one booking: more texts on a phone than rows that were sent are duplicates."""
    rows = Counter(row["recipient"] for row in base.rows("outbox") if row["kind"] == "text" and row["state"] == "done")
    unsure = Counter(
        row["recipient"] for row in base.rows("outbox") if row["kind"] == "text" and row["state"] == "unknown"
    )
    sent = Counter(r["to"] for r in truth.of("sms"))
    for number in sent | rows:
        if not rows[number] <= sent[number] <= rows[number] + unsure[number]:
            yield f"DUPLICATE SMS: {sent[number]} texts on {number}, {rows[number]} rows sent, {unsure[number]} in doubt"
    sids = Counter(row["provider_id"] for row in base.rows("outbox") if row["kind"] == "text" and row["provider_id"])
    yield from (f"two rows claim the text {sid}" for sid, n in sids.items() if n > 1)


def _rows(base: Base, now: int) -> Iterator[str]:
    for row in base.rows("outbox"):
        stuck = row["state"] in ("waiting", "sending") and row["due_at"] <= now
        buried = row["state"] == "dead" and row["error"] != "no_longer_wanted" and row["error"] != "opted_out"
        if stuck or buried:
            yield f"outbox row {row['id']} ({row['channel']}/{row['kind']}) is {row['state']}: {row['error']}"
    for row in base.rows("inbox"):
        if row["state"] != "done":
            yield f"inbox {row['channel']}/{row['key']} is {row['state']}: {row['error']}"
    late = [row for row in base.rows("timers") if row["due_at"] <= now - 5_000_000]
    yield from (f"timer {row['kind']} of case {row['case_id']} is overdue" for row in late)


def _duplicates(found: Sequence[Repeat]) -> Iterator[str]:
    """At most one after each kill, over all chats together; none without a kill. Papers (the case file) leave in a line of their own,
    one at a time, so that they hold up no card: of them one more may come twice (decision 0003)."""
    papers = {repeat.record for repeat in found if repeat.words.startswith("document ")}
    for (kill, paper), count in Counter((repeat.kill, repeat.record in papers) for repeat in found).items():
        what = "papers" if paper else "messages"
        if kill < 0:
            yield f"{count} duplicate {what} without a kill in between"
        elif count > 1:
            yield f"{count} duplicate {what} after kill {kill + 1}"


def _figures(truth: Truth, owners: Sequence[Owner], kills: Sequence[int], verdict: Verdict) -> dict[str, int]:
    return {
        "kills": len(kills),
        "journeys": len(owners),
        "journeys ended": sum(owner.ended for owner in owners),
        "earlier times taken": sum(owner.plan == "earlier" and not owner.gave_up for owner in owners),
        "called off for leave": sum(owner.plan == "away" for owner in owners),
        "updates": len(truth.of("update")),
        "Telegram messages": len(truth.of("message", "photo", "document")),
        "duplicate Telegram messages": len(verdict.repeated),
        "most of them after one kill": max(Counter(repeat.kill for repeat in verdict.repeated).values(), default=0),
        "texts (SMS)": len(truth.of("sms")),
        "payment sessions": len(truth.of("session")),
        "payments": len(truth.of("paid")),
        "refunds": len(truth.of("refund")),
        "/status asked in vain": sum(owner.nudges for owner in owners),
    }
