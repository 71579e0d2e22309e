"""Who counts as which doctor now, the one-time codes by which that changes, and the lines of what was done about it."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.tables import enrolment_codes, enrolment_log, enrolments

_STANDING = select(enrolments.c.doctor, enrolments.c.person)


def standing(conn: Connection) -> dict[str, int]:
    """The Telegram account of each doctor who was ever enrolled by a code or dismissed; 0 = dismissed."""
    return {row[0]: row[1] or 0 for row in conn.execute(_STANDING)}


def add_code(conn: Connection, code_hash: str, doctor: str, now: datetime, until: datetime) -> None:
    """A new code. The doctor's earlier ones are worthless from now on."""
    _spoil(conn, doctor, now)
    conn.execute(insert(enrolment_codes).values(code_hash=code_hash, doctor=doctor, until=until, used_at=None))


def doctor_of(conn: Connection, code_hash: str, now: datetime) -> str:
    """The doctor that this code enrols as; "" where it is not valid."""
    return conn.scalar(select(enrolment_codes.c.doctor).where(*_valid(code_hash, now))) or ""


def use(conn: Connection, code_hash: str, now: datetime) -> bool:
    """The code is used up. Of two who come at once one gets it."""
    return conn.execute(update(enrolment_codes).where(*_valid(code_hash, now)).values(used_at=now)).rowcount == 1


def fault_of(conn: Connection, code_hash: str) -> str:
    """Why a code that was not valid is not: a word for the log."""
    kept = select(enrolment_codes.c.used_at).where(enrolment_codes.c.code_hash == code_hash)
    row = conn.execute(kept).first()
    return "wrong" if row is None else "expired" if row[0] is None else "used"


def enrol(conn: Connection, doctor: str, person: int | None, now: datetime) -> None:
    """From now on this account's presses count as the doctor's, and no other's. None: nobody's; codes still out are worthless."""
    new = insert(enrolments).values(doctor=doctor, person=person, at=now)
    conn.execute(new.on_conflict_do_update(index_elements=["doctor"], set_={"person": person, "at": now}))
    if person is None:
        _spoil(conn, doctor, now)


def note(conn: Connection, now: datetime, what: str, doctor: str = "", person: int = 0) -> None:
    """A line of the log."""
    conn.execute(insert(enrolment_log).values(at=now, person=person, doctor=doctor, what=what))


def tries(conn: Connection, person: int, since: datetime) -> int:
    """How often this account was turned away since then."""
    mine = (enrolment_log.c.person == person, enrolment_log.c.at > since, enrolment_log.c.what != "enrolled")
    return conn.scalar(select(func.count()).select_from(enrolment_log).where(*mine)) or 0


def _valid(code_hash: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    mine = enrolment_codes.c.code_hash == code_hash
    return mine, enrolment_codes.c.used_at.is_(None), enrolment_codes.c.until > now


def _spoil(conn: Connection, doctor: str, now: datetime) -> None:
    out = (enrolment_codes.c.doctor == doctor, enrolment_codes.c.used_at.is_(None), enrolment_codes.c.until > now)
    conn.execute(update(enrolment_codes).where(*out).values(until=now))
