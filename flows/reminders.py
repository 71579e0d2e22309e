"""Reminders of the call: 72, 24 and 2 hours before, here and by text message, never in the night, never for a call that was moved.

Each is a timer that names the booking's revision. When it rings it is checked against the case; what was moved or cancelled is silent.
Times were chosen after a trial in which two reminders (3 days and 1 day) missed fewer calls than one (``clinical.md`` d).
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flows import emergency
from flows.case import Case, Status
from flows.clinic import Clinic
from flows.context import Context, Decision
from flows.effects import Effect, OptOut, Post, Say, Text, Wake
from flows.keywords import bare, keyword
from flows.screens import Choice, show
from flows.summary import instant, short, zone_words
from flows.wording import mark, say

HOURS_BEFORE = (72, 24, 2)
EARLY = timedelta(
    hours=3, minutes=30
)  # what would fall into the night leaves in the late afternoon, with room for an outage
EARLIEST = timedelta(hours=16)  # a night is one hour longer when the clocks go back: that hour is not added to the wait
LATEST = timedelta(minutes=15)  # a reminder that could only come closer to the call than this comes at once
_NEAR = {
    0: mark("Your call is today: {at} ({zone} time). The doctor has kept {minutes} minutes for you and will ring you. Has anything changed?\n\n{emergency}"),
    1: mark("Your call is tomorrow: {at} ({zone} time). The doctor has kept {minutes} minutes for you. Will you be there, and has anything changed?\n\n{emergency}"),
}  # fmt: skip
FAR = mark(
    "Your call is on {at} ({zone} time). The doctor has kept {minutes} minutes for you. Has anything changed?\n\n{emergency}"
)


def due_at(starts_at: datetime, hours: int, zone: str, clinic: Clinic) -> datetime:
    """When a reminder leaves: that many hours before, or well before the quiet time that it would fall into (aware UTC)."""
    at = starts_at - timedelta(hours=hours)
    local = at.astimezone(ZoneInfo(zone))
    if clinic.quiet_to <= local.time() < clinic.quiet_from:
        return at
    evening = local.date() if local.time() >= clinic.quiet_from else local.date() - timedelta(days=1)
    quiet = datetime.combine(evening, clinic.quiet_from, tzinfo=ZoneInfo(zone))
    return max(quiet.astimezone(starts_at.tzinfo) - EARLY, at - EARLIEST)


def morning(now: datetime, zone: str, clinic: Clinic) -> datetime:
    """The end of the quiet time that ``now`` lies in (aware UTC); ``now`` itself in the day."""
    local = now.astimezone(ZoneInfo(zone))
    if clinic.quiet_to <= local.time() < clinic.quiet_from:
        return now
    day = local.date() + timedelta(days=1 if local.time() >= clinic.quiet_from else 0)
    return datetime.combine(day, clinic.quiet_to, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def still_ahead(case: Case, now: datetime) -> bool:
    """Whether a text about the call would still be true."""
    return case.status is Status.BOOKED and case.call is not None and now < case.call.starts_at


def planned(case: Case, context: Context) -> tuple[Effect, ...]:
    """The text that confirms the booking, and a timer for every reminder that still lies ahead."""
    call = case.call
    if call is None:
        return ()
    zone = case.zone or context.clinic.zone
    ahead = [(hours, due_at(call.starts_at, hours, zone, context.clinic)) for hours in HOURS_BEFORE]
    wakes = [Wake("remind", at, f"{hours}:{call.revision}") for hours, at in ahead if at > context.now]
    return (*_text(case, context, "booked"), *wakes)


def due(case: Case, context: Context, key: str) -> Decision:
    """A reminder rings."""
    hours, _, revision = key.partition(":")
    call = case.call
    if (
        case.status is not Status.BOOKED
        or call is None
        or revision != str(call.revision)
        or context.now >= call.starts_at
    ):
        return Decision(case)
    zone = case.zone or context.clinic.zone
    dawn = morning(context.now, zone, context.clinic)
    if context.now < dawn < call.starts_at - LATEST:  # it rings in the night because the service was away: after it
        return Decision(case, (Wake("remind", dawn, key),))
    later = [h for h in HOURS_BEFORE if h < int(hours)]
    if any(due_at(call.starts_at, h, zone, context.clinic) <= context.now for h in later):
        return Decision(case)  # a nearer one is due as well (the service was down): one is enough
    shown, message = _here(case, context)
    return Decision(shown, (message, *_text(case, context, f"remind_{hours}")))


def _here(case: Case, context: Context) -> tuple[Case, Say]:
    language, call = case.language, case.call
    assert call is not None
    zone = case.zone or context.clinic.zone
    text = say(
        language,
        _NEAR.get(_days_off(case, context.now, zone), FAR),
        at=instant(call.starts_at, zone, language), zone=zone_words(zone, language), minutes=context.clinic.call_minutes, emergency=emergency.reminder(language),
    )  # fmt: skip
    rows = [[Choice("coming", say(language, "I will be there"))]] if not call.confirmed else []
    rows.append([Choice("move", say(language, "Move the call")), Choice("cancel", say(language, "Cancel the call"))])
    rows.append([Choice("gate", say(language, "⚠ It is getting worse"))])
    return show(case, context, text, rows)


def _days_off(case: Case, now: datetime, zone: str) -> int:
    """Days until the call on the owner's calendar: 0 today, 1 tomorrow."""
    assert case.call is not None
    local = ZoneInfo(zone)
    return (case.call.starts_at.astimezone(local).date() - now.astimezone(local).date()).days


def _text(case: Case, context: Context, purpose: str) -> tuple[Effect, ...]:
    country = context.clinic.sms_country(case.phone) if case.phone and case.sms else None
    if country is None or case.call is None:
        return ()
    body = sms_body(case, context.clinic, purpose, two_way=country.two_way)
    return (Text(case.phone, body, purpose, case.call.revision),)


def sms_body(case: Case, clinic: Clinic, purpose: str, *, two_way: bool) -> str:
    """A text of at most two segments, without medical detail and without links. Digits are offered only where answers can arrive."""
    language, call = case.language, case.call
    assert call is not None
    zone = case.zone or clinic.zone
    values = {
        "clinic": clinic.sms_name if language == "en" else clinic.name[:24], "at": instant(call.starts_at, zone, language), "zone": zone_words(zone, language), "code": case.code,
    }  # fmt: skip
    if purpose == "booked":
        head = say(language, "{clinic}: your call is booked, {at} {zone} time. Case {code}.", **values)
    else:
        head = say(language, "{clinic}: your call is on {at} {zone} time. Case {code}.", **values)
    answer = (
        say(language, "Reply 1 = I will be there, 2 = move, 3 = ring me.") if two_way and purpose != "booked" else ""
    )
    tail = say(language, "If your cat gets worse, go to an emergency vet.")
    return say(language, "{head} {answer} {tail}", head=head, answer=answer, tail=tail).replace("  ", " ")


def confirmed(case: Case, context: Context) -> Decision:
    """The owner says she will be there."""
    if case.call is None:
        return Decision(case)
    sure = replace(case, call=replace(case.call, confirmed=True))
    return Decision(sure, (Say(say(case.language, "Thank you, noted: you will be there.")),))


def ask_texts(case: Case, context: Context) -> Decision:
    """/texts: where a text message cannot be answered, the switch must be here."""
    language = case.language
    if not case.vouched or context.clinic.sms_country(case.phone) is None:
        return Decision(case, (Say(say(language, "No text messages go to you; we write to you here only.")),))
    if case.sms:
        words, choice = (
            say(language, "Text messages go to {phone}.", phone=case.phone),
            Choice("texts_off", say(language, "Switch them off")),
        )
    else:
        words, choice = (
            say(language, "Text messages are switched off."),
            Choice("texts_on", say(language, "Switch them on")),
        )
    shown, message = show(case, context, words, [[choice], [Choice("go_on", say(language, "‹ Back"))]])
    return Decision(shown, (message,))


def switch_texts(case: Case, on: bool) -> Decision:
    """Texts on or off, by number: what STOP and START do where they can arrive."""
    words = (
        mark("Text messages are switched on.")
        if on
        else mark("Text messages are switched off. We keep writing to you here.")
    )
    return Decision(replace(case, sms=on), (OptOut(not on), Say(say(case.language, words))))


def texted(case: Case, context: Context, body: str) -> Decision:
    """An SMS from the owner: a digit about the newest call, STOP or START, or words for the staff."""
    said, word = keyword(body), bare(body)
    if said == "stop":
        return switch_texts(case, False)
    if said == "start":
        return switch_texts(case, True)
    if still_ahead(case, context.now) and word == "1":
        return confirmed(case, context)
    if still_ahead(case, context.now) and word == "2":
        shown, message = _here(case, context)
        return Decision(shown, (message,))
    language = context.clinic.languages[0]
    if word == "3":
        note = say(language, "Case {code}: the owner asks to be rung.", code=case.code)
    else:
        note = say(language, "Case {code}: the owner sent a text message; it is in the case.", code=case.code)
        case = replace(case, notes=(*case.notes[-49:], short(body.strip(), 1000)))
    return Decision(case, (Post(note, "note", case.review.topic),))


def unreachable(case: Case, context: Context, kind: str) -> Decision:
    """A text could not be delivered: the owner is told here, the staff where she cannot be reached here either."""
    if not case.blocked:
        return Decision(
            case, (Say(say(case.language, "A text message to your phone did not arrive. We keep you informed here.")),)
        )
    note = say(
        context.clinic.languages[0],
        "Case {code}: the owner can be reached neither on Telegram nor by text message.",
        code=case.code,
    )
    return Decision(case, (Post(note, "alarm", case.review.topic),))
