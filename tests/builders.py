"""Builders: one call makes one plausible value, and a test says only what matters to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flows.case import Case

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def a_case(**changes: Any) -> Case:
    """A case that was just begun by chat 1001; ``changes`` are fields of ``Case``."""
    plain: dict[str, Any] = {
        "id": "case-1",
        "code": "K7M2QX",
        "chat": 1001,
        "created_at": NOON,
        "updated_at": NOON,
        "language": "en",
        "answers": {"name": "Miso", "age": "11"},
    }
    return Case(**(plain | changes))


def case_number(number: int, **changes: Any) -> Case:
    """The ``number``-th of many cases, each with its own id, code, chat and minute of creation."""
    made = NOON + timedelta(minutes=number)
    own = {
        "id": f"case-{number}",
        "code": f"C{number:05}",
        "chat": 1000 + number,
        "created_at": made,
        "updated_at": made,
    }
    return a_case(**(own | changes))
