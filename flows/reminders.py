"""Reminders of the call: 72, 24 and 2 hours before, here and by text message, never in the night, never for a call that was moved.

Which of the two comes first is the owner's choice (``Case.way``); the other one steps in where it fails. Twenty hours before, the staff
is told when she has not said that she will be there: then somebody rings her.

Each is a timer that names the booking's revision. When it rings it is checked against the case; what was moved or cancelled is silent.
Times were chosen after a trial in which two reminders (3 days and 1 day) missed fewer calls than one (``clinical.md`` d).
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flows import emergency, rooms, texts
from flows.case import Case, Status
from flows.clinic import Clinic
from flows.context import Context, Decision
from flows.effects import Effect, Post, Say, Wake
from flows.screens import Choice, show
from flows.summary import instant, zone_words
from flows.wording import mark, say

HOURS_BEFORE = (72, 24, 2)
ASKS = 24  # the reminder whose answer is waited for
AGAIN = timedelta(minutes=30)  # a phone that was switched off gets its text once more
RING_HER = 20  # so long before the call the staff is told that there was no answer
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


def planned(case: Case, context: Context) -> tuple[Effect, ...]:
    """The text that confirms the booking, and a timer for every reminder that still lies ahead."""
    call = case.call
    if call is None:
        return ()
    zone = case.zone or context.clinic.zone
    ahead = [(hours, due_at(call.starts_at, hours, zone, context.clinic)) for hours in HOURS_BEFORE]
    if dict(ahead)[ASKS] > context.now:  # whoever has just booked need not confirm it
        ahead.append((RING_HER, unconfirmed_at(call.starts_at, context.clinic)))
    wakes = [Wake("remind", at, f"{hours}:{call.revision}") for hours, at in ahead if at > context.now]
    first = () if case.way == "here" else texts.about_call(case, context, "booked")
    return (*first, *wakes)


def unconfirmed_at(starts_at: datetime, clinic: Clinic) -> datetime:
    """When the staff is told: in the clinic's night after it, where that still leaves time to ring."""
    at = starts_at - timedelta(hours=RING_HER)
    awake = morning(at, clinic.zone, clinic)
    return awake if awake <= starts_at - timedelta(hours=2) else at


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
    if int(hours) == RING_HER:
        return Decision(case, _unconfirmed(case, context))
    zone = case.zone or context.clinic.zone
    dawn = morning(context.now, zone, context.clinic)
    if context.now < dawn < call.starts_at - LATEST:  # it rings in the night because the service was away: after it
        return Decision(case, (Wake("remind", dawn, key),))
    later = [h for h in HOURS_BEFORE if h < int(hours)]
    if any(due_at(call.starts_at, h, zone, context.clinic) <= context.now for h in later):
        return Decision(case)  # a nearer one is due as well (the service was down): one is enough
    return _told(case, context, f"remind_{hours}")


def _told(case: Case, context: Context, purpose: str) -> Decision:
    """By the way she chose; a way that is known to be closed is not tried."""
    here, text = texts.ways(case, context)
    if not (here or text):
        return Decision(case, (_nobody_told(case, context),))
    told = texts.about_call(case, context, purpose) if text else ()
    if not here:
        return Decision(case, told)
    shown, message = again_here(case, context)
    return Decision(shown, (message, *told))


def _unconfirmed(case: Case, context: Context) -> tuple[Effect, ...]:
    call = case.call
    if call is None or call.confirmed:
        return ()
    words = mark("Case {code}: the owner has not confirmed the call, {at} ({zone} time). Please ring her.")
    return (_to_staff(case, context, words),)


def _nobody_told(case: Case, context: Context) -> Post:
    words = mark("Case {code}: the owner can be reminded of the call, {at} ({zone} time), neither on Telegram nor by text message. Please ring her.")  # fmt: skip
    return _to_staff(case, context, words)


def _to_staff(case: Case, context: Context, words: str) -> Post:
    language, zone = context.clinic.languages[0], context.clinic.zone
    assert case.call is not None
    at = instant(case.call.starts_at, zone, language)
    return Post(say(language, words, code=case.code, at=at, zone=zone_words(zone, language)), "alarm", case.review.topic)  # fmt: skip


def again_here(case: Case, context: Context) -> tuple[Case, Say]:
    """The reminder in the chat; it is not sent any more once the call is another."""
    language, call = case.language, case.call
    assert call is not None
    zone = case.zone or context.clinic.zone
    days = _days_off(case, context.now, zone)
    text = say(
        language,
        rooms.TODAY_ONLINE if call.room and days == 0 else _NEAR.get(days, FAR),
        at=instant(call.starts_at, zone, language), zone=zone_words(zone, language), minutes=call.minutes,
        emergency=rooms.below(call, language, emergency.reminder(language)),
    )  # fmt: skip
    rows = [[Choice("coming", say(language, "I will be there"))]] if not call.confirmed else []
    rows.append([Choice("move", say(language, "Move the call")), Choice("cancel", say(language, "Cancel the call"))])
    rows.append([Choice("gate", say(language, "⚠ It is getting worse"))])
    shown, message = show(case, context, text, rows)
    return shown, replace(message, revision=call.revision)


def _days_off(case: Case, now: datetime, zone: str) -> int:
    """Days until the call on the owner's calendar: 0 today, 1 tomorrow."""
    assert case.call is not None
    local = ZoneInfo(zone)
    return (case.call.starts_at.astimezone(local).date() - now.astimezone(local).date()).days


def confirmed(case: Case, context: Context) -> Decision:
    """The owner says she will be there."""
    if case.call is None:
        return Decision(case)
    sure = replace(case, call=replace(case.call, confirmed=True))
    thanks = Say(say(case.language, "Thank you, noted: you will be there."))
    return Decision(sure, texts.about_call(sure, context, "noted") if case.blocked else (thanks,))


def text_failed(case: Case, context: Context, problem: str, purpose: str = "") -> Decision:
    """A text could not be delivered: the owner is told here, the staff where she cannot be reached here either or nobody can tell."""
    if problem == "opted_out":  # STOP at the carrier or in another case of this number: her wish, and no news to her
        case = replace(case, sms=False)
    if problem == "phone_away" and texts.still_ahead(case, context.now):
        return Decision(case, (Wake("text_again", context.now + AGAIN, str(case.revision)),))
    unsure = (texts.unsure(case, context, purpose),) if problem == "no_answer" else ()
    if case.blocked:
        return Decision(case, unsure or (texts.unreachable(case, context),))
    if case.way == "text" and texts.still_ahead(case, context.now):
        shown, message = again_here(case, context)
        return Decision(shown, (message, *unsure))
    if problem == "opted_out":
        return Decision(case)
    words = say(case.language, "A text message to your phone did not arrive. We keep you informed here.")
    return Decision(case, unsure or (Say(words),))


def once_more(case: Case, context: Context, key: str) -> Decision:
    """The text that a switched-off phone did not take, if its call still stands."""
    if not texts.still_ahead(case, context.now) or key != str(case.revision):
        return Decision(case)
    return Decision(case, texts.about_call(case, context, "again"))


def chat_failed(case: Case, context: Context) -> tuple[Effect, ...]:
    """A message here did not arrive while a call lies ahead: of the call she hears by text, where she has not heard of it so already."""
    if case.way != "here" or not texts.still_ahead(case, context.now):
        return ()
    return texts.about_call(case, context, "remind")
