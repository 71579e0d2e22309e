"""Logs: one JSON line an event on standard error, with a closed list of fields. What is not on the list does not get in (pitfall 97)."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Ids, codes, counts and names of our own things. Never texts, names of people, numbers, addresses, file names or URLs.
ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "logger", "error", "row", "rows", "kind", "code", "channel", "tries", "timer", "tick", "count",
        "part", "port", "engine", "path", "status", "seconds", "attempts", "version", "update", "reason", "kinds", "case", "signal",
        "state", "files", "bot", "provider", "size", "mode", "mb", "unneeded", "missing", "leftovers",
    }
)  # fmt: skip


def _only_allowed(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in ALLOWED}


def set_up_logs(level: str) -> None:
    """Libraries speak from warning on: their info lines hold URLs with tokens, and whole updates."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for talkative in ("httpx", "httpcore", "telegram", "aiogram", "twilio", "stripe", "apscheduler", "uvicorn"):
        logging.getLogger(talkative).setLevel(logging.ERROR)
    logging.getLogger("apscheduler").setLevel(
        logging.CRITICAL
    )  # its errors are whole tracebacks; ``scheduler.ticks`` tells of them
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
