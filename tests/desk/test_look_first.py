"""A chat message that may have been sent is looked for before it is sent again; what cannot be looked for leaves alone."""

import asyncio
from datetime import timedelta

import pytest

from desk import deliver
from desk.sending import Failed, Outcome, Sent, Unsure
from flows.case import Status
from storage import cases, outbox
from storage.engine import Store
from storage.outbox import OutboxRow, Outgoing
from tests.builders import NOON, a_case
from tests.desk.office import Channel, Office, in_office
from tests.storage.doing import do

LEASE_S = 31


def a_message(recipient: str = "1001", text: str = "Hello", channel: str = "owner") -> Outgoing:
    """Words for one chat."""
    return Outgoing(channel, recipient, "say", {"text": text}, "may-repeat", "case-1")


def left_behind(store: Store, *items: Outgoing) -> None:
    """A case and its messages, claimed by a process that then died."""
    do(store, cases.insert, a_case(status=Status.REVIEW, step=""))
    do(store, outbox.put, list(items), NOON, above=40)


def open_rows(store: Store) -> int:
    """How many rows are not settled."""
    depth = do(store, outbox.depth, NOON)
    return depth["waiting"] + depth["sending"]


def test_a_message_that_is_there_is_not_sent_again(store: Store) -> None:
    """Its number is kept, so that the next one of this chat is looked for behind it."""
    left_behind(store, a_message())

    async def story(office: Office) -> None:
        owner = office.channels["owner"]
        owner.known = Sent("43")
        office.later(seconds=LEASE_S)
        await office.sweep()
        assert (len(owner.sent), [row.above for row in owner.asked]) == (0, [40])

    in_office(store, story)
    assert open_rows(store) == 0
    assert do(store, outbox.last_number, "owner", "1001") == 43


def test_it_is_looked_for_behind_the_last_message_of_its_chat(store: Store) -> None:
    """Anything older is another message, and must not be taken for this one."""
    left_behind(store, a_message(text="one"), a_message(text="two"))

    async def story(office: Office) -> None:
        owner = office.channels["owner"]
        owner.known = Sent("43")
        office.later(seconds=LEASE_S)
        await office.sweep()
        owner.known = None
        await office.sweep()
        assert [row.above for row in owner.asked] == [40, 43]
        assert owner.texts() == ["two"]

    in_office(store, story)


def test_a_message_of_which_there_is_no_trace_is_sent(store: Store) -> None:
    """At once: unlike a provider's list, a chat does not lag."""
    left_behind(store, a_message())

    async def story(office: Office) -> None:
        owner = office.channels["owner"]
        office.later(seconds=LEASE_S)
        await office.sweep()
        assert (owner.texts(), len(owner.asked)) == (["Hello"], 1)

    in_office(store, story)
    assert open_rows(store) == 0


def test_while_nobody_can_be_asked_nothing_is_sent(store: Store) -> None:
    """The doubt outlives an outage; a chat that is gone ends the row."""
    left_behind(store, a_message())

    async def story(office: Office) -> None:
        owner = office.channels["owner"]
        answers: tuple[Outcome, ...] = (Failed("no_connection"), Failed("too_fast", 3), Unsure())
        for owner.known in answers:
            office.later(minutes=10)
            await office.sweep()
        assert (len(owner.sent), len(owner.asked)) == (0, 3)
        assert open_rows(store) == 1
        owner.known = Failed("blocked")
        office.later(minutes=10)
        await office.sweep()
        assert (len(owner.sent), len(owner.asked)) == (0, 4)

    in_office(store, story)
    assert do(store, outbox.depth, NOON)["dead"] == 1


def test_a_lost_answer_is_looked_for_too(store: Store) -> None:
    """A connection that broke in the middle of the call leaves the same doubt as a crash."""
    do(store, cases.insert, a_case(status=Status.REVIEW, step=""))
    rows = do(store, outbox.put, [a_message()], NOON, above=40)

    async def story(office: Office) -> None:
        owner = office.channels["owner"]
        owner.answers, owner.known = [Unsure()], Sent("41")
        office.desk.deliverer.take(rows)
        await office.desk.deliverer.idle()
        office.later(seconds=10)
        await office.sweep()
        assert (len(owner.sent), len(owner.asked)) == (1, 1)

    in_office(store, story)
    assert open_rows(store) == 0


def test_a_search_without_end_is_given_up_and_the_message_sent(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second message is the smaller harm than none."""
    monkeypatch.setattr(deliver, "SEARCH_S", 0.05)
    left_behind(store, a_message())

    async def story(office: Office) -> None:
        owner = office.channels["owner"]

        async def never(row: OutboxRow) -> Outcome | None:
            await asyncio.sleep(60)
            return None

        owner.reconcile = never  # type: ignore[method-assign]
        office.later(seconds=LEASE_S)
        await office.sweep()
        assert owner.texts() == ["Hello"]

    in_office(store, story)
    assert open_rows(store) == 0


class Crowded(Channel):
    """Notes how many calls are under way at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0

    async def send(self, row: OutboxRow) -> Outcome:
        """Takes a moment."""
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        self.now -= 1
        return await super().send(row)


def test_messages_that_cannot_be_looked_for_leave_one_at_a_time(store: Store) -> None:
    """Of all channels together: a process that dies then repeats one message at most. Others leave beside each other."""
    do(store, cases.insert, a_case(status=Status.REVIEW, step=""))
    items = [a_message(str(chat), channel=channel) for chat in range(8) for channel in ("owner", "staff")]
    rows = do(store, outbox.put, items, NOON)

    async def story(office: Office) -> None:
        crowd = Crowded()
        office.desk.connect({"owner": crowd, "staff": crowd})
        crowd.telling = False
        office.desk.deliverer.take(rows)
        await office.desk.deliverer.idle()
        assert (len(crowd.sent), crowd.most) == (16, 1)
        crowd.telling = True
        more = do(store, outbox.put, items, NOON + timedelta(minutes=1))
        office.desk.deliverer.take(more)
        await office.desk.deliverer.idle()
        assert (len(crowd.sent), crowd.most) == (32, 16)

    in_office(store, story)


class Sluggish(Channel):
    """Each call takes most of a lease, and the sweep goes its rounds meanwhile."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office

    async def send(self, row: OutboxRow) -> Outcome:
        """Sixteen seconds."""
        self.office.later(seconds=16)
        await self.office.desk.deliverer.sweep()
        await asyncio.sleep(0)
        return await super().send(row)


def test_a_message_that_waited_its_lease_away_is_not_sent_by_two(store: Store) -> None:
    """Who waits for others to leave must not begin a call that somebody else may have taken over by then."""
    do(store, cases.insert, a_case(status=Status.REVIEW, step=""))
    rows = do(store, outbox.put, [a_message(str(chat), channel="staff") for chat in range(6)], NOON)

    async def story(office: Office) -> None:
        staff = Sluggish(office)
        staff.telling = False
        office.desk.connect({"staff": staff})
        office.desk.deliverer.take(rows)
        for _ in range(20):
            await office.desk.deliverer.idle()
            await office.sweep()
        assert sorted(row.recipient for row in staff.sent) == [str(chat) for chat in range(6)]

    in_office(store, story)
    assert open_rows(store) == 0


def test_a_search_that_waited_its_lease_away_is_left_to_whoever_has_it_now(store: Store) -> None:
    """The same while others are being looked for: nothing is searched, and nothing sent, on a claim that is over."""
    left_behind(store, *[a_message(str(chat)) for chat in range(6)])

    async def story(office: Office) -> None:
        owner = Channel()  # only searches take time: calls beside each other would add theirs up on this clock
        asked = owner.reconcile

        async def slowly(row: OutboxRow) -> Outcome | None:
            office.later(seconds=16)
            await office.desk.deliverer.sweep()
            await asyncio.sleep(0)
            return await asked(row)

        owner.reconcile = slowly  # type: ignore[method-assign]
        office.desk.connect({"owner": owner})
        office.later(seconds=LEASE_S)
        for _ in range(20):
            await office.sweep()
        assert sorted(row.recipient for row in owner.sent) == [str(chat) for chat in range(6)]

    in_office(store, story)
    assert open_rows(store) == 0
