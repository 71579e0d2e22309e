"""Two replicas on one PostgreSQL do not give one time to two cases."""

import random

from storage import cases
from storage.engine import open_store
from tests.builders import case_number
from tests.storage.doing import at_once, do
from tests.storage.test_bookings import MINUTE, TEN, assert_no_minute_twice, hold, taken


def test_two_replicas_do_not_overlap_either(postgres_url: str) -> None:
    """The same over two stores on one PostgreSQL."""
    stores = [open_store(postgres_url), open_store(postgres_url)]
    do(stores[0], lambda conn: [cases.insert(conn, case_number(number)) for number in range(30)])

    def ask(number: int) -> bool:
        dice = random.Random(number)
        return hold(stores[number % 2], number, TEN + 5 * dice.randrange(40) * MINUTE, 5 * dice.randrange(1, 12))

    assert any(at_once(30, ask))
    assert_no_minute_twice([(starts, ends) for _, starts, ends in taken(stores[0])])
    for store in stores:
        store.close()
