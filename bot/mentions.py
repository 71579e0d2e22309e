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


async def mention(desk: Desk, person: int) -> Mention:
    """Nothing where the account is nobody's by now. Offsets are UTF-16 units."""
    doctor = await doctor_of(desk, person)
    if doctor is None:
        return "", []
    user = tg.User(person, doctor.name, is_bot=False)
    length = len(doctor.name.encode("utf-16-le")) // 2
    return f"{doctor.name}: ", [tg.MessageEntity(tg.MessageEntity.TEXT_MENTION, 0, length, user=user)]
