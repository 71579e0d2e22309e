"""A leave in the database: honoured at once, followed up for each case, taken back."""

from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, select

from app.rehearsal.clinic import clinic
from desk import leave
from desk.receive import Moment, Receipt
from flows.case import Call, Status
from storage import bookings, cases, leaves, timers
from storage.engine import Store
from storage.tables import bookings as rows
from tests.builders import NOON, case_number
from tests.desk.office import Office, in_office
from tests.storage.doing import at_once, do

TEN = NOON + timedelta(days=2)
HALF = timedelta(minutes=30)
LEAVE = ("lin", TEN - timedelta(hours=1), TEN + timedelta(hours=1))


def hold(store: Store, number: int, at: int = 0) -> bool:
    starts = TEN + at * HALF
    return do(store, bookings.hold, f"case-{number}", "lin", starts, starts + HALF, NOON + timedelta(minutes=10), NOON)


def prepared(store: Store) -> None:
    """Case 0 has a call in the leave, case 1 holds a time in it, case 2 has a call after it, case 3 wants one."""
    for number, place in ((0, 0), (1, 1), (2, 2), (3, 0)):
        call = Call("lin", TEN + place * HALF, TEN + (place + 1) * HALF, 1)
        values = {"call": call, "status": Status.BOOKED} if number in (0, 2) else {"status": Status.PAID}
        if number == 1:
            values["offer"] = call
        do(store, cases.insert, case_number(number, revision=1, step="confirm" if number == 1 else "", **values))
        if number < 3:
            assert hold(store, number, place)
        if number in (0, 2):
            assert do(store, bookings.confirm, f"case-{number}", NOON)


async def go(office: Office) -> Receipt:
    receipt = await office.desk.store.run(lambda conn: leave.go(conn, LEAVE, office.desk.moment()))
    office.desk.deliverer.take(receipt.rows)
    await office.desk.fire_due()
    await office.desk.deliverer.idle()
    return receipt


def test_what_lies_in_a_leave_is_free_again_and_its_owners_are_asked_for_another_time(store: Store) -> None:
    """The staff sees which; whoever has a time outside is not troubled; nobody is given a time in it."""
    prepared(store)

    async def story(office: Office) -> tuple[Receipt, list[str], list[int]]:
        receipt = await go(office)
        return receipt, office.channels["staff"].texts(), [int(row.recipient) for row in office.channels["owner"].sent]

    receipt, staff, chats = in_office(store, story)
    assert receipt.fresh
    assert "C00000" in staff[0]
    assert "C00001" not in staff[0]  # she had no call yet, only a hold
    assert set(chats) == {1000, 1001}
    assert [do(store, cases.by_id, f"case-{n}").status for n in range(3)] == [Status.PAID, Status.PAID, Status.BOOKED]  # type: ignore[union-attr]
    assert do(store, cases.by_id, "case-1").offer is None  # type: ignore[union-attr]
    assert do(store, bookings.taken, NOON, NOON + timedelta(days=9), NOON) == [("lin", TEN + 2 * HALF, TEN + 3 * HALF)]
    assert not hold(store, 3)


def test_the_same_leave_a_second_time_tells_nobody_again(store: Store) -> None:
    """A second tap, or a message that came twice."""
    prepared(store)

    async def story(office: Office) -> tuple[bool, int, int]:
        await go(office)
        told = len(office.channels["staff"].sent)
        return (await go(office)).fresh, told, len(office.channels["staff"].sent)

    fresh, told, after = in_office(store, story)
    assert (fresh, after) == (False, told)


def test_a_leave_that_is_taken_back_gives_its_times_free_and_only_its_doctor_can(store: Store) -> None:
    """And only once."""
    prepared(store)

    async def story(office: Office) -> list[bool]:
        await go(office)
        house = office.desk.clinic
        lin = house.doctors[0]
        other = type(lin)("weber", "Dr. Weber", 9002, (), (), lin.zone, ())
        run, moment = office.desk.store.run, office.desk.moment
        number = (await run(lambda conn: leave.ahead(conn, lin, NOON)))[0].id
        back = partial(leave.come_back, number=number, moment=moment())
        return [(await run(partial(back, doctor=doctor))).found for doctor in (other, lin, lin)]

    assert in_office(store, story) == [False, True, False]
    assert do(store, leaves.between, NOON, NOON + timedelta(days=9)) == []
    assert hold(store, 3)


def test_whoever_holds_at_the_very_moment_of_a_leave_is_in_it_with_a_timer_or_not_at_all(store: Store) -> None:
    """Thirty want a time while the doctor goes: no hold outlives the leave, and no booked call in it is forgotten."""
    for number in range(30):
        do(store, cases.insert, case_number(number))

    def act(number: int) -> None:
        if number == 15:
            moment = Moment(NOON, clinic(), "token", "spare")
            do(store, leave.go, LEAVE, moment)
        elif hold(store, number, number % 4 - 2) and number % 2:
            do(store, bookings.confirm, f"case-{number}", NOON)

    at_once(30, act)
    left = do(store, bookings.touched, "lin", *LEAVE[1:], NOON)
    rung = {timer.case_id for timer in do(store, timers.due, NOON, 100)}
    assert set(left) <= rung
    assert not do(store, _held_in_leave)


def _held_in_leave(conn: Connection) -> list[object]:
    inside = (rows.c.state == "held", rows.c.starts_at < LEAVE[2], rows.c.ends_at > LEAVE[1])
    return list(conn.execute(select(rows.c.id).where(*inside)))
