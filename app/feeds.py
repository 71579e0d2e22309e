"""``second-look calendar``: the address of a doctor's own calendar, and another one where the former came into wrong hands."""

from app.clinic import load_clinic
from app.settings import Settings
from desk.feeds import feed_link
from desk.links import Links
from flows.clinic import Doctor
from storage import feeds
from storage.beside import Beside


class NoSuchDoctor(Exception):
    """A sentence for the operator."""


def doctor_of(settings: Settings, key: str, command: str) -> Doctor:
    """The doctor that the command line names. Raises NoSuchDoctor."""
    clinic = load_clinic(settings.clinic_file)
    if found := clinic.doctor(key):
        return found
    known = [one.key for one in clinic.doctors]
    raise NoSuchDoctor(f"{key} is no doctor of clinic.toml; there are {', '.join(known)}. Example: second-look {command} {known[0]}")  # fmt: skip


def feed_address(settings: Settings, doctor: str, renew: bool) -> str:
    """The address; the first time, and with ``renew``, a new one. Works while the service runs. Raises NoSuchDoctor."""
    doctor_of(settings, doctor, "calendar")
    beside = Beside(settings.database_url)
    try:
        version = beside.read(lambda conn: feeds.version(conn, doctor))
        if renew or not version:
            version = beside.write(lambda conn: feeds.renew(conn, doctor))
    finally:
        beside.close()
    links = Links(settings.secret_key.get_secret_value())
    return f"{settings.public_url}/calendar/{feed_link(links, doctor, version)}"
