"""The kinds of consultation a clinic offers, what each costs this person, and the one that the doctors have chosen for a case.

What was chosen is kept with the case, fee and minutes and all: a later change of clinic.toml changes nothing that an owner was told.
A clinic that offers one kind alone has no names for it; then nothing is chosen, and only the fee is spoken of.
"""

from dataclasses import replace

from flows.case import Case, Status
from flows.clinic import Clinic, Consultation
from flows.currencies import money
from flows.wording import either, say

CHOOSE = "kind_"  # what a button's action begins with


def offered(clinic: Clinic, vet: bool) -> tuple[Consultation, ...]:
    """Everything the clinic offers to an owner, or to a vet who asks, in the order of clinic.toml; never empty."""
    found = tuple(
        Consultation(
            kind.key,
            kind.name_en,
            kind.name_zh_hant,
            kind.minutes,
            kind.fee_for_vets if vet and kind.fee_for_vets else kind.fee,
            clinic.currency,
        )
        for kind in clinic.kinds
    )
    return found or (Consultation("", "", "", clinic.call_minutes, clinic.fee, clinic.currency),)


def of(case: Case, clinic: Clinic) -> Consultation:
    """The one of this case. A case that was accepted before kinds were kept owes what it was asked for."""
    if case.consultation:
        return case.consultation
    first = offered(clinic, case.vet)[0]
    asked = case.payment
    return replace(first, fee=asked.amount, currency=asked.currency) if asked.amount else first


def house(case: Case, clinic: Clinic) -> Clinic:
    """The clinic with calls as long as this case's: what is offered, held and accepted is worked out for that length."""
    minutes = of(case, clinic).minutes
    return clinic if minutes == clinic.call_minutes else replace(clinic, call_minutes=minutes)


# --- chosen with the go -----------------------------------------------------------------------------------------------
def asked_for(case: Case, clinic: Clinic, action: str) -> Case:
    """The decision that a doctor has begun: with a go the first kind is chosen until another is pressed, with any other none.

    What was chosen for a case that has been accepted stays, whatever is written about it later.
    """
    if case.status is not Status.REVIEW:
        return case
    return replace(case, consultation=offered(clinic, case.vet)[0] if action == "go" else None)


def chosen(case: Case, clinic: Clinic, action: str) -> Case:
    """A kind was pressed; one that is no longer offered changes nothing."""
    key = action.removeprefix(CHOOSE)
    found = next((one for one in offered(clinic, case.vet) if one.key == key), None)
    return replace(case, consultation=found) if found and key else case


def rows(case: Case, clinic: Clinic, language: str) -> tuple[tuple[str, str], ...]:
    """The short list of a go: action and words of each button; none where there is nothing to choose."""
    if case.status is not Status.REVIEW or case.review.asked != "go" or len(clinic.kinds) < 2:
        return ()
    now = case.consultation.key if case.consultation else ""
    return tuple(
        (f"{CHOOSE}{one.key}", f"{'◉' if one.key == now else '○'} {words(one, language)}")
        for one in offered(clinic, case.vet)
    )


def prompted(case: Case, clinic: Clinic, language: str) -> str:
    """What the request for a sentence of a go says besides: which kind it will be, and that the card has the others; "" where there is one kind."""
    one = case.consultation
    if one is None or not one.key or (case.status, case.review.asked) != (Status.REVIEW, "go"):
        return ""
    text = say(language, "It will be “{consultation}”; the card offers the other kinds.", consultation=words(one, language))  # fmt: skip
    return f"\n\n{text}" if len(clinic.kinds) > 1 else ""


def noted(case: Case) -> str:
    """For the history: which kind, and its fee in minor units."""
    one = case.consultation
    return f"{one.key} {one.fee} {one.currency}" if one and one.key else ""


# --- in words ---------------------------------------------------------------------------------------------------------
def name(one: Consultation, language: str) -> str:
    """As the clinic calls it, with the length of the call; "" where there is but one kind."""
    if not one.key:
        return ""
    called = either(language, one.name_en, one.name_zh_hant)
    return say(language, "{kind}, {minutes} minutes", kind=called, minutes=one.minutes)


def words(one: Consultation, language: str) -> str:
    """Name, length and fee on one line; the fee alone where there is but one kind."""
    fee, called = money(one.fee, one.currency), name(one, language)
    return say(language, "{kind}: {fee}", kind=called, fee=fee) if called else fee


def told(case: Case, language: str) -> str:
    """The chosen one as a line for the card, the case file and /status; "" while none is chosen or where there is but one kind."""
    one = case.consultation
    undecided = case.status is Status.REVIEW and not case.review.pending
    if one is None or not one.key or undecided:
        return ""
    return say(language, "Consultation: {consultation}", consultation=words(one, language))


def prices(case: Case, clinic: Clinic) -> str:
    """What this person would pay, said before anything is sent: one fee, or every kind with its own."""
    language, menu = case.language, offered(clinic, case.vet)
    if not clinic.kinds:
        return say(language, "If the doctors can help, the fee is {fee}. It is asked only after their yes.", fee=words(menu[0], language))  # fmt: skip
    lead = say(language, "If the doctors can help, they choose the consultation that fits; its fee is asked only after their yes:")  # fmt: skip
    return "\n".join((lead, *(f"• {words(one, language)}" for one in menu)))
