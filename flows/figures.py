"""How the clinic stands, in numbers and as a picture's data: open cases by state and age, how soon was decided, the calls of today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from flows.card import DECISIONS, STANDING
from flows.case import ENDED, Status
from flows.clinic import Clinic
from flows.days import weekday_words
from flows.wording import mark, say

OPEN = tuple(status for status in Status if status not in ENDED | {Status.INTAKE})
AGES = (timedelta(days=1), timedelta(days=3))  # a case older than the second is shown as old
LOOKS_BACK = timedelta(days=30)
_AGE_WORDS = (mark("up to a day old"), mark("one to three days"), mark("older"))


@dataclass(frozen=True, slots=True)
class Group:
    """Open cases of one status, by age (as ``AGES`` parts them)."""

    status: Status
    ages: tuple[int, int, int]

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.ages)


@dataclass(frozen=True, slots=True)
class Figures:
    """``groups`` in the order of the lifecycle. ``waits``: from card to decision, of each decision. ``calls``: time, doctor's key, code."""

    now: datetime
    groups: tuple[Group, ...]
    decisions: Mapping[str, int]
    waits: tuple[timedelta, ...]
    calls: tuple[tuple[datetime, str, str], ...]


def day_of(now: datetime, zone: str) -> tuple[datetime, datetime]:
    """From midnight to midnight where the clinic is."""
    local = ZoneInfo(zone)
    today = now.astimezone(local).date()
    midnight = datetime.combine(today, time(), tzinfo=local)
    return midnight, datetime.combine(today + timedelta(days=1), time(), tzinfo=local)


def in_order(groups: Iterable[Group]) -> tuple[Group, ...]:
    """As the lifecycle goes."""
    return tuple(sorted(groups, key=lambda group: OPEN.index(group.status)))


# --- words ------------------------------------------------------------------------------------------------------------
def words(figures: Figures, clinic: Clinic, language: str) -> str:
    """The whole of it as one message."""
    return "\n\n".join(
        part
        for part in (_open(figures, language), _decided(figures, language), _calls(figures, clinic, language))
        if part
    )


def _open(figures: Figures, language: str) -> str:
    total = sum(group.count for group in figures.groups)
    if not total:
        return say(language, "No open cases.")
    lines = [say(language, "Open cases: {n}", n=total)]
    return "\n".join(lines + [_line(group, language) for group in figures.groups])


def _line(group: Group, language: str) -> str:
    standing = say(language, STANDING[group.status])
    if not group.ages[2]:
        return say(language, "• {standing}: {n}", standing=standing, n=group.count)
    return say(language, "• {standing}: {n}, {old} of them older than three days", standing=standing, n=group.count, old=group.ages[2])  # fmt: skip


def _decided(figures: Figures, language: str) -> str:
    if not figures.decisions:
        return say(language, "No decisions in the last {days} days.", days=LOOKS_BACK.days)
    parts = [
        f"{say(language, DECISIONS[key])} {figures.decisions[key]}" for key in DECISIONS if key in figures.decisions
    ]
    head = say(language, "Decisions in the last {days} days: {n}", days=LOOKS_BACK.days, n=sum(figures.decisions.values()))  # fmt: skip
    lines = [f"{head} ({' · '.join(parts)})"]
    if figures.waits:
        lines.append(
            say(
                language,
                "Half of them within {time}",
                time=_span(sorted(figures.waits)[len(figures.waits) // 2], language),
            )
        )
    return "\n".join(lines)


def _span(span: timedelta, language: str) -> str:
    hours = span / timedelta(hours=1)
    if hours < 1:
        return say(language, "{n} min", n=round(hours * 60))
    return say(language, "{n} h", n=round(hours)) if hours < 48 else say(language, "{n} d", n=round(hours / 24))


def _calls(figures: Figures, clinic: Clinic, language: str) -> str:
    if not figures.calls:
        return say(language, "No calls today.")
    return "\n".join(
        (say(language, "Calls today: {n}", n=len(figures.calls)), *(_call(*call, clinic) for call in figures.calls))
    )


def calls_by_day(calls: Sequence[tuple[datetime, str, str]], clinic: Clinic, language: str) -> list[str]:
    """A line for each call under its day, in the clinic's time."""
    zone = ZoneInfo(clinic.zone)
    lines: list[str] = []
    for day, of_day in groupby(calls, lambda call: call[0].astimezone(zone).date()):
        lines += [weekday_words(day, language), *(_call(at, key, code, clinic) for at, key, code in of_day)]
    return lines


def _call(at: datetime, key: str, code: str, clinic: Clinic) -> str:
    doctor = clinic.doctor(key)
    here = at.astimezone(ZoneInfo(clinic.zone))
    there = at.astimezone(ZoneInfo(doctor.zone)) if doctor else here
    clock = here.strftime("%H:%M")
    if there.utcoffset() != here.utcoffset():
        clock += f" ({there.strftime('%H:%M')} {there.tzname()})"
    return f"• {clock} · {doctor.name if doctor else key} · {code}"


# --- a picture --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the picture: its label and its three parts."""

    label: str
    parts: tuple[int, int, int]


def bars(figures: Figures, language: str) -> tuple[Bar, ...]:
    """Open cases by state, each parted by age."""
    return tuple(Bar(say(language, STANDING[group.status]), group.ages) for group in figures.groups)


def title(figures: Figures, clinic: Clinic, language: str) -> str:
    """Above the picture."""
    total = sum(group.count for group in figures.groups)
    return " · ".join((clinic.name, say(language, "Open cases: {n}", n=total)))


def legend(language: str) -> tuple[str, ...]:
    """What the three parts mean."""
    return tuple(say(language, age) for age in _AGE_WORDS)
