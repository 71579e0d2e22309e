"""What comes in is taken in once, what fails is kept and told of, and one case's fault is nobody else's."""

import pytest

from desk.receive import ByCase, ByChat, ByCode, Envelope, receive
from desk.sending import Failed
from flows.case import Status
from flows.incoming import Asked, Attached, Said, SharedContact, StaffPressed, Texted
from storage import cases, inbox, timers
from storage.engine import Store
from tests.builders import NOON, a_case
from tests.desk.office import Office, in_office
from tests.storage.doing import do


def test_a_new_chat_gets_a_case_and_the_first_question(store: Store) -> None:
    """In one unit of work: claim, case, outbox row."""

    async def story(office: Office) -> None:
        await office.owner(Asked("start"))
        assert "Which language" in office.channels["owner"].texts()[0]

    in_office(store, story)
    case = do(store, cases.by_chat, 1001)
    assert case is not None
    assert (case.status, case.step) == (Status.INTAKE, "language")


def test_a_second_delivery_of_the_same_update_does_nothing(store: Store) -> None:
    """The key is the provider's; the words may even differ."""

    async def story(office: Office) -> None:
        envelope = Envelope("owner", "77", ByChat(1001), Asked("start"))
        first = await office.desk.accept(envelope, b"")
        again = await office.desk.accept(envelope, b"")
        await office.desk.deliverer.idle()
        assert (first.fresh, again.fresh) == (True, False)
        assert len(office.channels["owner"].sent) == 1

    in_office(store, story)


def test_start_after_the_end_begins_another_case_in_the_same_language(store: Store) -> None:
    """The ended case stays as it was."""
    do(store, cases.insert, a_case(status=Status.DECLINED, step="", language="zh_Hant"))
    in_office(store, lambda office: office.owner(Asked("start")))
    fresh, old = do(store, cases.by_chat, 1001), do(store, cases.by_id, "case-1")
    assert fresh is not None
    assert old is not None
    assert (fresh.id != old.id, fresh.language, fresh.step, old.status) == (
        True, "zh_Hant", "emergency", Status.DECLINED,
    )  # fmt: skip


def test_a_fault_of_ours_keeps_the_update_and_acknowledges_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later updates of the same chat go on meanwhile, and the kept one is handled once the fault is mended."""
    envelopes = {b"poison": Envelope("owner", "poison", ByChat(1001), Said("poison"))}

    async def story(office: Office) -> None:
        office.desk.connect({}, {"owner": envelopes.get})
        with monkeypatch.context() as broken:
            broken.setattr("desk.receive.decide", _broken)
            await office.desk.accept(envelopes[b"poison"], b"poison")
        await office.owner(Asked("help"), chat=2002)
        assert len(office.channels["owner"].sent) == 1
        office.later(seconds=11)
        await office.desk.retry_failed()
        await office.desk.deliverer.idle()
        assert len(office.channels["owner"].sent) == 2

    in_office(store, story)


def test_after_five_tries_an_update_is_dead_and_the_staff_told_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told without a word of what it said."""
    poison = Envelope("owner", "1", ByChat(1001), Said("canary words"))
    monkeypatch.setattr("desk.receive.decide", _broken)

    async def story(office: Office) -> None:
        office.desk.connect({}, {"owner": lambda raw: poison})
        await office.desk.accept(poison, b"canary words")
        for _ in range(8):
            office.later(hours=1)
            await office.desk.retry_failed()
            await office.desk.deliverer.idle()
        told = office.channels["staff"].texts()
        assert len(told) == 1
        assert "canary" not in told[0]

    in_office(store, story)
    assert do(store, inbox.due, NOON.replace(year=2027), 9) == []


def test_bytes_that_nobody_can_read_end_as_dead_too(store: Store) -> None:
    """They must not be tried for ever."""

    async def story(office: Office) -> None:
        office.desk.connect({}, {"owner": lambda raw: None})
        await office.desk.store.run(lambda conn: inbox.fail(conn, "owner", "5", b"?", "ValueError", office.now))
        for _ in range(8):
            office.later(hours=1)
            await office.desk.retry_failed()
            await office.desk.deliverer.idle()
        assert len(office.channels["staff"].sent) == 1

    in_office(store, story)


def test_what_was_given_up_is_told_to_the_staff(store: Store) -> None:
    """A refused message is an alarm; a blocked bot is ordinary life."""

    async def story(office: Office) -> None:
        office.channels["owner"].answers = [Failed("refused")]
        await office.owner(Asked("start"))
        office.channels["owner"].answers = [Failed("blocked")]
        await office.owner(Asked("help"))
        assert len(office.channels["staff"].sent) == 1

    in_office(store, story)
    case = do(store, cases.by_chat, 1001)
    assert case is not None
    assert case.blocked


def test_the_next_message_waits_for_the_one_before_it(store: Store) -> None:
    """A message that is put back keeps its place."""

    async def story(office: Office) -> None:
        office.channels["owner"].answers = [Failed("too_fast", 30)]
        await office.owner(Asked("start"))
        await office.owner(Asked("help"))
        assert len(office.channels["owner"].sent) == 1
        office.later(seconds=31)
        for _ in range(3):
            await office.sweep()
        assert ["Which language" in text for text in office.channels["owner"].texts()[1:]] == [True, False]

    in_office(store, story)


def test_a_row_of_another_process_is_given_back_at_once(store: Store) -> None:
    """A process without the owner bot decides, and the one that has it sends."""

    async def decides(office: Office) -> None:
        await office.owner(Asked("start"))

    async def sends(office: Office) -> None:
        await office.sweep()
        assert len(office.channels["owner"].sent) == 1

    in_office(store, decides, channels=("staff",))
    in_office(store, sends, channels=("owner",))


def test_a_file_gets_a_longer_lease_than_a_word(store: Store) -> None:
    """Twenty megabytes over a slow line take longer than a call may."""
    do(store, cases.insert, a_case(step="records", consent_at=NOON))

    file = Attached("document", "f", "u", "scan.pdf", 1000)
    envelope = Envelope("owner", "1", ByChat(1001), file)

    async def story(office: Office) -> None:  # claimed for sending, and then the process is as good as dead
        await office.desk.store.run(lambda conn: receive(conn, envelope, office.desk.moment()))
        office.later(seconds=60)
        await office.sweep()
        assert office.channels["fetch"].sent == []
        office.later(seconds=61)
        await office.sweep()
        assert len(office.channels["fetch"].sent) == 1

    in_office(store, story)


def test_timers_ring_once_and_a_moved_timer_not_at_its_old_time(store: Store) -> None:
    """What was claimed by nobody else is handled; what was moved meanwhile is left alone."""
    do(store, cases.insert, a_case(status=Status.ANSWERED, step=""))
    do(store, timers.wake, "case-1", "close", "", NOON)

    async def story(office: Office) -> None:
        assert await office.desk.fire_due() == 1
        assert await office.desk.fire_due() == 0
        await office.desk.deliverer.idle()
        assert "closed" in office.channels["owner"].texts()[0]

    in_office(store, story)


def test_a_press_on_a_case_that_is_not_there_is_found_to_be_so(store: Store) -> None:
    """The staff bot answers the person; nothing is written but the key."""

    async def story(office: Office) -> None:
        press = StaffPressed("lin", 9001, "NOSUCH.key.go")
        receipt = await office.desk.accept(Envelope("staff", "9", ByCode("NOSUCH"), press), b"")
        assert (receipt.found, receipt.rows) == (False, ())

    in_office(store, story)


def test_an_owner_who_shares_a_number_and_stops_gets_no_text(store: Store) -> None:
    """STOP is kept by number, so that a later case with that number is silent too."""
    do(store, cases.insert, a_case(step="phone", screen="abc", options=("no_sms",), consent_at=NOON))

    async def story(office: Office) -> None:
        await office.owner(SharedContact("+886912345678", own=True))
        assert isinstance((await office.desk.accept(_sms("STOP"), b"")).rows, tuple)
        await office.desk.deliverer.idle()

    in_office(store, story)
    case = do(store, cases.by_id, "case-1")
    assert case is not None
    assert (case.phone, case.sms) == ("+886912345678", False)


def _sms(words: str) -> Envelope:
    return Envelope("sms", f"SM{words}", ByCase("case-1"), Texted(words))


def _broken(*_: object) -> None:
    raise KeyError("a fault of ours")
