"""Statements of the hot path: built once, compiled once per engine, then given straight to the driver.

SQLAlchemy's own ``execute`` costs several times what SQLite needs for the statement itself (``performance.md`` 5). The
statements stay SQLAlchemy Core, the same ones for both engines; only the step from statement to driver is shortened.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]
# Named parameters on both engines: the driver of SQLite takes a mapping only where the SQL says :name.
_SQLITE = pysqlite.dialect(paramstyle="named")


@dataclass(frozen=True, slots=True)
class _Form:
    sql: str
    into: tuple[tuple[str, Convert], ...]
    out: tuple[tuple[int, Convert], ...]
    fixed: dict[str, Any]  # values that are part of the statement, such as the 1 of LIMIT 1


class Prepared:
    """One statement. ``keys`` name the columns an INSERT fills or an UPDATE sets from a value of the same name.

    Errors are the driver's own (``sqlite3.IntegrityError``, ``psycopg.errors…``): SQLAlchemy does not see them.
    """

    def __init__(self, statement: UpdateBase | Select[Any], keys: Sequence[str] = ()) -> None:
        self._statement = statement
        self._keys = list(keys)
        self._forms: dict[str, _Form] = {}

    def count(self, conn: Connection, values: dict[str, Any]) -> int:
        """Executes; how many rows were written."""
        return int(self._execute(conn, values)[1].rowcount)

    def all(self, conn: Connection, values: dict[str, Any]) -> list[Sequence[Any]]:
        """Executes; the rows as plain sequences, instants and truth values converted."""
        form, cursor = self._execute(conn, values)
        rows = cursor.fetchall()
        return [_converted(row, form.out) for row in rows] if rows and form.out else rows

    def one(self, conn: Connection, values: dict[str, Any]) -> Sequence[Any] | None:
        """Executes; the first row or None."""
        rows = self.all(conn, values)
        return rows[0] if rows else None

    def _execute(self, conn: Connection, values: dict[str, Any]) -> tuple[_Form, Any]:
        form = self._forms.get(conn.dialect.name) or self._compile(conn.dialect)
        for name, convert in form.into:
            values[name] = convert(values[name])
        if form.fixed:
            values.update(form.fixed)
        driver: Any = conn.connection.dbapi_connection
        return form, driver.execute(form.sql, values)

    def _compile(self, dialect: Dialect) -> _Form:
        target = _SQLITE if dialect.name == "sqlite" else dialect
        compiled = self._statement.compile(dialect=target, column_keys=self._keys or None)
        given = {name: bind for name, bind in compiled.binds.items() if bind.required}
        into = ((name, _binding(bind.type, target)) for name, bind in given.items())
        out = ((place, _reading(column.type, target)) for place, column in enumerate(self._statement.exported_columns))
        form = _Form(
            str(compiled),
            tuple((name, convert) for name, convert in into if convert),
            tuple((place, convert) for place, convert in out if convert),
            {name: value for name, value in compiled.construct_params(_check=False).items() if name not in given},
        )
        self._forms[dialect.name] = form
        return form


def _binding(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _converted(row: Sequence[Any], out: tuple[tuple[int, Convert], ...]) -> Sequence[Any]:
    values = list(row)
    for place, convert in out:
        values[place] = convert(values[place])
    return values
