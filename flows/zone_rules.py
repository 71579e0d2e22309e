"""A country changes the rules of its clocks while a call is booked: the moment that is kept is no longer the hour that people were told.

With a call is written down what the clocks of everybody concerned will show when it begins. Where newer rules say something else, a person
asks which of the two holds: whether the owner has noted the hour or the moment nobody can know (pitfall 89). The call stays until then.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flows.after_call import rows
from flows.case import Call, Case, Status
from flows.context import Context, Decision
from flows.effects import Post
from flows.summary import instant, zone_words
from flows.wording import mark, say

TIMER = "zone_rules"  # its key is the booking's revision
CHANGED = mark("Case {code}: the rules of the clocks have changed since the call was booked. Please ask the owner and the doctor which hour holds. The call stays as it is booked until then; if another time is needed, its doctor presses the button.")  # fmt: skip
LINE = mark("{zone} time: {then} was agreed; the booked moment now shows as {now}.")


def written_down(case: Case, context: Context, call: Call) -> Call:
    """The call with what the clocks of owner, doctor and clinic show at its beginning, as far as is known today."""
    doctor = context.clinic.doctor(call.doctor)
    zones = dict.fromkeys((case.zone or context.clinic.zone, doctor.zone if doctor else "", context.clinic.zone))
    return replace(call, clocks=_clocks(filter(None, zones), call.starts_at))


def differs(call: Call) -> bool:
    """Whether a clock will show another hour than was written down. Calls of earlier versions have nothing written down."""
    return call.clocks != _now(call)


def due(case: Case, context: Context, key: str) -> Decision:
    """Once for each change: what was told is written down in place of what was agreed."""
    call, language = case.call, context.clinic.languages[0]
    if case.status is not Status.BOOKED or call is None or key != str(call.revision):
        return Decision(case)
    if context.now >= call.starts_at or not differs(call):
        return Decision(case)
    asked = replace(call, asked=call.asked or context.token, clocks=_now(call))
    lines = [_line(*pair, language) for pair in zip(call.clocks, asked.clocks, strict=True) if pair[0] != pair[1]]
    text = "\n".join((say(language, CHANGED, code=case.code), *lines))
    buttons = rows(case, asked.asked, language, ("another_time",))
    return Decision(replace(case, call=asked), (Post(text, "alarm", case.review.topic, buttons),))


def _now(call: Call) -> tuple[str, ...]:
    return _clocks((clock.partition(" ")[0] for clock in call.clocks), call.starts_at)


def _clocks(zones: Iterable[str], at: datetime) -> tuple[str, ...]:
    return tuple(f"{zone} {at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}" for zone in zones)


def _line(agreed: str, shown: str, language: str) -> str:
    zone = agreed.partition(" ")[0]
    then, now = (instant(_moment(clock), zone, language) for clock in (agreed, shown))
    return say(language, LINE, zone=zone_words(zone, language), then=then, now=now)


def _moment(clock: str) -> datetime:
    """What is written down as a moment of today's rules, only to be said."""
    zone, _, local = clock.partition(" ")
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
