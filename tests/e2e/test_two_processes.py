"""Two processes share one PostgreSQL; two on one SQLite file are refused; an orderly stop under load loses nothing."""

import time
from pathlib import Path

import pytest

from tests.crash.base import Base
from tests.e2e.stage import Stage, stage

pytestmark = pytest.mark.enable_socket

LEASE_S = 5.0
STOPS_WITHIN_S = 20.0


def start_both(on: Stage) -> None:
    """B starts last, so that Telegram delivers to B; then the owner bot's webhook goes back to A. Both send on every channel."""
    for service in on.services:
        service.start()
        service.wait_ready()
    first = on.services[0]
    token, secret = first.env["OWNER_BOT_TOKEN"], first.env["TELEGRAM_WEBHOOK_SECRET"]
    wish = {"url": f"{first.url}/telegram/owner", "secret_token": secret}
    wish["allowed_updates"] = '["message", "callback_query", "my_chat_member"]'
    on.crowd.sandbox.http.post(f"/bot{token}/setWebhook", data=wish).raise_for_status()


def being_sent(on: Stage) -> set[int]:
    """Messages to owners that a process has claimed and not settled: their updates come to A, so it is A that sends."""
    rows = Base(on.url).rows("outbox")
    return {row["id"] for row in rows if row["state"] == "sending" and row["channel"] == "owner"}


def test_two_processes_on_one_database_bring_every_journey_to_its_end_without_a_duplicate(
    postgres_url: str, tmp_path: Path
) -> None:
    """Owners' updates come to one, doctors' to the other, both send, both tick: nothing twice."""
    with stage(postgres_url, tmp_path, services=2) as on:
        start_both(on)
        for plan in ("book", "move", "need_more", "no_go", "cancel"):
            on.crowd.add(plan)
        on.play(90)
        verdict = on.verdict()
        assert not verdict.breaches
        assert not verdict.repeated


def test_what_a_killed_process_had_claimed_the_other_finishes_within_two_leases(
    postgres_url: str, tmp_path: Path
) -> None:
    """A dies in the middle of sending; B takes its rows up once the lease has run out. Measured in real seconds."""
    with stage(postgres_url, tmp_path, services=2, lease_s=LEASE_S) as on:
        start_both(on)
        sandbox, first = on.crowd.sandbox, on.services[0]
        for _ in range(4):
            on.crowd.add("no_go")
        pause = time.monotonic() + 0.5
        on.crowd.play(lambda: time.monotonic() > pause)
        # Calls that take two seconds keep rows in A's hands, so that the kill finds some.
        sandbox.fault("telegram", "delay", method="sendMessage", delay_s=2.0, times=4)
        on.crowd.play(lambda: len(being_sent(on)) >= 2)
        time.sleep(0.5)
        stranded = being_sent(on)
        assert stranded
        on.kill(first)
        sandbox.clear_faults()
        killed = time.monotonic()
        while stranded & {row["id"] for row in Base(on.url).rows("outbox") if row["state"] in ("waiting", "sending")}:
            assert time.monotonic() - killed < 2 * LEASE_S, "no row may be stuck for longer than two leases"
            time.sleep(0.05)
        first.start()  # Telegram still delivers the owners' updates to A's address
        first.wait_ready()
        on.play(90)
        assert not on.verdict().breaches


def test_a_second_process_on_one_sqlite_file_is_refused_with_a_sentence(sqlite_url: str, tmp_path: Path) -> None:
    """Exit code 1 and one line that says what to do; the first one runs on."""
    with stage(sqlite_url, tmp_path, services=2) as on:
        first, second = on.services
        first.start()
        first.wait_ready()
        second.start()
        assert second.wait(30) == 1
        words = second.log.read_text("utf-8")
        assert "Another process is already using" in words
        assert "Traceback" not in words
        assert first.ready()


def test_an_orderly_stop_under_load_loses_nothing_and_ends_in_time(database_url: str, tmp_path: Path) -> None:
    """SIGTERM in the middle of many journeys, three times; exit code 0, and the end checker finds nothing missing."""
    with stage(database_url, tmp_path) as on:
        service = on.services[0]
        for _ in range(3):
            service.start()
            service.wait_ready()
            on.crowd.keep(5)
            pause = time.monotonic() + 0.6
            on.crowd.play(lambda: time.monotonic() > pause)  # noqa: B023
            assert service.stop() < STOPS_WITHIN_S
            assert service.code() == 0
            assert not any(row["state"] == "sending" for row in Base(on.url).rows("outbox"))
        service.start()
        service.wait_ready()
        on.play(90)
        verdict = on.verdict()
        assert not verdict.breaches
        assert not verdict.repeated
