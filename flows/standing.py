"""What /status, /help and a message out of turn are answered with: where the case stands and what comes next."""

from dataclasses import replace

from flows import (
    agreements,
    booking,
    consultations,
    emergency,
    fee,
    handover,
    intake,
    money_buttons,
    reasons,
    records_list,
    refunds,
    vet_copy,
    waiting,
    waiting_list,
)
from flows.asking import NUDGES
from flows.card import card_again
from flows.case import ENDED, Case, Status
from flows.consents import VERSION as CONSENT_VERSION
from flows.context import Context, Decision
from flows.effects import EditCard, Effect, Forget, Post, Release, Say, Wake
from flows.lifecycle import may_move, move
from flows.reading import free_text
from flows.route import path, station
from flows.screens import Choice, show
from flows.summary import cat_name, instant, short
from flows.wording import listed, mark, say

MOST_WANTED = 3  # records that a nudge names
WHERE = {
    Status.REVIEW: mark("The doctors are reading {cat}'s case ({code}) and deciding whether they can give a good recommendation. We will write to you here."),
    Status.MORE_NEEDED: mark("The doctors are waiting for what they asked for in {cat}'s case ({code}). Please send it here."),
    Status.ACCEPTED: mark("The doctors can help with {cat}'s case ({code}). The next step is the payment."),
    Status.ANSWERED: mark("The written opinion on {cat} ({code}) is above. You can ask about it here."),
    Status.CLOSED: mark("{cat}'s case ({code}) is closed. /start begins a new one."),
    Status.DECLINED: mark("We are sorry: the doctors could not take {cat}'s case ({code}). This is hard, and your own vet is there for you both. /start begins a new case."),
    Status.WITHDRAWN: mark("You ended this case ({code}). /start begins a new one."),
    Status.EXPIRED: mark("This case ({code}) has ended because we had not heard from you for a long time. /start begins a new one."),
}  # fmt: skip
ARRIVING = mark(
    "Your payment for {cat}'s case ({code}) is on its way; with your way of paying that can take some days. There is nothing more to do: we write to you here as soon as it has arrived."
)


def status(case: Case, context: Context, before: str = "") -> Decision:
    """Where things stand, with the open question or the next buttons."""
    match case.status:
        case Status.INTAKE:
            return intake.reopen(case, context, before)
        case Status.EMERGENCY:
            shown, message = emergency.advice(case, context, before)
            return Decision(shown, (message,))
        case Status.PAID | Status.BOOKED:
            if waiting_list.is_offered(case) and not booking.has_begun(case, context):
                return waiting_list.again(case, context, before)
            chosen = consultations.told(case, case.language)
            return booking.standing(case, context, "\n\n".join(part for part in (before, chosen) if part))
    language = case.language
    where = ARRIVING if case.payment.state == "arriving" and case.status is Status.ACCEPTED else WHERE[case.status]
    text = say(language, where, cat=cat_name(case, language), code=case.code)
    chosen = consultations.told(case, language) if case.status is Status.ACCEPTED else ""
    text = "\n\n".join((text, *([chosen] if chosen and case.payment.state != "open" else ()), *_clocks(case, context)))
    if case.status not in ENDED:
        text += "\n\n" + emergency.reminder(language)
    text = f"{before}\n\n{text}" if before else text
    return _with_buttons(case, context, text)


def _clocks(case: Case, context: Context) -> tuple[str, ...]:
    """Two clocks: what the owner waits for, and what the clinic waits for."""
    language = case.language
    if case.status is Status.MORE_NEEDED:
        return (
            say(language, "From you: {what}", what=reasons.on_one_line(case.review, language, 4096)),
            say(language, "From us: the decision, once that is here."),
        )
    promised = waiting.promised_by(case, context)
    if promised is None:
        return ()
    until = instant(promised, booking.owner_zone(case, context), language)
    ours = say(language, "From us: the doctors' decision, usually by {at}.", at=until)
    if context.now >= promised:
        ours = say(language, "From us: the doctors' decision. It takes longer than we had said; we are sorry.")
    wanted = listed((item.words(language) for item in records_list.missing(case) if item.need == "must"), language)
    yours = (
        say(language, "From you, when you have it: {what}", what=wanted)
        if wanted
        else say(language, "From you: nothing more.")
    )
    colour = say(language, records_list.TO_OWNER[records_list.verdict(case)])
    return (ours, yours, colour)


def nudge(case: Case, context: Context, key: str) -> Decision:
    """A draft was left: one gentle word after a day, one after three, then silence until it lapses."""
    if case.status is not Status.INTAKE or not case.language:
        return Decision(case)
    quiet_until = case.updated_at + NUDGES[int(key)]
    if context.now < quiet_until:  # she has answered since this was set (timers are moved only once a day)
        return Decision(case, (Wake("draft", quiet_until, key),))
    words = mark("Whenever you are ready, we go on here. Everything you told us about {cat} is kept.")
    if key == "1":
        words = mark(
            "We are still here for you and {cat}. This is the last time I write by myself; your answers are kept for 60 days."
        )
    before = "\n\n".join((say(case.language, words, cat=cat_name(case, case.language)), *_wanted(case)))
    asked = intake.reopen(case, context, before)
    return Decision(asked.case, tuple(e for e in asked.effects if isinstance(e, Say)))


def _wanted(case: Case) -> tuple[str, ...]:
    """The records that are still wanted, once they were asked for."""
    stations = path(case)
    if stations.index(station(case, case.step)) < stations.index("checklist"):
        return ()
    names = [item.words(case.language) for item in records_list.missing(case) if item.need == "must"]
    if not names:
        return ()
    what = listed(names[:MOST_WANTED], case.language)
    if len(names) > MOST_WANTED:
        what = say(case.language, "{names} and {n} more", names=what, n=len(names) - MOST_WANTED)
    return (say(case.language, "The doctors would still like: {what}. If you cannot get it, just go on.", what=what),)


def options(case: Case, context: Context) -> Decision:
    """/consent: what was agreed to, and what can be changed or taken back at any time."""
    language = case.language
    text, rows = ("", []) if case.vet else agreements.options(case)
    if case.consent_at:
        at = instant(case.consent_at, booking.owner_zone(case, context), language)
        text = say(language, "You agreed to our terms on {at} (version {version}).", at=at, version=CONSENT_VERSION) + (
            f"\n\n{text}" if text else ""
        )
    text += ("\n\n" if text else "") + say(
        language, "Text messages: /texts. What we hold about you, a copy of it, and deletion: /privacy."
    )
    ends = (
        [[Choice("end", say(language, "Take back my consent and end the case"))]] if may_move(case, "withdraw") else []
    )
    shown, message = show(case, context, text, [*rows, *ends, [Choice("keep", say(language, "Leave it like this"))]])
    return Decision(shown, (message,))


def _with_buttons(case: Case, context: Context, text: str) -> Decision:
    language = case.language
    if case.status is Status.ACCEPTED and case.payment.state == "open":
        shown, message = fee.link(case, context, before=text)
        return Decision(shown, (message,))
    if case.status is Status.ACCEPTED and case.payment.state == "choosing":
        shown, message = fee.rail_choice(case, context, before=text)
        return Decision(shown, (message,))
    rows = handover.read_button(case) or vet_copy.rows(case)
    if case.status is Status.ACCEPTED and case.payment.state == "expired":
        rows = [[Choice("new_link", say(language, "A new link, please"))]]
    if case.status is Status.MORE_NEEDED:
        rows = [[Choice("supplied", say(language, "I have sent everything"))]]
    if case.alarm and case.status not in ENDED:
        rows.append([Choice("false_alarm", say(language, "My cat is safe now, go on"))])
    if not rows:
        return Decision(case, (Say(text),))
    shown, message = show(case, context, text, rows)
    return Decision(shown, (message,))


def help_(case: Case, context: Context) -> Decision:
    """What this is and what can be typed; the open question stays open."""
    language = case.language
    text = say(
        language,
        "Second opinions for seriously ill cats, from {clinic}. You tell us about your cat and send the records; a doctor decides whether we can help; "
        "only then you pay, choose a time, and a doctor rings you.\n\n"
        "/start – begin or go on\n/status – where things stand\n/new – a case for another cat\n/cases – all your open cases\n/about – what this is, what it costs, who we are\n/language – English or 繁體中文\n/texts – text messages on or off\n/cancel – end this case\n/receipt – what you paid, as a PDF\n/consent – what you agreed to\n/privacy – what we hold about you\n/export – a copy of it\n/erase – delete all of it\n\n{emergency}\n{contacts}",
        clinic=context.clinic.name,
        emergency=emergency.reminder(language),
        contacts=emergency.contacts(context.clinic),
    )
    return Decision(case, (Say(text),))


def unreadable(case: Case, context: Context) -> Decision:
    """A sticker, a place, a poll: what can be taken instead, and the open question once more."""
    words = say(case.language, "Thank you. Here I can take text, photos, files, videos and voice notes.")
    return status(case, context, words)


def noted(case: Case, context: Context, text: str) -> Decision:
    """Words out of turn: they are kept for the doctors, and the owner hears where things stand."""
    words = free_text(text)
    if words is None or case.status in ENDED:  # nobody reads an ended case: no promise that somebody will
        return status(case, context)
    if case.consent_at is None:  # nothing is kept before the owner agreed to it
        return status(case, context)
    kept = replace(case, notes=(*case.notes[-49:], words))
    urgent = case.status is Status.EMERGENCY  # kept, but nothing stands before the advice
    if urgent and not case.review.card:
        return status(kept, context)
    thanks = say(case.language, "Thank you, I have put this into the case for the doctors.")
    shown = status(kept, context, "" if urgent else thanks)
    if kept.alarm and not urgent and kept.status is not Status.INTAKE:
        # She writes on her way to the vet: the advice stays what she reads.
        opened, message = emergency.advice(kept, context, thanks)
        shown = Decision(opened, (message,))
    effects: tuple[Effect, ...] = tuple(e for e in card_again(kept, context) if isinstance(e, EditCard))
    if (
        case.status is not Status.INTAKE and case.review.card
    ):  # an edited card rings nobody: words must be seen, not only filed
        sentence = mark("Case {code}, from the owner: {words}")
        if case.status is Status.ANSWERED:
            sentence = mark("Case {code}, a question about the opinion: {words}")
        note = say(context.clinic.languages[0], sentence, code=case.code, words=short(words, 1500))
        effects = (*effects, Post(note, "note", case.review.topic))
    return Decision(shown.case, (*shown.effects, *effects))


def ask_withdraw(case: Case, context: Context) -> Decision:
    """/cancel: a call is cancelled by its own button; a case needs a second yes."""
    language = case.language
    if not may_move(case, "withdraw"):
        return status(case, context)
    text = say(language, "End this case? The doctors will not read it any further. Nothing is charged.")
    if case.payment.parts:
        over = replace(case, status=Status.WITHDRAWN)
        words = say(language, "End this case? There will be no call and no opinion.")
        text = "\n\n".join((words, refunds.told(over, context.ledger, language))).rstrip()
    if case.status in (Status.PAID, Status.BOOKED):
        text = say(
            language,
            "End this case? There will be no call and no opinion. If you only want another time for the call, send /status.",
        )
        ended = refunds.with_share(replace(case, status=Status.WITHDRAWN), refunds.percent(case, context))
        text += "\n\n" + refunds.told(ended, context.ledger, language)
    rows = [[Choice("withdraw", say(language, "Yes, end it"))], [Choice("go_on", say(language, "No, go on"))]]
    shown, message = show(case, context, text, rows)
    return Decision(shown, (message,))


def withdraw(case: Case, context: Context) -> Decision:
    """The owner ends the case."""
    if not may_move(case, "withdraw"):
        return status(case, context)
    words = say(
        case.language,
        "This case is ended. Our thoughts are with you and {cat}. /start begins a new one.",
        cat=cat_name(case, case.language),
    )
    if case.status in (Status.PAID, Status.BOOKED):
        share = refunds.percent(case, context)
        ended, effects = money_buttons.ended_after_paying(case, context, "withdraw", "owner", share)
        back = refunds.told(ended, context.ledger, case.language)
        return Decision(ended, (*effects, Say(f"{words}\n\n{back}"), *card_again(ended, context)))
    moved, line = move(replace(case, step="", screen="", options=(), back_to=""), "withdraw", "owner")
    over = (line, Release(), Forget("lapse"), Forget("draft"), Forget("review"), Forget("album"))
    back = refunds.told(moved, context.ledger, case.language)
    return Decision(
        moved,
        (
            *over,
            Say(f"{words}\n\n{back}" if back else words, clear=True),
            *fee.ended(case, moved, context),
            *card_again(moved, context),
            *_all_clear(case, context),
        ),
    )


def _all_clear(before: Case, context: Context) -> tuple[Effect, ...]:
    """Who was alarmed hears that the owner has ended it."""
    if before.status is not Status.EMERGENCY:
        return ()
    text = say(context.clinic.languages[0], "Case {code}: the owner has ended the case.", code=before.code)
    return (Post(text, "note", before.review.topic),)


def unreachable(case: Case, context: Context) -> tuple[Effect, ...]:
    """The owner blocked the bot while something is expected of her: the staff must know, for she will not hear of it here."""
    awaited = case.status in (Status.MORE_NEEDED, Status.ACCEPTED, Status.PAID, Status.BOOKED)
    if not awaited and not (
        case.status is Status.EMERGENCY and case.submitted_at
    ):  # sent to an emergency vet by a doctor
        return ()
    text = say(
        context.clinic.languages[0],
        "Case {code}: the owner has blocked the chat and may not know what is next. Please get in touch.",
        code=case.code,
    )
    return (Post(text, "alarm", case.review.topic),)
