"""What people press and write about a bank transfer: the owner that it is made, the staff what has arrived.

Money counts once a doctor has confirmed it with a second tap, or has written the amount. Each line of the ledger is written once per
reference, so whoever presses second is told that it is settled.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import chain, count

from flows import fee, rails, transfers
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.currencies import exponent, money
from flows.effects import Answer, Button, Effect, Noted, Post, Say, Wake
from flows.incoming import Attached, CheckoutSeen, StaffPressed, StaffReplied, Uploaded
from flows.ledger import Fact
from flows.money_buttons import SETTLED
from flows.prompts import asked_of, settled
from flows.rounds import doctor_name
from flows.wording import mark, say

ACTIONS = ("bank_arrived", "bank_yes", "bank_other", "bank_not_yet")
ASKED = "transfer:"  # what an open prompt is for, with the reference behind it
REMIND = timedelta(days=1)


# --- the owner --------------------------------------------------------------------------------------------------------
def is_awaited(case: Case) -> bool:
    """Whether the fee is to come by transfer and nobody has said yet that it is there."""
    payment = case.payment
    return case.status is Status.ACCEPTED and payment.rail == rails.BANK and payment.state == "open"


def made(case: Case, context: Context) -> Decision:
    """The owner has made the transfer: the staff is asked to look, and again each day until somebody answers."""
    if not is_awaited(case):
        return Decision(case)
    words = mark("Thank you. The clinic looks at its account and writes to you here. If you like, send a picture of the bank's receipt, too.")  # fmt: skip
    waits, effects = _waits(case, context, transfers.SAID)
    return Decision(waits, (Say(say(case.language, words)), *effects))


def with_receipt(taken: Decision, context: Context, file: Attached | Uploaded) -> Decision:
    """A file that comes while a transfer is awaited may be its receipt: it is kept as any other, and the staff is asked to look."""
    case = taken.case
    unknown = not any(isinstance(effect, Wake) for effect in taken.effects)  # one that was not taken
    if unknown or not is_awaited(case) or case.payment.receipt_at:
        return taken
    words = mark("Thank you. If this is the bank's receipt: the clinic compares it with its account and writes to you here.")  # fmt: skip
    waits, effects = _waits(case, context, transfers.SENT)
    return Decision(waits, (*taken.effects, Say(say(case.language, words)), *effects))


def _waits(case: Case, context: Context, words: str) -> tuple[Case, tuple[Effect, ...]]:
    payment = replace(case.payment, receipt_at=context.now)
    lapse = Wake("lapse", context.now + fee.UNPAID_FOR)  # no case ends while somebody waits for a word about her money
    return replace(case, payment=payment), (transfers.post(case, context, words), _remind(case, context), lapse)


def _remind(case: Case, context: Context) -> Wake:
    return Wake("transfer", context.now + REMIND, case.payment.session)


def due(case: Case, context: Context, session: str) -> Decision:
    """A day has passed since the owner said so, and nobody has answered what the account says."""
    if not is_awaited(case) or session != case.payment.session:
        return Decision(case)
    return Decision(case, (transfers.post(case, context, transfers.WAITS), _remind(case, context)))


# --- the staff --------------------------------------------------------------------------------------------------------
def pressed(case: Case, context: Context, press: StaffPressed) -> Decision | None:
    """One of ACTIONS, by an enrolled doctor; None for every other button. An old one is good as long as nothing came under its reference."""
    _, key, action = [*press.data.split("."), "", ""][:3]
    if action not in ACTIONS:
        return None
    name, _, looked = key.partition("-")
    wanted = transfers.asked_of(context.ledger, name)
    if wanted is None:
        return _settled(case, context)
    if action == "bank_other":
        return _ask_amount(case, context, press, wanted)
    if transfers.arrived(context.ledger, wanted.reference):
        return _settled(case, context)
    if action == "bank_not_yet":
        return _not_yet(case, context, wanted, looked)
    if action == "bank_arrived":
        return _ask_again(case, context, wanted, key)
    return _taken(case, context, press.doctor, wanted.reference, wanted.amount, wanted.currency)


def _settled(case: Case, context: Context) -> Decision:
    return Decision(case, (Answer(say(context.clinic.languages[0], SETTLED), alert=True),))


def _ask_again(case: Case, context: Context, wanted: Fact, key: str) -> Decision:
    language, amount = context.clinic.languages[0], money(wanted.amount, wanted.currency)
    words = mark("Case {code}: {amount} with the reference {reference} is on the clinic's account?")
    text = say(language, words, code=case.code, amount=amount, reference=rails.name_of(wanted.reference))
    yes = Button(say(language, "Yes, {amount} is there", amount=amount), data=f"{case.code}.{key}.bank_yes")
    post = Post(text, "note", case.review.topic, ((yes,),))
    return Decision(case, (post, Answer(say(language, "Please confirm below."))))


def _taken(case: Case, context: Context, doctor: str, session: str, amount: int, currency: str) -> Decision:
    """The clinic's own books have spoken: from here on it is the same as with every other rail."""
    language, name = context.clinic.languages[0], rails.name_of(session)
    told = fee.seen(case, context, CheckoutSeen(session, "paid", amount, currency))
    words = mark("Case {code}: {doctor} has confirmed that {amount} arrived, reference {reference}.")
    much = money(amount, currency)
    text = say(language, words, code=case.code, doctor=doctor_name(context, doctor), amount=much, reference=name)
    first = name.partition("-")[0]
    more = Button(say(language, "More has arrived"), data=f"{case.code}.{first}-m.bank_other")
    note = Post(text, "note", case.review.topic, ((more,),))
    effects = (
        Noted("transfer_confirmed", doctor, f"{name} {much}"),
        *told.effects,
        note,
        Answer(say(language, "Done.")),
    )
    return replace(told, effects=effects)


def _not_yet(case: Case, context: Context, wanted: Fact, looked: str) -> Decision:
    """The owner is told once for each look at the account."""
    payment = case.payment
    if not is_awaited(case) or wanted.reference != payment.session or looked != str(payment.looked):
        return _settled(case, context)
    after = replace(case, payment=replace(payment, looked=payment.looked + 1, receipt_at=None))
    words = mark(
        "The clinic has looked at its account: your transfer of {amount} is not there yet. That is nothing unusual, a bank may take some days. "
        "Please check that the reference {reference} stands with it; we look again and write to you here."
    )
    much, name = money(payment.amount, payment.currency), rails.name_of(payment.session)
    told = Say(say(case.language, words, amount=much, reference=name))
    done = Answer(say(context.clinic.languages[0], "Done."))
    return Decision(after, (told, transfers.post(after, context, transfers.LOOKED), _remind(after, context), done))


# --- another amount ---------------------------------------------------------------------------------------------------
def _ask_amount(case: Case, context: Context, press: StaffPressed, wanted: Fact) -> Decision:
    """Another sum than was asked for, or one more under the same reference."""
    language, name = context.clinic.languages[0], rails.name_of(wanted.reference)
    words = mark("Case {code}, reference {reference}: please reply to this message with the amount that has arrived, digits only; asked for were {amount}.")  # fmt: skip
    text = say(language, words, code=case.code, reference=name, amount=money(wanted.amount, wanted.currency))
    prompt = Post(text, "prompt", case.review.topic, mention=press.person)
    return Decision(
        asked_of(case, context, press, f"{ASKED}{name}"),
        (prompt, Answer(say(language, "Please reply to the message below."))),
    )


def replied(case: Case, context: Context, reply: StaffReplied) -> Decision | None:
    """The amount, by whom it was asked; None for a reply to any other prompt, which is answered elsewhere."""
    language, review = context.clinic.languages[0], case.review
    wrong = reply.prompt != review.prompt if review.prompt else reply.prompt <= review.former
    if not review.asked.startswith(ASKED) or wrong or reply.person != review.asked_by:
        return None
    name = review.asked.removeprefix(ASKED)
    wanted = transfers.asked_of(context.ledger, name)
    amount = amount_in(reply.text, wanted.currency) if wanted else 0
    if wanted is None or not amount:
        words = mark("Please reply with the amount alone, for example 2500.")
        return Decision(case, (Post(say(language, words), "note", review.topic),))
    session = _unused(context.ledger, wanted.reference)
    return _taken(settled(case), context, reply.doctor, session, amount, wanted.currency)


def _unused(facts: Sequence[Fact], session: str) -> str:
    """Each sum has a name of its own: the reference, and for a second one under it the reference with a number."""
    names = chain([session], (f"{session}-{number}" for number in count(2)))
    return next(name for name in names if not transfers.arrived(facts, name))


def amount_in(text: str, currency: str) -> int:
    """ "NT$2,500.00" in minor units; 0 where it is no amount that could have arrived."""
    plain = re.sub(r"[\s,$]|NT|" + currency, "", unicodedata.normalize("NFKC", text).upper())
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,3})?", plain):
        return 0
    whole = Decimal(plain).scaleb(exponent(currency))
    return int(whole) if whole == int(whole) else 0
