"""Choosing, moving and cancelling the call: a day, a time that is held for ten minutes, a yes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, islice
from zoneinfo import ZoneInfo

from flows import consultations, earlier_wish, emergency, reminders, rooms, zone_rules
from flows.case import Call, Case, Status
from flows.context import Context, Decision
from flows.days import weekday_words
from flows.effects import CALL, Book, Effect, Forget, Hold, Post, Release, Say, SayCalendar, Wake
from flows.hours import Diary, Slot, free_slots, is_free
from flows.lifecycle import move
from flows.screens import Choice, in_rows, show
from flows.summary import cat_name, instant, zone_words
from flows.wording import mark, say

DAYS = 21  # how far ahead times are offered
DAYS_SHOWN = 8
TIMES_SHOWN = 16
HELD_FOR = timedelta(minutes=10)
NUDGES = (timedelta(days=1), timedelta(days=3), timedelta(days=7))  # after the payment, while no time is chosen
# Times that an owner far away would sleep through are offered only where there are no others.
AWAKE = (time(7), time(22))


def owner_zone(case: Case, context: Context) -> str:
    """Where the owner's clock is: as answered, else the clinic's."""
    return case.zone or context.clinic.zone


def offered(case: Case, context: Context) -> list[Slot]:
    """What this owner may choose, earliest first: by day where there is any, else also what lies in her night."""
    slots = free_slots(consultations.house(case, context.clinic), _diary(case, context), context.now, DAYS)
    zone = ZoneInfo(owner_zone(case, context))
    return [s for s in slots if AWAKE[0] <= s.starts_at.astimezone(zone).time() < AWAKE[1]] or slots


# --- a day, a time ----------------------------------------------------------------------------------------------------
def choose_day(case: Case, context: Context, before: str = "") -> Decision:
    """The days that have free times, in the owner's zone."""
    language, zone = case.language, owner_zone(case, context)
    days = _days(offered(case, context), ZoneInfo(zone))
    if not days:
        text = say(
            language, "All times in the coming days are taken. We will look for one ourselves and write to you here."
        )
        rows = [[Choice("days", say(language, "Look again"))]]
        full = _screen(replace(case, step="day"), context, _join(before, text), rows)
        return full if case.step == "day" else replace(full, effects=(*full.effects, _no_times(case, context)))
    text = say(
        language,
        "Please choose a day for the call about {cat}. Times are in {zone} time.",
        cat=cat_name(case, language),
        zone=zone_words(zone, language),
    )
    choices = [Choice(f"day:{day.isoformat()}", weekday_words(day, language)) for day in days]
    return _screen(replace(case, step="day"), context, _join(before, text), [*in_rows(choices, 2), [_door(case)]])


def _days(slots: Iterable[Slot], zone: ZoneInfo) -> list[date]:
    """The first days of the owner's calendar on which these times lie; they come earliest first, so that the rest is not looked at."""
    return [day for day, _ in islice(groupby(slots, lambda slot: slot.starts_at.astimezone(zone).date()), DAYS_SHOWN)]


def _no_times(case: Case, context: Context) -> Post:
    words = mark("Case {code} is paid, but no time is free. Please offer one.")
    text = say(context.clinic.languages[0], words, code=case.code)
    return Post(text, "alarm", case.review.topic)


def _choose_time(case: Case, context: Context, day: date, before: str = "") -> Decision:
    language, zone = case.language, ZoneInfo(owner_zone(case, context))
    slots = [slot for slot in offered(case, context) if slot.starts_at.astimezone(zone).date() == day][:TIMES_SHOWN]
    if not slots:
        return choose_day(case, context, say(language, "That day has just filled up."))
    several = len(context.clinic.doctors) > 1
    choices = [
        Choice(f"at:{s.doctor}:{s.starts_at.isoformat()}", _time_words(s, zone, context, several)) for s in slots
    ]
    text = say(language, "{day}: which time?", day=weekday_words(day, language))
    rows = [*in_rows(choices, 2), [Choice("days", say(language, "‹ Another day"))]]
    return _screen(replace(case, step="time"), context, _join(before, text), rows)


def _offer(case: Case, context: Context, doctor: str, starts_at: datetime) -> Decision:
    """Holds the time and asks for a yes."""
    day = starts_at.astimezone(ZoneInfo(owner_zone(case, context))).date()
    house = consultations.house(case, context.clinic)
    if not is_free(house, _diary(case, context), context.now, DAYS, doctor, starts_at):
        return _choose_time(case, context, day, say(case.language, "Sorry, that time has just been taken."))
    ends_at = starts_at + timedelta(minutes=house.call_minutes)
    offer = Call(doctor, starts_at, ends_at, case.revision)
    shown = _ask_yes(replace(case, offer=offer, step="confirm"), context, offer)
    until = context.now + HELD_FOR
    hold = Hold(doctor, starts_at, ends_at, until)
    return Decision(shown.case, (hold, *shown.effects, Wake("hold", until, str(case.revision))))


def _ask_yes(case: Case, context: Context, offer: Call, before: str = "") -> Decision:
    language, zone = case.language, owner_zone(case, context)
    text = say(
        language,
        "{at} ({zone} time) with {doctor}, {minutes} minutes. It is kept for you for ten minutes. Shall we book it?",
        at=instant(offer.starts_at, zone, language), zone=zone_words(zone, language), doctor=_doctor(context, offer.doctor), minutes=offer.minutes,
    )  # fmt: skip
    rows = [*rooms.yes_rows(case, context), [Choice("days", say(language, "‹ Another day"))]]
    return _screen(case, context, _join(before, text), rows)


def _diary(case: Case, context: Context) -> Diary:
    """What stands in this case's way: a time that it holds is free for it."""
    offer, call = ((c.doctor, c.starts_at, c.ends_at) if c else None for c in (case.offer, case.call))
    taken = [span for span in context.taken if span not in (offer, call)]
    return Diary(taken, context.away, (call,) if call else ())


# --- yes, move, cancel ------------------------------------------------------------------------------------------------
def chosen(case: Case, context: Context, value: str) -> Decision:
    """A button while a call is chosen or booked. What has begun cannot be moved: that would be a second call for one fee."""
    if has_begun(case, context):
        return standing(case, context)
    kind, _, rest = value.partition(":")
    match kind:
        case "day":
            return _choose_time(case, context, date.fromisoformat(rest))
        case "at":
            doctor, _, starts = rest.partition(":")
            return _offer(case, context, doctor, datetime.fromisoformat(starts).astimezone(UTC))
        case "book":
            return _book(case, context, online=rest == rooms.ONLINE)
        case "move" | "days":
            return choose_day(replace(case, step="day"), context)
        case "cancel":
            return _ask_cancel(case, context)
        case "cancel_yes":
            return _cancel(case, context)
        case "coming":
            return reminders.confirmed(case, context)
    return standing(case, context)


def refused(case: Case, context: Context, hold: bool) -> Decision:
    """The time that was to be held or booked is taken after all. An earlier hold outlives a refused one."""
    return choose_day(
        case if hold else replace(case, offer=None),
        context,
        say(case.language, "That time has just been taken by somebody else. Please choose another."),
    )


def _book(case: Case, context: Context, online: bool) -> Decision:
    if case.offer is None:
        return standing(case, context)
    trigger = "rebook" if case.call else "book"
    revision = case.revision + 1
    call = zone_rules.written_down(case, context, rooms.booked(case.offer, context, revision, online))
    moved, line = move(replace(case, call=call, offer=None, revision=revision, step=""), trigger, "owner")
    shown = standing(moved, context, before=say(case.language, "Done: your call is booked."))
    effects: tuple[Effect, ...] = (Book(), line, Forget("hold"), Forget("remind"), Forget("choose"), *shown.effects)
    after = (Forget("over"), Wake("over", call.ends_at + timedelta(days=1), str(revision)))
    return Decision(
        shown.case, (*effects, *after, calendar(moved, context, "REQUEST"), *reminders.planned(moved, context))
    )


def calendar(case: Case, context: Context, method: str) -> SayCalendar:
    """The calendar file; the same UID for ever, a higher SEQUENCE with every change."""
    call = case.call
    assert call is not None
    language = case.language
    summary = say(language, "Call with {clinic}", clinic=context.clinic.name)
    caption = (
        say(language, "For your calendar.")
        if method == "REQUEST"
        else say(language, "This takes the call out of your calendar.")
    )
    uid = f"{case.id}@second-look"
    return SayCalendar(caption, uid, case.revision, method, summary, call.starts_at, call.ends_at, call.room)


def standing(case: Case, context: Context, before: str = "") -> Decision:
    """The open offer or the booked call with what can be done about it; while there is neither, the days."""
    if has_begun(case, context):  # a time that was held in order to move the call is free again when its hold runs out
        text = say(case.language, "The time of your call has come. The written opinion follows here after it.")
        begun = replace(case, offer=None, step="", screen="", options=())
        return Decision(begun, (Say(_join(before, text + "\n\n" + emergency.reminder(case.language))),))
    if case.offer is not None and case.step == "confirm":
        return _ask_yes(case, context, case.offer, before)
    if case.call is None:
        return choose_day(case, context, before)
    language, zone = case.language, owner_zone(case, context)
    text = say(
        language,
        rooms.BOOKED_ONLINE if case.call.room else rooms.BOOKED,
        at=instant(case.call.starts_at, zone, language), zone=zone_words(zone, language), doctor=_doctor(context, case.call.doctor), code=case.code,
        room=case.call.room, emergency=_join(rooms.missing(case), emergency.reminder(language)),
    )  # fmt: skip
    rows = [[Choice("move", say(language, "Move the call")), Choice("cancel", say(language, "Cancel the call"))]]
    return _screen(replace(case, step=""), context, _join(before, text), [*rows, *earlier_wish.row(case, context), [_door(case)]])  # fmt: skip


def _door(case: Case) -> Choice:
    """The button that opens the same on a page."""
    return Choice("", say(case.language, "📅 All times on one page"), CALL)


def has_begun(case: Case, context: Context) -> bool:
    """Whether it is too late to move or cancel."""
    return case.call is not None and context.now >= case.call.starts_at


def nudge(case: Case, context: Context, key: str) -> Decision:
    """Paid, and no time chosen: the owner is asked again twice, then the staff is told."""
    if case.status is not Status.PAID:
        return Decision(case)
    number = int(key)
    following = (
        (Wake("choose", context.now + NUDGES[number + 1] - NUDGES[number], str(number + 1)),) if number < 2 else ()
    )
    if number == 2:
        sentence = mark("Case {code} was paid a week ago and no time is chosen. Please get in touch.")
        text = say(context.clinic.languages[0], sentence, code=case.code)
        return Decision(case, (Post(text, "alarm", case.review.topic),))
    shown = standing(case, context, say(case.language, "Your call is paid and waits for a time that suits you."))
    return Decision(shown.case, (*shown.effects, *following))


def _ask_cancel(case: Case, context: Context) -> Decision:
    language = case.language
    text = say(
        language, "Cancel the call? Your payment stays valid, and you can choose another time whenever you like."
    )
    rows = [[Choice("cancel_yes", say(language, "Yes, cancel it"))], [Choice("keep", say(language, "No, keep it"))]]
    return _screen(case, context, text, rows)


def _cancel(case: Case, context: Context) -> Decision:
    if case.call is None:
        return standing(case, context)
    ended = replace(case, revision=case.revision + 1)
    farewell = calendar(ended, context, "CANCEL")
    moved, line = move(replace(ended, call=None, offer=None), "unbook", "owner")
    shown = choose_day(moved, context, say(case.language, "The call is cancelled, and so are its reminders."))
    return Decision(
        shown.case,
        (
            Release(),
            line,
            Forget("remind"),
            Forget("hold"),
            Forget("over"),
            Wake("choose", context.now + NUDGES[0], "0"),
            farewell,
            *shown.effects,
        ),
    )


def hold_over(case: Case, context: Context, key: str) -> Decision:
    """Ten minutes without a yes: the time is free for others again."""
    if case.offer is None or key != str(case.revision):
        return Decision(case)
    if case.step != "confirm":  # she looks at other days: a time that may be somebody else's now must not count as hers
        return Decision(replace(case, offer=None))
    text = say(case.language, "The time we kept for you is free for others again.")
    return choose_day(replace(case, offer=None), context, text)


# --- words ------------------------------------------------------------------------------------------------------------
def _screen(case: Case, context: Context, text: str, rows: list[list[Choice]]) -> Decision:
    opened, message = show(case, context, text, rows)
    return Decision(opened, (message,))


def _join(before: str, text: str) -> str:
    return f"{before}\n\n{text}" if before else text


def _time_words(slot: Slot, zone: ZoneInfo, context: Context, several: bool) -> str:
    clock = slot.starts_at.astimezone(zone).strftime("%H:%M")
    return f"{clock} · {_doctor(context, slot.doctor)}" if several else clock


def _doctor(context: Context, key: str) -> str:
    doctor = context.clinic.doctor(key)
    return doctor.name if doctor else key
