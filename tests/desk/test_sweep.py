"""Timers ring in groups: in order, at a pace, once, and one case's fault is nobody else's."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import Connection

from app.rehearsal.clinic import clinic as a_clinic
from desk.desk import Desk
from desk.receive import Receipt
from desk.sweep import GROUP, Sweep
from flows.case import Call, Case, Status
from storage import cases, paces, timers
from storage.engine import Store, open_store
from storage.timers import Timer
from tests.builders import NOON, case_number
from tests.desk.office import Channel, Office, in_office
from tests.storage.doing import do

START = NOON + timedelta(hours=2)


def _booked(number: int) -> Case:
    call = Call("lin", START, START + timedelta(minutes=30), revision=1)
    return case_number(number, status=Status.BOOKED, step="", zone="UTC", call=call, revision=1)


def _due(store: Store, count: int, kind: str = "remind") -> None:
    """Number n rings n-th, a millisecond after the one before."""

    def write(conn: Connection) -> None:
        for number in range(count):
            cases.insert(conn, _booked(number))
            timers.wake(conn, f"case-{number}", kind, "2:1", NOON - timedelta(milliseconds=count - number))

    do(store, write)


def _chats(channel: Channel) -> list[int]:
    return [int(row.recipient) for row in channel.sent]


def test_reminders_leave_in_order_and_no_faster_than_the_pace(store: Store) -> None:
    """20 a second: what was saved up in a quiet second at once, and then as time goes by; nothing is left out."""
    _due(store, 60)

    async def story(office: Office) -> None:
        for seconds, so_far in ((0.0, 20), (0.0, 20), (0.5, 30), (0.5, 40), (5.0, 60)):
            office.later(seconds=seconds)
            await office.desk.fire_due()
            await office.desk.deliverer.idle()
            assert _chats(office.channels["owner"]) == [1000 + number for number in range(so_far)]

    in_office(store, story)


def test_what_somebody_waits_for_is_not_kept_waiting_by_reminders(store: Store) -> None:
    """The reminders' pace is used up; an album that has settled is another lane."""
    _due(store, 60)

    async def story(office: Office) -> None:
        await office.desk.fire_due()
        do(store, timers.wake, "case-59", "hold", "1", NOON)
        assert await office.desk.fire_due() == 1
        assert {timer.kind for timer in do(store, timers.due, NOON, 99, paced=True)} == {"remind"}
        assert do(store, timers.due, NOON, 99) == []

    in_office(store, story)


def test_two_timers_of_one_case_ring_in_their_order(store: Store) -> None:
    """In one group, with others between them."""
    _due(store, 3, kind="hold")
    do(store, timers.wake, "case-0", "album", "later", NOON)
    rang: list[tuple[str, str]] = []
    assert _look(store, lambda _, group: rang.extend((t.case_id, t.kind) for t in group)) == 4
    assert rang == [("case-0", "hold"), ("case-1", "hold"), ("case-2", "hold"), ("case-0", "album")]


def test_more_than_a_group_rings_in_several_units(store: Store) -> None:
    """None of them longer than a group."""
    _due(store, GROUP + 5, kind="hold")
    sizes: list[int] = []
    assert _look(store, lambda _, group: sizes.append(len(group))) == GROUP + 5
    assert sizes == [GROUP, 5]


def test_a_fault_puts_the_whole_group_back_and_only_the_faulty_one_waits(store: Store) -> None:
    """What the group had written before the fault is not there twice."""
    _due(store, 5, kind="hold")
    rang: list[str] = []

    def ring(conn: Connection, group: Sequence[Timer]) -> None:
        for timer in group:
            if timer.case_id == "case-3":
                raise ZeroDivisionError
            timers.wake(conn, timer.case_id, "told", "", NOON + timedelta(days=1))
        rang.extend(timer.case_id for timer in group)

    assert _look(store, ring) == 5
    assert rang == ["case-0", "case-1", "case-2", "case-4"]
    (left,) = do(store, timers.due, NOON + timedelta(hours=1), 99)
    assert (left.case_id, left.due_at) == ("case-3", NOON + timedelta(minutes=5))


def test_replicas_share_one_pace_and_ring_each_timer_once(postgres_url: str) -> None:
    """Three that look at the same time for three seconds: 20 a second are handed over, not 60."""
    stores = [open_store(postgres_url) for _ in range(3)]
    _due(stores[0], 200)
    now = NOON
    channel = Channel()

    async def story() -> None:
        nonlocal now
        desks = [Desk(store, a_clinic(), lambda: now) for store in stores]
        for desk in desks:
            desk.connect({"owner": channel})
        for _ in range(7):
            await asyncio.gather(*(desk.fire_due() for desk in desks))
            for desk in desks:
                await desk.deliverer.idle()
            now += timedelta(seconds=0.5)

    asyncio.run(story())
    chats = _chats(channel)
    assert len(chats) == len(set(chats)) == 20 + 6 * 10
    assert sorted(chats) == [1000 + number for number in range(80)]
    for store in stores:
        store.close()


def test_replicas_at_full_speed_ring_each_timer_once(postgres_url: str) -> None:
    """The lane without a pace, four at once over the same rows."""
    stores = [open_store(postgres_url) for _ in range(4)]
    _due(stores[0], 600, kind="hold")
    rang: list[int] = []

    async def story() -> None:
        async def done(_: Receipt) -> None:
            pass

        def ring(conn: Connection, group: Sequence[Timer]) -> Receipt:
            for timer in group:
                timers.wake(conn, timer.case_id, "told", str(timer.id), NOON + timedelta(days=1))
            return Receipt()

        sweeps = [Sweep(store, ring, done, lambda: NOON, 20) for store in stores]
        for _ in range(5):
            rang.extend(await asyncio.gather(*(sweep.look() for sweep in sweeps)))

    asyncio.run(story())
    told = do(stores[0], timers.due, NOON + timedelta(days=2), 9999)
    assert sum(rang) == len(told) == len({timer.key for timer in told}) == 600
    for store in stores:
        store.close()


def test_a_clock_that_was_set_back_stops_no_reminder(store: Store) -> None:
    """The pace was noted by a clock that ran a day ahead."""
    do(store, lambda conn: (paces.room(conn, "p", NOON + timedelta(days=1), 5), paces.take(conn, "p", NOON + timedelta(days=1), 5, 5)))  # fmt: skip
    assert do(store, paces.room, "p", NOON, 5) == 5


def _look(store: Store, ring: Callable[[Connection, Sequence[Timer]], object]) -> int:
    async def done(_: Receipt) -> None:
        pass

    def rung(conn: Connection, group: Sequence[Timer]) -> Receipt:
        ring(conn, group)
        return Receipt()

    return asyncio.run(Sweep(store, rung, done, lambda: NOON, 20).look())
