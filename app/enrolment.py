"""``second-look enrol`` and ``second-look dismiss``: who counts as which doctor. Both work while the service runs."""

from secrets import randbits

from app.clock import Clock, RehearsalClock, machine_clock
from app.feeds import doctor_of
from app.settings import Settings
from desk.enrolment import dismiss as dismiss_doctor
from desk.enrolment import give_code
from flows.enrolment import new_code
from storage.beside import Beside


def enrol(settings: Settings, key: str) -> str:
    """A one-time code, in words for the operator. Raises NoSuchDoctor."""
    doctor, code = doctor_of(settings, key, "enrol"), new_code(randbits(128))
    now, beside = _clock(settings)(), Beside(settings.database_url)
    try:
        until = beside.write(lambda conn: give_code(conn, key, code, now))
    finally:
        beside.close()
    return (
        f"{doctor.name} sends this to the staff bot, alone with it:\n\n    /start {code}\n\n"
        f"It counts once, until {until:%Y-%m-%d %H:%M} UTC. Earlier codes for {key} no longer count."
    )


def dismiss(settings: Settings, key: str) -> str:
    """What was done, in words for the operator. Raises NoSuchDoctor."""
    doctor = doctor_of(settings, key, "dismiss")
    now, beside = _clock(settings)(), Beside(settings.database_url)
    try:
        beside.write(lambda conn: dismiss_doctor(conn, key, now))
    finally:
        beside.close()
    return (
        f"{doctor.name} is dismissed: nobody's presses count as theirs from now on, nor codes given out earlier. "
        "Calls that are booked stand, and clinic.toml still offers their hours; take them out of the group yourself."
    )


def _clock(settings: Settings) -> Clock:
    return RehearsalClock(settings.clock_url) if settings.clock_url else machine_clock
