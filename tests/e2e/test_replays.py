"""Everything that was ever delivered comes again, twenty times over and shuffled: nothing changes (promise 6)."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.crash.base import Base
from tests.e2e.stage import Stage, stage

pytestmark = pytest.mark.enable_socket

TIMES = 20
EFFECTS = (
    "message",
    "photo",
    "document",
    "edit",
    "delete",
    "topic",
    "sms",
    "session",
    "session_expired",
    "paid",
    "refund",
)


def effects(on: Stage) -> list[dict[str, Any]]:
    """What really happened outside; answers to button presses are no effect, they only stop a spinner."""
    on.crowd.listen()
    return on.crowd.truth.of(*EFFECTS)


def replay(on: Stage) -> set[int]:
    """Hands over everything that is recorded, in parallel and shuffled; gives the statuses of the service's answers."""
    sandbox, truth = on.crowd.sandbox, on.crowd.truth
    events = {r["event"] for r in truth.of("webhook") if "event" in r}
    wishes: list[dict[str, Any]] = [{"bot": bot, "shuffle": True} for bot in ("owner", "staff")]
    wishes += [{"stripe_event": event} for event in sorted(events)]
    wishes += [{"sms": record["sid"]} for record in truth.of("sms_received")]
    return {status for wish in wishes for status in sandbox.redeliver(times=TIMES, parallel=True, **wish)["statuses"]}


def test_whole_journeys_delivered_twenty_times_over_change_nothing(database_url: str, tmp_path: Path) -> None:
    """Two owners with every kind of update, a STOP by text and payments; the state's hash and the ground truth stay."""
    with stage(database_url, tmp_path) as on:
        on.services[0].start()
        on.services[0].wait_ready()
        for plan in ("move", "need_more"):
            on.crowd.add(plan)
        on.play()
        on.crowd.owners[0].stop_texts()
        on.crowd.sandbox.until(on.at_rest)
        before, happened = Base(on.url).state_hash(), effects(on)
        assert replay(on) == {200}
        on.crowd.sandbox.until(on.at_rest, 30)
        time.sleep(1)  # whatever a repeat had set going would show itself by now
        assert effects(on) == happened
        assert Base(on.url).state_hash() == before
        assert not on.verdict().breaches
