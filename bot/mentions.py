"""A doctor spoken to by name in the group: a mention that rings the doctor's telephone and works without a user name."""

import telegram as tg

from desk.desk import Desk
from desk.enrolment import enrolled
from flows.clinic import Doctor

Mention = tuple[str, list[tg.MessageEntity]]  # words for the beginning of a message, and what marks them


async def doctor_of(desk: Desk, person: int) -> Doctor | None:
    """Whom this account counts as at this moment."""
    clinic = await desk.store.read(lambda conn: enrolled(conn, desk.clinic))
    return clinic.doctor_by_telegram(person)


async def account_of(desk: Desk, key: str) -> int:
    """The account that counts as this doctor at this moment; 0 = none."""
    clinic = await desk.store.read(lambda conn: enrolled(conn, desk.clinic))
    doctor = clinic.doctor(key)
    return doctor.telegram if doctor else 0


async def mention(desk: Desk, person: int, key: str = "") -> Mention:
    """By account, or by the key in clinic.toml. Nothing where the account is nobody's by now. Offsets are UTF-16 units."""
    person = person or (await account_of(desk, key) if key else 0)
    doctor = await doctor_of(desk, person) if person else None
    if doctor is None:
        named = desk.clinic.doctor(key)
        return (f"{named.name}: " if named else ""), []
    user = tg.User(person, doctor.name, is_bot=False)
    length = len(doctor.name.encode("utf-16-le")) // 2
    return f"{doctor.name}: ", [tg.MessageEntity(tg.MessageEntity.TEXT_MENTION, 0, length, user=user)]
