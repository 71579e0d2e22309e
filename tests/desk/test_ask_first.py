"""A text message is never sent twice unasked: after a crash or a lost answer the provider is asked first (pitfalls 54, 55)."""

from datetime import timedelta

from desk.sending import Failed, Sent, Unsure
from flows.case import Call, Status
from storage import cases, outbox
from storage.engine import Store
from storage.outbox import OutboxRow, Outgoing
from tests.builders import NOON, a_case
from tests.desk.office import Office, in_office
from tests.storage.doing import do

LEASE_S = 31


def a_text() -> Outgoing:
    """A reminder to one number."""
    return Outgoing("sms", "+886912345678", "text", {"body": "Your call is booked."}, "ask-first", "case-1", revision=1)


def given(store: Store) -> list[OutboxRow]:
    """A booked case and its text, claimed by a worker that then died."""
    call = Call("lin", NOON + timedelta(days=3), NOON + timedelta(days=3, minutes=30), 1)
    do(store, cases.insert, a_case(status=Status.BOOKED, step="", phone="+886912345678", sms=True, call=call))
    return do(store, outbox.put, [a_text()], NOON)


def test_a_lost_answer_is_not_repeated_but_asked_about(store: Store) -> None:
    """The provider knows it: settled without a second text."""
    rows = given(store)

    async def story(office: Office) -> None:
        sms = office.channels["sms"]
        sms.answers, sms.known = [Unsure()], Sent("SM1")
        office.desk.deliverer.take(rows)
        await office.desk.deliverer.idle()
        office.later(seconds=LEASE_S)
        await office.sweep()
        assert (len(sms.sent), len(sms.asked)) == (1, 1)
        office.later(hours=1)
        await office.sweep()
        assert (len(sms.sent), len(sms.asked)) == (1, 1)

    in_office(store, story)


def test_no_trace_is_believed_only_after_a_while_and_sent_again_once(store: Store) -> None:
    """Then a person must look: the row is in doubt, and the case says so."""
    given(store)

    async def story(office: Office) -> None:
        sms = office.channels["sms"]
        sms.answers = [Unsure()] * 9
        office.later(seconds=LEASE_S)
        await office.sweep()
        assert (len(sms.sent), len(sms.asked)) == (0, 1)
        for _ in range(20):
            office.later(seconds=LEASE_S)
            await office.sweep()
        assert len(sms.sent) == 1
        depth = await office.desk.store.read(lambda conn: outbox.depth(conn, office.now))
        assert (depth["unknown"], depth["sending"], depth["waiting"]) == (1, 0, 0)

    in_office(store, story)


def test_a_provider_that_cannot_be_asked_is_asked_again_later(store: Store) -> None:
    """Not knowing is no reason to send."""
    given(store)

    async def story(office: Office) -> None:
        sms = office.channels["sms"]
        sms.known = Unsure()
        for _ in range(10):
            office.later(seconds=LEASE_S)
            await office.sweep()
        assert sms.sent == []
        assert len(sms.asked) == 10

    in_office(store, story)


def test_a_call_that_was_never_made_is_simply_tried_again(store: Store) -> None:
    """No connection means that nothing was written."""
    rows = given(store)

    async def story(office: Office) -> None:
        sms = office.channels["sms"]
        sms.answers = [Failed("no_connection")]
        office.desk.deliverer.take(rows)
        await office.desk.deliverer.idle()
        office.later(seconds=5)
        await office.sweep()
        assert (len(sms.sent), sms.asked) == (2, [])

    in_office(store, story)


def test_whatever_nobody_can_tell_is_with_the_staff_within_ten_minutes(store: Store) -> None:
    """The provider is away all the time: it is asked again and again, nothing is sent, and a person hears of it once."""
    given(store)

    async def story(office: Office) -> None:
        sms = office.channels["sms"]
        sms.known = Unsure()
        for _ in range(40):
            office.later(seconds=LEASE_S)
            await office.sweep()
            if office.now < NOON + timedelta(minutes=6):
                assert office.channels["staff"].sent == []
            if office.now > NOON + timedelta(minutes=10):
                (told,) = office.channels["staff"].texts()
        assert sms.sent == []
        assert "K7M2QX" in told
        assert "nobody can tell" in told

    in_office(store, story)


def test_what_was_sent_again_and_is_still_in_doubt_is_with_the_staff_within_ten_minutes(store: Store) -> None:
    """The provider has no trace of it, and no second answer comes either."""
    given(store)

    async def story(office: Office) -> None:
        office.channels["sms"].answers = [Unsure()] * 9
        while office.now < NOON + timedelta(minutes=10):
            office.later(seconds=LEASE_S)
            await office.sweep()
        assert len(office.channels["sms"].sent) == 1
        assert len(office.channels["staff"].sent) == 1

    in_office(store, story)


def test_a_process_that_dies_again_and_again_hands_the_doubt_over_all_the_same(store: Store) -> None:
    """Nothing of the ten minutes is kept in a process: each desk here is a new one."""
    given(store)
    seen: list[int] = []

    async def story(office: Office) -> None:
        office.now = NOON + timedelta(seconds=LEASE_S * (len(seen) + 1))
        await office.sweep()
        seen.append(len(office.channels["staff"].sent))

    for _ in range(19):
        in_office(store, story)
    assert sum(seen) == 1


def test_a_late_delivery_report_takes_the_doubt_away(store: Store) -> None:
    """It names the row, whoever has died meanwhile."""
    given(store)

    async def story(office: Office) -> None:
        office.channels["sms"].known = Unsure()
        while office.now < NOON + timedelta(minutes=10):
            office.later(seconds=LEASE_S)
            await office.sweep()
        (row,) = office.channels["sms"].asked[-1:]
        await office.desk.store.run(lambda conn: outbox.bind(conn, row.id, "SM1", "delivered", 4))
        depth = await office.desk.store.read(lambda conn: outbox.depth(conn, office.now))
        assert depth["unknown"] == 0

    in_office(store, story)
