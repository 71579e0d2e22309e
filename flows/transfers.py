"""Paying by bank transfer, as the owner and the group read it: account, exact amount, reference, and until when.

The reference is the case's code, a letter for the attempt and a check letter, so that a letter typed wrongly or two in the wrong order
are noticed. Nobody but the staff sees the account: what has arrived is what a doctor confirms (``flows.transfer_buttons``).
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle

from flows import consultations, emergency, rails
from flows.booking import owner_zone
from flows.case import Case
from flows.context import Context
from flows.currencies import money
from flows.effects import Button, Post, Say
from flows.ledger import Fact, known
from flows.opening import LETTERS
from flows.screens import Choice, show
from flows.summary import instant
from flows.wording import mark, say

LIVES = timedelta(days=14)  # until then the transfer is to be made
GRACE = timedelta(days=4)  # and so long one that was made on the last day may take, weekends included
# No weight, no step to the next and none to the check letter (-1) shares a factor with the 25 letters.
WEIGHTS = (1, 2, 3)
DONE = "transferred"
ASKED = mark(
    "Case {code}: the owner pays {amount} by bank transfer, reference {reference}. Please press once the money is on the clinic's account."
)
SAID = mark(
    "Case {code}: the owner says that {amount} was transferred, reference {reference}. Has it arrived on the clinic's account?"
)
SENT = mark(
    "Case {code}: the owner has sent a file while the transfer of {amount} is awaited, reference {reference}; it may be the bank's receipt. Has the money arrived on the clinic's account?"
)
WAITS = mark(
    "Case {code}: the owner has been waiting for a day to hear whether {amount} has arrived, reference {reference}. Please look at the clinic's account."
)
LOOKED = mark(
    "Case {code}: the owner knows that {amount} has not arrived yet, reference {reference}. Please look again; a reminder comes each day."
)


def reference(code: str, attempt: int) -> str:
    """Eight letters in all up to the 25th attempt of a case."""
    plain, rest = code, attempt
    while True:
        rest, digit = divmod(rest, len(LETTERS))
        plain += LETTERS[digit]
        if not rest:
            return plain + _check(plain)


def is_sound(name: str) -> bool:
    """Whether the last letter fits the others."""
    return len(name) > 1 and set(name) <= set(LETTERS) and _check(name[:-1]) == name[-1]


def _check(letters: str) -> str:
    weighed = zip(letters, cycle(WEIGHTS), strict=False)
    return LETTERS[sum(LETTERS.index(letter) * weight for letter, weight in weighed) % len(LETTERS)]


def shown(case: Case, context: Context, before: str = "") -> tuple[Case, Say]:
    """What to transfer and where to, with the ways on from there."""
    language, payment, account = case.language, case.payment, context.clinic.bank
    text = say(
        language,
        "Please transfer exactly {amount}, and write the reference with it: by it we know that the money is yours.\n\n"
        "Reference: {reference}\nName: {holder}\nBank: {bank}\nAccount: {account}\nUntil: {until}\n\n"
        "A transfer can take some days. You may send a picture of the bank's receipt here; as soon as the clinic has seen the money, you choose the time of the call.\n\n{emergency}",
        amount=money(payment.amount, payment.currency), reference=rails.name_of(payment.session),
        holder=account.holder if account else "", bank=account.bank if account else "", account=account.account if account else "",
        until=instant(payment.until or context.now, owner_zone(case, context), language), emergency=emergency.reminder(language),
    )  # fmt: skip
    waiting = say(language, "The clinic looks at its account and writes to you here.") if payment.receipt_at else ""
    rows = [] if payment.receipt_at else [[Choice(DONE, say(language, "I have made the transfer"))]]
    rows += [*instead(case, context), [Choice("gate", say(language, "⚠ It is getting worse"))]]
    parts = (before, consultations.told(case, language), waiting, text)
    return show(case, context, "\n\n".join(part for part in parts if part), rows)


def instead(case: Case, context: Context) -> list[list[Choice]]:
    """The other ways of paying, while one is open."""
    now = case.payment.rail or rails.STRIPE
    others = [rail for rail in context.clinic.rails if rail != now]
    return [[Choice(f"{rails.CHOICE}{rail}", say(case.language, rails.INSTEAD[rail]))] for rail in others]


def asked_of(facts: Sequence[Fact], name: str) -> Fact | None:
    """What was asked for under this reference; None for one that was never given out."""
    session = rails.named(rails.BANK, name)
    return next((fact for fact in facts if (fact.reference, fact.kind) == (session, "opened")), None)


def arrived(facts: Sequence[Fact], session: str) -> bool:
    """Whether a doctor has said that money came under it."""
    return known(facts, session, "paid", "wrong_amount")


def post(case: Case, context: Context, words: str) -> Post:
    """One of the sentences above, with what a doctor can say to it."""
    language, payment = context.clinic.languages[0], case.payment
    name, amount = rails.name_of(payment.session), money(payment.amount, payment.currency)
    text = say(language, words, code=case.code, amount=amount, reference=name)
    key = f"{case.code}.{name}-{payment.looked}"
    rows = [
        (Button(say(language, "Has arrived: {amount}", amount=amount), data=f"{key}.bank_arrived"),),
        (Button(say(language, "Another amount"), data=f"{key}.bank_other"),),
    ]
    if words != ASKED:  # she waits for an answer
        rows.append((Button(say(language, "Not there yet"), data=f"{key}.bank_not_yet"),))
    return Post(text, "alarm" if words == WAITS else "note", case.review.topic, tuple(rows))
