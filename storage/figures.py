"""Numbers about the cases: what is open and how old, how soon was decided, which calls are today. Each grows with what it counts, not with what is stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, case, func, select

from storage.columns import word
from storage.tables import bookings, cases
from storage.tables import history as lines

DECISIONS = ("go", "no_go", "need_more")

_IN = cases.c.status.in_(bindparam("statuses", expanding=True))
_YOUNGER = [func.sum(case((cases.c.created_at > bindparam(f"since_{place}"), 1), else_=0)) for place in (0, 1)]
_STANDING = select(cases.c.status, func.count(), *_YOUNGER).where(_IN).group_by(cases.c.status)
_NUMBER = select(func.count()).select_from(cases).where(_IN)

_ASKED = lines.alias("asked")
_SENT_AT = (
    select(func.max(_ASKED.c.at))
    .where(_ASKED.c.case_id == lines.c.case_id, _ASKED.c.went_to == word("review"), _ASKED.c.id < lines.c.id)
    .scalar_subquery()
)
_DECISIONS = (lines.c.trigger.in_([word(trigger) for trigger in DECISIONS]), lines.c.at > bindparam("since"))
_COUNTED = select(lines.c.trigger, func.count()).where(*_DECISIONS).group_by(lines.c.trigger)
_WAITED = select(lines.c.at, _SENT_AT).where(*_DECISIONS).order_by(lines.c.at.desc()).limit(bindparam("count"))
_CALLS = (
    select(cases.c.code, bookings.c.doctor, bookings.c.starts_at, cases.c.id)
    .join_from(bookings, cases, bookings.c.case_id == cases.c.id)
    .where(
        and_(bookings.c.state == word("booked"), bookings.c.ends_at > bindparam("since")),
        bookings.c.starts_at < bindparam("until"),
    )
    .order_by(bookings.c.starts_at, bookings.c.doctor)
    .limit(bindparam("count"))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many cases have a status; ``ages``: younger than the first age asked for, between the two, older than the second."""

    status: str
    count: int
    ages: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class CallAhead:
    """A booked call: aware UTC."""

    code: str
    doctor: str
    starts_at: datetime
    case_id: str


def standing(conn: Connection, statuses: Iterable[str], since: tuple[datetime, datetime]) -> list[Standing]:
    """Those of these statuses that any case has. ``since``: the later instant first."""
    values = {"statuses": [str(status) for status in statuses], "since_0": since[0], "since_1": since[1]}
    return [
        Standing(status, count, (int(young), int(middle) - int(young), count - int(middle)))
        for status, count, young, middle in conn.execute(_STANDING, values)
    ]


def number(conn: Connection, statuses: Sequence[str]) -> int:
    """How many cases have one of these statuses."""
    return int(conn.scalar(_NUMBER, {"statuses": [str(status) for status in statuses]}) or 0)


def decisions(conn: Connection, since: datetime) -> dict[str, int]:
    """How many of each kind."""
    return {kind: count for kind, count in conn.execute(_COUNTED, {"since": since})}


def waits(conn: Connection, since: datetime, most: int) -> list[timedelta]:
    """From the card to the decision, of the newest decisions."""
    found = conn.execute(_WAITED, {"since": since, "count": most})
    return [decided_at - sent_at for decided_at, sent_at in found if sent_at]


def calls(conn: Connection, since: datetime, until: datetime, most: int) -> list[CallAhead]:
    """Booked calls that touch [since, until), earliest first."""
    return [CallAhead(*row) for row in conn.execute(_CALLS, {"since": since, "until": until, "count": most})]
