"""What the law gives the owner: /privacy says what we hold, /export hands it over, /erase deletes it.

All three concern the person, so every case of hers, ended ones too. What is deleted and what is kept is in ``docs/decisions/0009-erasing.md``.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from flows import consultations, fee, screens
from flows import incoming as come
from flows.case import Case, Status, changed
from flows.context import Context, Decision
from flows.currencies import money
from flows.effects import Effect, Erase, Farewell, Post, Say, SendCopy, Unpost
from flows.screens import Choice, show
from flows.summary import cat_name
from flows.wording import mark, say

PART_BYTES = 40_000_000  # of files in one ZIP; a bot may upload 50 MB (Bot API, sendDocument)
COPY_AGAIN = timedelta(hours=1)
YES = "erase_all"

PRIVACY = mark(
    "What {clinic} holds about you and your cat\n\n"
    "• What: your answers, messages and records, the number and language you gave, and what the doctors decided and wrote. Of a payment: amount and date, no card; an account only if you name one for paying back.\n"
    "• Why: to give the second opinion you ask for, with your consent and under our agreement with you, and to account for it.\n"
    "• Who sees it: the clinic's doctors in their closed group, and whoever keeps this service running. Telegram, the text message carrier and the payment provider pass on what "
    "goes through them. Your own vet, if you say yes to a copy of the opinion. Nobody else; nothing is sold.\n"
    "• How long: until you erase it. An unfinished case ends after 60 days; what it holds stays until you erase it too. The clinic's backups hold it until they are replaced.\n"
    "• A copy: /export sends you everything here.\n"
    "• Correct: before sending, change any answer in the summary. Afterwards write here what is wrong: it reaches the doctors and stands in the case. /status shows where things stand.\n"
    "• Erase: /erase, after a second yes. Of a payment the law makes us keep amount, date and case code.\n"
    "• Stop: /cancel ends a case; /texts stops text messages.\n"
    "• Complain: write here{phone}, or to the data protection authority where you live."
)
ASK = mark(
    "Erase everything about you and your cats? It cannot be taken back.\n\n"
    "Deleted: {cats} with all answers, messages, records and opinions; your telephone number; what waits to be sent; the case in the doctors' group.\n"
    "Kept: of a payment its amount, date and case code, because accounting law demands it; and if you wrote STOP, an unreadable mark of your number, so that it stays so.\n"
    "Backups hold it until they are replaced. Messages in this chat are yours to delete in Telegram.\n\n"
    "If you would like a copy first: /export."
)
PAID = mark(
    "The fee for {cat} ({code}) is paid. Erasing cancels the call and the opinion; the clinic is told and refunds by its rule. "
    "If you still want the opinion, please erase afterwards."
)
PART_PAID = mark(
    "A part of the fee for {cat} ({code}) has come. The clinic is told and pays it back where it has not yet."
)
DONE = mark(
    "Everything about you and your cats is erased here. In the doctors' group it is gone within minutes, and the last traces of it within a day.\n\n"
    "You can delete this chat in Telegram as well. If you ever write to us again, a new case begins. We wish you and your cat all the best."
)
COPY = mark("Your copy is being put together and follows here in a moment: {n} ZIP file(s). Please keep it safe.")
TOO_LARGE = mark(
    "These files are too large for the chat and are not in it:\n{names}\nWe hold them exactly as you sent them. Write to us here and we hand them to you another way."
)


def needs_all(case: Case, incoming: come.Incoming) -> bool:
    """Whether a decision about this must know every case of the person, ended ones too."""
    if isinstance(incoming, come.Asked):
        return incoming.command in ("export", "erase")
    if isinstance(incoming, come.EraseWished):
        return True
    return isinstance(incoming, come.Pressed) and screens.pressed(case, incoming.data) == YES


def privacy(case: Case, context: Context) -> Decision:
    """/privacy: within one screen, and the open question stays open."""
    language, clinic = case.language, context.clinic
    phone = say(language, ", ring {phone}", phone=clinic.phone) if clinic.phone else ""
    return Decision(case, (Say(say(language, PRIVACY, clinic=clinic.name, phone=phone)),))


# --- a copy -----------------------------------------------------------------------------------------------------------
def export(case: Case, context: Context) -> Decision:
    """/export: one document, or several where the records are large. Not twice within an hour: it is heavy work."""
    language, mine = case.language, _mine(case, context)
    if any(one.copied_at and context.now - one.copied_at < COPY_AGAIN for one in mine):
        words = say(language, "Your copy was sent less than an hour ago, or is on its way. Please ask again later.")
        return Decision(case, (Say(words),))
    parts = _parts(mine)
    copies = tuple(SendCopy(number, len(parts), files, language) for number, files in enumerate(parts, 1))
    noted = changed(case, copied_at=context.now)
    text = say(language, COPY, n=len(parts))
    large = [r for one in mine for r in one.records if r.file and r.size > PART_BYTES]
    if large:
        names = "\n".join(f"• {r.name[:80] or r.unique}" for r in large)
        text += "\n\n" + say(language, TOO_LARGE, names=names)
    return Decision(noted, (Say(text), *copies))


def _parts(mine: Iterable[Case]) -> list[tuple[str, ...]]:
    """Which files go into which ZIP, each named by its case's code and its SHA-256; none that is larger than a ZIP may be."""
    parts: list[list[str]] = [[]]
    room = PART_BYTES
    for one in mine:
        for sha, size in {r.file: r.size for r in one.records if r.file and r.size <= PART_BYTES}.items():
            if size > room and parts[-1]:
                parts.append([])
                room = PART_BYTES
            parts[-1].append(f"{one.code}/{sha}")
            room -= size
    return [tuple(part) for part in parts]


# --- erasing ----------------------------------------------------------------------------------------------------------
def ask_erase(case: Case, context: Context) -> Decision:
    """/erase: what goes, what stays, and what it means for a fee that is paid; then a second yes."""
    language, mine = case.language, _mine(case, context)
    cats = ", ".join(f"{cat_name(one, language)[:40]} ({one.code})" for one in mine[:10])
    text = say(language, ASK, cats=cats + (" …" if len(mine) > 10 else ""))
    for one in filter(_owed, mine):
        text += "\n\n" + say(language, PAID, cat=cat_name(one, language)[:40], code=one.code)
    for one in mine:
        if one.payment.parts:
            text += "\n\n" + say(language, PART_PAID, cat=cat_name(one, language)[:40], code=one.code)
    rows = [[Choice(YES, say(language, "Yes, erase everything"))], [Choice("go_on", say(language, "No, keep it"))]]
    shown, message = show(case, context, text, rows)
    return Decision(shown, (message,))


def erase(case: Case, context: Context) -> Decision:
    """The second yes, or the wish that came by telephone or letter. The case that is given back is the old one: nothing of it is stored any more."""
    effects: list[Effect] = [Erase()]
    for one in _mine(case, context):
        effects += fee.stopped(one)
        if _seen_by_staff(one):
            effects += _told(one, context)
    return Decision(case, (*effects, Farewell(say(case.language, DONE))))


def _told(case: Case, context: Context) -> tuple[Effect, ...]:
    language = context.clinic.languages[0]
    words = say(language, "Case {code}: erased at the owner's wish.", code=case.code)
    note = words + " " + say(language, "Please delete by hand what you wrote or copied about it elsewhere.")
    if _owed(case):
        refund = mark("The fee of {amount} was paid and no opinion was sent; the call is cancelled. Please refund it by the clinic's rule.")  # fmt: skip
        note += "\n" + say(language, refund, amount=money(case.payment.amount, case.payment.currency))
    elif case.payment.parts:
        refund = mark("Of its fee {amount} had come. If that was not paid back yet, please do it on the payment provider's own pages.")  # fmt: skip
        whole = consultations.of(case, context.clinic)
        note += "\n" + say(language, refund, amount=money(whole.fee - case.payment.amount, whole.currency))
    elif case.payment.share:
        refund = mark("Its fee of {amount} was to be paid back. If that was not done yet, please do it on the payment provider's own pages.")  # fmt: skip
        note += "\n" + say(language, refund, amount=money(case.payment.amount, case.payment.currency))
    return Unpost(case.id, case.code, case.review.topic, case.review.card, words), Post(note, "alarm")


def _seen_by_staff(case: Case) -> bool:
    return bool(case.submitted_at or case.review.topic or case.review.card or case.payment.paid_at)


def _owed(case: Case) -> bool:
    """Whether money was taken for which no opinion was given yet."""
    return case.status in (Status.PAID, Status.BOOKED)


def _mine(case: Case, context: Context) -> Sequence[Case]:
    return sorted((case, *context.others), key=lambda one: (one.created_at, one.id))
