"""Free times of the doctors. One calendar says what is offered and what is accepted, so the two cannot differ (pitfall 87).

Weekly hours are local rules in the doctor's zone; everything else is arithmetic in UTC, so an hour that a clock change skips is never
offered and one that it repeats is offered once each (pitfall 88). What the rules give is worked out once a day and set of doctors:
the cost of an offer grows with the days asked for, not with what was ever booked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from flows.clinic import Clinic, Doctor, Hours
from flows.context import Span

STEP = timedelta(minutes=30)
DAY = timedelta(days=1)
KEPT_DAYS = 128  # of one set of doctors: twice as far as anybody is offered
Busy = dict[str, list[tuple[datetime, datetime]]]


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time that can be booked: aware UTC, half-open."""

    starts_at: datetime
    ends_at: datetime
    doctor: str


def free_slots(clinic: Clinic, taken: Iterable[Span], now: datetime, days: int) -> list[Slot]:
    """What can be booked from ``now`` (plus the clinic's lead time) for ``days`` days, earliest first."""
    earliest, latest = _window(clinic, now, days)
    calendar, busy = _calendar_of(clinic), _by_day(clinic, taken)
    first, last = earliest.date(), latest.date()
    found: list[Slot] = []
    for number in range((last - first).days + 1):
        day = first + number * DAY
        slots: Iterable[Slot] = calendar.day(day)
        if day in (first, last):
            slots = [slot for slot in slots if earliest <= slot.starts_at <= latest]
        found += _free(slots, busy[day]) if day in busy else slots
    return found


def is_free(clinic: Clinic, taken: Iterable[Span], now: datetime, days: int, doctor: str, starts_at: datetime) -> bool:
    """Whether this very time is among those offered now."""
    earliest, latest = _window(clinic, now, days)
    if not earliest <= starts_at <= latest:
        return False
    day = starts_at.date()
    meant = [s for s in _calendar_of(clinic).day(day) if s.doctor == doctor and s.starts_at == starts_at]
    return bool(_free(meant, _by_day(clinic, taken).get(day, {})))


def _window(clinic: Clinic, now: datetime, days: int) -> tuple[datetime, datetime]:
    return now + timedelta(hours=clinic.lead_hours), now + timedelta(days=days)


# --- what is taken ----------------------------------------------------------------------------------------------------
def _by_day(clinic: Clinic, taken: Iterable[Span]) -> dict[date, Busy]:
    """What is taken, under each day (UTC) on which a call that overlaps it may begin."""
    found: dict[date, Busy] = {}
    length = timedelta(minutes=clinic.call_minutes)
    for doctor, starts, ends in taken:
        day, last = (starts - length).date(), ends.date()
        while day <= last:
            found.setdefault(day, {}).setdefault(doctor, []).append((starts, ends))
            day += DAY
    return found


def _free(slots: Iterable[Slot], busy: Busy) -> list[Slot]:
    return [
        slot
        for slot in slots
        if slot.doctor not in busy
        or not any(slot.starts_at < end and begin < slot.ends_at for begin, end in busy[slot.doctor])
    ]


# --- what the hours give ----------------------------------------------------------------------------------------------
class _Calendar:
    """Every time that the weekly hours of these doctors give, day by day in UTC, sorted; bookings are not known here."""

    def __init__(self, doctors: tuple[Doctor, ...], length: timedelta) -> None:
        self._doctors = doctors
        self._length = length
        self._days: dict[date, list[Slot]] = {}
        self._local: dict[date, list[Slot]] = {}

    def day(self, day: date) -> list[Slot]:
        """The times that begin on this day."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= KEPT_DAYS:
                self._days, self._local = {}, {}
            near = (self._on_local(day + n * DAY) for n in (-1, 0, 1))  # a local day lies on two days of UTC
            found = self._days[day] = sorted(slot for slots in near for slot in slots if slot.starts_at.date() == day)
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
                if hours.weekday == weekday
                for start in _starts(day, hours, ZoneInfo(doctor.zone), length)
            ]
        return found


@lru_cache(maxsize=8)
def _calendar(doctors: tuple[Doctor, ...], length: timedelta) -> _Calendar:
    return _Calendar(doctors, length)


def _calendar_of(clinic: Clinic) -> _Calendar:
    return _calendar(clinic.doctors, timedelta(minutes=clinic.call_minutes))


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
