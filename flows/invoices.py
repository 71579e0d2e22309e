"""An invoice inside Telegram: what stands in it, and whether it may be paid at this very moment.

Telegram asks before it takes money and waits ten seconds for the answer. The question is answered from the case alone; nothing is
written down by it, so a yes promises nothing but that the fee was open when it was given.
"""

from collections.abc import Sequence
from dataclasses import replace

from flows import consultations, emergency, rails
from flows.case import Case, Status
from flows.context import Context
from flows.effects import Say
from flows.incoming import CheckoutSeen
from flows.ledger import CHARGE, RECEIVED, Fact, known
from flows.rails import TELEGRAM, named, rail_of
from flows.screens import Choice, show
from flows.transfers import instead
from flows.wording import mark, say

NOT_OPEN = mark("This invoice is not open any more, and nothing was charged. Please send /status.")
LATER = mark("We cannot look it up just now, and nothing was charged. Please try again in a moment.")
DETAILS = mark("Reading of all records, the call and the written opinion")


def session(code: str, attempt: int) -> str:
    """The invoice's payload: it names the case and the attempt, so that an older invoice is known."""
    return named(TELEGRAM, f"{code}-{attempt}")


def code_of(payload: str) -> str:
    """The case that a payload names; "" where it is none of ours."""
    rail, _, rest = payload.partition("-")
    return rest.partition("-")[0] if rail == TELEGRAM else ""


def hindered(case: Case | None, chat: int, payload: str, amount: int, currency: str) -> str:
    """Why it may not be paid now; "" where it may. ``amount`` in minor units, as the payer sees it."""
    if case is None:
        return NOT_OPEN
    payment = case.payment
    ours = case.chat == chat and payload == session(case.code, payment.attempt) and payment.rail == TELEGRAM
    due = case.status is Status.ACCEPTED and payment.state in ("opening", "open")
    return "" if ours and due and (amount, currency) == (payment.amount, payment.currency) else NOT_OPEN


def shown(case: Case, context: Context, before: str = "") -> tuple[Case, Say]:
    """What is said below the invoice, which carries the button itself."""
    language = case.language
    text = say(language, "Please pay with the button of the invoice above. Once you have paid, you choose the time of the call.\n\n{emergency}", emergency=emergency.reminder(language))  # fmt: skip
    again = Choice(f"{rails.CHOICE}{TELEGRAM}", say(language, "Send the invoice again"))
    rows = [[again], *instead(case, context), [Choice("gate", say(language, "⚠ It is getting worse"))]]
    parts = (before, consultations.told(case, language), text)
    return show(case, context, "\n\n".join(part for part in parts if part), rows)


def told_apart(news: CheckoutSeen, facts: Sequence[Fact]) -> CheckoutSeen:
    """Two invoices of one attempt may both be paid, seconds apart: the second sum gets a name of its own, and is not taken for a repeat."""
    if rail_of(news.session) != TELEGRAM or not news.intent:
        return news
    if known(facts, news.intent, CHARGE) or not known(facts, news.session, *RECEIVED):
        return news
    return replace(news, session=f"{news.session}-{sum(fact.kind == CHARGE for fact in facts) + 1}")
