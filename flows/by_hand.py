"""Money that goes back by hand: no provider is asked, a doctor pays it back from the clinic's account and says so with one press.

Where to, the owner writes in the chat. It stands on the case page and nowhere in the group.
"""

from dataclasses import replace
from datetime import timedelta

from flows import rails
from flows.case import ENDED, Case
from flows.context import Context, Decision
from flows.currencies import money
from flows.effects import Button, Effect, Enter, Post, Say, Wake
from flows.ledger import Fact, waiting
from flows.reading import free_text
from flows.wording import mark, say

ASKED = "?"  # in place of the account, while the owner is asked for it
REMIND = timedelta(days=1)
LONGEST = 200
PAY = mark("Case {code}: please transfer {amount} back to the owner, and then press the button. The account to pay to is on the case page.")  # fmt: skip
AT_PROVIDER = mark("Case {code}: please pay {amount} back on the pages of the provider behind Telegram's invoices (invoice {reference}), and then press the button. Telegram itself pays nothing back.")  # fmt: skip
IN_THE_WAY = mark(
    "{amount} is being paid back to you, in the way you paid. We write to you here as soon as it is done."
)
WAIT = mark("Case {code}: {amount} goes back to the owner by transfer. She was asked for her account; as soon as she has written it, it is on the case page and you hear of it here.")  # fmt: skip
WHERE_TO = mark("{amount} goes back to you by bank transfer. Please write here, in one message, the bank, the account number and the name of its holder. Only the clinic's doctors see it.")  # fmt: skip
AGAIN = mark("So that the clinic can transfer your money back: please write here, in one message, the bank, the account number and the name of its holder.")  # fmt: skip
KNOWN = mark("{amount} is being transferred back to your account. We write to you here as soon as it is done.")


def asked(case: Case, context: Context, where: str, amount: int, currency: str) -> tuple[Case, tuple[Effect, ...]]:
    """A doctor has confirmed that it goes back. ``where``: the refund's reference. Only a transfer needs to know where to."""
    known = case.payment.account not in ("", ASKED) or rails.rail_of(where) != rails.BANK
    asking = case if known else replace(case, payment=replace(case.payment, account=ASKED))
    entry = Enter(where, "refund_asked", amount, currency)
    fact = Fact(where, entry.kind, amount, currency, context.now)
    said = KNOWN if rails.rail_of(where) == rails.BANK else IN_THE_WAY
    words = say(case.language, said if known else WHERE_TO, amount=money(amount, currency))
    session = where.partition("#")[0]
    return asking, (entry, Say(words), _post(asking, context, fact), Wake("refund", context.now + REMIND, session))


def account_given(case: Case, context: Context, text: str) -> Decision | None:
    """What the owner writes while she is asked for her account; without a number in it, it is none and an open case answers it as ever."""
    if case.payment.account != ASKED:
        return None
    words = free_text(text, longest=LONGEST)
    if words is None or sum(sign.isdigit() for sign in words) < 5:
        return Decision(case, (Say(say(case.language, AGAIN)),)) if case.status in ENDED else None
    given = replace(case, payment=replace(case.payment, account=words))
    thanks = say(case.language, "Thank you. The money goes to this account; we write to you here as soon as it is on its way. If something is wrong with it, please ring the clinic.")  # fmt: skip
    return Decision(given, (Say(thanks), *remind(given, context)))


def remind(case: Case, context: Context, session: str = "") -> tuple[Effect, ...]:
    """What a doctor has still to pay back by hand, of one session or of all, once more."""
    due = [f for f in unpaid(context.ledger) if not session or f.reference.partition("#")[0] == session]
    wakes = (Wake("refund", context.now + REMIND, fact.reference.partition("#")[0]) for fact in due)
    return (*(_post(case, context, fact) for fact in due), *wakes)


def unpaid(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The refunds that wait for a doctor to carry them out."""
    return tuple(fact for fact in waiting(facts) if not rails.answers(fact.reference))


def meant(case: Case, context: Context, key: str) -> Fact | None:
    """What a button stands for, if nobody has said yet what became of it."""
    return next((fact for fact in unpaid(context.ledger) if _key(fact.reference) == key), None)


def _key(where: str) -> str:
    session, _, number = where.partition("#")
    return f"{rails.name_of(session)}-{number}"


def _post(case: Case, context: Context, fact: Fact) -> Post:
    language, amount = context.clinic.languages[0], money(fact.amount, fact.currency)
    session = fact.reference.partition("#")[0]
    words = WAIT if case.payment.account == ASKED else PAY
    if rails.rail_of(session) == rails.TELEGRAM:
        words = AT_PROVIDER
    text = say(language, words, code=case.code, amount=amount, reference=rails.name_of(session))
    key = f"{case.code}.{_key(fact.reference)}"
    rows = (
        (Button(say(language, "{amount} is paid back", amount=amount), data=f"{key}.paid_back"),),
        (Button(say(language, "It cannot be paid back"), data=f"{key}.not_paid_back"),),
    )
    return Post(text, "alarm", case.review.topic, rows)
