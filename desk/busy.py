"""What follows from a doctor's own calendar: its busy times are kept, held times in them are free again, the staff is told of what it must know."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from desk.alarm import group_note
from desk.receive import Moment
from flows.clinic import Doctor
from flows.wording import mark, say
from storage import bookings, busy, cases, noticed, outbox, waiting_list

DAY = timedelta(days=1)
FAILING = mark(
    "{doctor}'s own calendar could not be read for a day. What it said before still counts. Please look whether its address is still right."
)
OVER_CALLS = mark(
    "{doctor}'s own calendar now shows busy times over booked calls: {codes}. The calls stay. If the doctor cannot be there, /away calls them off and asks the owners for another time."
)
Rows = tuple[outbox.OutboxRow, ...]


def taken(
    conn: Connection,
    doctor: Doctor,
    spans: Sequence[tuple[datetime, datetime]] | None,
    read: busy.Read | None,
    moment: Moment,
) -> Rows:
    """``spans`` and ``read`` are None where nothing has changed since. Whoever holds a time of a doctor's waits until this is done."""
    noticed.over(conn, [_failing(doctor)])
    if spans is None or read is None:
        return ()
    bookings.alone(conn, doctor.key)
    busy.replace(conn, doctor.key, spans, read)
    waiting_list.freed(conn, doctor.key, "busy", moment.now)
    for starts_at, ends_at in spans:
        bookings.unhold(conn, doctor.key, starts_at, ends_at)
    codes = _newly_under(conn, doctor, moment.now)
    if not codes:
        return ()
    return _told(conn, OVER_CALLS, doctor, moment, ", ".join(codes))


def failed(conn: Connection, doctor: Doctor, moment: Moment) -> Rows:
    """Told once, when it has been so for a day."""
    lasts = noticed.lasts(conn, _failing(doctor), moment.now, DAY)
    return _told(conn, FAILING, doctor, moment) if lasts else ()


def _newly_under(conn: Connection, doctor: Doctor, now: datetime) -> list[str]:
    """The codes of the cases whose calls lie under a busy time and were not told of yet; what lies there no longer is forgotten."""
    kind = f"busy {doctor.key}"
    found = {f"{kind} {case_id} {starts_at.isoformat()}": case_id for case_id, starts_at in busy.booked_under(conn, doctor.key, now)}  # fmt: skip
    noticed.over(conn, [key for key in noticed.of_kind(conn, kind) if key not in found])
    new = [case_id for key, case_id in found.items() if noticed.lasts(conn, key, now)]
    listed = (cases.by_id(conn, case_id, peek=True) for case_id in new)
    return [case.code for case in listed if case]


def _failing(doctor: Doctor) -> str:
    return f"calendar failing {doctor.key}"


def _told(conn: Connection, words: str, doctor: Doctor, moment: Moment, codes: str = "") -> Rows:
    text = say(moment.clinic.languages[0], words, doctor=doctor.name, codes=codes)
    return tuple(outbox.put(conn, [group_note(text)], moment.now, moment.lease_s))
