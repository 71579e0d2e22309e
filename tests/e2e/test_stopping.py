"""An orderly stop, step by step: what is being sent is finished, what is not begun is given back."""

import asyncio

from desk.desk import Desk
from desk.sending import Outcome, Sent
from storage import outbox
from storage.engine import Store
from storage.outbox import OutboxRow, Outgoing
from tests.builders import NOON
from tests.e2e.racing import CLINIC


class Slow:
    """A channel whose calls end when the test says so."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.may_end = asyncio.Event()

    async def send(self, row: OutboxRow) -> Outcome:
        """Waits; then it was sent."""
        self.begun.append(row.id)
        await self.may_end.wait()
        return Sent()

    def can_ask(self, row: OutboxRow) -> bool:
        """Never."""
        return False

    async def reconcile(self, row: OutboxRow) -> Outcome | None:
        """Nothing here must be asked about."""
        return None


def hello(recipient: str) -> Outgoing:
    return Outgoing("owner", recipient, "say", {"text": "Hello"}, "may-repeat")


async def stopped_in_the_middle(store: Store) -> tuple[Slow, dict[str, int]]:
    """Three rows to one owner are claimed and the first is being sent when the stop comes; another arrives during it."""
    desk, slow = Desk(store, CLINIC, lambda: NOON), Slow()
    desk.connect({"owner": slow})
    desk.deliverer.take(await store.run(lambda conn: outbox.put(conn, [hello("1")] * 3, NOON)))
    await asyncio.sleep(0.05)
    stopping = asyncio.create_task(desk.deliverer.stop())
    await asyncio.sleep(0.05)
    desk.deliverer.take(await store.run(lambda conn: outbox.put(conn, [hello("2")], NOON)))
    slow.may_end.set()
    await stopping
    return slow, await store.run(lambda conn: outbox.depth(conn, NOON))


def test_a_stop_finishes_what_is_being_sent_and_gives_the_rest_back(store: Store) -> None:
    """One row is sent and settled; three wait for the next process; none is left as being sent."""
    slow, depth = asyncio.run(stopped_in_the_middle(store))
    assert len(slow.begun) == 1
    assert (depth["waiting"], depth["sending"]) == (3, 0)
