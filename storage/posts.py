"""Our messages in the staff's group and to single doctors: those that can be answered or edited, and all that have to go when their case is erased."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from storage.tables import posts


@dataclass(frozen=True, slots=True)
class Post:
    """What a message of the group is about: ``role`` is the desk's word for it (its card, its prompt, a note …)."""

    case_id: str
    role: str


def remember(conn: Connection, chat: int, message_id: int, case_id: str, role: str) -> None:
    """Notes a message; a later note of the same message replaces it."""
    new = insert(posts).values(chat=chat, message_id=message_id, case_id=case_id, role=role)
    changed = {"case_id": new.excluded.case_id, "role": new.excluded.role}
    conn.execute(new.on_conflict_do_update(index_elements=["chat", "message_id"], set_=changed))


def find(conn: Connection, chat: int, message_id: int) -> Post | None:
    this = (posts.c.chat == chat, posts.c.message_id == message_id)
    row = conn.execute(select(posts.c.case_id, posts.c.role).where(*this)).one_or_none()
    return Post(row.case_id, row.role) if row else None


def of_case(conn: Connection, chat: int, case_id: str) -> list[int]:
    """The numbers of a case's messages, in their order."""
    mine = (posts.c.chat == chat, posts.c.case_id == case_id)
    return list(conn.scalars(select(posts.c.message_id).where(*mine).order_by(posts.c.message_id)))


def alone(conn: Connection, case_id: str) -> dict[int, list[int]]:
    """What single doctors were told of a case, by chat: private chats have positive numbers, groups (also one that moved) negative ones."""
    theirs = (posts.c.chat > 0, posts.c.case_id == case_id)
    found: dict[int, list[int]] = {}
    for where, number in conn.execute(
        select(posts.c.chat, posts.c.message_id).where(*theirs).order_by(posts.c.message_id)
    ):
        found.setdefault(where, []).append(number)
    return found


def forget(conn: Connection, case_id: str) -> None:
    """Nobody looks for this case's messages any more."""
    conn.execute(delete(posts).where(posts.c.case_id == case_id))
