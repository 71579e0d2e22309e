"""Each recipient gets what is meant for him in order, and nobody waits for somebody else."""

import threading
from concurrent.futures import wait
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from storage import outbox
from storage.engine import Store
from storage.outbox import OutboxRow, Outgoing
from tests.builders import NOON
from tests.storage.doing import at_once, do

SECOND = timedelta(seconds=1)


def an_item(text: str = "hello", **changes: Any) -> Outgoing:
    """Something to be sent to chat 1001, at once."""
    plain: dict[str, Any] = {"channel": "owner", "recipient": "1001", "kind": "text", "policy": "may-repeat"}
    return Outgoing(payload={"text": text}, **(plain | changes))


def texts(rows: list[OutboxRow]) -> list[str]:
    return [row.payload["text"] for row in rows]


def put(store: Store, *items: Outgoing, now: datetime = NOON) -> list[OutboxRow]:
    return do(store, outbox.put, list(items), now)


def test_the_first_thing_may_be_sent_at_once(store: Store) -> None:
    """It comes back claimed, so no sweep can take it as well."""
    (row,) = put(store, an_item("hello", case_id="case-1", revision=3))
    assert (row.attempts, row.fence, row.interrupted, row.case_id, row.revision) == (1, 1, False, "case-1", 3)
    assert do(store, outbox.claim, NOON) == []


def test_several_for_one_recipient_come_together_and_in_order(store: Store) -> None:
    """One decision's messages are sent one after the other by the same hands."""
    assert texts(put(store, an_item("one"), an_item("two"), an_item("three"))) == ["one", "two", "three"]


def test_what_comes_behind_something_unsettled_waits_for_it(store: Store) -> None:
    """Settling gives the next row, claimed; each settling the one after it."""
    (first,) = put(store, an_item("one"))
    assert put(store, an_item("two"), an_item("three")) == []
    assert do(store, outbox.claim, NOON) == []
    settled, rows = do(store, outbox.settle, first, NOON)
    assert (settled, texts(rows)) == (True, ["two"])
    settled, rows = do(store, outbox.settle, rows[0], NOON)
    assert (settled, texts(rows)) == (True, ["three"])
    assert do(store, outbox.settle, rows[0], NOON) == (True, [])


def test_what_comes_behind_several_waits_for_the_last(store: Store) -> None:
    """A fourth message is not sent while the third is being sent."""
    three = put(store, an_item("one"), an_item("two"), an_item("three"))
    assert put(store, an_item("four")) == []
    given = [texts(do(store, outbox.settle, row, NOON)[1]) for row in three]
    assert given == [[], [], ["four"]]


def test_another_recipient_or_channel_does_not_wait(store: Store) -> None:
    """A line is one recipient of one channel."""
    put(store, an_item("one"))
    rows = put(store, an_item("two"), an_item("three", recipient="1002"), an_item("four", channel="sms"))
    assert texts(rows) == ["three", "four"]


def test_the_sweep_takes_one_row_of_each_line(store: Store) -> None:
    """The oldest one, in the order of the numbers, up to the limit and of the channels asked for."""
    for recipient in "123":
        for text in ("one", "two"):
            put(store, an_item(text, recipient=recipient, due_at=NOON + SECOND))
    put(store, an_item("one", channel="sms", due_at=NOON + SECOND))
    later = NOON + 2 * SECOND
    assert texts(do(store, outbox.claim, later, channels=["sms"])) == ["one"]
    swept = do(store, outbox.claim, later, limit=2)
    assert [(row.recipient, row.payload["text"]) for row in swept] == [("1", "one"), ("2", "one")]
    assert [row.recipient for row in do(store, outbox.claim, later)] == ["3"]


def test_a_future_row_keeps_nobody_waiting(store: Store) -> None:
    """A reminder for tomorrow does not hold back today's answer, and is due in its own time."""
    tomorrow = NOON + timedelta(days=1)
    assert texts(put(store, an_item("tomorrow", due_at=tomorrow), an_item("now"))) == ["now"]
    assert do(store, outbox.claim, NOON + SECOND) == []
    assert texts(do(store, outbox.claim, tomorrow)) == ["tomorrow"]


def test_an_overdue_row_goes_before_a_new_one(store: Store) -> None:
    """What the sweep has not taken yet is older and comes first."""
    put(store, an_item("reminder", due_at=NOON + SECOND))
    assert put(store, an_item("answer"), now=NOON + 2 * SECOND) == []
    (row,) = do(store, outbox.claim, NOON + 2 * SECOND)
    assert row.payload["text"] == "reminder"
    assert texts(do(store, outbox.settle, row, NOON + 2 * SECOND)[1]) == ["answer"]


def test_a_retry_keeps_its_place(store: Store) -> None:
    """Younger rows wait for it, also while it is not due."""
    (first,) = put(store, an_item("one"))
    assert do(store, outbox.retry, first, NOON, 60, "Timeout")
    assert put(store, an_item("two"), now=NOON + SECOND) == []
    assert do(store, outbox.claim, NOON + 59 * SECOND) == []
    (again,) = do(store, outbox.claim, NOON + 60 * SECOND)
    assert (again.payload["text"], again.attempts, again.fence) == ("one", 2, 2)
    assert texts(do(store, outbox.settle, again, NOON + 61 * SECOND)[1]) == ["two"]


def test_released_companions_of_a_retry_stay_behind_it(store: Store) -> None:
    """The first of three could not be sent: the others are given back and follow it."""
    one, two, three = put(store, an_item("one"), an_item("two"), an_item("three"))
    do(store, outbox.retry, one, NOON, 10, "Timeout")
    do(store, outbox.release, [two, three])
    assert do(store, outbox.claim, NOON + 9 * SECOND) == []
    now, sent = NOON + 10 * SECOND, []
    rows = do(store, outbox.claim, now)
    while rows:
        sent.append((rows[0].payload["text"], rows[0].attempts))
        rows = do(store, outbox.settle, rows[0], now)[1]
    assert sent == [("one", 2), ("two", 1), ("three", 1)]


def test_what_was_given_up_or_is_in_doubt_blocks_nobody(store: Store) -> None:
    """A dead and an unknown row stay, and the line goes on."""
    for end in (outbox.bury, outbox.doubt):
        (row,) = put(store, an_item("lost", policy="ask-first", recipient=end.__name__))
        put(store, an_item("next", recipient=end.__name__))
        assert do(store, end, row, NOON, "Gone")
        assert texts(do(store, outbox.claim, NOON)) == ["next"]
    given_up = "SELECT kind, error FROM outbox WHERE state = 'dead'"
    assert do(store, lambda conn: conn.exec_driver_sql(given_up).all()) == [("text", "Gone")]
    depth = do(store, outbox.depth, NOON)
    assert {key: depth[key] for key in ("waiting", "sending", "dead", "unknown")} == {
        "waiting": 0,
        "sending": 2,
        "dead": 1,
        "unknown": 1,
    }


def test_depth_tells_how_long_the_oldest_has_waited(store: Store) -> None:
    """Counted from when it was written: a row that is put back again and again must not look young."""
    (row,) = put(store, an_item())
    do(store, outbox.retry, row, NOON, 300.0, "no_connection")
    assert do(store, outbox.depth, NOON + 60 * SECOND)["oldest"] == 60
    do(store, outbox.bury, do(store, outbox.claim, NOON + 301 * SECOND)[0], NOON, "refused")
    assert do(store, outbox.depth, NOON + 400 * SECOND)["oldest"] == 0


def test_settled_rows_keep_no_content(store: Store) -> None:
    """The fact stays, with the provider's number, and "{}"."""
    may, safe = put(store, an_item("a"), an_item("b", policy="safe"))
    do(store, outbox.settle, may, NOON, provider_id="17")
    do(store, outbox.settle, safe, NOON, provider_id="SM1")
    kept = "SELECT state, payload, provider_id FROM outbox ORDER BY id"
    left = do(store, lambda conn: conn.exec_driver_sql(kept).all())
    assert [tuple(row) for row in left] == [("done", "{}", "17"), ("done", "{}", "SM1")]


def test_the_last_number_sent_is_known_for_each_recipient_and_for_the_channel(store: Store) -> None:
    """Numbers, not words: 100 is more than 99. Other channels count for themselves."""
    for number, recipient in ((99, "1001"), (100, "1001"), (120, "1002")):
        (row,) = put(store, an_item(recipient=recipient))
        do(store, outbox.settle, row, NOON, provider_id=str(number))
    put(store, an_item(recipient="1003"))
    assert do(store, outbox.last_number, "owner", "1001") == 100
    assert do(store, outbox.last_number, "owner", "1003") == 0
    assert do(store, outbox.last_number, "owner") == 120
    assert do(store, outbox.last_number, "staff") == 0


def test_nothing_is_stranded_behind_a_row_that_is_being_settled(store: Store) -> None:
    """A row put while another unit is about to commit the end of the row before it is taken up by one of the two.

    Checked by hand on PostgreSQL: without the lock on the line it waits, and nobody has been given it.
    """
    (first,) = put(store, an_item("one"))
    settled, go = threading.Event(), threading.Event()

    def settle_slowly(conn: Connection) -> list[OutboxRow]:
        rows = outbox.settle(conn, first, NOON)[1]
        settled.set()
        go.wait(30)
        return rows

    settling = store.perform(settle_slowly)
    assert settled.wait(30)
    putting = store.perform(lambda conn: outbox.put(conn, [an_item("two")], NOON))
    # Long enough for a put that does not wait to be finished; a put that does wait is not hurt by it.
    wait([putting], 0.3)
    go.set()
    assert texts(settling.result(30) + putting.result(30)) == ["two"]


def test_everything_leaves_in_order_when_eight_put_and_settle_at_once(store: Store) -> None:
    """Eight threads put into one line and settle what they are given: all of it leaves, in the order of its numbers."""
    sent: list[int] = []

    def work(number: int) -> None:
        for turn in range(25):
            rows = put(store, an_item(f"{number}.{turn}"))
            while rows:
                sent.append(rows[0].id)
                rows = do(store, outbox.settle, rows[0], NOON)[1]

    at_once(8, work)
    assert do(store, outbox.depth, NOON)["waiting"] == 0
    assert sent == sorted(sent)
    assert len(sent) == 200


def test_settled_rows_are_forgotten_in_time_and_dead_ones_kept(store: Store) -> None:
    """What nobody looks for goes; what a person must still look at stays."""
    safe = an_item("one", policy="safe")
    done, dead, harmless = put(store, safe, an_item("two", policy="safe", recipient="1002"), an_item(recipient="1003"))
    do(store, outbox.settle, done, NOON)
    do(store, outbox.settle, harmless, NOON)
    do(store, outbox.bury, dead, NOON, "refused")
    later = NOON + timedelta(days=2)
    assert do(store, outbox.purge, NOON, NOON) == 0
    assert do(store, outbox.purge, NOON, later) == 1
    assert do(store, outbox.purge, later, later) == 1
    left = do(store, lambda conn: conn.exec_driver_sql("SELECT id FROM outbox").scalars().all())
    assert left == [dead.id]
