"""What a channel must be able to do so that the desk can send through it, and what it may answer."""

from dataclasses import dataclass
from typing import Protocol

from desk.errors import FAILURES, Failure
from flows.incoming import Incoming
from storage.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Sent:
    """It happened. ``answer`` goes back to the case in the transaction that settles the row."""

    provider_id: str = ""
    answer: Incoming | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not happen. ``code`` is a row of desk.errors.FAILURES; ``after_s`` is the provider's own wish to wait."""

    code: str
    after_s: float | None = None

    @property
    def failure(self) -> Failure:
        """The table's row."""
        return FAILURES[self.code]


@dataclass(frozen=True, slots=True)
class Unsure:
    """The call left us and no answer came: it may have happened (pitfalls 16, 54)."""


Outcome = Sent | Failed | Unsure


class Sender(Protocol):
    """One channel. Neither method may raise for what the world does; what they raise is a fault of ours and is retried as such.

    The one exception is ``storage.shelf.ShelfAway`` before anything was sent: the desk knows it and tries again.
    """

    async def send(self, row: OutboxRow) -> Outcome:
        """Makes the call. ``row.payload`` holds the fields of the effect named by ``row.kind`` (``desk.post``)."""
        ...

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """For rows whose fate is unknown and that are not ``safe``: asks the provider. None = no trace of it there."""
        ...

    def can_ask(self, row: OutboxRow) -> bool:
        """Whether ``reconcile`` could tell, later, that this row was sent."""
        ...
