"""Column types and small words of SQL that both engines share."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Dialect, Integer, MetaData, String, literal_column
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

# SQLite gives automatic numbers only to a column of type INTEGER; PostgreSQL should have eight bytes.
Number = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """A moment in time. Takes aware datetimes only (ValueError for a naive one) and gives back aware UTC.

    SQLite has no such type and would keep the wall clock without its zone, so there it is a whole number of
    microseconds since 1970, which also sorts as time does. PostgreSQL stores ``timestamptz``.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("An instant needs a time zone; this datetime has none.")
        if dialect.name == "sqlite":
            return (value - EPOCH) // MICROSECOND
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return EPOCH + timedelta(microseconds=value)
        moment: datetime = value
        return moment.astimezone(UTC)


def word(value: str) -> ColumnElement[str]:
    """A fixed word of ours written into the SQL itself: only then can a partial index on that word be used."""
    return literal_column(f"'{value}'", String())


def one_of(column: str, values: Iterable[str], name: str) -> CheckConstraint:
    """A CHECK that ``column`` holds one of ``values``.

    Written with OR: for an IN of more than two SQLite builds a small table at every insert, which doubled its cost.
    """
    return CheckConstraint(" OR ".join(f"{column} = '{value}'" for value in values), name=name)


class Rows(SQLModel):
    """What all tables belong to: a catalogue of our own, so that no other library's tables slip into a migration."""

    metadata: ClassVar[MetaData] = MetaData()
