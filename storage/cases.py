"""Cases: one JSON document each, changed only by whoever saw the newest version.

A chat has one current ("active") case, and perhaps others. Whoever wants to lock several cases of a chat locks the current one first:
it is the gate through which two updates of one person pass one after the other, so that they never wait for one another in a ring.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Select, and_, bindparam, not_, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.elements import ColumnElement

from flows import lanes
from flows.case import ENDED, Case, Status, case_from, changed
from storage.columns import word
from storage.prepared import Prepared
from storage.tables import bookings, cases
from storage.tables import history as lines
from storage.units import Collision

_DOCUMENT: Select[Any] = select(cases.c.doc)
_WITH_PLACE: Select[Any] = select(cases.c.doc, cases.c.active)
_COLUMNS = (
    "id",
    "code",
    "chat",
    "active",
    "status",
    "version",
    "language",
    "phone",
    "urgent",
    "created_at",
    "updated_at",
    "doc",
)
_INSERT = Prepared(postgresql.insert(cases).on_conflict_do_nothing(), _COLUMNS)
_NEWEST = update(cases).where(cases.c.id == bindparam("this"), cases.c.version == bindparam("expected"))
# Most answers change neither status nor number, and a column that is not named costs no entry in its index.
_SAVE = Prepared(_NEWEST, ("version", "updated_at", "doc"))
_SAVE_ALL = Prepared(_NEWEST, ("status", "version", "language", "phone", "urgent", "updated_at", "doc"))
_ADD_HISTORY = Prepared(
    postgresql.insert(lines).inline(), ("case_id", "at", "came_from", "trigger", "went_to", "actor", "detail")
)
_LISTED = (
    _DOCUMENT.where(cases.c.status.in_(bindparam("statuses", expanding=True)))
    .order_by(cases.c.urgent.desc(), cases.c.created_at, cases.c.id)
    .limit(bindparam("count"))
    .offset(bindparam("skipped"))
)
LOOKS_AGAIN = 2


class _Lookup:
    """One case by one thing, with its row locked (PostgreSQL; SQLite has one writer) or merely looked at."""

    def __init__(self, document: Select[Any], *where: ColumnElement[bool]) -> None:
        self._locked = Prepared(document.where(*where).with_for_update())
        self._peeked = Prepared(document.where(*where))

    def row(self, conn: Connection, value: object, peek: bool) -> Sequence[Any] | None:
        # A connection that only reads may not lock, and whoever reads a page has nothing to lock for.
        peek = peek or bool(conn.info.get("reads_only"))
        return (self._peeked if peek else self._locked).one(conn, {"value": value})

    def find(self, conn: Connection, value: object, peek: bool) -> Case | None:
        row = self.row(conn, value, peek)
        return case_from(orjson.loads(row[0])) if row else None

    def found(self, conn: Connection, value: object) -> tuple[Case, bool] | None:
        row = self.row(conn, value, peek=False)
        return (case_from(orjson.loads(row[0])), bool(row[1])) if row else None


_BY_CHAT = _Lookup(_DOCUMENT, cases.c.chat == bindparam("value"), cases.c.active)
_BY_ID = _Lookup(_WITH_PLACE, cases.c.id == bindparam("value"))
_BY_CODE = _Lookup(_WITH_PLACE, cases.c.code == bindparam("value"))
_OPEN = cases.c.status.not_in([word(status.value) for status in sorted(ENDED)])
_OTHERS = (
    _DOCUMENT.where(cases.c.chat == bindparam("chat"), not_(cases.c.active), _OPEN)
    .order_by(cases.c.created_at, cases.c.id)
    .limit(bindparam("count"))
)
_ALL_OTHERS = _DOCUMENT.where(cases.c.chat == bindparam("chat"), not_(cases.c.active)).order_by(cases.c.created_at)
_CALL_AHEAD = and_(
    bookings.c.case_id == cases.c.id, bookings.c.state == word("booked"), bookings.c.ends_at > bindparam("now")
)
_BY_PHONE = (
    select(cases.c.id)
    .join_from(cases, bookings, _CALL_AHEAD, isouter=True)
    .where(cases.c.phone == bindparam("phone"), cases.c.phone != "", or_(cases.c.active, _OPEN))
    .order_by(bookings.c.starts_at.nulls_last(), _OPEN.desc(), cases.c.created_at.desc(), cases.c.id.desc())
)
_CALLS = (
    select(cases.c.code, cases.c.id)
    .join_from(cases, bookings, _CALL_AHEAD)
    .where(cases.c.phone == bindparam("phone"), cases.c.phone != "")
    .order_by(bookings.c.starts_at)
)


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
    """The current case of an owner's chat.

    On PostgreSQL whoever waited for a case that stopped being current meanwhile finds none, and looks again before it believes that.
    """
    found = _BY_CHAT.find(conn, chat, peek)
    for _ in range(LOOKS_AGAIN if found is None and conn.dialect.name == "postgresql" and not peek else 0):
        found = found or _BY_CHAT.find(conn, chat, peek)
    return found


def others(conn: Connection, chat: int, most: int = 20) -> list[Case]:
    """The other open cases of a chat, oldest first, not locked."""
    found = conn.scalars(_OTHERS, {"chat": chat, "count": most})
    return [case_from(orjson.loads(document)) for document in found]


def all_others(conn: Connection, chat: int) -> list[Case]:
    """Every case of a chat but the current one, ended ones too, not locked."""
    return [case_from(orjson.loads(document)) for document in conn.scalars(_ALL_OTHERS, {"chat": chat})]


def placed_by_id(conn: Connection, case_id: str) -> tuple[Case, bool] | None:
    """A case, locked, and whether it is the current one of its chat: nobody can change that while the lock is held."""
    return _BY_ID.found(conn, case_id)


def placed_by_code(conn: Connection, code: str) -> tuple[Case, bool] | None:
    """The same by its code."""
    return _BY_CODE.found(conn, code)


def by_id(conn: Connection, case_id: str, peek: bool = False) -> Case | None:
    return _BY_ID.find(conn, case_id, peek)


def by_code(conn: Connection, code: str, peek: bool = False) -> Case | None:
    """The case people mean by these six characters; they must be written as ``Case.code`` has them."""
    return _BY_CODE.find(conn, code, peek)


def _searched(case: Case) -> str:
    """The number by which a text finds its case: one that was only typed may be a stranger's."""
    return case.phone if case.vouched else ""


def _found_by(case: Case) -> dict[str, object]:
    """The columns by which a case is searched and sorted."""
    urgent = case.status is Status.REVIEW and lanes.urgent(case)
    return {"status": case.status.value, "language": case.language, "phone": _searched(case), "urgent": urgent}


def by_phone(conn: Connection, phone: str, now: datetime) -> list[str]:
    """The ids of open or current cases with this number: the nearest booked call first, then the newest. "" finds nobody."""
    return list(conn.scalars(_BY_PHONE, {"phone": phone, "now": now}))


def calls_ahead(conn: Connection, phone: str, now: datetime) -> dict[str, str]:
    """Code and id of every case with this number whose call is still ahead, the nearest call first."""
    return {code: number for code, number in conn.execute(_CALLS, {"phone": phone, "now": now})}


def insert(conn: Connection, case: Case) -> None:
    """Stores a new, active case. Collision when its chat got another active case meanwhile, or its code is taken."""
    if _INSERT.count(conn, row_of(case) | {"active": True}) == 0:
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
    found_by = _found_by(after)
    same = found_by == _found_by(before)
    saved = _SAVE.count(conn, values) if same else _SAVE_ALL.count(conn, values | found_by)
    if not saved:
        raise Collision("The case was changed by somebody else meanwhile.")
    return after


def retire(conn: Connection, case_id: str) -> None:
    """Makes room for another current case of the same chat. Its row must be locked."""
    conn.execute(update(cases).where(cases.c.id == case_id).values(active=False))


def make_current(conn: Connection, former_id: str, case_id: str) -> None:
    """What is typed goes to this case from now on. Both rows must be locked, the former one first."""
    retire(conn, former_id)
    conn.execute(update(cases).where(cases.c.id == case_id).values(active=True))


def listed(conn: Connection, statuses: Iterable[str], limit: int, offset: int = 0) -> list[Case]:
    """Cases in any of these statuses, not locked: first those that wait for a decision and cannot wait long, then the others, the oldest first."""
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


def row_of(case: Case) -> dict[str, object]:
    """All columns of a case but whether it is the current one of its chat."""
    return {
        "id": case.id,
        "code": case.code,
        "chat": case.chat,
        "version": case.version,
        **_found_by(case),
        "created_at": case.created_at,
        "updated_at": case.updated_at,
        "doc": orjson.dumps(case).decode(),
    }
