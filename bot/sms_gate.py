"""Whether a text may leave, asked just before its call, because rows can wait for days."""

from datetime import datetime, timedelta

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType
from sqlalchemy import Connection

from desk.wanted import is_wanted
from flows.clinic import Clinic
from flows.reminders import morning
from storage import cases, optouts, texts
from storage.outbox import OutboxRow

DAY = timedelta(days=1)
# Numbers that cost the caller or the clinic are "valid" to the library too; a text goes to a phone that somebody carries (pitfall 66).
_PHONES = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def refusal(conn: Connection, row: OutboxRow, clinic: Clinic, now: datetime) -> str:
    """The row of ``desk.errors`` that forbids it, "" when it may leave."""
    number = str(row.payload["number"])
    if optouts.stopped(conn, number):
        return "opted_out"
    country = clinic.sms_country(number)
    if country is None or not _is_in(country.country, number):
        return "country_closed"
    if not _is_carried(number):
        return "bad_number"
    if not is_wanted(conn, row, now):
        return "no_longer_wanted"
    in_all, to_it = texts.left(conn, number, now - DAY, row.id)
    return "capped" if in_all >= clinic.sms_per_day or to_it >= clinic.sms_per_number else ""


def wait_s(conn: Connection, row: OutboxRow, clinic: Clinic, now: datetime) -> float:
    """Seconds until a reminder may leave: what waited through an outage must not wake anybody. An answer to herself comes at once."""
    case = cases.by_id(conn, row.case_id, peek=True)
    if case is None or row.revision == 0 or row.payload["purpose"] in ("booked", "noted"):
        return 0.0
    return (morning(now, case.zone or clinic.zone, clinic) - now).total_seconds()


def _is_in(country: str, number: str) -> bool:
    """Twenty countries share +1, some of them dear."""
    read = _read(number)
    return read is not None and phonenumbers.region_code_for_number(read) in (country, None)


def _is_carried(number: str) -> bool:
    read = _read(number)
    return read is not None and phonenumbers.number_type(read) in _PHONES


def _read(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number)
    except NumberParseException:
        return None
