"""Who is on call by her own word (/oncall). Whoever says so last holds the time they share; the other's stretch comes back when it is given back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, delete, select

from storage.tables import duties

_SINCE: BindParameter[datetime] = bindparam("since")
_UNTIL: BindParameter[datetime] = bindparam("until")
_COLUMNS = (duties.c.id, duties.c.doctor, duties.c.starts_at, duties.c.ends_at)
_BETWEEN = select(*_COLUMNS).where(duties.c.starts_at < _UNTIL, duties.c.ends_at > _SINCE).order_by(duties.c.id)


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of duty, with the number by which it is given back."""

    id: int
    doctor: str
    starts_at: datetime
    ends_at: datetime


def add(conn: Connection, doctor: str, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Notes a stretch. False when this very one is her newest word on it already: a second tap, or a message that came twice."""
    same = [one for one in between(conn, starts_at, ends_at) if one.ends_at > now]
    if same and (same[-1].doctor, same[-1].starts_at, same[-1].ends_at) == (doctor, starts_at, ends_at):
        return False
    conn.execute(duties.insert().values(doctor=doctor, starts_at=starts_at, ends_at=ends_at))
    return True


def take_back(conn: Connection, number: int, doctor: str) -> Stretch | None:
    """Removes a stretch of this doctor's. None when there is no such one, or no more."""
    mine = delete(duties).where(duties.c.id == number, duties.c.doctor == doctor)
    row = conn.execute(mine.returning(*_COLUMNS)).first()
    return Stretch(*row) if row else None


def between(conn: Connection, since: datetime, until: datetime) -> list[Stretch]:
    """Everybody's stretches that touch [since, until), the newest word last."""
    return [Stretch(*row) for row in conn.execute(_BETWEEN, {"since": since, "until": until})]
