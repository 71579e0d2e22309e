"""Who counts as which doctor: codes are given out and used up, doctors dismissed, each in one unit of work with its line in the log."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from desk.alarm import group_note
from desk.receive import Moment, Receipt
from flows.clinic import Clinic, Doctor
from flows.effects import Answer
from flows.enrolment import ALREADY, LASTS, REFUSED, SHUT, TAKEN, TOLD, TRIES, WELCOME, WITHIN, plain
from flows.wording import say
from storage import enrolments, outbox


def enrolled(conn: Connection, clinic: Clinic) -> Clinic:
    """The clinic with the accounts that count at this moment; asked anew for each update, so that a dismissal holds at once."""
    return clinic.with_accounts(enrolments.standing(conn))


def give_code(conn: Connection, doctor: str, code: str, now: datetime) -> datetime:
    """Until when this code enrols as the doctor; an earlier one no longer does."""
    until = now + LASTS
    enrolments.add_code(conn, _hash(code), doctor, now, until)
    enrolments.note(conn, now, "code", doctor)
    return until


def dismiss(conn: Connection, doctor: str, now: datetime) -> None:
    """Nobody's presses count as this doctor's any more, whatever clinic.toml says, until the next code."""
    enrolments.enrol(conn, doctor, None, now)
    enrolments.note(conn, now, "dismissed", doctor)


def redeem(conn: Connection, code: str, person: int, language: str, moment: Moment) -> Receipt:
    """What an account gets for its code: ``answer`` is a word to it alone, None = it is not heard for a while."""
    clinic, key = enrolled(conn, moment.clinic), _hash(code)
    known = clinic.doctor_by_telegram(person)
    meant = clinic.doctor(enrolments.doctor_of(conn, key, moment.now))
    if known is not None and meant is None:
        return _said(known.languages[0], ALREADY, known)
    if enrolments.tries(conn, person, moment.now - WITHIN) >= TRIES:
        return _shut(conn, person, language, moment.now)
    if meant is None:
        enrolments.note(conn, moment.now, enrolments.fault_of(conn, key), person=person)
        return _said(language, REFUSED)
    if known is not None and known.key != meant.key:
        enrolments.note(conn, moment.now, "taken", meant.key, person)
        return _said(language, TAKEN, known)
    if not enrolments.use(conn, key, moment.now):
        return _said(language, REFUSED)
    return _enrol(conn, meant, person, moment)


def _enrol(conn: Connection, doctor: Doctor, person: int, moment: Moment) -> Receipt:
    enrolments.enrol(conn, doctor.key, person, moment.now)
    enrolments.note(conn, moment.now, "enrolled", doctor.key, person)
    told = group_note(say(moment.clinic.languages[0], TOLD, doctor=doctor.name))
    rows = tuple(outbox.put(conn, [told], moment.now, moment.lease_s))
    return Receipt(rows=rows, answer=Answer(say(doctor.languages[0], WELCOME, doctor=doctor.name)))


def _shut(conn: Connection, person: int, language: str, now: datetime) -> Receipt:
    """The first try too many is told; further ones leave neither an answer nor a line."""
    if enrolments.tries(conn, person, now - WITHIN) > TRIES:
        return Receipt()
    enrolments.note(conn, now, "shut", person=person)
    return _said(language, SHUT)


def _said(language: str, sentence: str, doctor: Doctor | None = None) -> Receipt:
    return Receipt(answer=Answer(say(language, sentence, doctor=doctor.name) if doctor else say(language, sentence)))


def _hash(code: str) -> str:
    return sha256(plain(code).encode()).hexdigest()
