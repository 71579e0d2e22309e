"""Units of work: what is done as one, whether it is done again after a lost race, and who hears of its end."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

ATTEMPTS = 5
CHANNEL = "outbox"  # PostgreSQL's, on which processes tell one another of new rows


class StorageError(Exception):
    """The database cannot be used; the message is a sentence for the operator."""


class InUse(StorageError):
    """The service is running on this very database, of which there may be one user only."""


class Collision(Exception):
    """A unit lost a race on a unique key or a version. The store does the whole unit again before it gives up."""


@dataclass(slots=True, eq=False)
class Unit:
    """One unit of work on its way: ``loop`` is that of the awaiting task, None where a thread waits.

    ``first``: done before the others of its group, because it makes room for what they bring. ``outside``: done in no transaction.
    """

    work: Callable[[Connection], Any]
    outcome: "Future[Any] | asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop | None = None
    first: bool = False
    outside: bool = False
    result: Any = None
    error: BaseException | None = None


class Writer(Protocol):
    """What performs units durably: the group writer of SQLite or the pool of PostgreSQL."""

    def take(self, unit: Unit) -> None: ...

    def close(self) -> None: ...


def announce(units: Iterable[Unit]) -> None:
    """Resolves the futures of finished units; each event loop is woken once, however many of them it awaits."""
    awaited: dict[asyncio.AbstractEventLoop, list[Unit]] = {}
    for unit in units:
        if unit.loop is None:
            _resolve([unit])
        else:
            awaited.setdefault(unit.loop, []).append(unit)
    for loop, done in awaited.items():
        try:
            loop.call_soon_threadsafe(_resolve, done)
        except RuntimeError:  # The loop was closed meanwhile: the work is durable and nobody is left to be told.
            continue


def _resolve(units: list[Unit]) -> None:
    for unit in units:
        if unit.outcome.done():  # The awaiting task was cancelled; its work is durable all the same.
            continue
        if unit.error is None:
            unit.outcome.set_result(unit.result)
        else:
            unit.outcome.set_exception(unit.error)
