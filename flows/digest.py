"""The word of the morning to the doctors' group: what needs somebody today. Codes only; the picture of /stats goes before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows import duty, waiting
from flows import figures as told
from flows.case import Case, Status
from flows.clinic import Clinic
from flows.context import Context, Roster
from flows.days import weekday_words
from flows.figures import Figures
from flows.wording import listed, mark, say

LASTS = timedelta(
    hours=4
)  # a service that was away longer lets the morning pass: figures at noon are no news of the morning
NAMED = 12  # so many codes of one sort; the others are a number
QUIET = mark("Good morning. No open cases and no calls today.")
HEAD = mark("Good morning. {day}")
LATE = mark("⏰ Waiting for a decision longer than the owner was told: {codes}")
OWED = mark("✍ The call is over, the opinion is not written: {codes}")
ON_CALL = mark("On call: {doctor}")
NO_DUTY = mark("On call: nobody – /oncall")
AWAY = mark("Away today: {doctors}")
MORE = mark("{codes} and {n} more")


@dataclass(frozen=True, slots=True)
class Morning:
    """What is known in the morning. ``open``: the cases that wait for a decision or had a call booked; ``roster`` touches today."""

    figures: Figures
    open: tuple[Case, ...]
    roster: Roster


def day_of(clinic: Clinic, now: datetime) -> date | None:
    """The day whose digest is due now, on the clinic's clock; None at other hours and on days without one."""
    here = now.astimezone(ZoneInfo(clinic.zone))
    if clinic.digest_at is None or here.weekday() not in clinic.digest_days:
        return None
    since = datetime.combine(here.date(), clinic.digest_at, tzinfo=here.tzinfo).astimezone(now.tzinfo)
    return here.date() if since <= now < since + LASTS else None


def words(morning: Morning, clinic: Clinic, language: str) -> str:
    """The whole of it. A morning on which nothing is to be done is one line."""
    figures = morning.figures
    if not figures.groups and not figures.calls:
        return say(language, QUIET)
    day = weekday_words(figures.now.astimezone(ZoneInfo(clinic.zone)).date(), language)
    wanted = "\n".join((*_late(morning, clinic, language), *_owed(morning, language)))
    parts = (
        say(language, HEAD, day=day),
        wanted,
        told.words(figures, clinic, language),
        _people(morning, clinic, language),
    )
    return "\n\n".join(part for part in parts if part)


def _late(morning: Morning, clinic: Clinic, language: str) -> list[str]:
    context = Context(morning.figures.now, clinic, "")
    until = {case.code: waiting.promised_by(case, context) for case in morning.open}
    codes = [code for code, at in until.items() if at and at <= context.now]
    return [say(language, LATE, codes=_named(codes, language))] if codes else []


def _owed(morning: Morning, language: str) -> list[str]:
    now = morning.figures.now
    codes = [c.code for c in morning.open if c.status is Status.BOOKED and c.call and c.call.ends_at <= now]
    return [say(language, OWED, codes=_named(codes, language))] if codes else []


def _named(codes: list[str], language: str) -> str:
    some = ", ".join(codes[:NAMED])
    return say(language, MORE, codes=some, n=len(codes) - NAMED) if len(codes) > NAMED else some


def _people(morning: Morning, clinic: Clinic, language: str) -> str:
    doctor = duty.on_call(clinic, morning.roster, morning.figures.now)
    lines = [say(language, ON_CALL, doctor=doctor.name) if doctor else say(language, NO_DUTY)]
    away = _names(clinic, (key for key, *_ in morning.roster.away))
    return "\n".join((*lines, *([say(language, AWAY, doctors=listed(away, language))] if away else ())))


def _names(clinic: Clinic, keys: Iterable[str]) -> list[str]:
    wanted = {*keys}
    return [doctor.name for doctor in clinic.doctors if doctor.key in wanted]
