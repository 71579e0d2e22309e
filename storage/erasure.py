"""Everything held about one person, deleted in one unit of work. What stays, and why: ``docs/decisions/0009-erasing.md``.

``tests/test_erasing.py`` plays a whole journey, erases it and searches every table and the folder of files for what may not be there.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, and_, delete, or_, select, update

from flows.case import Case
from storage import files as file_lines
from storage import noticed, optouts
from storage.case_page_tables import remarks, views
from storage.shelf import Shelf
from storage.tables import attachments, bookings, cases, files, history, inbox, ledger, outbox, timers, uploads

OF_CASE: tuple[Table, ...] = (
    history,
    timers,
    bookings,
    attachments,
    uploads,
    views,
    remarks,
)  # all their rows of a case go; cells follow bookings


def erase(conn: Connection, chat: int, mine: Sequence[Case]) -> list[str]:
    """``mine``: all cases of the chat, locked. Gives the SHA-256 of bytes that nobody needs any more; they are still on the shelf."""
    ids = [case.id for case in mine]
    gone = _unused_files(conn, mine, ids)
    _forget_outbox(conn, chat, ids, {case.phone for case in mine if case.phone})
    _forget_raw(conn, chat, mine)
    for case in mine:
        _blur_ledger(conn, case)
        if case.phone:
            optouts.blur(conn, case.phone)
    for table in OF_CASE:
        conn.execute(delete(table).where(table.c.case_id.in_(ids)))
    conn.execute(delete(files).where(files.c.sha256.in_(gone)))
    noticed.over(conn, (f"missing {sha}" for sha in gone))
    conn.execute(delete(cases).where(cases.c.id.in_(ids)))
    return sorted(sha for sha in gone if not is_needed(conn, sha))


def take_away(shelf: Shelf, sha256: str, conn: Connection) -> None:
    """Unless the file is needed again, its bytes leave the shelf: in this very unit, for nobody may note it between the look and the deed."""
    file_lines.lock(conn, sha256)
    if not is_needed(conn, sha256):
        shelf.drop(sha256)


def scrub_is_planned(conn: Connection, after: datetime) -> bool:
    """Whether the file is to be written anew after then already: once is enough for all who erase meanwhile."""
    planned = and_(outbox.c.kind == "scrub", outbox.c.state == "waiting", outbox.c.due_at > after)
    return conn.scalar(select(outbox.c.id).where(planned).limit(1)) is not None


def is_needed(conn: Connection, sha256: str) -> bool:
    """Whether these bytes are an original or a picture of any file that is known."""
    either = or_(files.c.sha256 == sha256, files.c.preview == sha256, files.c.thumb == sha256)
    return conn.scalar(select(files.c.sha256).where(either).limit(1)) is not None


def _unused_files(conn: Connection, mine: Iterable[Case], ids: Sequence[str]) -> set[str]:
    """Originals and their pictures that belong to these cases alone."""
    attached = conn.scalars(select(attachments.c.sha256).where(attachments.c.case_id.in_(ids)))
    originals = set(attached) | {record.file for case in mine for record in case.records if record.file}
    others = select(attachments.c.sha256).where(attachments.c.sha256.in_(originals), attachments.c.case_id.not_in(ids))
    originals -= set(conn.scalars(others))
    pictures = conn.execute(select(files.c.preview, files.c.thumb).where(files.c.sha256.in_(originals)))
    return originals | {sha for row in pictures for sha in row if sha}


def _forget_outbox(conn: Connection, chat: int, ids: Sequence[str], phones: set[str]) -> None:
    """In every state: what was sent keeps its recipient, what was given up its words. A worker that is sending one finds its row gone."""
    to_chat = or_(outbox.c.recipient == str(chat), outbox.c.recipient.startswith(f"{chat}/"))
    to_phone = and_(outbox.c.channel == "sms", outbox.c.recipient.in_(phones))
    # Money that a doctor has confirmed still goes back: such a row holds a session and an amount, nothing of the person.
    on_its_way = and_(outbox.c.kind == "refund", outbox.c.state.in_(("waiting", "sending")))
    conn.execute(delete(outbox).where(or_(outbox.c.case_id.in_(ids), to_chat, to_phone), ~on_its_way))


def _forget_raw(conn: Connection, chat: int, mine: Iterable[Case]) -> None:
    """What could not be handled is kept as it came, and only there says whose it is. The keys stay, or a repeat would be taken for news."""
    words = {str(chat), *(word for case in mine for word in (case.id, case.code, case.phone.lstrip("+")) if word)}
    found = re.compile(
        rb"(?<![0-9A-Za-z])(" + b"|".join(re.escape(word.encode()) for word in words) + rb")(?![0-9A-Za-z])"
    )
    kept = select(inbox.c.channel, inbox.c.key, inbox.c.raw).where(inbox.c.raw.is_not(None))
    for channel, key, raw in conn.execute(kept).all():
        if found.search(raw):
            this = and_(inbox.c.channel == channel, inbox.c.key == key)
            conn.execute(update(inbox).where(this).values(state="done", raw=None, error="", due_at=None))


def _blur_ledger(conn: Connection, case: Case) -> None:
    """Amount, date and code stay. The provider's reference becomes a mark of itself: the same fact, told again, is still known."""
    lines = conn.execute(select(ledger.c.id, ledger.c.reference).where(ledger.c.case_id == case.id)).all()
    for number, reference in lines:
        mark = f"erased:{hashlib.sha256(reference.encode()).hexdigest()[:24]}"
        conn.execute(update(ledger).where(ledger.c.id == number).values(case_id=case.code, reference=mark))
