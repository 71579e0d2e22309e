"""Earlier times that come free: offered to whoever has waited longest, one person at a time, and kept for her a short while.

``free`` decides for one person whether there is a time for her; ``desk.waiting_list`` asks it of each in turn. A time that she does not
take is offered to the next, and to her no more. Taking it moves the call as ever: the same hold, the same yes, the same new revision.
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows import booking, consultations, emergency, reminders, rooms, texts
from flows.case import Call, Case
from flows.context import Context, Decision
from flows.earlier_wish import ASK, KEEP, LOOK, STOP, TAKE, WISH, begun, left, possible, waits
from flows.effects import Effect, Forget, Freed, Hold, Release, Wake
from flows.hours import Diary, Slot, free_slots
from flows.screens import Choice, show
from flows.summary import cat_name, instant, zone_words
from flows.wording import mark, say

FREE = "free"  # ``Due`` of nobody's timer: the list is being looked through, and it is her turn
NIGHT = (time(22), time(8))  # on her own clock: nobody is woken for an earlier time
CHOOSING = timedelta(minutes=10)  # so long after her last word she may still be choosing a time for herself
SHORTEST = timedelta(minutes=5)  # a time that could be kept only more shortly than this is not worth the hurry
WORTH_A_TEXT = timedelta(minutes=20)  # a text that comes later than that leaves no time to answer
MINE = mark("Your call stays as it is. When another earlier time comes free, we will ask you again.")


# --- what she presses -------------------------------------------------------------------------------------------------
def pressed(case: Case, context: Context, value: str) -> Decision:
    """One of the buttons of the wish or of an offer. Once the call has begun, none does anything."""
    if booking.has_begun(case, context) or case.call is None:
        return booking.standing(case, context)
    if value == ASK and possible(case, context) and not waits(case):
        return _asked(case, context)
    if value == STOP:
        return _stopped(case, context)
    if is_offered(case) and value == TAKE:
        taken = booking.chosen(case, context, f"{rooms.BOOK}:{rooms.ONLINE}" if case.call.room else rooms.BOOK)
        return replace(taken, effects=(*taken.effects, *left()))
    if is_offered(case) and value == KEEP:
        return _kept(case, context)
    return booking.standing(case, context)


def _asked(case: Case, context: Context) -> Decision:
    words = mark("Noted. When an earlier time with {doctor} comes free, we will ask you here. Your call stays as it is until you say yes.")  # fmt: skip
    joined, effects = begun(case)
    assert case.call is not None
    text = say(case.language, words, doctor=_doctor(context, case.call.doctor))
    shown = booking.standing(joined, context, text)
    return Decision(shown.case, (*shown.effects, *effects))


def _stopped(case: Case, context: Context) -> Decision:
    before = say(case.language, "Noted. We no longer look for an earlier time.")
    freed = _let_go(case) if is_offered(case) else ()
    offer = None if is_offered(case) else case.offer
    shown = booking.standing(replace(case, wish=0, passed=(), offer=offer), context, before)
    return Decision(shown.case, (*freed, *left(), *shown.effects))


def _kept(case: Case, context: Context) -> Decision:
    shown = booking.standing(_passed(case), context, say(case.language, MINE))
    return Decision(shown.case, (*_let_go(case), *shown.effects))


def _let_go(case: Case) -> tuple[Effect, ...]:
    return (Release(held_only=True), Forget("hold"))


def _passed(case: Case) -> Case:
    """The offer is over, and this time is not offered to her again."""
    assert case.offer is not None
    return replace(case, offer=None, step="", passed=(*case.passed, case.offer.starts_at.isoformat()))


# --- what the clock and the list say ----------------------------------------------------------------------------------
def free(case: Case, context: Context, doctor: str) -> Decision:
    """Times of this doctor may have come free, and it is her turn."""
    if not waits(case):
        return Decision(case, left())
    call = case.call
    if call is None or call.doctor != doctor or context.now >= call.starts_at or case.blocked:
        return Decision(case)
    later = _not_before(case, context)
    if later is not None:
        return Decision(case, (Wake(LOOK, later, doctor),) if later < call.starts_at else ())
    found = next(((slot, until) for slot in _earlier(case, context, call) if (until := _until(slot, context))), None)
    return _offered(case, context, *found) if found else Decision(case)


def again_later(case: Case) -> Decision:
    """The list is looked through once more: she is awake, or no longer choosing; or somebody was quicker, before she had heard of a time."""
    return Decision(case, (Freed(case.call.doctor),) if case.call and waits(case) else ())


def run_out(case: Case, context: Context, key: str) -> Decision:
    """Nobody answered while the time was kept. In her night she is not told so."""
    if case.offer is None or key != str(case.revision):
        return Decision(case)
    words = mark("The earlier time is no longer kept for you. Your call stays as it is. When another one comes free, we will ask you again.")  # fmt: skip
    passed = _passed(case)
    if case.blocked or _night(context.now, booking.owner_zone(case, context)):
        return Decision(passed)
    return booking.standing(passed, context, say(case.language, words))


def _not_before(case: Case, context: Context) -> datetime | None:
    """When to look again because it is no moment to ask her: she sleeps, or would before the time ran out, or is choosing herself."""
    zone = booking.owner_zone(case, context)
    end = context.now + timedelta(minutes=context.clinic.earlier_minutes)
    asleep = next((at for at in (context.now, end) if _night(at, zone)), None)
    if asleep is not None:
        local = asleep.astimezone(ZoneInfo(zone))
        day = local.date() + timedelta(days=1 if local.time() >= NIGHT[0] else 0)
        return datetime.combine(day, NIGHT[1], tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if case.offer is not None:
        return context.now + CHOOSING
    choosing = case.step in ("day", "time") and context.now < case.updated_at + CHOOSING
    return case.updated_at + CHOOSING if choosing else None


def _night(at: datetime, zone: str) -> bool:
    return not NIGHT[1] <= at.astimezone(ZoneInfo(zone)).time() < NIGHT[0]


def _earlier(case: Case, context: Context, call: Call) -> list[Slot]:
    """The free times of her doctor before her call, in her day, that she was not offered yet."""
    zone, mine = ZoneInfo(booking.owner_zone(case, context)), (call.doctor, call.starts_at, call.ends_at)
    diary = Diary([span for span in context.taken if span != mine], context.away, (mine,))
    days = (call.starts_at - context.now).days + 1
    return [
        slot
        for slot in free_slots(consultations.house(case, context.clinic), diary, context.now, days)
        if slot.doctor == call.doctor
        and slot.starts_at < call.starts_at
        and booking.AWAKE[0] <= slot.starts_at.astimezone(zone).time() < booking.AWAKE[1]
        and slot.starts_at.isoformat() not in case.passed
    ]


def _until(slot: Slot, context: Context) -> datetime | None:
    """So long it is kept: the clinic's while, less where the time is near; None where that would be too short to answer."""
    quarter = (slot.starts_at - context.now) // 4
    kept = min(
        timedelta(minutes=context.clinic.earlier_minutes), quarter // timedelta(minutes=1) * timedelta(minutes=1)
    )
    return context.now + kept if kept >= SHORTEST else None


# --- the offer --------------------------------------------------------------------------------------------------------
def is_offered(case: Case) -> bool:
    """Whether an earlier time is kept for her just now."""
    return case.offer is not None and case.step == WISH


def _offered(case: Case, context: Context, slot: Slot, until: datetime) -> Decision:
    offer = Call(slot.doctor, slot.starts_at, slot.ends_at, case.revision)
    asked = replace(case, offer=offer, step=WISH)
    hold = Hold(slot.doctor, slot.starts_at, slot.ends_at, until, unasked=True)
    wake = Wake("hold", until, str(case.revision))
    zone = booking.owner_zone(case, context)
    by_text = (
        until - context.now >= WORTH_A_TEXT and reminders.morning(context.now, zone, context.clinic) == context.now
    )
    news = texts.earlier(asked, context, slot.starts_at, until) if by_text else ()
    shown = again(asked, context, until=until)
    return Decision(shown.case, (hold, wake, *shown.effects, *news))


def again(case: Case, context: Context, before: str = "", until: datetime | None = None) -> Decision:
    """The open offer with its three answers."""
    shown, message = show(case, context, words(case, context, before, until), _rows(case))
    return Decision(shown, (replace(message, revision=case.revision),))


def words(case: Case, context: Context, before: str = "", until: datetime | None = None) -> str:
    """The offer in words. ``until``: said where it is known, at the moment in which it is made."""
    language, zone = case.language, booking.owner_zone(case, context)
    offer, call = case.offer, case.call
    assert offer is not None
    assert call is not None
    text = say(
        language,
        "An earlier time has come free for the call about {cat}: {at} ({zone} time) with {doctor}. Your call now: {call}.",
        at=instant(offer.starts_at, zone, language), zone=zone_words(zone, language), doctor=_doctor(context, offer.doctor),
        cat=cat_name(case, language), call=instant(call.starts_at, zone, language),
    )  # fmt: skip
    kept = mark("It is kept for you for a short while. Your call stays as it is unless you take it.")
    if until is not None:
        kept = mark("It is kept for you until {until}. Your call stays as it is unless you take it.")
    ends = until.astimezone(ZoneInfo(zone)).strftime("%H:%M") if until else ""
    parts = (before, text, say(language, kept, until=ends), emergency.reminder(language))
    return "\n\n".join(part for part in parts if part)


def _rows(case: Case) -> list[list[Choice]]:
    language = case.language
    take, keep = Choice(TAKE, say(language, "Yes, take it")), Choice(KEEP, say(language, "No, keep mine"))
    return [[take], [keep], [Choice(STOP, say(language, "Stop asking me"))]]


def _doctor(context: Context, key: str) -> str:
    doctor = context.clinic.doctor(key)
    return doctor.name if doctor else key
