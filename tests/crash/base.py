"""What the database holds, read with plain SQL and without a line of the product's: for the end checker and the state hash."""

import hashlib
import json
from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import create_engine, make_url, text

Row = dict[str, Any]


class Base:
    """All rows of one database, read at once while nothing writes."""

    def __init__(self, url: str) -> None:
        engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg") if url.startswith("postgres") else url
        )
        with engine.connect() as conn:
            found = {name: conn.execute(text(f"SELECT * FROM {name}")).mappings().all() for name in _TABLES}
        engine.dispose()
        self._rows = {name: [{k: _plain(v) for k, v in row.items()} for row in rows] for name, rows in found.items()}
        self.cases = {row["id"]: json.loads(row["doc"]) for row in self._rows["cases"]}

    def rows(self, table: str) -> list[Row]:
        """Every row of a table."""
        return self._rows[table]

    def case_of(self, chat: int) -> list[Row]:
        """All cases of an owner's chat."""
        return [case for case in self.cases.values() if case["chat"] == chat]

    def history(self, case_id: str) -> list[Row]:
        """The moves of a case in their order."""
        return sorted((row for row in self._rows["history"] if row["case_id"] == case_id), key=lambda row: row["id"])

    def keys(self, channel: str) -> set[str]:
        """What was taken in from a channel."""
        return {row["key"] for row in self._rows["inbox"] if row["channel"] == channel}

    def state_hash(self) -> str:
        """The same for the same state: cases without stamps and versions, moves, bookings, money, timers' kinds, what left and is to leave."""
        parts = {
            "cases": sorted(json.dumps(_bare(case), sort_keys=True) for case in self.cases.values()),
            "history": [[row[n] for n in ("case_id", "came_from", "trigger", "went_to", "actor", "detail")] for row in self._sorted("history")],
            "bookings": sorted([str(row[n]) for n in ("case_id", "doctor", "starts_at", "ends_at", "state")] for row in self.rows("bookings")),
            "cells": sorted([str(row["doctor"]), int(row["cell"])] for row in self.rows("cells")),
            "ledger": sorted([row[n] for n in ("case_id", "reference", "kind", "amount", "currency")] for row in self.rows("ledger")),
            "outbox": sorted([*key, n] for key, n in self.outbox().items()),
            "optouts": sorted(row["number"] for row in self.rows("optouts")),
        }  # fmt: skip
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def outbox(self) -> Counter[tuple[str, str, str]]:
        """Rows by channel, kind and state. The provider is asked again after every notice, so reads of a session are left out."""
        return Counter(
            (r["channel"], r["kind"], r["state"]) for r in self.rows("outbox") if r["kind"] != "read_checkout"
        )

    def _sorted(self, table: str) -> list[Row]:
        return sorted(self._rows[table], key=lambda row: row["id"])


_TABLES = (
    "inbox",
    "cases",
    "history",
    "outbox",
    "timers",
    "bookings",
    "cells",
    "ledger",
    "attachments",
    "uploads",
    "optouts",
    "posts",
)
_STAMPS = frozenset({"version", "updated_at"})


def _plain(value: Any) -> Any:
    """Instants as SQLite keeps them: microseconds since 1970."""
    return round(value.timestamp() * 1_000_000) if isinstance(value, datetime) else value


def _bare(case: Row) -> Row:
    return {name: value for name, value in case.items() if name not in _STAMPS}
