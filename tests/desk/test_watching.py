"""What is late or away for long is told once; readiness is another question."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection

from desk import pulse as pulses
from desk.pulse import Pulse
from desk.sending import Failed
from desk.watching import Watching
from flows.incoming import Asked
from storage import cases, noticed, outbox
from storage.engine import Store
from storage.outbox import Outgoing
from storage.overdue import overdue
from storage.shelf import Shelf, ShelfAway, ShelfRefused
from tests.builders import a_case
from tests.desk.office import Office, in_office
from tests.storage.doing import do


class Moody:
    """A shelf that answers as the test says."""

    def __init__(self) -> None:
        self.mood: ShelfAway | None = None
        self.asked = 0
        self.silence: threading.Event | None = None

    def prove(self) -> None:
        """What the other end says, or nothing until the silence ends."""
        self.asked += 1
        if self.silence:
            self.silence.wait(60)
        if self.mood:
            raise self.mood


class Round:
    """An office with a watch, whose looks are a minute apart."""

    def __init__(self, office: Office, moody: Moody) -> None:
        self.office = office
        self.pulse = Pulse(office.desk, cast(Shelf, moody))
        self.watching = Watching(office.desk, self.pulse)

    async def look(self, times: int = 1) -> list[str]:
        """Each look a minute after the one before; gives all that the staff was told so far."""
        for _ in range(times):
            self.office.later(minutes=1)
            await self.watching.look()
            await self.office.desk.deliverer.idle()
        return self.office.channels["staff"].texts()


def watched(store: Store, story: Callable[[Round, Moody], Awaitable[None]]) -> None:
    async def whole(office: Office) -> None:
        moody = Moody()
        await story(Round(office, moody), moody)

    in_office(store, whole)


@pytest.fixture(autouse=True)
def every_question_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer counts for no time at all, so that a test need not wait."""
    monkeypatch.setattr(pulses, "FRESH_S", -1.0)


def test_a_chat_that_takes_nothing_for_ten_minutes_is_told_of_once_with_its_code(store: Store) -> None:
    """And again only when it has recovered in between."""
    do(store, cases.insert, a_case())

    async def story(rounds: Round, moody: Moody) -> None:
        office = rounds.office
        office.channels["owner"].answers = [Failed("too_fast", 100_000)]
        await office.owner(Asked("status"))
        assert await rounds.look(9) == []
        assert len(await rounds.look(30)) == 1
        assert "K7M2QX" in office.channels["staff"].texts()[0]
        assert "Chat messages to owners" in office.channels["staff"].texts()[0]
        office.later(days=3)
        await office.sweep()
        await rounds.look(2)
        assert do(store, noticed.count, "late") == 0
        office.channels["owner"].answers = [Failed("too_fast", 100_000)]
        await office.owner(Asked("status"))
        assert len(await rounds.look(30)) == 2

    watched(store, story)


def test_what_leaves_at_once_after_a_pause_of_ours_is_not_told(store: Store) -> None:
    """The service was off for an hour: everything is old at the first look, and gone at the second."""
    do(store, cases.insert, a_case())

    async def story(rounds: Round, moody: Moody) -> None:
        rounds.office.channels["owner"].answers = [Failed("no_connection")]
        await rounds.office.owner(Asked("status"))
        rounds.office.later(hours=1)
        await rounds.look()
        await rounds.office.sweep()
        assert await rounds.look(5) == []

    watched(store, story)


def test_what_is_meant_for_later_is_not_late(store: Store) -> None:
    """After an erasure the database is written anew six hours later."""
    do(store, cases.insert, a_case(step="cat_name"))

    async def story(rounds: Round, moody: Moody) -> None:
        office = rounds.office
        await office.desk.store.run(lambda conn: _later(conn, office))
        assert await rounds.look(60) == []
        found = await office.desk.store.read(lambda conn: overdue(conn, office.now, office.now))
        assert found == []

    watched(store, story)


def _later(conn: Connection, office: Office) -> None:
    row = Outgoing("fetch", "pages", "scrub", {}, "safe", due_at=office.now + timedelta(hours=6))
    outbox.put(conn, [row], office.now)


@pytest.mark.parametrize(("mood", "word"), [(ShelfAway("x"), "is full"), (ShelfRefused("x"), "lets us in")])
def test_a_shelf_that_is_away_for_minutes_is_told_of_once(store: Store, mood: ShelfAway, word: str) -> None:
    """A restart of the store is no news, and a restart of ours does not tell it again."""

    async def story(rounds: Round, moody: Moody) -> None:
        moody.mood = mood
        assert await rounds.look(3) == []
        moody.mood = None
        assert await rounds.look(10) == []
        moody.mood = mood
        assert len(await rounds.look(20)) == 1
        assert word in rounds.office.channels["staff"].texts()[0]
        assert len(await Round(rounds.office, moody).look(20)) == 1

    watched(store, story)


# --- the pulse --------------------------------------------------------------------------------------------------------
def test_a_shelf_that_hangs_is_asked_once_and_counts_as_away(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty who ask meanwhile use up no thread; when it answers at last, it is there."""
    monkeypatch.setattr(pulses, "WAIT_S", 0.01)

    async def story(rounds: Round, moody: Moody) -> None:
        moody.silence = threading.Event()
        answers = await asyncio.gather(*(rounds.pulse.shelf() for _ in range(20)))
        assert all(isinstance(answer, ShelfAway) for answer in answers)
        assert moody.asked == 1
        moody.silence.set()
        moody.silence = None
        while await rounds.pulse.shelf() is not None:
            await asyncio.sleep(0)

    watched(store, story)


def test_an_answer_of_the_shelf_counts_for_a_while(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulses, "FRESH_S", 3600.0)

    async def story(rounds: Round, moody: Moody) -> None:
        for _ in range(50):
            assert await rounds.pulse.shelf() is None
        assert moody.asked == 1

    watched(store, story)


def test_a_loop_that_has_ended_or_stands_still_is_no_life(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(rounds: Round, moody: Moody) -> None:
        runs = asyncio.create_task(asyncio.Event().wait())
        ends = asyncio.create_task(asyncio.sleep(0))
        rounds.pulse.loops = (runs,)  # type: ignore[assignment]
        assert rounds.pulse.alive()
        await ends
        rounds.pulse.loops = (runs, ends)  # type: ignore[assignment]
        assert not rounds.pulse.alive()
        rounds.pulse.loops = ()
        rounds.office.desk.deliverer.turned_at -= pulses.STUCK_S
        assert not rounds.pulse.alive()
        runs.cancel()

    watched(store, story)


def test_a_folder_that_is_there_answers(store: Store, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        assert await Pulse(office.desk, Shelf(tmp_path)).shelf() is None
        assert await Pulse(office.desk, Shelf(tmp_path / "gone")).shelf() is not None

    in_office(store, story)
