"""Several cases of one person: each thing reaches the case it is meant for, and what that case says can be told apart."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection

from app.rehearsal.clinic import clinic as a_clinic
from desk.receive import ByCase, ByChat, ByCode, Envelope, Moment, receive
from flows.case import Case, Status
from flows.incoming import Asked, Blocked, Due, Pressed, Said, StaffPressed
from storage import cases
from storage.engine import Store
from storage.prepared import Prepared
from tests.builders import NOON, a_case
from tests.desk.office import Office, in_office
from tests.storage.doing import do


def _two(store: Store) -> None:
    """Tofu waits for something from the owner, and Miso is the current case, half filled in."""
    first = a_case(
        id="tofu", code="TOFUXX", status=Status.MORE_NEEDED, step="", screen="tofuword", options=("supplied",),
        consent_at=NOON, answers={"cat_name": "Tofu"},
    )  # fmt: skip
    second = a_case(
        id="miso", code="MISOXX", step="cat_age", screen="misoword", options=("under_1",), consent_at=NOON,
        answers={"cat_name": "Miso"},
    )  # fmt: skip
    do(store, cases.insert, first)
    do(store, cases.retire, "tofu")
    do(store, cases.insert, second)


def _current(store: Store) -> Case:
    case = do(store, cases.by_chat, 1001)
    assert case is not None
    return case


def test_a_button_of_the_other_case_is_answered_by_it_and_makes_it_current(store: Store) -> None:
    """What is typed afterwards goes there too."""
    _two(store)

    async def story(office: Office) -> None:
        await office.owner(Pressed("tofuword.0"))
        await office.owner(Said("She ate."))
        assert not any(text.startswith("About") for text in office.channels["owner"].texts())

    in_office(store, story)
    assert (_current(store).id, _current(store).status, _current(store).notes) == ("tofu", Status.REVIEW, ("She ate.",))


def test_a_button_that_nobody_knows_stays_with_the_current_case(store: Store) -> None:
    """An old one, one of another chat's case, one of a case that is not there."""
    _two(store)
    do(store, cases.insert, a_case(id="alien", code="ALIENX", chat=7, screen="alienword", options=("supplied",)))

    async def story(office: Office) -> None:
        for data in ("oldword.0", "alienword.0", "case.ALIENX", "case.", "", "."):
            await office.owner(Pressed(data))

    in_office(store, story)
    alien = do(store, cases.by_id, "alien")
    assert alien is not None
    assert (_current(store).id, alien.version) == ("miso", 0)


def test_a_press_under_cases_changes_the_current_case(store: Store) -> None:
    """There and back; an ended one cannot be chosen."""
    _two(store)

    async def story(office: Office) -> None:
        await office.owner(Asked("cases"))
        for code in ("TOFUXX", "MISOXX", "MISOXX", "TOFUXX"):
            await office.owner(Pressed(f"case.{code}"))
            assert f"case {code}" in office.channels["owner"].texts()[-1]

    in_office(store, story)
    assert _current(store).id == "tofu"


def test_what_another_case_says_begins_with_its_name_and_only_that(store: Store) -> None:
    """By timer, by a doctor, by a payment: all come by the case's own id."""
    _two(store)

    async def story(office: Office) -> None:
        office.later(days=61)
        await office.desk.react(ByCase("tofu"), Due("lapse", ""))
        await office.desk.react(ByCase("miso"), Due("lapse", ""))
        await office.desk.deliverer.idle()
        first, second = office.channels["owner"].texts()
        assert first.startswith("About Tofu, case TOFUXX:\n")
        assert not second.startswith("About")

    in_office(store, story)


def test_new_leaves_the_running_case_open(store: Store) -> None:
    """And asked twice it opens one only."""
    do(store, cases.insert, a_case(status=Status.REVIEW, step=""))

    async def story(office: Office) -> None:
        await office.owner(Asked("new"))
        await office.owner(Asked("new"))

    in_office(store, story)
    assert [case.id for case in do(store, cases.others, 1001)] == ["case-1"]


def test_five_open_cases_are_the_most(store: Store) -> None:
    """By /new, and by /start in a sixth that has ended."""
    for number in range(5):
        do(store, cases.insert, a_case(id=f"case-{number}", code=f"CODE0{number}", status=Status.REVIEW, step=""))
        do(store, cases.retire, f"case-{number}")
    do(store, cases.insert, a_case(id="over", code="OVERXX", status=Status.CLOSED, step=""))

    async def story(office: Office) -> None:
        await office.owner(Asked("start"))
        await office.owner(Pressed("case.CODE03"))
        await office.owner(Asked("new"))
        assert [t for t in office.channels["owner"].texts() if "5 cases are open" in t]

    in_office(store, story)
    assert len(do(store, cases.others, 1001)) == 4
    assert _current(store).id == "case-3"


def test_blocking_and_coming_back_concern_every_case(store: Store) -> None:
    """A case that still believed it would alarm the staff for nothing."""
    _two(store)
    for gone in (True, False):
        envelope = Envelope("owner", f"blocked {gone}", ByChat(1001), Blocked(gone))
        in_office(store, lambda office, e=envelope: office.desk.accept(e, b"{}"))
        both = [do(store, cases.by_id, name) for name in ("tofu", "miso")]
        assert [case.blocked for case in both if case] == [gone, gone]


def test_updates_of_one_person_at_once_never_wait_for_one_another_in_a_ring(store: Store) -> None:
    """Presses to and fro, words, timers and doctors, all at the same moment: each is handled once."""
    _two(store)
    things = [
        (ByChat(1001), Pressed("case.TOFUXX")), (ByChat(1001), Pressed("case.MISOXX")), (ByChat(1001), Said("12 years")),
        (ByCase("tofu"), Due("album", "")), (ByCase("miso"), Due("album", "")), (ByChat(1001), Blocked(False)),
        (ByCode("TOFUXX"), StaffPressed("lin", 9001, "TOFUXX.key.go")), (ByChat(1001), Asked("cases")),
    ]  # fmt: skip

    async def story(office: Office) -> None:
        envelopes = [Envelope("x", f"{n}-{k}", *thing) for n in range(12) for k, thing in enumerate(things)]
        receipts = await asyncio.gather(*(office.desk.accept(envelope, b"") for envelope in envelopes))
        assert all(receipt.found for receipt in receipts)
        await office.desk.deliverer.idle()
        failed = await office.desk.store.read(lambda conn: conn.exec_driver_sql("SELECT state FROM inbox").all())
        assert {row[0] for row in failed} == {"done"}

    in_office(store, story)
    assert _current(store).id in ("tofu", "miso")
    assert len(do(store, cases.others, 1001)) == 1


def test_one_case_costs_one_statement_to_find(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other cases are looked for only where a button is not the current one's own."""
    do(store, cases.insert, a_case(step="cat_age", screen="word", options=("under_1",), consent_at=NOON))
    asked: list[Prepared] = []
    real = Prepared.all

    def counted(statement: Prepared, conn: Connection, values: dict[str, Any]) -> list[Sequence[Any]]:
        asked.append(statement)
        return real(statement, conn, values)

    monkeypatch.setattr(Prepared, "all", counted)
    monkeypatch.setattr(cases, "others", None)  # whoever calls it fails
    envelope = Envelope("owner", "1", ByChat(1001), Pressed("word.0"))
    moment = Moment(NOON, a_clinic(), "freshword", "ab" * 16)
    do(store, lambda conn: receive(conn, envelope, moment))
    assert [str(s) for s in asked if "cases" in str(s._statement)] == [str(s) for s in asked[:1]]
