"""Text messages to the owner's phone: what they say, which way she chose, and what her answers mean.

They lie open on a locked screen and cost by the piece: at most two segments, no medical word, no link, no name but the clinic's.
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flows.case import Case, Status
from flows.clinic import Clinic, SmsCountry
from flows.context import Context, Decision
from flows.effects import Effect, OptOut, Post, Say, Text
from flows.screens import Choice, show
from flows.summary import instant, zone_words
from flows.wording import mark, say

PAGE = "page"  # ``Text.purpose`` of the one text that carries a link
BOTH, HERE, TEXT = "", "here", "text"  # ``Case.way``; a way that is not chosen steps in where the chosen one fails
_WAYS = {
    BOTH: mark("Here and by text message"),
    HERE: mark("Here; by text only if that fails"),
    TEXT: mark("By text; here only if that fails"),
}


def country(case: Case, clinic: Clinic) -> SmsCountry | None:
    """Where texts to her may go; None = nowhere, for the country, her wish or a number nobody vouched for."""
    return clinic.sms_country(case.phone) if case.phone and case.sms else None


def ways(case: Case, context: Context) -> tuple[bool, bool]:
    """Whether the chat and whether a text is to be tried first. Neither: nobody can reach her."""
    text = country(case, context.clinic) is not None
    here = not case.blocked and not (case.way == TEXT and text)
    return here, text and (case.way != HERE or not here)


def still_ahead(case: Case, now: datetime) -> bool:
    """Whether a text about the call would still be true."""
    return case.status is Status.BOOKED and case.call is not None and now < case.call.starts_at


# --- what they say ----------------------------------------------------------------------------------------------------
def about_call(case: Case, context: Context, purpose: str) -> tuple[Effect, ...]:
    """A text about the booked call, where one may be sent."""
    where = country(case, context.clinic)
    if where is None or case.call is None:
        return ()
    body = call_body(case, context.clinic, purpose, two_way=where.two_way)
    return (Text(case.phone, body, purpose, case.call.revision),)


def call_body(case: Case, clinic: Clinic, purpose: str, *, two_way: bool) -> str:
    """Digits are offered only where answers can arrive; elsewhere she confirms in the chat or rings."""
    language, call = case.language, case.call
    assert call is not None
    zone = case.zone or clinic.zone
    values = {
        "clinic": _name(clinic, language), "at": instant(call.starts_at, zone, language), "zone": zone_words(zone, language), "code": case.code,
    }  # fmt: skip
    if purpose == "noted":
        return say(language, "{clinic}: noted, you will be there, {at} {zone} time. Case {code}.", **values)
    if purpose == "booked":
        head = say(language, "{clinic}: your call is booked, {at} {zone} time. Case {code}.", **values)
    else:
        head = say(language, "{clinic}: your call is on {at} {zone} time. Case {code}.", **values)
    answer = "" if purpose == "booked" or call.confirmed else _answer(case, clinic, two_way)
    tail = say(language, "If your cat gets worse, go to an emergency vet.")
    return say(language, "{head} {answer} {tail}", head=head, answer=answer, tail=tail).replace("  ", " ")


def _answer(case: Case, clinic: Clinic, two_way: bool) -> str:
    language = case.language
    if two_way:
        return say(language, "Reply 1 = I will be there, 2 = move, 3 = ring me.")
    if case.blocked:
        return say(language, "Please ring {phone} to confirm.", phone=clinic.phone) if clinic.phone else ""
    if clinic.phone:
        return say(language, "Please confirm in our Telegram chat or ring {phone}.", phone=clinic.phone)
    return say(language, "Please confirm in our Telegram chat.")


def _name(clinic: Clinic, language: str) -> str:
    return clinic.sms_name if language == "en" else clinic.name[:24]


def help_body(clinic: Clinic, language: str) -> str:
    """The answer to HELP."""
    return say(
        language,
        "{clinic}: texts about your booked call. Reply STOP to end them. For anything else write to us on Telegram. If your cat gets worse, go to an emergency vet.",
        clinic=_name(clinic, language),
    )


def which_body(case: Case, clinic: Clinic) -> str:
    """The answer to a digit that may mean either of two calls."""
    return say(
        case.language,
        "{clinic}: you have more than one call. Please answer with the case code behind the digit, for example: 1 {code}",
        clinic=_name(clinic, case.language),
        code=case.code,
    )


def called_off(case: Case, context: Context) -> tuple[Effect, ...]:
    """The doctor is away. It speaks of a booking that is no more, so no revision keeps it back."""
    language, call = case.language, case.call
    if call is None:
        return ()
    zone = case.zone or context.clinic.zone
    body = say(
        language,
        "{clinic}: we are sorry, your call on {at} {zone} time cannot take place. Please choose another time in our Telegram chat. Case {code}.",
        clinic=_name(context.clinic, language), at=instant(call.starts_at, zone, language), zone=zone_words(zone, language), code=case.code,
    )  # fmt: skip
    return _loose(case, context, "called_off", body)


def new_time(case: Case, context: Context, how: str) -> tuple[Effect, ...]:
    """A call that did not come about. It speaks of a booking that is no more, so no revision keeps it back."""
    return _loose(case, context, how, new_time_body(case, context.clinic, how))


def new_time_body(case: Case, clinic: Clinic, how: str) -> str:
    """``how``: "not_reached" or "another_time"."""
    sentence = mark("{clinic}: your call needs another time. Please choose one in our Telegram chat; it costs nothing more. Case {code}.")  # fmt: skip
    if how == "not_reached":
        sentence = mark("{clinic}: we tried to reach you for your call. Please choose another time in our Telegram chat; it costs nothing more. Case {code}.")  # fmt: skip
    return say(case.language, sentence, clinic=_name(clinic, case.language), code=case.code)


def _loose(case: Case, context: Context, purpose: str, body: str) -> tuple[Effect, ...]:
    """A text that speaks of no booking: it answers one of hers, so it needs no call."""
    return (Text(case.phone, body, purpose),) if country(case, context.clinic) else ()


def answered(case: Case, context: Context, purpose: str) -> Decision:
    """The answers to HELP and to a digit without a code."""
    body = help_body(context.clinic, case.language) if purpose == "help" else which_body(case, context.clinic)
    return Decision(case, _loose(case, context, purpose, body))


def page(case: Case, context: Context) -> tuple[Effect, ...]:
    """The answer to her wish to move the call, where a text may carry a link: whoever sends it puts the page's behind these words."""
    where = country(case, context.clinic)
    if where is None or not where.links or case.call is None:
        return ()
    words = say(case.language, "{clinic}: move or cancel your call here:", clinic=_name(context.clinic, case.language))
    return (Text(case.phone, words, PAGE, case.call.revision),)


def earlier(case: Case, context: Context, starts_at: datetime, until: datetime) -> tuple[Effect, ...]:
    """An earlier time is kept for her until then; she answers in the chat."""
    where = country(case, context.clinic)
    if where is None or case.call is None or not ways(case, context)[1]:
        return ()
    zone, language = case.zone or context.clinic.zone, case.language
    head = say(
        language,
        "{clinic}: an earlier time for your call is free, {at} {zone} time, kept for you until {until}. Case {code}.",
        clinic=_name(context.clinic, language), at=instant(starts_at, zone, language), zone=zone_words(zone, language), code=case.code,
        until=until.astimezone(ZoneInfo(zone)).strftime("%H:%M"),
    )  # fmt: skip
    body = say(language, "{head} Please answer in our Telegram chat.", head=head)
    return (Text(case.phone, body, "earlier", case.call.revision),)


# --- which way --------------------------------------------------------------------------------------------------------
def ask(case: Case, context: Context) -> Decision:
    """/texts: where a text message cannot be answered, the switch must be here."""
    language = case.language
    if not case.vouched or context.clinic.sms_country(case.phone) is None:
        return Decision(case, (Say(say(language, "No text messages go to you; we write to you here only.")),))
    back = [Choice("go_on", say(language, "‹ Back"))]
    if not case.sms:
        rows = [[Choice("texts_on", say(language, "Switch them on"))], back]
        shown, message = show(case, context, say(language, "Text messages are switched off."), rows)
        return Decision(shown, (message,))
    words = say(
        language,
        "Text messages go to {phone}. Reminders of your call: {way}.",
        phone=case.phone,
        way=say(language, _WAYS[case.way]),
    )
    others = [[Choice(f"way:{way}", say(language, _WAYS[way]))] for way in _WAYS if way != case.way]
    rows = [*others, [Choice("texts_off", say(language, "Switch them off"))], back]
    shown, message = show(case, context, words, rows)
    return Decision(shown, (message,))


def choose(case: Case, way: str) -> Decision:
    """One of the ways."""
    words = say(case.language, "Noted. Reminders of your call: {way}.", way=say(case.language, _WAYS[way]))
    return Decision(replace(case, way=way), (Say(words),))


def switch(case: Case, on: bool) -> Decision:
    """Texts on or off, by number: what STOP and START do where they can arrive."""
    words = (
        mark("Text messages are switched on.")
        if on
        else mark("Text messages are switched off. We keep writing to you here.")
    )
    return Decision(replace(case, sms=on), (OptOut(not on), Say(say(case.language, words))))


# --- what the staff must know -----------------------------------------------------------------------------------------
def unreachable(case: Case, context: Context) -> Post:
    """Neither way is open."""
    words = mark("Case {code}: the owner can be reached neither on Telegram nor by text message.")
    return _alarm(case, context, words)


def unsure(case: Case, context: Context, purpose: str) -> Post:
    """A text was handed over, and nobody can tell whether it was taken. Two such texts are two pieces of news: each is named."""
    what = _which(purpose, context.clinic.languages[0])
    words = mark("Case {code}: nobody can tell whether {what} was sent, and it is not sent again. Please ring the owner.")  # fmt: skip
    return _alarm(case, context, words, what=what)


def _which(purpose: str, language: str) -> str:
    kind, _, hours = purpose.partition("_")
    if hours.isdigit():
        return say(language, "the text message {hours} hours before the call", hours=hours)
    confirms = kind == "booked"
    return say(language, "the text message that confirms the call") if confirms else say(language, "a text message")


def _alarm(case: Case, context: Context, words: str, **values: str) -> Post:
    return Post(say(context.clinic.languages[0], words, code=case.code, **values), "alarm", case.review.topic)
