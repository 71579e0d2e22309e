"""Hop 3: what comes in, what the case is, what happens next. Pure: no clock, no chance, no database; all of that is in ``Context``."""

from dataclasses import replace
from typing import assert_never

from flows import (
    about,
    agreements,
    attachments,
    booking,
    booking_page,
    by_hand,
    doctors,
    fee,
    handover,
    heard,
    intake,
    later,
    new_number,
    outcome,
    rails,
    receipt,
    review,
    rights,
    safe_again,
    screens,
    several,
    sorting,
    standing,
    texted,
    texts,
    transfer_buttons,
    transfers,
    typed,
    uploads,
    vet_copy,
    waiting_list,
)
from flows import incoming as come
from flows.card import card_again
from flows.case import ENDED, Case, Status, changed
from flows.context import Context, Decision
from flows.earlier_wish import WISH
from flows.effects import Answer, EditCard, Effect, Post
from flows.wording import LANGUAGES, say


def decide(case: Case, incoming: come.Incoming, context: Context) -> Decision:
    """The next case and what is to be done. Never raises for what a person does."""
    decision = _ticked(case, incoming, context) or several.signed(case, context, _decide(case, incoming, context))
    if decision.case is case:
        return decision
    decision = doctors.followed(case, decision, context)
    card = _card_news(case, decision, context)
    somebody = case.updated_at if isinstance(incoming, come.Due) else context.now
    after = changed(decision.case, updated_at=somebody, last_screen=_answered(case, incoming, decision))
    return Decision(after, (*decision.effects, *card))


def _ticked(case: Case, incoming: come.Incoming, context: Context) -> Decision | None:
    """One line of an open list was ticked: the list keeps its place and its buttons, so that quick fingers lose no tick."""
    if not (isinstance(incoming, come.Pressed) and incoming.message and screens.is_tick(case, incoming.data)):
        return None
    found = _decide(case, incoming, replace(context, token=case.screen))
    if not context.current or not screens.same_places(case, found.case):
        return None
    return replace(found, effects=screens.in_place(found.effects, incoming.message))


def _answered(before: Case, incoming: come.Incoming, decision: Decision) -> str:
    """The screen whose button was just pressed: a second tap on it is a double tap. A screen that was replaced is not answered."""
    if decision.case.screen == before.screen:
        return before.last_screen
    return before.screen if isinstance(incoming, come.Pressed) and screens.pressed(before, incoming.data) else ""


def _card_news(before: Case, decision: Decision, context: Context) -> tuple[Effect, ...]:
    """The card follows every move, sign and booking; a decision that has spoken of the card itself is left alone."""
    after = decision.case
    told = any(isinstance(e, EditCard) or (isinstance(e, Post) and e.role == "card") for e in decision.effects)
    if told or _standing(before) == _standing(after):
        return ()
    return card_again(after, context)


def _standing(case: Case) -> tuple[object, ...]:
    sure = case.call is not None and case.call.confirmed
    return case.status, case.revision, sure, case.alarm, case.called_safe, case.amber


def _decide(case: Case, incoming: come.Incoming, context: Context) -> Decision:
    match incoming:
        case come.Said(text=text):
            return heard.with_signs(case, _said(case, context, text), text, context)
        case come.Asked(command=command):
            return _asked(case, context, command)
        case come.Pressed(data=data):
            return _pressed(case, context, data)
        case come.Attached() | come.Uploaded():
            return _attached(case, context, incoming)
        case come.SharedContact():
            return _contact(case, context, incoming)
        case come.SentOther():
            return standing.unreadable(case, context)
        case come.Blocked() | come.EraseWished() | come.OnPage():
            return _of_the_person(case, context, incoming)
        case come.Texted(body=body, unclear=unclear):
            return texted.texted(case, context, body, unclear)
        case come.StaffPressed() | come.Drafted():
            return doctors.pressed(case, context, incoming)
        case come.StaffReplied():
            return doctors.replied(case, context, incoming)
        case come.Stored() | come.NotStored():
            return attachments.stored(case, context, incoming)
        case come.TopicOpened(topic=topic):
            return review.topic_opened(case, context, topic)
        case come.Posted():
            return review.posted(case, incoming)
        case come.CheckoutOpened():
            return fee.opened(case, context, incoming)
        case come.CheckoutSeen():
            return fee.seen(case, context, incoming)
        case come.Undelivered():
            return later.undelivered(case, context, incoming)
        case come.Due(kind=kind, key=key):
            return later.due(case, context, kind, key)
        case come.Refused(hold=hold, unasked=unasked):
            return waiting_list.again_later(case) if unasked else booking.refused(case, context, hold)
    assert_never(incoming)


def _of_the_person(case: Case, context: Context, incoming: come.Blocked | come.EraseWished | come.OnPage) -> Decision:
    """Whatever question is open in the chat just now."""
    match incoming:
        case come.Blocked(gone=gone):
            return Decision(replace(case, blocked=gone))
        case come.OnPage():
            return booking_page.pressed(case, context, incoming)
    return rights.erase(case, context)


def _said(case: Case, context: Context, text: str) -> Decision:
    if case.status is not Status.INTAKE:
        takers = (by_hand.account_given, outcome.sentence, vet_copy.named, new_number.taken)
        taken = next(filter(None, (take(case, context, text) for take in takers)), None)
        return taken or standing.noted(case, context, text)
    if case.step in ("", "change") or not case.screen or _aside(case):
        return standing.status(case, context)
    return typed.typed(case, context, text)


def _attached(case: Case, context: Context, file: come.Attached | come.Uploaded) -> Decision:
    """A voice note may be the answer to the open question; it is kept among the records in any case."""
    if isinstance(file, come.Uploaded):
        return transfer_buttons.with_receipt(uploads.uploaded(case, context, file), context, file)
    taken = transfer_buttons.with_receipt(attachments.attached(case, context, file), context, file)
    if file.kind != "voice" or case.status is not Status.INTAKE or len(taken.case.records) == len(case.records):
        return taken
    spoken = typed.voice(taken.case, context)
    if spoken is None:
        return taken
    thanked = changed(spoken.case, told=(*spoken.case.told, file.unique))
    return Decision(thanked, (*taken.effects, *spoken.effects))


def _contact(case: Case, context: Context, card: come.SharedContact) -> Decision:
    if case.status is not Status.INTAKE:
        return standing.status(case, context)
    return typed.contact(case, context, card.phone, card.own)


def _aside(case: Case) -> bool:
    """Whether the open screen is not the question's own (/cancel, /language, the gate …): words typed to it are no answer to the question."""
    first = case.options[0] if case.options else ""
    if first in ("withdraw", "texts_on", "texts_off", rights.YES):
        return True
    kind = first.partition(":")[0]
    return (
        kind == "language"
        or (kind in ("gate", "red") and not _at(case, "emergency"))
        or (kind == "opt" and not _at(case, "options"))
    )


def _at(case: Case, step: str) -> bool:
    """Whether this question of the intake, or a screen within it, is open."""
    return case.status is Status.INTAKE and case.step.partition(":")[0] == step


def _asked(case: Case, context: Context, command: str) -> Decision:
    match command:
        case "start":
            return several.begin(case, context) if case.status in ENDED else standing.status(case, context)
        case "status":
            return standing.status(case, context)
        case "new":
            return several.begin(case, context)
        case "cases":
            return several.list_cases(case, context)
        case "privacy":
            return rights.privacy(case, context)
        case "export":
            return rights.export(case, context)
        case "erase":
            return rights.ask_erase(case, context)
        case "help":
            return standing.help_(case, context)
        case "language":
            return intake.choose_language(case, context)
        case "cancel":
            return standing.ask_withdraw(case, context)
        case "texts":
            return texts.ask(case, context)
        case "about":
            return about.told(case, context)
        case "consent":
            return standing.options(case, context)
        case "upload":
            return uploads.offered(case)
        case "receipt":
            return receipt.again(case, context)
    return standing.status(case, context, say(case.language, "I don't know that command. /help shows what I can do."))


def _pressed(case: Case, context: Context, data: str) -> Decision:
    value = screens.pressed(case, data)
    if value is None:
        return _no_longer(case, context, data)
    if value.startswith("language:"):
        chosen = replace(case, language=value.partition(":")[2])
        return standing.status(chosen, context) if chosen.language in LANGUAGES else standing.status(case, context)
    elsewhere = _elsewhere(case, context, value)
    if elsewhere is not None:
        return elsewhere
    about_records = sorting.pressed(case, context, value)
    if about_records is not None:
        return about_records
    match value:
        case "withdraw":
            return standing.withdraw(case, context)
        case "end":
            return standing.ask_withdraw(case, context)
        case rights.YES:
            return rights.erase(case, context)
        case "go_on" | "keep":
            return standing.status(case, context)
        case "false_alarm":
            return safe_again.said(case, context)
        case "supplied":
            return review.supplied(case, context)
        case "new_link":
            return fee.renew(case, context)
        case "texts_on" | "texts_off":
            return texts.switch(case, value == "texts_on")
        case "way:" | "way:here" | "way:text":
            return texts.choose(case, value.partition(":")[2])
    if case.status is Status.INTAKE:
        return intake.answer(case, context, value)
    return (
        booking.chosen(case, context, value)
        if case.status in (Status.PAID, Status.BOOKED)
        else standing.status(case, context)
    )


def _no_longer(case: Case, context: Context, data: str) -> Decision:
    """A button of another screen: one that names this case, a second tap, or an old one."""
    if data == f"{several.CHOSEN}.{case.code}":
        return several.chosen(case, context)
    if screens.just_answered(case, data):
        return Decision(case, (Answer(say(case.language, "Already noted.")),))
    again = standing.status(case, context)
    words = Answer(say(case.language, "That button belongs to an earlier question."))
    return replace(again, effects=(words, *again.effects))


def _elsewhere(case: Case, context: Context, value: str) -> Decision | None:
    """Screens that are not of the stage the case is at: the emergency gate, what is up to the owner, and the opinion that was sent."""
    kind, _, name = value.partition(":")
    if kind == handover.READ:
        return handover.read(case, context)
    if kind == vet_copy.POINT:
        return vet_copy.pressed(case, context, value) or standing.status(case, context)
    if kind == WISH:
        return waiting_list.pressed(case, context, value)
    if value.startswith(rails.CHOICE):
        return fee.on_rail(case, context, name)
    if kind == transfers.DONE:
        return transfer_buttons.made(case, context)
    if kind == outcome.KIND:
        return outcome.answered(case, context, name)
    if kind in ("gate", "red") and case.status is Status.EMERGENCY:
        return standing.status(case, context)
    if kind in ("gate", "red") and not _at(case, "emergency"):
        return heard.gate_pressed(case, context, value) or standing.status(case, context)
    if kind == "opt" and not _at(case, "options"):
        given = agreements.with_answer(case, context, agreements.option(name), not agreements.agreed(case, name))
        return standing.options(given, context)
    return None
