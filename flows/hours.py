"""Free times of the doctors. One calendar says what is offered and what is accepted, so the two cannot differ (pitfall 87).

Weekly hours are local rules in the doctor's zone; everything else is arithmetic in UTC, so an hour that a clock change skips is never
offered and one that it repeats is offered once each (pitfall 88). What the rules give is worked out once a day and set of doctors:
the cost of an offer grows with the days asked for, not with what was ever booked.

Between two calls of a doctor lies the clinic's buffer, a day takes no more calls than the doctor wants, and on holidays there are none.
``storage.bookings.hold`` asks the same of ``rules`` once more under a lock, because two owners may look at the same moment.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.clinic import Clinic, Doctor, Hours
from flows.context import Span

STEP = timedelta(minutes=30)
DAY = timedelta(days=1)
KEPT_DAYS = 128  # of one set of doctors: twice as far as anybody is offered


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time that can be booked: aware UTC, half-open."""

    starts_at: datetime
    ends_at: datetime
    doctor: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What a call of one doctor must keep to beside the others: so far ``apart`` from them, at most ``most`` (0: any number) in ``day``."""

    apart: timedelta
    most: int
    day: tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Diary:
    """What stands in the way. ``taken``: calls and holds of others. ``away``: when doctors are not there. ``own``: the call that would be
    moved; it will be gone, so that it needs no buffer and does not count, and yet nobody can be in two calls at once.
    """

    taken: Iterable[Span] = ()
    away: Iterable[Span] = ()
    own: Iterable[Span] = ()


def free_slots(clinic: Clinic, diary: Diary, now: datetime, days: int) -> list[Slot]:
    """What can be booked from ``now`` (plus the clinic's lead time) for ``days`` days, earliest first."""
    earliest, latest = _window(clinic, now, days)
    calendar, busy = _calendar_of(clinic), _by_day(clinic, diary)
    first, last = earliest.date(), latest.date()
    found: list[Slot] = []
    for number in range((last - first).days + 1):
        day = first + number * DAY
        slots = calendar.day(day).without(busy.get(day, ()))
        found += [s for s in slots if earliest <= s.starts_at <= latest] if day in (first, last) else slots
    return found


def is_free(clinic: Clinic, diary: Diary, now: datetime, days: int, doctor: str, starts_at: datetime) -> bool:
    """Whether this very time is among those offered now."""
    earliest, latest = _window(clinic, now, days)
    if not earliest <= starts_at <= latest:
        return False
    day = starts_at.date()
    slots = _calendar_of(clinic).day(day).without(_by_day(clinic, diary).get(day, ()))
    return any(slot.doctor == doctor and slot.starts_at == starts_at for slot in slots)


def rules(clinic: Clinic, key: str, starts_at: datetime) -> Rules:
    """What a call of this doctor at this time must keep to."""
    doctor = clinic.doctor(key)
    zone = ZoneInfo(doctor.zone if doctor else clinic.zone)
    day = starts_at.astimezone(zone).date()
    return Rules(timedelta(minutes=clinic.buffer_minutes), doctor.calls_per_day if doctor else 0, _whole(day, zone))


def _window(clinic: Clinic, now: datetime, days: int) -> tuple[datetime, datetime]:
    return now + timedelta(hours=clinic.lead_hours), now + timedelta(days=days)


# --- what is taken ----------------------------------------------------------------------------------------------------
def _by_day(clinic: Clinic, diary: Diary) -> dict[date, list[Span]]:
    """What is taken, under each day (UTC) on which a call that overlaps it may begin."""
    found: dict[date, list[Span]] = {}
    length, apart = timedelta(minutes=clinic.call_minutes), timedelta(minutes=clinic.buffer_minutes)
    taken = list(diary.taken)
    widened = [(doctor, starts - apart, ends + apart) for doctor, starts, ends in taken] if apart else taken
    for span in (*widened, *diary.away, *diary.own, *_full(clinic, taken)):
        day, last = (span[1] - length).date(), span[2].date()
        while day <= last:
            found.setdefault(day, []).append(span)
            day += DAY
    return found


def _full(clinic: Clinic, taken: Iterable[Span]) -> Iterator[Span]:
    """The days that hold as many calls as their doctor wants, from midnight to midnight: no call lies on two days."""
    limits = {d.key: (d.calls_per_day, ZoneInfo(d.zone)) for d in clinic.doctors if d.calls_per_day}
    counted = Counter(
        (doctor, starts.astimezone(limits[doctor][1]).date()) for doctor, starts, _ in taken if doctor in limits
    )
    for (doctor, day), count in counted.items():
        most, zone = limits[doctor]
        if count >= most:
            yield doctor, *_whole(day, zone)


def _whole(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return _instant(day, time(0), zone), _instant(day + DAY, time(0), zone)


# --- what the hours give ----------------------------------------------------------------------------------------------
class _Day:
    """The times that begin on one day of UTC, sorted, and where those of each doctor stand among them."""

    def __init__(self, slots: list[Slot], length: timedelta) -> None:
        self._slots = slots
        self._length = length
        self._of: dict[str, tuple[list[datetime], list[int]]] = {}
        for place, slot in enumerate(slots):
            starts, places = self._of.setdefault(slot.doctor, ([], []))
            starts.append(slot.starts_at)
            places.append(place)

    def without(self, busy: Iterable[Span]) -> list[Slot]:
        """Those that overlap none of these spans."""
        out: set[int] = set()
        for doctor, begin, end in busy:
            if doctor in self._of:
                starts, places = self._of[doctor]
                out.update(places[bisect_right(starts, begin - self._length) : bisect_left(starts, end)])
        return [slot for place, slot in enumerate(self._slots) if place not in out] if out else self._slots


class _Calendar:
    """Every time that the weekly hours of these doctors give, day by day in UTC, sorted; bookings are not known here."""

    def __init__(self, doctors: tuple[Doctor, ...], length: timedelta, closed: frozenset[date]) -> None:
        self._doctors = doctors
        self._closed = closed
        self._length = length
        self._days: dict[date, _Day] = {}
        self._local: dict[date, list[Slot]] = {}

    def day(self, day: date) -> _Day:
        """The times that begin on this day."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= KEPT_DAYS:
                self._days, self._local = {}, {}
            near = (self._on_local(day + n * DAY) for n in (-1, 0, 1))  # a local day lies on two days of UTC
            slots = sorted(slot for slots in near for slot in slots if slot.starts_at.date() == day)
            found = self._days[day] = _Day(slots, self._length)
        return found

    def _on_local(self, day: date) -> list[Slot]:
        """The times of this day on each doctor's own calendar."""
        found = self._local.get(day)
        if found is None:
            weekday, length = day.weekday(), self._length
            found = self._local[day] = [
                Slot(start, start + length, doctor.key)
                for doctor in self._doctors
                for hours in doctor.hours
                if hours.weekday == weekday and day not in self._closed
                for start in _starts(day, hours, ZoneInfo(doctor.zone), length)
            ]
        return found


@lru_cache(maxsize=8)
def _calendar(doctors: tuple[Doctor, ...], length: timedelta, closed: frozenset[date]) -> _Calendar:
    return _Calendar(doctors, length, closed)


def _calendar_of(clinic: Clinic) -> _Calendar:
    return _calendar(clinic.doctors, timedelta(minutes=clinic.call_minutes), clinic.closed)


def _starts(day: date, hours: Hours, zone: ZoneInfo, length: timedelta) -> list[datetime]:
    """The beginnings of calls within one window of hours, aware UTC."""
    opens, closes = _instant(day, hours.opens, zone), _instant(day, hours.closes, zone)
    steps = [opens + number * STEP for number in range((closes - length - opens) // STEP + 1)]
    if opens.astimezone(zone).utcoffset() == closes.astimezone(zone).utcoffset():
        return steps
    return [start for start in steps if _on_duty(day, hours, zone, start, start + length)]


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time as an instant, the first of two where the clocks go back. One that the clocks leap over is the moment of the leap."""
    local = datetime.combine(day, at, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).time() == at:
        return instant
    before, after = local.replace(fold=1).astimezone(UTC), instant  # so PEP 495 reads a time that does not exist
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        early = middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset()
        before, after = (middle, after) if early else (before, middle)
    return after.replace(microsecond=0)


def _on_duty(day: date, hours: Hours, zone: ZoneInfo, start: datetime, end: datetime) -> bool:
    """Whether the doctor's clock shows the hours from the first to the last second: it may have gone back meanwhile."""
    first, last = (at.astimezone(zone).replace(tzinfo=None) for at in (start, end - timedelta(seconds=1)))
    return datetime.combine(day, hours.opens) <= first and last < datetime.combine(day, hours.closes)
