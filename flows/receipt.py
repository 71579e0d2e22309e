"""The receipt: what came in for a case and what went back, read from the ledger, on paper and without a medical word.

It is sent when the fee is there, again when money has gone back, and as often as /receipt asks for it. The ledger alone is read, so that a
receipt always says what the books say.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flows import rails
from flows.case import Case
from flows.context import Context, Decision
from flows.currencies import money
from flows.days import day_words
from flows.effects import Effect, Say, SayLetter
from flows.ledger import Fact, Sum, known, sum_of, sums
from flows.wording import mark, say

NAME = "receipt.pdf"


def paper(case: Case, facts: Sequence[Fact], context: Context) -> SayLetter:
    """The receipt in the owner's language; ``facts`` hold at least one payment."""
    caption = say(case.language, "Your receipt. /receipt brings it again.")
    return SayLetter(caption, (_page(case, facts, context),), NAME)


def again(case: Case, context: Context) -> Decision:
    """/receipt: the receipt as it is now."""
    if not sums(context.ledger):
        return Decision(case, (Say(say(case.language, "No payment has arrived in this case yet.")),))
    return Decision(case, (paper(case, context.ledger, context),))


def corrected(
    case: Case, before: Sequence[Fact], after: Sequence[Fact], session: str, context: Context
) -> tuple[Effect, ...]:
    """A new receipt where more of this session's money, or less, has gone back than the last one said."""
    was, now = sum_of(before, session), sum_of(after, session)
    if was is None or now is None or was.given_back == now.given_back:
        return ()
    fresh = paper(case, after, context)
    if not now.given_back:
        return (fresh,)
    words = mark("Your receipt, now with the {amount} that went back to you. /receipt brings it again.")
    return (replace(fresh, caption=say(case.language, words, amount=money(now.given_back, now.currency))),)


def _page(case: Case, facts: Sequence[Fact], context: Context) -> str:
    language, clinic = case.language, context.clinic
    return say(
        language,
        "{clinic}\n\nReceipt\nSecond opinion, case {code}\nWritten on {day}\n\n{lines}\n\n"
        "This paper confirms what was paid. It is not a tax invoice.",
        clinic="\n".join(filter(None, (clinic.name, clinic.phone))),
        code=case.code,
        day=_day(context.now, context, language),
        lines="\n\n".join("\n".join(_lines(one, facts, context, language)) for one in sums(facts)),
    )


def _lines(one: Sum, facts: Sequence[Fact], context: Context, language: str) -> list[str]:
    """One payment, how it came, and each part of it that went back."""
    currency = one.currency
    lines = [
        say(language, "Received on {day}: {amount}", day=_day(one.received_at, context, language), amount=money(one.received, currency)),
        say(language, rails.ON_RECEIPT[rails.rail_of(one.session)], reference=rails.name_of(one.session)),
    ]  # fmt: skip
    for fact in _given_back(one, facts):
        words = mark("Paid back on {day}: {amount}")
        lines.append(say(language, words, day=_day(fact.at, context, language), amount=money(fact.amount, fact.currency)))  # fmt: skip
    if one.under_way:
        lines.append(say(language, "On its way back to you: {amount}", amount=money(one.under_way, currency)))
    if one.disputed or one.lost:
        lines.append(say(language, "Taken back by your bank: {amount}", amount=money(one.disputed + one.lost, currency)))  # fmt: skip
    return lines


def _given_back(one: Sum, facts: Sequence[Fact]) -> list[Fact]:
    """The refunds that reached the owner; one that her bank sent back later did not."""
    return [
        fact
        for fact in facts
        if fact.kind == "refund_done"
        and fact.reference.partition("#")[0] == one.session
        and not known(facts, fact.reference, "refund_failed")
    ]


def _day(at: datetime, context: Context, language: str) -> str:
    """The clinic's own calendar: its books are kept there."""
    return day_words(at.astimezone(ZoneInfo(context.clinic.zone)).date().isoformat(), language)
