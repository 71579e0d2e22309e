"""Money facts, files, posts, the staff's group and opt-outs: told twice, noted once."""

from storage import cases, files, ledger, optouts, posts, staffchat
from storage.engine import Store
from tests.builders import NOON, a_case
from tests.storage.doing import at_once, do
from tests.storage.test_outbox_order import an_item, put

DIGEST = "ab" * 32


def test_a_payment_told_twenty_times_is_noted_once(store: Store) -> None:
    """Providers repeat themselves, sometimes all at once."""
    fact = ("case-1", "stripe", "cs_1", "paid", 12_000, "usd", NOON)
    assert at_once(20, lambda _: do(store, ledger.add, *fact)).count(True) == 1
    assert do(store, ledger.of_case, "case-1") == [ledger.LedgerLine(*fact)]


def test_each_kind_of_fact_is_another_fact(store: Store) -> None:
    """A refund has the reference of its payment; facts stay in the order they came."""
    do(store, ledger.add, "case-1", "stripe", "cs_1", "paid", 12_000, "usd", NOON)
    assert do(store, ledger.add, "case-1", "stripe", "cs_1", "refunded", -12_000, "usd", NOON)
    assert [line.kind for line in do(store, ledger.of_case, "case-1")] == ["paid", "refunded"]
    assert do(store, ledger.case_of, "stripe", "cs_1") == "case-1"
    assert do(store, ledger.case_of, "bank", "cs_1") is None


def test_money_for_an_unknown_case_is_noted_too(store: Store) -> None:
    """It was paid, whoever it was meant for."""
    assert do(store, ledger.add, "", "stripe", "cs_9", "paid", 2**40, "usd", NOON)


def test_a_file_noted_again_only_gains_its_preview(store: Store) -> None:
    """The first facts stay; a preview, once there, is not lost."""
    assert do(store, files.known, DIGEST) is None
    do(store, files.add, files.FileLine(DIGEST, "photo", 3_000_000_000, ""), NOON)
    do(store, files.add, files.FileLine(DIGEST, "document", 1, "cd", "ef"), NOON)
    do(store, files.add, files.FileLine(DIGEST, "photo", 1, ""), NOON)
    assert do(store, files.known, DIGEST) == files.FileLine(DIGEST, "photo", 3_000_000_000, "cd", "ef")


def test_a_file_is_attached_twice_without_harm(store: Store) -> None:
    """The same photo sent again belongs to the case already."""
    do(store, cases.insert, a_case())
    do(store, files.add, files.FileLine(DIGEST, "photo", 10, ""), NOON)
    for name in ("a.jpg", "b.jpg"):
        do(store, files.attach, "case-1", DIGEST, name)
    names = do(store, lambda conn: conn.exec_driver_sql("SELECT name FROM attachments").scalars().all())
    assert names == ["b.jpg"]


def test_a_post_is_found_by_its_message(store: Store) -> None:
    """An edited note replaces the earlier one."""
    do(store, posts.remember, -100, 7, "case-1", "card")
    do(store, posts.remember, -100, 7, "case-1", "prompt")
    assert do(store, posts.find, -100, 7) == posts.Post("case-1", "prompt")
    assert do(store, posts.find, -100, 8) is None


def test_a_moved_group_is_followed_with_all_that_was_meant_for_it(store: Store) -> None:
    """Twice in a row, told more than once, and even back again."""
    do(store, posts.remember, -100, 7, "case-1", "card")
    put(store, an_item(channel="staff", recipient="-100"))
    put(store, an_item(channel="staff", recipient="-100"))
    assert do(store, staffchat.current, -100) == -100
    for old, new in ((-100, -200), (-200, -300), (-200, -300)):
        do(store, staffchat.migrate, old, new, NOON)
    assert do(store, staffchat.current, -100) == -300
    assert do(store, posts.find, -300, 7) == posts.Post("case-1", "card")
    waiting = "SELECT count(*) FROM outbox WHERE recipient = '-300'"
    assert do(store, lambda conn: conn.exec_driver_sql(waiting).scalar()) == 2
    do(store, staffchat.migrate, -300, -100, NOON)
    assert do(store, staffchat.current, -100) == -100


def test_a_number_that_said_stop_is_stopped_until_it_says_start(store: Store) -> None:
    """Saying so twice is the same."""
    for _ in range(2):
        do(store, optouts.stop, "+886900000000", NOON)
    assert do(store, optouts.stopped, "+886900000000")
    do(store, optouts.start, "+886900000000")
    assert not do(store, optouts.stopped, "+886900000000")
