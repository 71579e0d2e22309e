"""What becomes of a row after its call, in the cases that only an outage or a fault of ours brings."""

from datetime import timedelta

from desk.sending import Failed, Outcome, Unsure
from flows.incoming import Asked
from storage import cases, outbox, timers
from storage.engine import Store
from storage.outbox import OutboxRow
from tests.builders import NOON, a_case
from tests.desk.office import Channel, Office, in_office
from tests.storage.doing import do


class Faulty(Channel):
    """A sender of ours that raises whatever it is given."""

    async def send(self, row: OutboxRow) -> Outcome:
        """Notes the row and fails as only a fault of ours does."""
        self.sent.append(row)
        raise KeyError("a fault of ours")


def test_an_outage_uses_up_no_tries(store: Store) -> None:
    """After half an hour without the provider one lost answer must not bury the message."""

    async def story(office: Office) -> None:
        owner = office.channels["owner"]
        owner.answers = [*[Failed("no_connection")] * 9, Unsure()]
        await office.owner(Asked("start"))
        for _ in range(12):
            office.later(minutes=6)
            await office.sweep()
        assert len(owner.sent) == 11
        depth = await office.desk.store.read(lambda conn: outbox.depth(conn, office.now))
        assert (depth["dead"], depth["waiting"], depth["sending"]) == (0, 0, 0)

    in_office(store, story)


def test_a_sender_that_always_raises_is_given_up_and_told_of(store: Store) -> None:
    """It must not stand in front of that owner's messages for ever."""

    async def story(office: Office) -> None:
        faulty = Faulty()
        office.channels["owner"] = faulty
        office.desk.connect({"owner": faulty})
        await office.owner(Asked("start"))
        for _ in range(20):
            office.later(hours=1)
            await office.sweep()
        assert len(faulty.sent) == 8
        assert len(office.channels["staff"].sent) == 1

    in_office(store, story)


def test_a_refused_token_is_told_of_while_it_is_still_tried(store: Store) -> None:
    """Silence would look like health."""

    async def story(office: Office) -> None:
        office.channels["owner"].answers = [Failed("not_authorised")] * 30
        await office.owner(Asked("start"))
        for _ in range(15):
            office.later(minutes=10)
            await office.sweep()
        assert len(office.channels["staff"].sent) == 1
        depth = await office.desk.store.read(lambda conn: outbox.depth(conn, office.now))
        assert depth["oldest"] >= timedelta(hours=2).total_seconds()

    in_office(store, story)


def test_a_timer_that_fails_lets_the_others_ring_and_comes_back_later(store: Store) -> None:
    """Two hundred of them would otherwise stop every reminder."""
    long_ago = NOON - timedelta(days=61)  # a language that nobody speaks: wording raises
    do(store, cases.insert, a_case(step="", language="xx", updated_at=long_ago))
    do(store, timers.wake, "case-1", "lapse", "", NOON)

    async def story(office: Office) -> None:
        assert await office.desk.fire_due() == 1
        assert await office.desk.fire_due() == 0
        office.later(minutes=6)
        assert await office.desk.fire_due() == 1

    in_office(store, story)
