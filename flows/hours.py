"""Free times of the doctors. One function computes what is offered and what is accepted, so the two cannot differ (pitfall 87).

Weekly hours are local rules in the doctor's zone; everything else is arithmetic in UTC, so an hour that a clock change skips is never
offered and one that it repeats is offered once each (pitfall 88).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.clinic import Clinic, Doctor
from flows.context import Span

STEP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time that can be booked: aware UTC, half-open."""

    starts_at: datetime
    ends_at: datetime
    doctor: str


def free_slots(clinic: Clinic, taken: Iterable[Span], now: datetime, days: int) -> list[Slot]:
    """What can be booked from ``now`` (plus the clinic's lead time) for ``days`` days, earliest first."""
    earliest = now + timedelta(hours=clinic.lead_hours)
    latest = now + timedelta(days=days)
    length = timedelta(minutes=clinic.call_minutes)
    busy: dict[str, list[tuple[datetime, datetime]]] = {}
    for doctor, starts, ends in taken:
        busy.setdefault(doctor, []).append((starts, ends))
    return sorted(
        Slot(start, start + length, doctor.key)
        for doctor in clinic.doctors
        for start in _starts(doctor, length, earliest, latest)
        if not _overlaps(start, start + length, busy.get(doctor.key, ()))
    )


def is_free(clinic: Clinic, taken: Iterable[Span], now: datetime, days: int, doctor: str, starts_at: datetime) -> bool:
    """Whether this very time is among those offered now."""
    return any(s.doctor == doctor and s.starts_at == starts_at for s in free_slots(clinic, taken, now, days))


def _starts(doctor: Doctor, length: timedelta, earliest: datetime, latest: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(doctor.zone)
    day = earliest.astimezone(zone).date() - timedelta(days=1)
    last = latest.astimezone(zone).date()
    while day <= last:
        for hours in doctor.hours:
            if hours.weekday == day.weekday():
                opens, closes = _instant(day, hours.opens, zone), _instant(day, hours.closes, zone)
                start = opens
                while start + length <= closes:
                    if earliest <= start <= latest:
                        yield start
                    start += STEP
        day += timedelta(days=1)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _overlaps(starts: datetime, ends: datetime, spans: Iterable[tuple[datetime, datetime]]) -> bool:
    return any(starts < end and begin < ends for begin, end in spans)
