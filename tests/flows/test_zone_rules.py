"""A call was agreed by the clock, and then the rules of the clocks change: the doctors are asked, once, and nothing is decided for them."""

import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.rehearsal.clinic import LIN, WEBER, clinic
from flows.case import Case, Status
from flows.context import Context, Decision
from flows.decide import decide
from flows.effects import Post
from flows.incoming import Due, Pressed, StaffPressed
from flows.zone_rules import TIMER, differs
from tests.clock_rules import new_rules
from tests.flows.walker import Walker

LONDON = "case_booked_from_london"


def booked(beginning: str = LONDON) -> tuple[Case, datetime]:
    """A case whose call was really booked in a transcript, and the moment after it."""
    desk = Walker(beginning).desk
    return desk.case, desk.now


def rung(case: Case, now: datetime, language: str = "en", key: str = "") -> Decision:
    house = clinic((LIN, WEBER), staff_language=language)
    return decide(case, Due(TIMER, key or str(case.revision)), Context(now, house, "token123"))


def posts(decision: Decision) -> list[Post]:
    return [effect for effect in decision.effects if isinstance(effect, Post)]


def test_with_a_call_is_written_down_what_every_clock_will_show() -> None:
    case, _ = booked()
    assert case.call
    shown = {zone: f"{case.call.starts_at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}" for zone in ("Europe/London", "Europe/Berlin", "Asia/Taipei")}  # fmt: skip
    assert dict(clock.split(" ") for clock in case.call.clocks) == shown


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_the_staff_reads_what_was_agreed_and_what_the_clocks_show_now(tmp_path: Path, language: str) -> None:
    case, now = booked()
    assert case.call
    was = case.call.starts_at.astimezone(ZoneInfo("Europe/London"))
    with new_rules(tmp_path, Europe__London="Europe/Paris"):
        assert differs(case.call)
        (post,) = posts(rung(case, now, language))
    assert (post.role, case.code in post.text) == ("alarm", True)
    assert f"{was:%H:%M}" in post.text
    assert f"{was + timedelta(hours=1):%H:%M}" in post.text
    assert len(post.text.splitlines()) == 2, "Taipei's clock has not changed and is not named"


def test_it_is_told_once_for_each_change(tmp_path: Path) -> None:
    case, now = booked()
    with new_rules(tmp_path / "paris", Europe__London="Europe/Paris"):
        told = rung(case, now)
        assert told.case.call
        assert not differs(told.case.call)
        assert posts(rung(told.case, now)) == []
    assert len(posts(rung(told.case, now))) == 1, "the rules are taken back"


def test_the_button_below_asks_the_owner_for_another_time(tmp_path: Path) -> None:
    case, now = booked()
    with new_rules(tmp_path, Europe__London="Europe/Paris"):
        told = rung(case, now)
    ((button,),) = posts(told)[0].buttons
    assert told.case.call
    doctor = next(d for d in (LIN, WEBER) if d.key == told.case.call.doctor)
    context = Context(now, clinic((LIN, WEBER)), "token124")
    after = decide(told.case, StaffPressed(doctor.key, doctor.telegram, button.data), context)
    assert (after.case.status, after.case.call) == (Status.PAID, None)


@pytest.mark.parametrize("why", ["another booking", "begun", "ended", "same rules", "of an earlier version"])
def test_otherwise_nothing_is_said(tmp_path: Path, why: str) -> None:
    case, now = booked()
    assert case.call
    changes: dict[str, Any] = {
        "another booking": {"revision": case.revision + 1, "call": replace(case.call, revision=case.revision + 1)},
        "ended": {"status": Status.WITHDRAWN, "call": None},
        "of an earlier version": {"call": replace(case.call, clocks=())},
    }
    at = case.call.starts_at if why == "begun" else now
    like = "Europe/London" if why == "same rules" else "Europe/Paris"
    with new_rules(tmp_path, Europe__London=like):
        assert rung(replace(case, **changes.get(why, {})), at, key=str(case.revision)).effects == ()


def test_a_moved_call_is_written_down_anew() -> None:
    walker = Walker(LONDON)
    case = walker.desk.case
    assert case.call
    walker.desk.receive(Pressed(f"{case.screen}.{case.options.index('move')}"))
    for wish in ("day:", "at:", "book"):
        options = walker.desk.case.options
        walker.press(f"{walker.desk.case.screen}.{next(n for n, o in enumerate(options) if o.startswith(wish))}")
    moved = walker.desk.case.call
    assert moved
    assert moved.starts_at != case.call.starts_at
    assert moved.clocks[0] != case.call.clocks[0]
    assert not differs(moved)


def test_the_rules_are_those_we_ship_and_not_those_of_the_machine(tmp_path: Path) -> None:
    """In the service and in the child that reads doctors' calendars."""
    wrong = tmp_path / "Europe" / "London"
    wrong.parent.mkdir()
    wrong.write_bytes(files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes())
    asked = "from zoneinfo import ZoneInfo; from datetime import datetime; print(datetime(2026, 12, 1, tzinfo=ZoneInfo('Europe/London')).utcoffset())"
    answers = [
        subprocess.run(
            [sys.executable, "-c", f"import {first}\n{asked}"], env={"PYTHONTZPATH": str(tmp_path)}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for first in ("sys", "flows", "app.settings, flows.hours", "records.preloaded")
    ]  # fmt: skip
    assert answers == ["9:00:00", "0:00:00", "0:00:00", "0:00:00"]
