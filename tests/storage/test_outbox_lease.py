"""A claim is a lease: it runs out, it is fenced, and nothing is claimed twice."""

from datetime import timedelta
from itertools import permutations

import pytest

from storage import outbox
from storage.engine import Store, open_store
from storage.outbox import OutboxNote
from tests.builders import NOON
from tests.storage.doing import at_once, do
from tests.storage.test_outbox_order import an_item, put

SECOND = timedelta(seconds=1)
CALLBACKS = [("queued", 1), ("sent", 2), ("delivered", 3)]


def test_a_lease_that_ran_out_is_claimed_again(store: Store) -> None:
    """The dead worker's row is anybody's after 30 s, and not before."""
    (row,) = put(store, an_item())
    assert do(store, outbox.claim, NOON + 29 * SECOND) == []
    (again,) = do(store, outbox.claim, NOON + 30 * SECOND)
    assert (again.id, again.attempts, again.fence) == (row.id, 2, 2)


@pytest.mark.parametrize("policy", ["safe", "ask-first", "may-repeat"])
def test_a_slow_worker_that_settles_late_changes_nothing(store: Store, policy: str) -> None:
    """Whatever it reports, the row belongs to whoever claimed it after the lease."""
    (late,) = put(store, an_item(policy=policy))
    (newer,) = do(store, outbox.claim, NOON + 30 * SECOND)
    assert do(store, outbox.settle, late, NOON) == (False, [])
    for end in (outbox.bury, outbox.doubt):
        assert not do(store, end, late, NOON, "late")
    assert not do(store, outbox.retry, late, NOON, 0, "late")
    do(store, outbox.release, [late])
    assert do(store, outbox.depth, NOON)["sending"] == 1
    assert do(store, outbox.settle, newer, NOON)[0]


def test_the_number_of_a_deleted_row_is_never_given_again(store: Store) -> None:
    """Or a late worker would settle a stranger's row of the same number and fence."""
    (late,) = put(store, an_item())
    do(store, outbox.settle, late, NOON)
    (stranger,) = put(store, an_item())
    assert stranger.id > late.id
    assert do(store, outbox.settle, late, NOON) == (False, [])


@pytest.mark.parametrize(("policy", "interrupted"), [("safe", False), ("ask-first", True), ("may-repeat", True)])
def test_interrupted_rows_say_so(store: Store, policy: str, interrupted: bool) -> None:
    """Nobody knows whether it went out: the provider has to be asked, unless a repeat changes nothing."""
    put(store, an_item(policy=policy))
    (again,) = do(store, outbox.claim, NOON + 30 * SECOND)
    assert again.interrupted is interrupted


def test_interrupted_stays_until_it_is_settled(store: Store) -> None:
    """Asking the provider may fail as well; then it has to be asked again."""
    put(store, an_item(policy="ask-first"))
    (again,) = do(store, outbox.claim, NOON + 30 * SECOND)
    do(store, outbox.retry, again, NOON, 0, "Timeout")
    (third,) = do(store, outbox.claim, NOON + 31 * SECOND)
    assert third.interrupted


def test_a_harmless_row_is_in_doubt_only_while_nobody_said_that_it_was_not_sent(store: Store) -> None:
    """A refusal takes the doubt away that a lost answer left; each call that was made counts anew."""
    (row,) = put(store, an_item())
    do(store, outbox.retry, row, NOON, 0, "no_answer", doubtful=True)
    (doubted,) = do(store, outbox.claim, NOON)
    assert doubted.interrupted
    do(store, outbox.retry, doubted, NOON, 0, "too_fast")
    assert not do(store, outbox.claim, NOON)[0].interrupted


def test_a_row_tried_again_in_good_order_was_not_interrupted(store: Store) -> None:
    """The provider said no: it is certain that nothing was sent."""
    (row,) = put(store, an_item(policy="ask-first"))
    do(store, outbox.retry, row, NOON, 5, "429")
    (again,) = do(store, outbox.claim, NOON + 5 * SECOND)
    assert not again.interrupted


def test_the_rows_of_a_dead_process_are_due_at_its_next_start(store: Store) -> None:
    """At once, in order, and the ask-first ones interrupted."""
    put(store, an_item("one", policy="ask-first"), an_item("two", policy="ask-first"))
    assert do(store, outbox.release_all) == 2
    (one,) = do(store, outbox.claim, NOON + SECOND)
    assert (one.payload["text"], one.interrupted, one.fence) == ("one", True, 2)


def test_a_released_row_is_as_if_it_had_not_been_claimed(store: Store) -> None:
    """An orderly stop: not interrupted, and the attempt does not count."""
    rows = put(store, an_item(policy="ask-first"))
    do(store, outbox.release, rows)
    (again,) = do(store, outbox.claim, NOON)
    assert (again.attempts, again.interrupted) == (1, False)
    assert again.fence > rows[0].fence


@pytest.mark.parametrize("order", list(permutations(CALLBACKS)))
def test_the_highest_status_stays_in_whatever_order_callbacks_come(
    store: Store, order: tuple[tuple[str, int], ...]
) -> None:
    """ "queued" may arrive after "delivered" and must not undo it."""
    (row,) = put(store, an_item(policy="ask-first", case_id="case-1", revision=4))
    best = 0
    for status, rank in order:
        note = do(store, outbox.bind, row.id, "SM1", status, rank)
        best, raised = max(best, rank), rank > best
        assert note == OutboxNote("case-1", "text", dict((r, s) for s, r in CALLBACKS)[best], raised, 4)


def test_a_callback_settles_what_was_in_doubt(store: Store) -> None:
    """The provider has it, so it was sent; a repeat of the callback changes nothing."""
    (row,) = put(store, an_item(policy="ask-first"))
    do(store, outbox.doubt, row, NOON, "Timeout")
    note = do(store, outbox.bind, row.id, "SM1", "sent", 2)
    assert note is not None
    assert note.changed
    again = do(store, outbox.bind, row.id, "SM1", "sent", 2)
    assert again is not None
    assert not again.changed
    assert do(store, outbox.depth, NOON)["unknown"] == 0


def test_a_callback_that_overtakes_the_answer_does_not_stop_the_line(store: Store) -> None:
    """The worker settles all the same and is given the next row."""
    (row,) = put(store, an_item("one", policy="ask-first"))
    put(store, an_item("two", policy="ask-first"))
    do(store, outbox.bind, row.id, "SM1", "sent", 2)
    settled, rows = do(store, outbox.settle, row, NOON, provider_id="SM1")
    assert settled
    assert [row.payload["text"] for row in rows] == ["two"]


def test_a_callback_for_an_unknown_row_is_none(store: Store) -> None:
    """Somebody else's, or one that was deleted."""
    assert do(store, outbox.bind, 999, "SM1", "sent", 2) is None


def test_eight_sweeps_claim_2000_rows_and_none_twice(store: Store) -> None:
    """Each row is its own recipient's, so order does not hide a double claim."""
    soon = NOON + SECOND
    for first in range(0, 2000, 500):
        put(store, *(an_item(recipient=str(number), due_at=soon) for number in range(first, first + 500)))

    def sweep(_: int) -> list[int]:
        mine: list[int] = []
        while rows := do(store, outbox.claim, soon, limit=25):
            mine.extend(row.id for row in rows)
        return mine

    claimed = [number for mine in at_once(8, sweep) for number in mine]
    # A sweep that finds all of its candidates locked stops early; what it left is found by the next one.
    claimed.extend(sweep(0))
    assert len(claimed) == 2000
    assert len(set(claimed)) == 2000


def test_two_stores_deliver_everything_once_and_in_order(postgres_url: str) -> None:
    """Two replicas sweep 40 lines of ten rows: no row twice, and each line in order."""
    stores = [open_store(postgres_url), open_store(postgres_url)]
    soon = NOON + SECOND
    for text in range(10):
        put(stores[0], *(an_item(str(text), recipient=str(line), due_at=soon) for line in range(40)))
    sent: list[tuple[str, int]] = []

    def deliver(number: int) -> None:
        store = stores[number % 2]
        while rows := do(store, outbox.claim, soon, limit=5):
            while rows:
                row = rows.pop(0)
                sent.append((row.recipient, int(row.payload["text"])))
                rows.extend(do(store, outbox.settle, row, soon)[1])

    at_once(6, deliver)
    deliver(0)
    assert len(sent) == 400
    for line in range(40):
        assert [text for recipient, text in sent if recipient == str(line)] == list(range(10))
    for store in stores:
        store.close()


def test_an_interrupted_row_is_sent_again_once(store: Store) -> None:
    """The note is made before the sending and survives the next interruption; a late worker cannot make it."""
    (late,) = put(store, an_item(policy="ask-first"))
    (second,) = do(store, outbox.claim, NOON + 30 * SECOND)
    assert not second.resent
    assert not do(store, outbox.resend, late)
    assert do(store, outbox.resend, second)
    assert not do(store, outbox.resend, second)
    (third,) = do(store, outbox.claim, NOON + 60 * SECOND)
    assert third.resent
    assert not do(store, outbox.resend, third)
