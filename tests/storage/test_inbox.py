"""What came in is handled once, and what could not be handled is tried again, five times."""

from datetime import timedelta

from sqlalchemy import Connection, text

from storage import inbox
from storage.engine import Store
from tests.builders import NOON
from tests.storage.doing import at_once, do


def test_one_of_twenty_parallel_claims_wins(store: Store) -> None:
    """The same update delivered twenty times at once is handled once."""
    won = at_once(20, lambda _: do(store, inbox.claim, "owner", "42", NOON))
    assert won.count(True) == 1


def test_the_same_key_of_another_channel_is_another_thing(store: Store) -> None:
    """Each sender numbers its things by itself."""
    assert do(store, inbox.claim, "owner", "42", NOON)
    assert do(store, inbox.claim, "staff", "42", NOON)


def test_a_failed_thing_is_not_claimed_again_but_retaken(store: Store) -> None:
    """A repeat by the sender must not overtake our own second try."""
    assert do(store, inbox.fail, "owner", "42", b"{}", "KeyError desk.receive:10", NOON) == 1
    assert not do(store, inbox.claim, "owner", "42", NOON)
    assert do(store, inbox.retake, "owner", "42", NOON)
    assert not do(store, inbox.retake, "owner", "42", NOON)


def test_one_of_twenty_parallel_retries_wins(store: Store) -> None:
    """Two sweeps may see the same failed thing; one handles it."""
    do(store, inbox.fail, "owner", "42", b"{}", "KeyError", NOON)
    assert at_once(20, lambda _: do(store, inbox.retake, "owner", "42", NOON)).count(True) == 1


def test_each_failure_waits_longer_and_the_fifth_is_the_last(store: Store) -> None:
    """10 s, 30 s, 90 s, 270 s; then it is dead and no sweep finds it."""
    now, pauses = NOON, []
    for attempt in range(1, 5):
        assert do(store, inbox.fail, "owner", "42", b"raw", "KeyError", now) == attempt
        assert do(store, inbox.due, now, 10) == []
        while not do(store, inbox.due, now, 10):
            now += timedelta(seconds=1)
        assert do(store, inbox.due, now, 10) == [inbox.Failed("owner", "42", b"raw", attempt)]
        pauses.append(int((now - NOON).total_seconds()))
    assert pauses == [10, 40, 130, 400]
    assert do(store, inbox.fail, "owner", "42", b"raw", "KeyError", now) == 5
    assert do(store, inbox.due, now + timedelta(days=9), 10) == []
    assert not do(store, inbox.retake, "owner", "42", now)


def test_a_late_failure_does_not_reopen_what_was_handled(store: Store) -> None:
    """Another retry was faster: nothing is left to be tried."""
    do(store, inbox.claim, "owner", "42", NOON)
    assert do(store, inbox.fail, "owner", "42", b"raw", "KeyError", NOON) == 0
    assert do(store, inbox.due, NOON + timedelta(days=1), 10) == []


def test_what_was_handled_leaves_no_text_behind(store: Store) -> None:
    """Only the key stays."""
    do(store, inbox.fail, "owner", "42", b"what she wrote", "KeyError", NOON)
    do(store, inbox.retake, "owner", "42", NOON)
    assert do(store, _raw) == [(None, "")]


def test_old_keys_are_forgotten_and_failures_kept(store: Store) -> None:
    """A dead thing stays until somebody looked at it."""
    do(store, inbox.claim, "owner", "old", NOON)
    do(store, inbox.fail, "owner", "failed", b"raw", "KeyError", NOON)
    do(store, inbox.claim, "owner", "new", NOON + timedelta(days=90))
    assert do(store, inbox.purge, NOON + timedelta(days=1)) == 1
    assert do(store, inbox.claim, "owner", "old", NOON)
    assert not do(store, inbox.claim, "owner", "new", NOON)
    assert not do(store, inbox.claim, "owner", "failed", NOON)


def _raw(conn: Connection) -> list[tuple[bytes | None, str]]:
    return [(row.raw, row.error) for row in conn.execute(text("SELECT raw, error FROM inbox"))]
