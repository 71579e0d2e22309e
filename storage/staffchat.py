"""Where the staff's group is: Telegram gives a group a new number when it becomes a supergroup."""

from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.tables import outbox, posts, staff_chats

# A chain of moves longer than this can only be a circle.
_LONGEST = 16


def current(conn: Connection, configured: int) -> int:
    """The group's number today, given the one in the settings."""
    chat = configured
    for _ in range(_LONGEST):
        new = conn.scalar(select(staff_chats.c.new).where(staff_chats.c.old == chat))
        if new is None:
            break
        chat = new
    return chat


def migrate(conn: Connection, old: int, new: int, at: datetime) -> None:
    """Remembers the move and aims what is still to be sent, and the posts, at the new number. Told twice, done once.

    No other recipient can be meant: a group's number is negative, a person's and a telephone's are not.
    """
    if old == new:
        return
    move = insert(staff_chats).values(old=old, new=new, at=at)
    conn.execute(move.on_conflict_do_update(index_elements=["old"], set_={"new": new, "at": at}))
    conn.execute(staff_chats.delete().where(staff_chats.c.old == new))
    unsettled = outbox.c.state.in_(("waiting", "sending"))
    conn.execute(update(outbox).where(outbox.c.recipient == str(old), unsettled).values(recipient=str(new)))
    conn.execute(update(posts).where(posts.c.chat == old).values(chat=new))
