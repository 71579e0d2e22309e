"""Cases: one JSON document each, changed only by whoever saw the newest version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Select, bindparam, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import ColumnElement

from flows.case import Case, Status, case_from, changed
from storage.prepared import Prepared
from storage.tables import cases
from storage.tables import history as lines
from storage.units import Collision

_DOCUMENT: Select[Any] = select(cases.c.doc)
_COLUMNS = ("id", "code", "chat", "active", "status", "version", "language", "phone", "created_at", "updated_at", "doc")
_INSERT = Prepared(postgresql.insert(cases).on_conflict_do_nothing(), _COLUMNS)
_NEWEST = update(cases).where(cases.c.id == bindparam("this"), cases.c.version == bindparam("expected"))
# Most answers change neither status nor number, and a column that is not named costs no entry in its index.
_SAVE = Prepared(_NEWEST, ("version", "updated_at", "doc"))
_SAVE_ALL = Prepared(_NEWEST, ("status", "version", "language", "phone", "updated_at", "doc"))
_ADD_HISTORY = Prepared(
    postgresql.insert(lines).inline(), ("case_id", "at", "came_from", "trigger", "went_to", "actor", "detail")
)
_LISTED = (
    _DOCUMENT.where(cases.c.status.in_(bindparam("statuses", expanding=True)))
    .order_by(cases.c.created_at, cases.c.id)
    .limit(bindparam("count"))
    .offset(bindparam("skipped"))
)


class _Lookup:
    """One case by one thing, with its row locked (PostgreSQL; SQLite has one writer) or merely looked at."""

    def __init__(self, *where: ColumnElement[bool]) -> None:
        self._locked = Prepared(_DOCUMENT.where(*where).with_for_update())
        self._peeked = Prepared(_DOCUMENT.where(*where))

    def find(self, conn: Connection, value: object, peek: bool) -> Case | None:
        # A connection that only reads may not lock, and whoever reads a page has nothing to lock for.
        peek = peek or bool(conn.info.get("reads_only"))
        row = (self._peeked if peek else self._locked).one(conn, {"value": value})
        return case_from(orjson.loads(row[0])) if row else None


_BY_CHAT = _Lookup(cases.c.chat == bindparam("value"), cases.c.active)
_BY_ID = _Lookup(cases.c.id == bindparam("value"))
_BY_CODE = _Lookup(cases.c.code == bindparam("value"))


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One move of a case: from which status, by what, to which, by whom."""

    at: datetime
    came_from: str
    trigger: str
    went_to: str
    actor: str
    detail: str


def by_chat(conn: Connection, chat: int, peek: bool = False) -> Case | None:
    """The active case of an owner's chat."""
    return _BY_CHAT.find(conn, chat, peek)


def by_id(conn: Connection, case_id: str, peek: bool = False) -> Case | None:
    return _BY_ID.find(conn, case_id, peek)


def by_code(conn: Connection, code: str, peek: bool = False) -> Case | None:
    """The case people mean by these six characters; they must be written as ``Case.code`` has them."""
    return _BY_CODE.find(conn, code, peek)


def _searched(case: Case) -> str:
    """The number by which a text finds its case: one that was only typed may be a stranger's."""
    return case.phone if case.vouched else ""


def by_phone(conn: Connection, phone: str) -> list[str]:
    """The ids of active cases with this number, newest first. Nobody is found by an empty number."""
    open_ones = (cases.c.phone == phone, cases.c.phone != "", cases.c.active)
    newest_first = (cases.c.created_at.desc(), cases.c.id.desc())
    return list(conn.scalars(select(cases.c.id).where(*open_ones).order_by(*newest_first)))


def insert(conn: Connection, case: Case) -> None:
    """Stores a new, active case. Collision when its chat got another active case meanwhile, or its code is taken."""
    if _INSERT.count(conn, _row(case) | {"active": True}) == 0:
        raise Collision("Another active case of this chat, or the same code, was stored meanwhile.")


def save(conn: Connection, before: Case, after: Case) -> Case:
    """Stores the next version of a case and returns it. Collision when ``before`` is no longer the newest version."""
    after = changed(after, version=before.version + 1)
    values = {
        "this": before.id,
        "expected": before.version,
        "version": after.version,
        "updated_at": after.updated_at,
        "doc": orjson.dumps(after).decode(),
    }
    found = (after.status, after.language, _searched(after))
    if found == (before.status, before.language, _searched(before)):
        saved = _SAVE.count(conn, values)
    else:
        found_by = {"status": after.status.value, "language": after.language, "phone": _searched(after)}
        saved = _SAVE_ALL.count(conn, values | found_by)
    if not saved:
        raise Collision("The case was changed by somebody else meanwhile.")
    return after


def retire(conn: Connection, case_id: str) -> None:
    """Makes room for another active case of the same chat."""
    conn.execute(update(cases).where(cases.c.id == case_id).values(active=False))


def listed(conn: Connection, statuses: Iterable[str], limit: int, offset: int = 0) -> list[Case]:
    """Cases in any of these statuses, oldest first, not locked."""
    wanted = [Status(status).value for status in statuses]
    found = conn.scalars(_LISTED, {"statuses": wanted, "count": limit, "skipped": offset})
    return [case_from(orjson.loads(document)) for document in found]


def add_history(
    conn: Connection,
    case_id: str,
    at: datetime,
    came_from: str,
    trigger: str,
    went_to: str,
    actor: str,
    detail: str,
) -> None:
    """Writes down one move. The database refuses a line for a case that is not there."""
    values = {
        "case_id": case_id,
        "at": at,
        "came_from": str(came_from),
        "trigger": trigger,
        "went_to": str(went_to),
        "actor": actor,
        "detail": detail,
    }
    _ADD_HISTORY.count(conn, values)


def history(conn: Connection, case_id: str) -> list[HistoryLine]:
    """All moves of a case in their order."""
    columns = (lines.c.at, lines.c.came_from, lines.c.trigger, lines.c.went_to, lines.c.actor, lines.c.detail)
    found = conn.execute(select(*columns).where(lines.c.case_id == case_id).order_by(lines.c.id))
    return [HistoryLine(*row) for row in found]


def _row(case: Case) -> dict[str, object]:
    return {
        "id": case.id,
        "code": case.code,
        "chat": case.chat,
        "status": case.status.value,
        "version": case.version,
        "language": case.language,
        "phone": _searched(case),
        "created_at": case.created_at,
        "updated_at": case.updated_at,
        "doc": orjson.dumps(case).decode(),
    }
